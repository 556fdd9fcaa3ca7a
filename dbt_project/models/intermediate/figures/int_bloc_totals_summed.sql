{# grain: one row per bloc, period and indicator; computed_total null: nothing listed #}

with

int_bloc_totals_opened as (

    select * from {{ ref('int_bloc_totals_opened') }}

),

int_bloc_lineage_traced as (

    select * from {{ ref('int_bloc_lineage_traced') }}

),

int_figures_listed as (

    select * from {{ ref('int_figures_listed') }}

),

final as (

    select
        ---------- text
        int_bloc_totals_opened.bloc_code,
        int_bloc_totals_opened.period_code,
        int_bloc_totals_opened.indicator,

        ---------- numerics
        sum(int_figures_listed.amount)::bigint as computed_total,
        count(*) filter (where int_figures_listed.amount is null) as blank_count
    from int_bloc_totals_opened
    inner join int_bloc_lineage_traced
        on int_bloc_totals_opened.bloc_code = int_bloc_lineage_traced.bloc_code
    inner join int_figures_listed
        on
            int_bloc_lineage_traced.member_bloc_code = int_figures_listed.bloc_code
            and int_bloc_totals_opened.figure = int_figures_listed.figure
            and int_bloc_totals_opened.subject = int_figures_listed.subject
            and int_figures_listed.conducted_by = 'all'
            and int_bloc_totals_opened.counts_from <= int_figures_listed.covers_from
            and int_bloc_totals_opened.counts_until >= int_figures_listed.covers_until
    group by
        int_bloc_totals_opened.bloc_code,
        int_bloc_totals_opened.period_code,
        int_bloc_totals_opened.indicator

)

select * from final
