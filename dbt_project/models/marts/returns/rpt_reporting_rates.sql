{# A return that nobody owes counts nowhere, so no rate exceeds 100. Of a period that
   has not begun there is no rate. #}
with

int_bloc_years_scoped as (

    select * from {{ ref('int_bloc_years_scoped') }}

),

int_returns_evaluated as (

    select int_returns_evaluated.*
    from {{ ref('int_returns_evaluated') }} as int_returns_evaluated
    inner join int_bloc_years_scoped
        on
            int_returns_evaluated.bloc_code = int_bloc_years_scoped.bloc_code
            and int_returns_evaluated.period_year = int_bloc_years_scoped.period_year
    inner join {{ ref('ref_periods') }} as periods
        on int_returns_evaluated.period_code = periods.period_code
    where
        int_returns_evaluated.is_expected
        and {{ has_begun('periods') }}

),

returns_counted as (

    select
        bloc_code,
        form,
        owed_by,
        period_code,
        period_type,
        period_year,
        period_end,
        max(due_on) as due_on,
        count(*) filter (where is_reported) as units_reported,
        count(*) filter (where is_reported and not is_late) as units_reported_on_time,
        count(*) filter (
            where state = 'accepted' and not is_reported
        ) as units_waiting,
        count(*) filter (where state = 'held') as units_held,
        count(*) filter (where state = 'rejected') as units_rejected,
        count(*) filter (where state = 'missing') as units_missing,
        count(*) filter (where state = 'not_due') as units_not_due,
        count(*) as units_expected
    from int_returns_evaluated
    group by
        bloc_code,
        form,
        owed_by,
        period_code,
        period_type,
        period_year,
        period_end

),

final as (

    select
        ---------- ids
        {{ period_key() }} as period_key,

        ---------- text
        bloc_code,
        form,
        owed_by,
        period_code,
        period_type,

        ---------- numerics
        period_year,
        units_reported,
        units_reported_on_time,
        units_waiting,
        units_held,
        units_rejected,
        units_missing,
        units_not_due,
        units_expected,
        round(100.0 * units_reported / units_expected, 4)::double precision
            as reporting_rate_pct,
        round(100.0 * units_reported_on_time / units_expected, 4)::double precision
            as reporting_rate_on_time_pct,

        ---------- dates
        period_end,
        due_on
    from returns_counted

)

select * from final
