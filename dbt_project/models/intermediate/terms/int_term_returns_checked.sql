{# grain: one row per bloc, span, form, unit and period end that has fallen due #}

{# A return is counted when an interval ends with it, or after it yet inside what has
   fallen due of the span; a stock is counted on its own day. #}
with

int_term_forms_opened as (

    select * from {{ ref('int_term_forms_opened') }}

),

int_bloc_lineage_traced as (

    select * from {{ ref('int_bloc_lineage_traced') }}

),

int_returns_expected as (

    select * from {{ ref('int_returns_expected') }}

),

int_submissions_chained as (

    select * from {{ ref('int_submissions_chained') }}

),

int_receipts_dated as (

    select * from {{ ref('int_receipts_dated') }}

),

returns_listed as (

    select
        int_term_forms_opened.*,
        int_returns_expected.unit_code,
        int_returns_expected.period_year,
        int_returns_expected.period_end,
        int_bloc_lineage_traced.counts_since,
        max(int_returns_expected.period_end) filter (
            where
            int_returns_expected.period_end >= int_bloc_lineage_traced.counts_since
        ) over (
            partition by
                int_term_forms_opened.bloc_code,
                int_term_forms_opened.term,
                int_term_forms_opened.span_type,
                int_term_forms_opened.form,
                int_term_forms_opened.accrual
        ) as due_until
    from int_term_forms_opened
    inner join int_bloc_lineage_traced
        on int_term_forms_opened.bloc_code = int_bloc_lineage_traced.bloc_code
    inner join int_returns_expected
        on
            int_bloc_lineage_traced.member_bloc_code = int_returns_expected.bloc_code
            and int_term_forms_opened.form = int_returns_expected.form
            and int_returns_expected.period_end
            between int_term_forms_opened.counts_from
            and int_term_forms_opened.counts_until
    inner join int_receipts_dated
        on int_returns_expected.due_on < int_receipts_dated.last_received_on

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

    select
        ---------- text
        returns_due.bloc_code,
        returns_due.term,
        returns_due.span_type,
        returns_due.form,
        returns_due.accrual,
        returns_due.unit_code,

        ---------- booleans
        count(int_submissions_chained.submission_id) > 0 as is_counted,

        ---------- dates
        returns_due.counts_from,
        returns_due.period_end,
        returns_due.due_until
    from returns_due
    left join int_submissions_chained
        on
            returns_due.unit_code = int_submissions_chained.unit_code
            and returns_due.form = int_submissions_chained.form
            and returns_due.period_year = int_submissions_chained.period_year
            and int_submissions_chained.interval_end
            between returns_due.period_end
            and case
                when returns_due.accrual = 'stock' then returns_due.period_end
                else returns_due.due_until
            end
    group by
        returns_due.bloc_code,
        returns_due.term,
        returns_due.span_type,
        returns_due.form,
        returns_due.accrual,
        returns_due.unit_code,
        returns_due.counts_from,
        returns_due.period_end,
        returns_due.due_until

)

select * from final
