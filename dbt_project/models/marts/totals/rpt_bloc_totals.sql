with

int_bloc_totals_judged as (

    select * from {{ ref('int_bloc_totals_judged') }}
    where {{ is_in_scope(['bloc_code']) }}

),

final as (

    select
        ---------- ids
        {{ period_key() }} as period_key,

        ---------- text
        bloc_code,
        period_code,
        period_type,
        indicator,

        ---------- numerics
        period_year,
        computed_total,
        declared_total,
        difference,
        units_reported,
        units_expected,
        blank_count,

        ---------- booleans
        is_in_summary,
        is_complete,
        is_partial,
        is_withheld,
        period_type = 'Y' as is_year_end,
        {{ is_last_with('computed_total', ['bloc_code', 'indicator']) }} as is_current,

        ---------- dates
        period_end
    from int_bloc_totals_judged

)

select * from final
