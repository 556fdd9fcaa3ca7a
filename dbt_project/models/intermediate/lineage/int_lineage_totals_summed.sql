{# Weights are applied exactly and nothing is rounded, so over all blocs both views
   give the same total; only units, which have no shares, are counted again. A stock
   counts on the period's last day, a flow inside it. #}
with

int_bloc_figures_scoped as (

    select * from {{ ref('int_bloc_figures_scoped') }}

),

int_units_mapped_to_blocs as (

    select * from {{ ref('int_units_mapped_to_blocs') }}

),

int_lineage_units_today as (

    select * from {{ ref('int_lineage_units_today') }}

),

ref_periods as (

    select * from {{ ref('ref_periods') }}
    where period_type in ('Q1', 'H1', 'M9', 'Y')

),

figures_weighted as (

    select
        int_units_mapped_to_blocs.lineage_view,
        int_units_mapped_to_blocs.bloc_code,
        int_bloc_figures_scoped.form,
        int_bloc_figures_scoped.figure,
        int_bloc_figures_scoped.subject,
        int_bloc_figures_scoped.covers_year,
        int_bloc_figures_scoped.covers_from,
        int_bloc_figures_scoped.covers_until,
        sum(int_bloc_figures_scoped.amount * int_units_mapped_to_blocs.weight)
            as amount,
        sum(int_bloc_figures_scoped.blank_count) as blank_count
    from int_bloc_figures_scoped
    inner join int_units_mapped_to_blocs
        on int_bloc_figures_scoped.led_unit_key = int_units_mapped_to_blocs.unit_key
    where
        int_units_mapped_to_blocs.lineage_view = 'historical'
        or int_bloc_figures_scoped.figure <> 'unit_count'
    group by
        int_units_mapped_to_blocs.lineage_view,
        int_units_mapped_to_blocs.bloc_code,
        int_bloc_figures_scoped.form,
        int_bloc_figures_scoped.figure,
        int_bloc_figures_scoped.subject,
        int_bloc_figures_scoped.covers_year,
        int_bloc_figures_scoped.covers_from,
        int_bloc_figures_scoped.covers_until
    union all
    select
        lineage_view,
        bloc_code,
        form,
        figure,
        subject,
        covers_year,
        covers_from,
        covers_until,
        amount,
        blank_count
    from int_lineage_units_today

),

final as (

    select
        ---------- text
        figures_weighted.lineage_view,
        figures_weighted.bloc_code,
        figures_weighted.form,
        figures_weighted.figure,
        figures_weighted.subject,
        ref_periods.period_code,
        ref_periods.period_type,

        ---------- numerics
        ref_periods.period_year,
        trim_scale(sum(figures_weighted.amount)) as total,
        sum(figures_weighted.blank_count)::bigint as blank_count,

        ---------- booleans
        bool_or(figures_weighted.covers_until = ref_periods.period_end) as is_reached
    from figures_weighted
    inner join ref_periods
        on
            figures_weighted.covers_year = ref_periods.period_year
            and figures_weighted.covers_until <= ref_periods.period_end
            and figures_weighted.covers_from >= ref_periods.period_start
            and (
                figures_weighted.covers_from < figures_weighted.covers_until
                or figures_weighted.covers_until = ref_periods.period_end
            )
    group by
        figures_weighted.lineage_view,
        figures_weighted.bloc_code,
        figures_weighted.form,
        figures_weighted.figure,
        figures_weighted.subject,
        ref_periods.period_code,
        ref_periods.period_type,
        ref_periods.period_year

)

select * from final
