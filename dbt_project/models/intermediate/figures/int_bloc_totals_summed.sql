with

int_bloc_totals_spine as (

    select * from {{ ref('int_bloc_totals_spine') }}

),

int_bloc_years_scoped as (

    select * from {{ ref('int_bloc_years_scoped') }}

),

{# of few blocs, so that their figures are found by the index #}
int_bloc_lineage as (

    select lineage.*
    from {{ ref('int_bloc_lineage') }} as lineage
    where
        lineage.bloc_code in (
            select int_bloc_years_scoped.bloc_code from int_bloc_years_scoped
        )

),

int_bloc_figures_summed as (

    select * from {{ ref('int_bloc_figures_summed') }}
    where conducted_by = 'all'

),

final as (

    select
        ---------- text
        int_bloc_totals_spine.bloc_code,
        int_bloc_totals_spine.period_code,
        int_bloc_totals_spine.indicator,

        ---------- numerics
        sum(int_bloc_figures_summed.amount)::bigint as computed_total,
        sum(int_bloc_figures_summed.blank_count)::bigint as blank_count
    from int_bloc_totals_spine
    inner join int_bloc_lineage
        on
            int_bloc_totals_spine.bloc_code = int_bloc_lineage.bloc_code
            and int_bloc_totals_spine.counts_until
            >= int_bloc_lineage.counts_since
    inner join int_bloc_figures_summed
        on
            int_bloc_lineage.member_bloc_code = int_bloc_figures_summed.bloc_code
            and int_bloc_totals_spine.figure = int_bloc_figures_summed.figure
            and int_bloc_totals_spine.subject = int_bloc_figures_summed.subject
            and int_bloc_totals_spine.period_year = int_bloc_figures_summed.covers_year
            and int_bloc_totals_spine.counts_from
            <= int_bloc_figures_summed.covers_from
            and int_bloc_totals_spine.counts_until
            >= int_bloc_figures_summed.covers_until
    group by
        int_bloc_totals_spine.bloc_code,
        int_bloc_totals_spine.period_code,
        int_bloc_totals_spine.indicator

)

select * from final
