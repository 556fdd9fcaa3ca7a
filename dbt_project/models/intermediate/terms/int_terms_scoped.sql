{# A span rests on returns of its own years alone, of the bloc and of its predecessors,
   which are related to it. #}
with

int_term_spans_dated as (

    select * from {{ ref('int_term_spans_dated') }}

),

int_bloc_years_scoped as (

    select * from {{ ref('int_bloc_years_scoped') }}

),

final as (

    select
        ---------- text
        int_term_spans_dated.bloc_code,
        int_term_spans_dated.term
    from int_term_spans_dated
    inner join int_bloc_years_scoped
        on
            int_term_spans_dated.bloc_code = int_bloc_years_scoped.bloc_code
            and int_bloc_years_scoped.period_year
            between extract(year from int_term_spans_dated.first_day)
            and extract(year from int_term_spans_dated.last_day)
    group by
        int_term_spans_dated.bloc_code,
        int_term_spans_dated.term

)

select * from final
