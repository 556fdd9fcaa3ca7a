{# grain: one row per bloc, period and confidential indicator: may it be shown #}

{# A total of small counts gives one away where all others are known: by the units that
   are shown, by a unit that has not reported yet, or by the same total a release before.
   So it is shown from the threshold on, when all have reported, when at least three
   units stay hidden behind it, and when it rests on the very returns that it was shown
   for before, or on those of three units more or others. #}
{% set threshold = var('suppression_threshold') %}
with

int_bloc_totals_scoped as (

    select * from {{ ref('int_bloc_totals_scoped') }}
    where is_confidential

),

int_confidential_totals_traced as (

    select * from {{ ref('int_confidential_totals_traced') }}

),

int_discipline_disclosed as (

    select * from {{ ref('int_discipline_disclosed') }}
    where
        subject = 'member'
        and discipline_total is not null

),

units_shown as (

    select
        int_confidential_totals_traced.bloc_code,
        int_confidential_totals_traced.period_code,
        int_confidential_totals_traced.indicator,
        count(distinct int_discipline_disclosed.unit_code) as shown_units,
        sum(int_discipline_disclosed.discipline_total) as shown_total
    from int_confidential_totals_traced
    inner join int_discipline_disclosed
        on
            int_confidential_totals_traced.unit_code
            = int_discipline_disclosed.unit_code
            and int_confidential_totals_traced.period_code
            = int_discipline_disclosed.period_code
    group by
        int_confidential_totals_traced.bloc_code,
        int_confidential_totals_traced.period_code,
        int_confidential_totals_traced.indicator

),

bases_listed as (

    select
        bloc_code,
        period_code,
        indicator,
        count(*) as units_behind,
        array_agg(unit_basis order by unit_basis) as basis
    from int_confidential_totals_traced
    group by
        bloc_code,
        period_code,
        indicator

),

final as (

    select
        ---------- text
        totals.bloc_code,
        totals.period_code,
        totals.indicator,
        coalesce(bases_listed.basis, '{}') as basis,

        ---------- numerics
        totals.period_year,

        ---------- booleans
        totals.is_complete
        and (
            totals.computed_total = 0
            or (
                totals.computed_total >= {{ threshold }}
                and (
                    totals.computed_total = coalesce(units_shown.shown_total, 0)
                    or (
                        bases_listed.units_behind
                        - coalesce(units_shown.shown_units, 0) >= 3
                        {# else each of those hidden has the most that is hidden #}
                        and totals.computed_total
                        - coalesce(units_shown.shown_total, 0)
                        < ({{ threshold }} - 1) * (
                            bases_listed.units_behind
                            - coalesce(units_shown.shown_units, 0)
                        )
                    )
                )
            )
        ) as is_safe
    from int_bloc_totals_scoped as totals
    left join bases_listed
        on
            totals.bloc_code = bases_listed.bloc_code
            and totals.period_code = bases_listed.period_code
            and totals.indicator = bases_listed.indicator
    left join units_shown
        on
            totals.bloc_code = units_shown.bloc_code
            and totals.period_code = units_shown.period_code
            and totals.indicator = units_shown.indicator

)

select * from final
