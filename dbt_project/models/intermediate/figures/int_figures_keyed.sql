{# grain: one row per unit span, days covered, figure and subject #}

{# The span in the bloc that the figure was reported to, the last one in those days.
   Discipline is left out: it is read suppressed, and in one place. #}
with

int_bloc_years_scoped as (

    select * from {{ ref('int_bloc_years_scoped') }}

),

int_figures_listed as (

    select int_figures_listed.*
    from {{ ref('int_figures_listed') }} as int_figures_listed
    inner join int_bloc_years_scoped
        on
            int_figures_listed.bloc_code = int_bloc_years_scoped.bloc_code
            and int_figures_listed.covers_until
            between make_date(int_bloc_years_scoped.period_year, 1, 1)
            and make_date(int_bloc_years_scoped.period_year, 12, 31)
    where
        int_figures_listed.conducted_by = 'all'
        and int_figures_listed.figure <> 'members_disciplined'
        and int_figures_listed.amount is not null

),

int_units_spanned as (

    select * from {{ ref('int_units_spanned') }}

),

figures_summed as (

    select
        unit_code,
        bloc_code,
        form,
        figure,
        subject,
        covers_from,
        covers_until,
        sum(amount) as amount
    from int_figures_listed
    group by
        unit_code,
        bloc_code,
        form,
        figure,
        subject,
        covers_from,
        covers_until

),

spans_ranked as (

    select
        figures_summed.*,
        int_units_spanned.unit_key,
        row_number() over (
            partition by
                figures_summed.unit_code,
                figures_summed.bloc_code,
                figures_summed.figure,
                figures_summed.subject,
                figures_summed.covers_from,
                figures_summed.covers_until
            order by
                figures_summed.bloc_code = int_units_spanned.bloc_code desc,
                figures_summed.covers_until >= int_units_spanned.valid_from desc,
                int_units_spanned.valid_from desc
        ) as nearness
    from figures_summed
    inner join int_units_spanned
        on figures_summed.unit_code = int_units_spanned.unit_code

),

final as (

    select
        ---------- ids
        unit_key,

        ---------- text
        form,
        figure,
        subject,

        ---------- numerics
        amount,

        ---------- dates
        covers_from,
        covers_until
    from spans_ranked
    where nearness = 1

)

select * from final
