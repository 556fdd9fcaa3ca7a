{# By a cumulative return to its end; by a quarter or month of its own to its end, where
   they are known to its eve. Where only cumulative returns came nobody asks. #}
with recursive

int_submissions_scoped as (

    select * from {{ ref('int_submissions_scoped') }}

),

own_periods as (

    select
        unit_code,
        form,
        period_year,
        period_start - 1 as period_eve,
        period_end
    from int_submissions_scoped
    where basis != 'cumulative'

),

days_begun as (

    select
        unit_code,
        form,
        period_year,
        make_date(period_year, 1, 1) - 1 as known_until
    from own_periods
    union
    select
        int_submissions_scoped.unit_code,
        int_submissions_scoped.form,
        int_submissions_scoped.period_year,
        int_submissions_scoped.period_end as known_until
    from int_submissions_scoped
    inner join own_periods
        on
            int_submissions_scoped.unit_code = own_periods.unit_code
            and int_submissions_scoped.form = own_periods.form
            and int_submissions_scoped.period_year = own_periods.period_year
    where int_submissions_scoped.basis = 'cumulative'

),

days_known as (

    select * from days_begun
    union
    select
        days_known.unit_code,
        days_known.form,
        days_known.period_year,
        own_periods.period_end as known_until
    from days_known
    inner join own_periods
        on
            days_known.unit_code = own_periods.unit_code
            and days_known.form = own_periods.form
            and days_known.period_year = own_periods.period_year
            and days_known.known_until = own_periods.period_eve

),

final as (

    select
        ---------- text
        unit_code,
        form,

        ---------- numerics
        period_year,

        ---------- dates
        known_until
    from days_known

)

select * from final
