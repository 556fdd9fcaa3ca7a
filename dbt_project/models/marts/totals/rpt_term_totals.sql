with

int_term_amounts_summed as (

    select * from {{ ref('int_term_amounts_summed') }}

),

int_term_spans_dated as (

    select * from {{ ref('int_term_spans_dated') }}

),

{# nothing listed by units that reported is zero; a blank leaves the total unknown #}
totals_dated as (

    select
        int_term_amounts_summed.*,
        case
            when
                int_term_amounts_summed.units_reported > 0
                and int_term_amounts_summed.listed_count = 0
                then 0
            else int_term_amounts_summed.amount
        end as total,
        int_term_spans_dated.first_day,
        int_term_spans_dated.last_day
    from int_term_amounts_summed
    inner join int_term_spans_dated
        on
            int_term_amounts_summed.bloc_code = int_term_spans_dated.bloc_code
            and int_term_amounts_summed.term = int_term_spans_dated.term
            and int_term_amounts_summed.span_type = int_term_spans_dated.span_type

),

final as (

    select
        ---------- text
        bloc_code,
        span_type,
        term,
        indicator,

        ---------- numerics
        total,
        units_reported,
        units_expected,
        blank_count,

        ---------- booleans
        units_reported = units_expected
        and blank_count = 0
        and total is not null
        and covered_until = due_until as is_complete,
        {{ is_partial('total') }} as is_partial,

        ---------- dates
        first_day,
        last_day,
        covered_from,
        covered_until
    from totals_dated

)

select * from final
