{# A stock is of one day, the last one due for which any return counts; a flow
   counts all that is due. A unit has reported when all its returns of those days count. #}
with

int_term_returns_checked as (

    select * from {{ ref('int_term_returns_checked') }}

),

stocks_dated as (

    select
        *,
        coalesce(
            max(period_end) filter (where is_counted and accrual = 'stock') over span,
            due_until
        ) as covered_until
    from int_term_returns_checked
    window span as (partition by bloc_code, term, span_type, form, accrual)

),

units_checked as (

    select
        bloc_code,
        term,
        span_type,
        form,
        accrual,
        unit_code,
        bool_and(is_counted) as is_reported,
        case when accrual = 'stock' then covered_until else counts_from end
            as covered_from,
        covered_until,
        due_until
    from stocks_dated
    where
        accrual != 'stock'
        or period_end = covered_until
    group by
        bloc_code,
        term,
        span_type,
        form,
        accrual,
        unit_code,
        counts_from,
        covered_until,
        due_until

),

final as (

    select
        ---------- text
        bloc_code,
        term,
        span_type,
        form,
        accrual,

        ---------- numerics
        count(*) filter (where is_reported) as units_reported,
        count(*) as units_expected,

        ---------- dates
        covered_from,
        covered_until,
        due_until
    from units_checked
    group by
        bloc_code,
        term,
        span_type,
        form,
        accrual,
        covered_from,
        covered_until,
        due_until

)

select * from final
