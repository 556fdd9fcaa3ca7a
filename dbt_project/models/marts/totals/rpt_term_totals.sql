{# which terms are replaced -#}
-- depends_on: {{ ref('int_terms_scoped') }}
with

int_term_units_counted as (

    select * from {{ ref('int_term_units_counted') }}

),

{# what is shown of confidential ones is decided by period #}
ref_summary_indicators as (

    select * from {{ ref('ref_summary_indicators') }}
    where not is_confidential

),

int_bloc_lineage as (

    select * from {{ ref('int_bloc_lineage') }}

),

int_bloc_figures_summed as (

    select * from {{ ref('int_bloc_figures_summed') }}

),

amounts_summed as (

    select
        int_term_units_counted.bloc_code,
        int_term_units_counted.term,
        int_term_units_counted.span_type,
        ref_summary_indicators.indicator,
        int_term_units_counted.units_reported,
        int_term_units_counted.units_expected,
        sum(int_bloc_figures_summed.amount)::bigint as amount,
        count(int_bloc_figures_summed.figure) as listed_count,
        coalesce(sum(int_bloc_figures_summed.blank_count), 0)::bigint as blank_count,
        int_term_units_counted.covered_from,
        int_term_units_counted.covered_until,
        int_term_units_counted.due_until
    from int_term_units_counted
    inner join ref_summary_indicators
        on
            int_term_units_counted.form = ref_summary_indicators.form
            and int_term_units_counted.accrual = ref_summary_indicators.accrual
    inner join int_bloc_lineage
        on int_term_units_counted.bloc_code = int_bloc_lineage.bloc_code
    left join int_bloc_figures_summed
        on
            int_bloc_lineage.member_bloc_code
            = int_bloc_figures_summed.bloc_code
            and ref_summary_indicators.figure = int_bloc_figures_summed.figure
            and ref_summary_indicators.subject = int_bloc_figures_summed.subject
            and int_bloc_figures_summed.conducted_by = 'all'
            and int_term_units_counted.covered_from
            <= int_bloc_figures_summed.covers_from
            and int_term_units_counted.covered_until
            >= int_bloc_figures_summed.covers_until
            and int_term_units_counted.covered_from
            <= int_bloc_figures_summed.covers_until
            {# as the totals of the years do that it adds up #}
            and least(
                make_date(
                    extract(year from int_bloc_figures_summed.covers_until)::integer,
                    12, 31
                ),
                int_term_units_counted.covered_until
            ) >= int_bloc_lineage.counts_since
    group by
        int_term_units_counted.bloc_code,
        int_term_units_counted.term,
        int_term_units_counted.span_type,
        ref_summary_indicators.indicator,
        int_term_units_counted.units_reported,
        int_term_units_counted.units_expected,
        int_term_units_counted.covered_from,
        int_term_units_counted.covered_until,
        int_term_units_counted.due_until

),

int_term_spans_dated as (

    select * from {{ ref('int_term_spans_dated') }}

),

{# nothing listed by units that reported is zero; a blank leaves the total unknown #}
totals_dated as (

    select
        amounts_summed.*,
        case
            when
                amounts_summed.units_reported > 0
                and amounts_summed.listed_count = 0
                then 0
            else amounts_summed.amount
        end as total,
        int_term_spans_dated.first_day,
        int_term_spans_dated.last_day
    from amounts_summed
    inner join int_term_spans_dated
        on
            amounts_summed.bloc_code = int_term_spans_dated.bloc_code
            and amounts_summed.term = int_term_spans_dated.term
            and amounts_summed.span_type = int_term_spans_dated.span_type

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
        last_day,
        first_day,
        covered_until,
        covered_from
    from totals_dated

)

select * from final
