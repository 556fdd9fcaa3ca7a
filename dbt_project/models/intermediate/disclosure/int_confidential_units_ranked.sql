{# Whether a unit's year may be shown beside the bloc's: the largest of the clear ones,
   as long as more than the threshold, of three units or more, stays hidden. #}
with

int_confidential_totals_traced as (

    select * from {{ ref('int_confidential_totals_traced') }}

),

int_unit_years_evaluated as (

    select * from {{ ref('int_unit_years_evaluated') }}

),

units_judged as (

    select
        traced.*,
        int_unit_years_evaluated.counts_md5,
        traced.period_type = 'Y'
        and traced.amount > 0
        and coalesce(int_unit_years_evaluated.is_clear, false)
        and traced.amount = int_unit_years_evaluated.members_disciplined
        and bool_and(traced.is_of_bloc) over total_of_bloc as is_showable
    from int_confidential_totals_traced as traced
    left join int_unit_years_evaluated
        on
            traced.bloc_code = int_unit_years_evaluated.bloc_code
            and traced.unit_code = int_unit_years_evaluated.unit_code
            and traced.period_year = int_unit_years_evaluated.period_year
    window total_of_bloc as (
        partition by
            traced.bloc_code,
            traced.period_code,
            traced.indicator
    )

),

{# what would stay hidden, were a unit shown with all that come before it #}
units_ranked as (

    select
        *,
        sum(amount) over largest_last as hidden_total,
        count(*) over largest_last as hidden_units
    from units_judged
    window largest_last as (
        partition by bloc_code, period_code, indicator
        order by is_showable asc, amount asc, unit_code desc
        rows between unbounded preceding and 1 preceding
    )

),

final as (

    select
        ---------- text
        bloc_code,
        period_code,
        indicator,
        unit_code,
        counts_md5,

        ---------- numerics
        period_year,
        amount,

        ---------- booleans
        is_showable
        and hidden_units >= 3
        and hidden_total > {{ var('suppression_threshold') }} as is_shown
    from units_ranked

)

select * from final
