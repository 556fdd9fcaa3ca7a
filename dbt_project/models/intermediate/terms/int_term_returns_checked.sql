{# A return is counted on its own end, or after it yet inside what has fallen due of the
   span; a stock on its own day. #}
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

{# A stock is looked for in the whole span, flows from its first whole year on. #}
forms_spine as (

    select
        int_term_spans_dated.bloc_code,
        int_term_spans_dated.term,
        int_term_spans_dated.span_type,
        forms_counted.form,
        forms_counted.accrual,
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

),

int_bloc_lineage as (

    select * from {{ ref('int_bloc_lineage') }}

),

int_returns_evaluated as (

    select * from {{ ref('int_returns_evaluated') }}
    where is_expected and is_due

),

returns_listed as (

    select
        forms_spine.*,
        int_returns_evaluated.unit_code,
        int_returns_evaluated.period_year,
        int_returns_evaluated.period_end,
        int_returns_evaluated.counted_on,
        int_bloc_lineage.counts_since,
        max(int_returns_evaluated.period_end) filter (
            where
            int_returns_evaluated.period_end >= int_bloc_lineage.counts_since
        ) over (
            partition by
                forms_spine.bloc_code,
                forms_spine.term,
                forms_spine.span_type,
                forms_spine.form,
                forms_spine.accrual
        ) as due_until
    from forms_spine
    inner join int_bloc_lineage
        on forms_spine.bloc_code = int_bloc_lineage.bloc_code
    inner join int_returns_evaluated
        on
            int_bloc_lineage.member_bloc_code = int_returns_evaluated.bloc_code
            and forms_spine.form = int_returns_evaluated.form
            and int_returns_evaluated.period_end
            between forms_spine.counts_from
            and forms_spine.counts_until

),

{# a predecessor's count as in the totals of the years that the span adds up #}
returns_due as (

    select *
    from returns_listed
    where
        case
            when accrual = 'stock' then period_end
            else least(make_date(period_year, 12, 31), due_until)
        end >= counts_since

),

final as (

    select distinct
        ---------- text
        bloc_code,
        term,
        span_type,
        form,
        accrual,
        unit_code,

        ---------- booleans
        coalesce(
            counted_on
            <= case when accrual = 'stock' then period_end else due_until end,
            false
        ) as is_counted,

        ---------- dates
        counts_from,
        period_end,
        due_until
    from returns_due

)

select * from final
