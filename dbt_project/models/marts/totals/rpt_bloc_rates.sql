with

int_bloc_totals as (

    select * from {{ ref('int_bloc_totals') }}
    where {{ is_in_scope(['bloc_code']) }}

),

ref_bloc_rates as (

    select * from {{ ref('ref_bloc_rates') }}

),

{# a plan is the whole year's, whatever part of the year is compared with it #}
rates_based as (

    select
        totals.bloc_code,
        totals.period_code,
        totals.period_type,
        totals.period_year,
        totals.period_end,
        ref_bloc_rates.rate,
        ref_bloc_rates.rate_name,
        ref_bloc_rates.base_period = 'year' as is_of_plan,
        totals.computed_total as amount,
        bases.computed_total as base_amount,
        round(
            100.0 * totals.computed_total / nullif(bases.computed_total, 0), 4
        ) as rate_pct,
        totals.units_reported,
        totals.units_expected,
        totals.blank_count + bases.blank_count as blank_count,
        totals.is_complete and bases.is_complete as is_complete,
        totals.is_partial or bases.is_partial as is_partial
    from ref_bloc_rates
    inner join int_bloc_totals as totals
        on ref_bloc_rates.indicator = totals.indicator
    inner join int_bloc_totals as bases
        on
            ref_bloc_rates.base_indicator = bases.indicator
            and totals.bloc_code = bases.bloc_code
            and totals.period_year = bases.period_year
            and bases.period_type
            = case
                when ref_bloc_rates.base_period = 'year' then 'Y'
                else totals.period_type
            end

),

final as (

    select
        ---------- ids
        {{ period_key() }} as period_key,

        ---------- text
        bloc_code,
        period_code,
        period_type,
        rate,
        rate_name,

        ---------- numerics
        period_year,
        amount,
        base_amount,
        rate_pct::double precision as rate_pct,
        case
            when is_of_plan then (rate_pct - 100)::double precision
        end as excess_pct,
        units_reported,
        units_expected,
        blank_count,

        ---------- booleans
        is_complete,
        is_partial and amount is not null as is_partial,
        period_type = 'Y' as is_year_end,
        {{ is_last_with('rate_pct', ['bloc_code', 'rate']) }} as is_current,

        ---------- dates
        period_end
    from rates_based

)

select * from final
