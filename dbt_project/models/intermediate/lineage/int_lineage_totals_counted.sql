{# A table: two marts show its rows, each those of one lineage view, of all years. #}
{{ config(
    materialized = 'incremental',
    unique_key = ['bloc_code', 'period_year'],
    indexes = [{'columns': ['bloc_code', 'period_year']}],
) }}

with

int_lineage_totals_summed as (

    select * from {{ ref('int_lineage_totals_summed') }}

),

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
    where int_returns_evaluated.is_expected

),

ref_periods as (

    select * from {{ ref('ref_periods') }}
    where basis = 'cumulative'

),

stg_reference__unit_spans as (

    select * from {{ ref('stg_reference__unit_spans') }}

),

int_units_mapped_to_blocs as (

    select * from {{ ref('int_units_mapped_to_blocs') }}

),

returns_checked as (

    select
        stg_reference__unit_spans.unit_key,
        int_returns_evaluated.unit_code,
        int_returns_evaluated.form,
        ref_periods.period_code,
        int_returns_evaluated.is_reported,
        row_number() over (
            partition by
                int_returns_evaluated.unit_code,
                int_returns_evaluated.bloc_code,
                int_returns_evaluated.form,
                ref_periods.period_code
            order by stg_reference__unit_spans.valid_from desc
        ) as recency
    from int_returns_evaluated
    inner join ref_periods
        on int_returns_evaluated.period_end = ref_periods.period_end
    inner join stg_reference__unit_spans
        on
            int_returns_evaluated.unit_code = stg_reference__unit_spans.unit_code
            and int_returns_evaluated.period_end >= stg_reference__unit_spans.valid_from

),

units_counted as (

    select
        int_units_mapped_to_blocs.lineage_view,
        int_units_mapped_to_blocs.bloc_code,
        returns_checked.form,
        returns_checked.period_code,
        count(distinct returns_checked.unit_code)
        filter (where returns_checked.is_reported) as units_reported,
        count(distinct returns_checked.unit_code) as units_expected
    from returns_checked
    inner join int_units_mapped_to_blocs
        on
            returns_checked.unit_key = int_units_mapped_to_blocs.unit_key
            and returns_checked.recency = 1
    group by
        int_units_mapped_to_blocs.lineage_view,
        int_units_mapped_to_blocs.bloc_code,
        returns_checked.form,
        returns_checked.period_code

),

{# no figure where none of those that owe the period's return has sent it; where nothing
   reaches its end, as where only a part of the year came, the figure is a part. It stays,
   for both lineage views add up to the same over all blocs #}
totals_counted as (

    select
        totals.*,
        coalesce(counted.units_reported, 0) as units_reported,
        coalesce(counted.units_expected, 0) as units_expected,
        case
            when counted.units_reported = 0 and counted.units_expected > 0 then null
            else totals.total
        end as known_total
    from int_lineage_totals_summed as totals
    left join units_counted as counted
        on
            totals.lineage_view = counted.lineage_view
            and totals.bloc_code = counted.bloc_code
            and totals.form = counted.form
            and totals.period_code = counted.period_code

),

final as (

    select
        ---------- text
        lineage_view,
        bloc_code,
        period_code,
        period_type,
        form,
        figure,
        subject,

        ---------- numerics
        period_year,
        known_total as total,
        units_reported,
        units_expected,
        blank_count,

        ---------- booleans
        {{ is_partial('known_total') }}
        or (known_total is not null and not is_reached) as is_partial
    from totals_counted

)

select * from final
