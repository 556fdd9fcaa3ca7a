{# A stock is looked for in the whole span, flows from its first whole year on. #}
with

int_terms_scoped as (

    select * from {{ ref('int_terms_scoped') }}

),

int_term_spans_dated as (

    select * from {{ ref('int_term_spans_dated') }}

),

forms_counted as (

    select
        form,
        accrual
    from {{ ref('ref_summary_indicators') }}
    where not is_confidential
    group by
        form,
        accrual

),

final as (

    select
        ---------- text
        int_term_spans_dated.bloc_code,
        int_term_spans_dated.term,
        int_term_spans_dated.span_type,
        forms_counted.form,
        forms_counted.accrual,

        ---------- dates
        case
            when forms_counted.accrual = 'stock' then int_term_spans_dated.first_day
            else int_term_spans_dated.counts_from
        end as counts_from,
        int_term_spans_dated.counts_until
    from int_term_spans_dated
    inner join int_terms_scoped
        on
            int_term_spans_dated.bloc_code = int_terms_scoped.bloc_code
            and int_term_spans_dated.term = int_terms_scoped.term
    cross join forms_counted

)

select * from final
