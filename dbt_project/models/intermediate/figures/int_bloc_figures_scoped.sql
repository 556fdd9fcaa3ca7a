{# Those whose days lie in the years being rebuilt, whatever they were reported for.
   Discipline is left out: it is read suppressed, and in one place. #}
with

int_bloc_years_scoped as (

    select * from {{ ref('int_bloc_years_scoped') }}

),

int_bloc_figures_summed as (

    select * from {{ ref('int_bloc_figures_summed') }}
    where
        conducted_by = 'all'
        and figure <> 'members_disciplined'

),

final as (

    select
        ---------- ids
        int_bloc_figures_summed.led_unit_key,

        ---------- text
        int_bloc_figures_summed.form,
        int_bloc_figures_summed.figure,
        int_bloc_figures_summed.subject,

        ---------- numerics
        int_bloc_figures_summed.covers_year,
        int_bloc_figures_summed.amount,
        int_bloc_figures_summed.blank_count,

        ---------- dates
        int_bloc_figures_summed.covers_from,
        int_bloc_figures_summed.covers_until
    from int_bloc_figures_summed
    inner join int_bloc_years_scoped
        on
            int_bloc_figures_summed.bloc_code = int_bloc_years_scoped.bloc_code
            and int_bloc_figures_summed.covers_year = int_bloc_years_scoped.period_year

)

select * from final
