{# Owed by every unit open at the period's end; what is due before that, a plan for the
   year, by every unit open on the due day; a last return by one that is gone. #}
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

int_periods_owed as (

    select * from {{ ref('int_periods_owed') }}

),

int_unit_validity_periods as (

    select * from {{ ref('int_unit_validity_periods') }}

),

int_last_returns_owed as (

    select * from {{ ref('int_last_returns_owed') }}

),

{# obligations that overlap do not make a return due twice: the earlier day counts #}
returns_owed as (

    select
        int_unit_validity_periods.unit_code,
        int_unit_validity_periods.bloc_code,
        int_periods_owed.form,
        int_periods_owed.owed_by,
        int_periods_owed.period_code,
        int_periods_owed.period_type,
        int_periods_owed.period_year,
        int_periods_owed.period_end,
        min(int_periods_owed.due_on) as due_on
    from int_periods_owed
    inner join int_unit_validity_periods
        on
            int_periods_owed.bloc_code = int_unit_validity_periods.bloc_code
            and int_periods_owed.owed_by = int_unit_validity_periods.owed_by
            and int_periods_owed.owed_on >= int_unit_validity_periods.valid_from
            and int_periods_owed.owed_on < int_unit_validity_periods.open_until
    group by
        int_unit_validity_periods.unit_code,
        int_unit_validity_periods.bloc_code,
        int_periods_owed.form,
        int_periods_owed.owed_by,
        int_periods_owed.period_code,
        int_periods_owed.period_type,
        int_periods_owed.period_year,
        int_periods_owed.period_end

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
    union all
    select
        unit_code,
        bloc_code,
        form,
        owed_by,
        period_code,
        period_type,
        period_year,
        period_end,
        due_on
    from int_last_returns_owed

)

select * from final
