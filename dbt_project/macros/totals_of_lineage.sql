{% macro totals_of_lineage(lineage_view) -%}
{#- CTEs that end in final: the totals of one way to count units of blocs that were
    merged. Two marts, not one with a column: its sum would count each unit twice. -#}
int_lineage_totals_counted as (

    select * from {{ ref('int_lineage_totals_counted') }}
    where
        lineage_view = '{{ lineage_view }}'
        and {{ is_in_scope(['bloc_code']) }}

),

ref_periods as (

    select * from {{ ref('ref_periods') }}

),

totals_dated as (

    select
        int_lineage_totals_counted.*,
        ref_periods.period_end
    from int_lineage_totals_counted
    inner join ref_periods
        on int_lineage_totals_counted.period_code = ref_periods.period_code

),

final as (

    select
        ---------- ids
        {{ period_key() }} as period_key,

        ---------- text
        bloc_code,
        period_code,
        period_type,
        form,
        figure,
        subject,

        ---------- numerics
        period_year,
        total::double precision as total,
        units_reported,
        units_expected,
        blank_count,

        ---------- booleans
        is_partial,
        period_type = 'Y' as is_year_end,
        {{ is_last_with('total', ['bloc_code', 'figure', 'subject']) }} as is_current,

        ---------- dates
        period_end
    from totals_dated

)
{%- endmacro %}
