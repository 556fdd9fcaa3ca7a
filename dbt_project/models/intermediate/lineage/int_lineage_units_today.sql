{# Units are counted and not shared out: those that were merged since are one today, and
   one that was split is as many as go on. Their kinds are those of today too. #}
with

int_bloc_years_scoped as (

    select * from {{ ref('int_bloc_years_scoped') }}

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

int_unit_validity_periods as (

    select * from {{ ref('int_unit_validity_periods') }}

),

final as (

    select
        ---------- text
        'current' as lineage_view,
        int_unit_lineage.today_bloc_code as bloc_code,
        int_figures_unpivoted.form,
        int_figures_unpivoted.figure,
        subjects.subject,

        ---------- numerics
        int_figures_unpivoted.period_year as covers_year,
        nullif(
            count(distinct int_unit_lineage.today_unit_code) filter (
                where int_figures_unpivoted.amount is not null
            ),
            0
        )::numeric as amount,
        sum(int_figures_unpivoted.blank_count) as blank_count,

        ---------- dates
        int_figures_unpivoted.covers_from,
        int_figures_unpivoted.covers_until
    from int_figures_unpivoted
    inner join int_bloc_years_scoped
        on
            int_figures_unpivoted.bloc_code = int_bloc_years_scoped.bloc_code
            and int_figures_unpivoted.period_year = int_bloc_years_scoped.period_year
    inner join int_unit_lineage
        on int_figures_unpivoted.unit_key = int_unit_lineage.unit_key
    inner join int_unit_validity_periods
        on int_unit_lineage.today_unit_key = int_unit_validity_periods.unit_key
    cross join
        lateral (values ('all'), (int_unit_validity_periods.unit_kind))
            as subjects (subject)
    group by
        int_unit_lineage.today_bloc_code,
        int_figures_unpivoted.form,
        int_figures_unpivoted.figure,
        subjects.subject,
        int_figures_unpivoted.period_year,
        int_figures_unpivoted.covers_from,
        int_figures_unpivoted.covers_until

)

select * from final
