{# grain: one row per unit, form and period that is owed #}

{# Owed by every unit open at the period's end; what is due before that, a plan for the
   year, by every unit open on the due day. #}
{{ config(
    materialized = 'table',
    tags = ['stage'],
    indexes = [
        {'columns': ['unit_code', 'period_year']},
        {'columns': ['bloc_code', 'period_year', 'form', 'period_end']},
        {'columns': ['due_on']},
    ],
) }}

with

ref_obligations as (

    select * from {{ ref('ref_obligations') }}

),

ref_periods as (

    select * from {{ ref('ref_periods') }}

),

int_units_spanned as (

    select * from {{ ref('int_units_spanned') }}

),

periods_owed as (

    select
        ref_obligations.bloc_code,
        ref_obligations.form,
        ref_obligations.owed_by,
        ref_periods.period_code,
        ref_periods.period_type,
        ref_periods.period_year,
        ref_periods.period_end,
        ref_periods.period_end + ref_obligations.due_days as due_on,
        least(
            ref_periods.period_end,
            ref_periods.period_end + ref_obligations.due_days
        ) as owed_on
    from ref_obligations
    inner join ref_periods
        on
            ref_obligations.period_type = ref_periods.period_type
            and ref_periods.period_year
            between split_part(ref_obligations.first_period, '-', 1)::integer
            and coalesce(
                split_part(ref_obligations.last_period, '-', 1)::integer, 9999
            )

),

{# obligations that overlap do not make a return due twice: the earlier day counts #}
returns_owed as (

    select
        int_units_spanned.unit_code,
        int_units_spanned.bloc_code,
        periods_owed.form,
        periods_owed.owed_by,
        periods_owed.period_code,
        periods_owed.period_type,
        periods_owed.period_year,
        periods_owed.period_end,
        min(periods_owed.due_on) as due_on
    from periods_owed
    inner join int_units_spanned
        on
            periods_owed.bloc_code = int_units_spanned.bloc_code
            and periods_owed.owed_by = int_units_spanned.owed_by
            and periods_owed.owed_on >= int_units_spanned.valid_from
            and periods_owed.owed_on < int_units_spanned.open_until
    group by
        int_units_spanned.unit_code,
        int_units_spanned.bloc_code,
        periods_owed.form,
        periods_owed.owed_by,
        periods_owed.period_code,
        periods_owed.period_type,
        periods_owed.period_year,
        periods_owed.period_end

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

        ---------- dates
        period_end,
        due_on
    from returns_owed

)

select * from final
