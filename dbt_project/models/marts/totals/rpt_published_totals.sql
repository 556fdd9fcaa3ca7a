with

int_claims_scoped as (

    select * from {{ ref('int_claims_scoped') }}

),

stg_reference__published_totals as (

    select stg_reference__published_totals.*
    from {{ ref('stg_reference__published_totals') }} as stg_reference__published_totals
    inner join int_claims_scoped
        on stg_reference__published_totals.claim_id = int_claims_scoped.claim_id

),

int_claims_evaluated as (

    select * from {{ ref('int_claims_evaluated') }}

),

int_claim_returns_checked as (

    select * from {{ ref('int_claim_returns_checked') }}

),

units_tallied as (

    select
        claim_id,
        count(*) filter (where is_reported) as units_reported,
        count(*) as units_expected
    from int_claim_returns_checked
    group by claim_id

),

claims_explained as (

    select
        stg_reference__published_totals.*,
        int_claims_evaluated.recomputed,
        int_claims_evaluated.by_year,
        int_claims_evaluated.is_met,
        coalesce(int_claims_evaluated.blank_count, 0) as blank_count,
        units_tallied.units_reported,
        units_tallied.units_expected,
        case
            when stg_reference__published_totals.basis = 'context' then 'context'
            when units_tallied.units_expected is null then 'nothing_due'
            when units_tallied.units_reported < units_tallied.units_expected
                then 'incomplete'
            when int_claims_evaluated.blank_count > 0 then 'blank'
            when coalesce(int_claims_evaluated.is_partly_unknown, true)
                then 'no_figure'
            else null
        end as obstacle
    from stg_reference__published_totals
    left join int_claims_evaluated
        on stg_reference__published_totals.claim_id = int_claims_evaluated.claim_id
    left join units_tallied
        on stg_reference__published_totals.claim_id = units_tallied.claim_id

),

final as (

    select
        ---------- ids
        claim_id,
        case
            when period_type in ('Q1', 'H1', 'M9', 'Y')
                then {{ period_key("to_char(period_end, 'YYYY-') || period_type") }}
        end as period_key,

        ---------- text
        bloc_code,
        period_type,
        indicator,
        subject,
        conducted_by,
        source_document,
        printed,
        qualifier,
        role,
        basis,
        wording,
        inferred,
        case
            when obstacle is not null then 'not_recomputable'
            when is_met then 'met'
            else 'not_met'
        end as verdict,
        case
            when obstacle is not null then obstacle
            when is_met then null
            else 'differs'
        end as reason,
        case when obstacle is null then by_year::text end as by_year,

        ---------- numerics
        value::double precision as printed_value,
        case
            when obstacle is null then round(recomputed, 4)::double precision
        end as recomputed,
        coalesce(units_reported, 0) as units_reported,
        coalesce(units_expected, 0) as units_expected,
        blank_count,

        ---------- dates
        period_end,
        period_start,
        published_on
    from claims_explained

)

select * from final
