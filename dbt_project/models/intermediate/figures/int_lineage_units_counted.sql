{# grain: one row per bloc as it is today, subject and day that any unit stood on #}

{# Units are counted and not shared out: those that were merged since are one today, and
   one that was split is as many as go on. Their kinds are those of today too. #}
with

int_bloc_years_scoped as (

    select * from {{ ref('int_bloc_years_scoped') }}

),

int_figures_listed as (

    select * from {{ ref('int_figures_listed') }}
    where
        figure = 'unit_count'
        and subject = 'all'

),

int_unit_lineage_walked as (

    select * from {{ ref('int_unit_lineage_walked') }}

),

int_units_spanned as (

    select * from {{ ref('int_units_spanned') }}

),

final as (

    select
        ---------- text
        'as_it_is_today' as reading,
        int_unit_lineage_walked.today_bloc_code as bloc_code,
        int_figures_listed.form,
        int_figures_listed.figure,
        subjects.subject,

        ---------- numerics
        int_figures_listed.period_year as covers_year,
        nullif(
            count(distinct int_unit_lineage_walked.today_unit_code) filter (
                where int_figures_listed.amount is not null
            ),
            0
        )::numeric as amount,
        sum(int_figures_listed.blank_count) as blank_count,

        ---------- dates
        int_figures_listed.covers_from,
        int_figures_listed.covers_until
    from int_figures_listed
    inner join int_bloc_years_scoped
        on
            int_figures_listed.bloc_code = int_bloc_years_scoped.bloc_code
            and int_figures_listed.period_year = int_bloc_years_scoped.period_year
    inner join int_unit_lineage_walked
        on int_figures_listed.unit_key = int_unit_lineage_walked.unit_key
    inner join int_units_spanned
        on int_unit_lineage_walked.today_unit_key = int_units_spanned.unit_key
    cross join
        lateral (values ('all'), (int_units_spanned.unit_kind)) as subjects (subject)
    group by
        int_unit_lineage_walked.today_bloc_code,
        int_figures_listed.form,
        int_figures_listed.figure,
        subjects.subject,
        int_figures_listed.period_year,
        int_figures_listed.covers_from,
        int_figures_listed.covers_until

)

select * from final
