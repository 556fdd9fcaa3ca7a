{# grain: one row per bloc, span and indicator of which anything has fallen due #}

with

int_term_amounts_summed as (

    select * from {{ ref('int_term_amounts_summed') }}

),

int_term_spans_dated as (

    select * from {{ ref('int_term_spans_dated') }}

),

{# nothing listed by units that reported is zero; nothing reported is unknown #}
final as (

    select
        ---------- text
        int_term_amounts_summed.bloc_code,
        int_term_amounts_summed.span_type,
        int_term_amounts_summed.term,
        int_term_amounts_summed.indicator,

        ---------- numerics
        case
            when
                int_term_amounts_summed.units_reported > 0
                and int_term_amounts_summed.listed_count = 0
                then 0
            else int_term_amounts_summed.amount
        end as total,
        int_term_amounts_summed.units_reported,
        int_term_amounts_summed.units_expected,
        int_term_amounts_summed.blank_count,

        ---------- booleans
        int_term_amounts_summed.units_reported = int_term_amounts_summed.units_expected
        and int_term_amounts_summed.blank_count = 0
        and int_term_amounts_summed.covered_until = int_term_amounts_summed.due_until
            as is_complete,

        ---------- dates
        int_term_spans_dated.first_day,
        int_term_spans_dated.last_day,
        int_term_amounts_summed.covered_from,
        int_term_amounts_summed.covered_until
    from int_term_amounts_summed
    inner join int_term_spans_dated
        on
            int_term_amounts_summed.bloc_code = int_term_spans_dated.bloc_code
            and int_term_amounts_summed.term = int_term_spans_dated.term
            and int_term_amounts_summed.span_type = int_term_spans_dated.span_type

)

select * from final
