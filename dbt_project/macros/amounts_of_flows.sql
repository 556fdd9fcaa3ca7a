{% macro amounts_of_flows(flows, keys) -%}
{#- CTEs that end in amounts_told: what each return adds to the year's total. A blank adds
    nothing and is counted. A later cumulative says what it left out: it adds the whole
    since the last stated figure, covers the days of the blank as well, and takes the blank
    out of the count again. So sums of amounts and of blanks are right on any day. -#}
{%- set year = ['unit_code', 'period_year'] + keys -%}
statements_counted as (

    select
        *,
        count(*) filter (where is_cumulative and stated is not null) over (
            partition by {{ year | join(', ') }} order by interval_end
        ) as statement_no
    from {{ flows }}

),

statements_summed as (

    select
        *,
        sum(stated) over since_statement as told,
        min(interval_start) filter (where stated is null) over since_statement
            as untold_from,
        {# of one bloc: where a unit came from another, that one's total lacks it still #}
        count(*) filter (where stated is null and is_applicable) over (
            partition by {{ year | join(', ') }}, statement_no, bloc_code
            order by interval_end
        ) as blank_count_so_far
    from statements_counted
    window since_statement as (
        partition by {{ year | join(', ') }}, statement_no order by interval_end
    )

),

amounts_told as (

    select
        *,
        case
            when is_cumulative
                then stated - coalesce(lag(told) over year_so_far, 0)
            else stated
        end::bigint as amount,
        case
            when stated is null then is_applicable::integer
            when is_cumulative
                then -coalesce(lag(blank_count_so_far) over year_in_bloc, 0)
            else 0
        end as blank_count,
        case
            when is_cumulative and stated is not null
                then coalesce(lag(untold_from) over year_so_far, interval_start)
            else interval_start
        end as covers_from,
        interval_end as covers_until
    from statements_summed
    window
        year_so_far as (
            partition by {{ year | join(', ') }} order by interval_end
        ),
        year_in_bloc as (
            partition by {{ year | join(', ') }}, bloc_code order by interval_end
        )

)
{%- endmacro %}
