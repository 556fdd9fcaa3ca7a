{# Of two terms that overlap it is the later one. #}
with

int_term_spans_dated as (

    select * from {{ ref('int_term_spans_dated') }}
    where span_type = 'term'

),

ref_periods as (

    select * from {{ ref('ref_periods') }}

),

terms_ranked as (

    select
        int_term_spans_dated.bloc_code,
        int_term_spans_dated.term,
        ref_periods.period_code,
        row_number() over (
            partition by int_term_spans_dated.bloc_code, ref_periods.period_code
            order by
                int_term_spans_dated.first_day desc,
                int_term_spans_dated.term desc
        ) as recency
    from int_term_spans_dated
    inner join ref_periods
        on
            int_term_spans_dated.first_day <= ref_periods.period_end
            and int_term_spans_dated.last_day >= ref_periods.period_end

),

final as (

    select
        ---------- text
        bloc_code,
        period_code,
        term
    from terms_ranked
    where recency = 1

)

select * from final
