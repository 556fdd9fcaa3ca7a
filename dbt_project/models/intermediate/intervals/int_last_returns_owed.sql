{# What it did in its last days would lack in totals called complete. It owes the first
   period that holds its last day, of forms with flows (its stocks are others' by
   then), to the bloc that is there at the period's end, its own or a successor. #}
{{ config(tags = ['stage']) }}

with

int_periods_owed as (

    select * from {{ ref('int_periods_owed') }}
    where owed_on = period_end

),

stg_reference__unit_spans as (

    select * from {{ ref('stg_reference__unit_spans') }}

),

int_blocs_deduplicated as (

    select * from {{ ref('int_blocs_deduplicated') }}

),

int_bloc_lineage as (

    select * from {{ ref('int_bloc_lineage') }}

),

forms_with_flows as (

    select distinct form
    from {{ ref('ref_summary_indicators') }}
    where accrual = 'flow'

),

spans_ended as (

    select stg_reference__unit_spans.*
    from stg_reference__unit_spans
    left join stg_reference__unit_spans as next_spans
        on
            stg_reference__unit_spans.unit_code = next_spans.unit_code
            and stg_reference__unit_spans.valid_to = next_spans.valid_from
    where
        stg_reference__unit_spans.valid_to is not null
        and next_spans.unit_code is null

),

periods_holding as (

    select
        spans_ended.unit_code,
        spans_ended.bloc_code as last_bloc_code,
        spans_ended.valid_to,
        int_periods_owed.*,
        rank() over (
            partition by spans_ended.unit_key, int_periods_owed.form
            order by int_periods_owed.period_end
        ) as nearness
    from spans_ended
    inner join int_periods_owed
        on
            spans_ended.bloc_code = int_periods_owed.bloc_code
            and spans_ended.owed_by = int_periods_owed.owed_by
            and spans_ended.valid_to > int_periods_owed.period_start
            and spans_ended.valid_to <= int_periods_owed.period_end + 1
    inner join forms_with_flows
        on int_periods_owed.form = forms_with_flows.form

),

{# who is open at its end owes it anyway; of two endings the later counts #}
last_returns_ranked as (

    select
        periods_holding.*,
        row_number() over (
            partition by
                periods_holding.unit_code,
                periods_holding.form,
                periods_holding.period_code
            order by periods_holding.valid_to desc, periods_holding.due_on asc
        ) as recency
    from periods_holding
    left join stg_reference__unit_spans
        on
            periods_holding.unit_code = stg_reference__unit_spans.unit_code
            and periods_holding.period_end >= stg_reference__unit_spans.valid_from
            and periods_holding.period_end < stg_reference__unit_spans.open_until
    where
        periods_holding.nearness = 1
        and stg_reference__unit_spans.unit_code is null

),

final as (

    select
        ---------- text
        last_returns_ranked.unit_code,
        int_blocs_deduplicated.bloc_code,
        last_returns_ranked.form,
        last_returns_ranked.owed_by,
        last_returns_ranked.period_code,
        last_returns_ranked.period_type,

        ---------- numerics
        last_returns_ranked.period_year,

        ---------- dates
        last_returns_ranked.period_end,
        last_returns_ranked.due_on
    from last_returns_ranked
    inner join int_bloc_lineage as traced
        on
            last_returns_ranked.last_bloc_code = traced.member_bloc_code
            and last_returns_ranked.period_end >= traced.succeeded_on
    inner join int_blocs_deduplicated
        on
            traced.bloc_code = int_blocs_deduplicated.bloc_code
            and last_returns_ranked.period_end >= int_blocs_deduplicated.valid_from
            and last_returns_ranked.period_end < int_blocs_deduplicated.open_until
    where last_returns_ranked.recency = 1

)

select * from final
