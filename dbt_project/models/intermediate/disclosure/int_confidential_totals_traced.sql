{# grain: one row per bloc, period, confidential indicator and unit that it rests on #}

with

int_bloc_totals_scoped as (

    select * from {{ ref('int_bloc_totals_scoped') }}
    where is_confidential

),

int_bloc_lineage_traced as (

    select * from {{ ref('int_bloc_lineage_traced') }}

),

units_of_blocs as (

    select distinct
        bloc_code,
        unit_code
    from {{ ref('int_units_spanned') }}

),

int_submissions_counted as (

    select * from {{ ref('int_submissions_counted') }}
    where form = 'inspections'

),

{# per unit, so that another return of one unit is one difference #}
final as (

    select
        ---------- text
        totals.bloc_code,
        totals.period_code,
        totals.indicator,
        int_submissions_counted.unit_code,
        int_submissions_counted.unit_code || ':' || string_agg(
            int_submissions_counted.submission_id::text, ','
            order by int_submissions_counted.submission_id
        ) as unit_basis
    from int_bloc_totals_scoped as totals
    inner join int_bloc_lineage_traced
        on
            totals.bloc_code = int_bloc_lineage_traced.bloc_code
            and totals.period_end >= int_bloc_lineage_traced.counts_since
    inner join units_of_blocs
        on int_bloc_lineage_traced.member_bloc_code = units_of_blocs.bloc_code
    inner join int_submissions_counted
        on
            units_of_blocs.unit_code = int_submissions_counted.unit_code
            and units_of_blocs.bloc_code = int_submissions_counted.bloc_code
            and totals.period_year = int_submissions_counted.period_year
            and totals.period_end >= int_submissions_counted.period_end
    group by
        totals.bloc_code,
        totals.period_code,
        totals.indicator,
        int_submissions_counted.unit_code

)

select * from final
