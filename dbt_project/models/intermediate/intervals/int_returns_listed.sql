with

stg_build__scope as (

    select * from {{ ref('stg_build__scope') }}

),

int_returns_expected as (

    select int_returns_expected.*
    from {{ ref('int_returns_expected') }} as int_returns_expected
    inner join stg_build__scope
        on
            int_returns_expected.unit_code = stg_build__scope.unit_code
            and int_returns_expected.period_year = stg_build__scope.period_year

),

int_returns_received as (

    select * from {{ ref('int_returns_received') }}

),

ref_periods as (

    select * from {{ ref('ref_periods') }}

),

int_unit_validity_periods as (

    select * from {{ ref('int_unit_validity_periods') }}

),

returns_unexpected as (

    select
        int_returns_received.unit_code,
        int_returns_received.form,
        int_returns_received.period_code,
        ref_periods.period_type,
        ref_periods.period_year,
        ref_periods.period_end,
        int_unit_validity_periods.bloc_code,
        int_unit_validity_periods.owed_by,
        row_number() over (
            partition by
                int_returns_received.unit_code,
                int_returns_received.form,
                int_returns_received.period_code
            order by int_unit_validity_periods.valid_from desc
        ) as recency
    from int_returns_received
    inner join ref_periods
        on int_returns_received.period_code = ref_periods.period_code
    inner join int_unit_validity_periods
        on
            int_returns_received.unit_code = int_unit_validity_periods.unit_code
            and ref_periods.period_end >= int_unit_validity_periods.valid_from
    left join int_returns_expected
        on
            int_returns_received.unit_code = int_returns_expected.unit_code
            and int_returns_received.form = int_returns_expected.form
            and int_returns_received.period_code = int_returns_expected.period_code
    where int_returns_expected.unit_code is null

),

final as (

    select
        ---------- text
        unit_code,
        bloc_code,
        form,
        owed_by,
        period_code,
        period_type,

        ---------- numerics
        period_year,

        ---------- booleans
        true as is_expected,

        ---------- dates
        period_end,
        due_on
    from int_returns_expected
    union all
    select
        unit_code,
        bloc_code,
        form,
        owed_by,
        period_code,
        period_type,
        period_year,
        false as is_expected,
        period_end,
        null::date as due_on
    from returns_unexpected
    where recency = 1

)

select * from final
