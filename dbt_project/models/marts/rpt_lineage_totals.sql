{# grain: one row per reading, bloc, period, figure and subject #}

{# Weights are applied exactly and nothing is rounded, so over all blocs both readings
   give the same total. A stock counts on the period's last day, a flow inside it. #}
with

int_bloc_figures_scoped as (

    select * from {{ ref('int_bloc_figures_scoped') }}

),

int_units_led as (

    select * from {{ ref('int_units_led') }}

),

int_lineage_units_tallied as (

    select * from {{ ref('int_lineage_units_tallied') }}

),

ref_periods as (

    select * from {{ ref('ref_periods') }}
    where period_type in ('Q1', 'H1', 'M9', 'Y')

),

figures_weighted as (

    select
        int_units_led.reading,
        int_units_led.bloc_code,
        int_bloc_figures_scoped.form,
        int_bloc_figures_scoped.figure,
        int_bloc_figures_scoped.subject,
        int_bloc_figures_scoped.covers_year,
        int_bloc_figures_scoped.covers_from,
        int_bloc_figures_scoped.covers_until,
        sum(int_bloc_figures_scoped.amount * int_units_led.weight) as amount,
        sum(int_bloc_figures_scoped.blank_count) as blank_count
    from int_bloc_figures_scoped
    inner join int_units_led
        on int_bloc_figures_scoped.led_unit_key = int_units_led.unit_key
    group by
        int_units_led.reading,
        int_units_led.bloc_code,
        int_bloc_figures_scoped.form,
        int_bloc_figures_scoped.figure,
        int_bloc_figures_scoped.subject,
        int_bloc_figures_scoped.covers_year,
        int_bloc_figures_scoped.covers_from,
        int_bloc_figures_scoped.covers_until

),

periods_summed as (

    select
        figures_weighted.reading,
        figures_weighted.bloc_code,
        figures_weighted.form,
        figures_weighted.figure,
        figures_weighted.subject,
        ref_periods.period_code,
        ref_periods.period_type,
        ref_periods.period_year,
        trim_scale(sum(figures_weighted.amount)) as total,
        sum(figures_weighted.blank_count)::bigint as blank_count
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
        figures_weighted.reading,
        figures_weighted.bloc_code,
        figures_weighted.form,
        figures_weighted.figure,
        figures_weighted.subject,
        ref_periods.period_code,
        ref_periods.period_type,
        ref_periods.period_year

),

{# no figure where none of those that owe the period's return has sent it #}
totals_tallied as (

    select
        periods_summed.*,
        coalesce(int_lineage_units_tallied.units_reported, 0) as units_reported,
        coalesce(int_lineage_units_tallied.units_expected, 0) as units_expected,
        case
            when
                int_lineage_units_tallied.units_reported = 0
                and int_lineage_units_tallied.units_expected > 0
                then null
            else periods_summed.total
        end as known_total
    from periods_summed
    left join int_lineage_units_tallied
        on
            periods_summed.reading = int_lineage_units_tallied.reading
            and periods_summed.bloc_code = int_lineage_units_tallied.bloc_code
            and periods_summed.form = int_lineage_units_tallied.form
            and periods_summed.period_code = int_lineage_units_tallied.period_code

),

final as (

    select
        ---------- text
        reading,
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
        {{ is_partial('known_total') }} as is_partial
    from totals_tallied

)

select * from final
