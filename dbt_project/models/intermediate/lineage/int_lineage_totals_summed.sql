{# Weights are applied exactly and nothing is rounded, so over all blocs both views
   give the same total; only units, which have no shares, are counted again. A stock
   counts on the period's last day, a flow inside it. #}
with

int_bloc_years_scoped as (

    select * from {{ ref('int_bloc_years_scoped') }}

),

{# Those whose days lie in the years in scope, whatever they were reported for.
   Discipline is left out: it is read suppressed, and in one place. #}
int_bloc_figures_summed as (

    select * from {{ ref('int_bloc_figures_summed') }}
    where
        conducted_by = 'all'
        and figure <> 'members_disciplined'
        and (bloc_code, covers_year) in (
            select
                int_bloc_years_scoped.bloc_code,
                int_bloc_years_scoped.period_year
            from int_bloc_years_scoped
        )

),

int_units_mapped_to_blocs as (

    select * from {{ ref('int_units_mapped_to_blocs') }}

),

int_figures_unpivoted as (

    select * from {{ ref('int_figures_unpivoted') }}
    where
        figure = 'unit_count'
        and subject = 'all'

),

int_unit_lineage as (

    select * from {{ ref('int_unit_lineage') }}

),

stg_reference__unit_spans as (

    select * from {{ ref('stg_reference__unit_spans') }}

),

{# Units are counted and not shared out: those that were merged since are one today, and
   one that was split is as many as go on. Their kinds are those of today too. #}
units_of_today as (

    select
        'current' as lineage_view,
        int_unit_lineage.today_bloc_code as bloc_code,
        int_figures_unpivoted.form,
        int_figures_unpivoted.figure,
        subjects.subject,
        int_figures_unpivoted.period_year as covers_year,
        nullif(
            count(distinct int_unit_lineage.today_unit_code) filter (
                where int_figures_unpivoted.amount is not null
            ),
            0
        )::numeric as amount,
        sum(int_figures_unpivoted.blank_count) as blank_count,
        int_figures_unpivoted.covers_from,
        int_figures_unpivoted.covers_until
    from int_figures_unpivoted
    inner join int_bloc_years_scoped
        on
            int_figures_unpivoted.bloc_code = int_bloc_years_scoped.bloc_code
            and int_figures_unpivoted.period_year = int_bloc_years_scoped.period_year
    inner join int_unit_lineage
        on int_figures_unpivoted.unit_key = int_unit_lineage.unit_key
    inner join stg_reference__unit_spans
        on int_unit_lineage.today_unit_key = stg_reference__unit_spans.unit_key
    cross join
        lateral (values ('all'), (stg_reference__unit_spans.unit_kind))
            as subjects (subject)
    group by
        int_unit_lineage.today_bloc_code,
        int_figures_unpivoted.form,
        int_figures_unpivoted.figure,
        subjects.subject,
        int_figures_unpivoted.period_year,
        int_figures_unpivoted.covers_from,
        int_figures_unpivoted.covers_until

),

ref_periods as (

    select * from {{ ref('ref_periods') }}
    where basis = 'cumulative'

),

figures_weighted as (

    select
        int_units_mapped_to_blocs.lineage_view,
        int_units_mapped_to_blocs.bloc_code,
        int_bloc_figures_summed.form,
        int_bloc_figures_summed.figure,
        int_bloc_figures_summed.subject,
        int_bloc_figures_summed.covers_year,
        int_bloc_figures_summed.covers_from,
        int_bloc_figures_summed.covers_until,
        sum(int_bloc_figures_summed.amount * int_units_mapped_to_blocs.weight)
            as amount,
        sum(int_bloc_figures_summed.blank_count) as blank_count
    from int_bloc_figures_summed
    inner join int_units_mapped_to_blocs
        on int_bloc_figures_summed.led_unit_key = int_units_mapped_to_blocs.unit_key
    where
        int_units_mapped_to_blocs.lineage_view = 'historical'
        or int_bloc_figures_summed.figure <> 'unit_count'
    group by
        int_units_mapped_to_blocs.lineage_view,
        int_units_mapped_to_blocs.bloc_code,
        int_bloc_figures_summed.form,
        int_bloc_figures_summed.figure,
        int_bloc_figures_summed.subject,
        int_bloc_figures_summed.covers_year,
        int_bloc_figures_summed.covers_from,
        int_bloc_figures_summed.covers_until
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
    from units_of_today

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
