{# Owed by every unit open at the period's end; what is due before that, a plan for the
   year, by every unit open on the due day; a last return by one that is gone. #}
{{ config(
    materialized = 'incremental',
    unique_key = [],
    tags = ['stage', 'lists'],
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

stg_reference__unit_spans as (

    select * from {{ ref('stg_reference__unit_spans') }}

),

int_last_returns_owed as (

    select * from {{ ref('int_last_returns_owed') }}

),

{# obligations that overlap do not make a return due twice: the earlier day counts #}
returns_owed as (

    select
        stg_reference__unit_spans.unit_code,
        stg_reference__unit_spans.bloc_code,
        int_periods_owed.form,
        int_periods_owed.owed_by,
        int_periods_owed.period_code,
        int_periods_owed.period_type,
        int_periods_owed.period_year,
        int_periods_owed.period_end,
        min(int_periods_owed.due_on) as due_on
    from int_periods_owed
    inner join stg_reference__unit_spans
        on
            int_periods_owed.bloc_code = stg_reference__unit_spans.bloc_code
            and int_periods_owed.owed_by = stg_reference__unit_spans.owed_by
            and int_periods_owed.owed_on >= stg_reference__unit_spans.valid_from
            and int_periods_owed.owed_on < stg_reference__unit_spans.open_until
    group by
        stg_reference__unit_spans.unit_code,
        stg_reference__unit_spans.bloc_code,
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
