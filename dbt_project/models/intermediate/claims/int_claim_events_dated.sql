{# The event is the merger that founded the bloc; it shows at the first period end after
   it for which the bloc's units owe the return. #}
with

int_claims_exploded as (

    select * from {{ ref('int_claims_exploded') }}
    where period_type = 'EVENT'

),

int_blocs_deduplicated as (

    select * from {{ ref('int_blocs_deduplicated') }}

),

int_returns_expected as (

    select * from {{ ref('int_returns_expected') }}

),

mergers_dated as (

    select
        successor_bloc_code as bloc_code,
        max(open_until) as merged_on
    from int_blocs_deduplicated
    where successor_bloc_code is not null
    group by successor_bloc_code

),

final as (

    select
        ---------- ids
        int_claims_exploded.claim_id,

        ---------- text
        int_claims_exploded.side,

        ---------- dates
        min(int_returns_expected.period_end) as event_period_end
    from int_claims_exploded
    inner join mergers_dated
        on int_claims_exploded.bloc_code = mergers_dated.bloc_code
    inner join int_returns_expected
        on
            int_claims_exploded.bloc_code = int_returns_expected.bloc_code
            and int_claims_exploded.form = int_returns_expected.form
            and mergers_dated.merged_on <= int_returns_expected.period_end
            and int_claims_exploded.period_end >= int_returns_expected.period_end
    group by
        int_claims_exploded.claim_id,
        int_claims_exploded.side

)

select * from final
