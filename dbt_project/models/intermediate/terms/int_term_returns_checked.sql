{# grain: one row per bloc, span, form, unit and period end that has fallen due #}

{# A return is counted on its own end, or after it yet inside what has fallen due of the
   span; a stock on its own day. #}
with

int_term_forms_opened as (

    select * from {{ ref('int_term_forms_opened') }}

),

int_bloc_lineage_traced as (

    select * from {{ ref('int_bloc_lineage_traced') }}

),

int_returns_judged as (

    select * from {{ ref('int_returns_judged') }}
    where is_expected and is_due

),

returns_listed as (

    select
        int_term_forms_opened.*,
        int_returns_judged.unit_code,
        int_returns_judged.period_year,
        int_returns_judged.period_end,
        int_returns_judged.counted_on,
        int_bloc_lineage_traced.counts_since,
        max(int_returns_judged.period_end) filter (
            where
            int_returns_judged.period_end >= int_bloc_lineage_traced.counts_since
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
    inner join int_returns_judged
        on
            int_bloc_lineage_traced.member_bloc_code = int_returns_judged.bloc_code
            and int_term_forms_opened.form = int_returns_judged.form
            and int_returns_judged.period_end
            between int_term_forms_opened.counts_from
            and int_term_forms_opened.counts_until

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
