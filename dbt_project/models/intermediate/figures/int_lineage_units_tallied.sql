{# grain: one row per reading, bloc, form and cumulative period that units owe #}

with

int_bloc_years_scoped as (

    select * from {{ ref('int_bloc_years_scoped') }}

),

int_returns_judged as (

    select int_returns_judged.*
    from {{ ref('int_returns_judged') }} as int_returns_judged
    inner join int_bloc_years_scoped
        on
            int_returns_judged.bloc_code = int_bloc_years_scoped.bloc_code
            and int_returns_judged.period_year = int_bloc_years_scoped.period_year
    where int_returns_judged.is_expected

),

ref_periods as (

    select * from {{ ref('ref_periods') }}
    where period_type in ('Q1', 'H1', 'M9', 'Y')

),

int_units_spanned as (

    select * from {{ ref('int_units_spanned') }}

),

int_units_led as (

    select * from {{ ref('int_units_led') }}

),

returns_checked as (

    select
        int_units_spanned.unit_key,
        int_returns_judged.unit_code,
        int_returns_judged.form,
        ref_periods.period_code,
        int_returns_judged.is_reported,
        row_number() over (
            partition by
                int_returns_judged.unit_code,
                int_returns_judged.bloc_code,
                int_returns_judged.form,
                ref_periods.period_code
            order by int_units_spanned.valid_from desc
        ) as recency
    from int_returns_judged
    inner join ref_periods
        on int_returns_judged.period_end = ref_periods.period_end
    inner join int_units_spanned
        on
            int_returns_judged.unit_code = int_units_spanned.unit_code
            and int_returns_judged.period_end >= int_units_spanned.valid_from

),

final as (

    select
        ---------- text
        int_units_led.reading,
        int_units_led.bloc_code,
        returns_checked.form,
        returns_checked.period_code,

        ---------- numerics
        count(distinct returns_checked.unit_code)
        filter (where returns_checked.is_reported) as units_reported,
        count(distinct returns_checked.unit_code) as units_expected
    from returns_checked
    inner join int_units_led
        on
            returns_checked.unit_key = int_units_led.unit_key
            and returns_checked.recency = 1
    group by
        int_units_led.reading,
        int_units_led.bloc_code,
        returns_checked.form,
        returns_checked.period_code

)

select * from final
