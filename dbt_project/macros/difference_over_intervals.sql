{% macro difference_over_intervals(table, form, flows, keys=[], others=[], sums={}) -%}
{#- The body of an int_*_interval_flows model; every table with flows has the same one.
    Intervals are of returns that count, so the lines are read as they were reported. -#}
{#- without a breakdown there is one row an interval, begun with the first -#}
{%- set all_flows = flows + sums.keys() | list -%}
{%- set listed = 'breakdowns_continued' if keys else 'intervals' -%}
with

intervals as (

    select * from {{ ref('int_reporting_intervals') }}
    where
        form = '{{ form }}'
        and {{ is_in_scope(['unit_code', 'period_year']) }}

),

{# a clerk may write one breakdown on two lines #}
rows_merged as (

    select
        intervals.submission_id,
        {%- for key in keys %}
        {{ table }}_lines.{{ key }},
        {%- endfor %}
        min({{ table }}_lines.sheet) as sheet,
        min({{ table }}_lines.sheet_row) as sheet_row,
        min({{ table }}_lines.not_applicable) as not_applicable,
        {%- for flow in flows %}
        {{ sum_of_lines(table ~ '_lines', flow) }} as {{ flow }}_stated,
        {%- endfor %}
        {%- for other in others %}
        {{ sum_of_lines(table ~ '_lines', other) }} as {{ other }},
        {%- endfor %}
        count(*) as line_count
    from intervals
    inner join {{ ref('stg_raw__' ~ table) }} as {{ table }}_lines
        on intervals.submission_id = {{ table }}_lines.submission_id
    {# by the number first: sorted by it lines soon differ, by texts they hardly do #}
    group by
        intervals.submission_id
        {%- for key in keys %},
        {{ table }}_lines.{{ key }}
        {%- endfor %}

),

{% if keys -%}
breakdowns_begun as (

    select
        intervals.unit_code,
        intervals.period_year,
        {%- for key in keys %}
        rows_merged.{{ key }},
        {%- endfor %}
        min(intervals.interval_end) as first_interval_end
    from rows_merged
    inner join intervals
        on rows_merged.submission_id = intervals.submission_id
    group by
        {%- for key in keys %}
        rows_merged.{{ key }},
        {%- endfor %}
        intervals.unit_code,
        intervals.period_year

),

{# once it starts, a breakdown has a row in each later interval of the year #}
breakdowns_continued as (

    select
        {%- for key in keys %}
        breakdowns_begun.{{ key }},
        {%- endfor %}
        intervals.*
    from breakdowns_begun
    inner join intervals
        on
            breakdowns_begun.unit_code = intervals.unit_code
            and breakdowns_begun.period_year = intervals.period_year
            and breakdowns_begun.first_interval_end
            <= intervals.interval_end

),

{% endif -%}
{# a breakdown that an accepted return does not name: nothing was done #}
values_stated as (

    select
        {{ listed }}.*,
        rows_merged.sheet,
        rows_merged.sheet_row,
        coalesce(rows_merged.not_applicable, '{}'::text[]) as not_applicable,
        {%- for other in others %}
        rows_merged.{{ other }},
        {%- endfor %}
        {%- for flow in flows %}
        case
            when rows_merged.submission_id is null then 0
            else rows_merged.{{ flow }}_stated
        end as {{ flow }}_stated{{ "," if not loop.last }}
        {%- endfor %}
    from {{ listed }}
    left join rows_merged
        on
            {{ listed }}.submission_id = rows_merged.submission_id
            {%- for key in keys %}
            and {{ listed }}.{{ key }} = rows_merged.{{ key }}
            {%- endfor %}

),

cumulatives_counted as (

    select
        *,
        count(*) filter (where is_cumulative) over (
            partition by
                unit_code,
                period_year{% for key in keys %},
                {{ key }}{% endfor %}
            order by interval_end
        ) as cumulative_no
        {%- for flow, parts in sums.items() %},
        {# the form's own total takes a blank beside a number for 0 #}
        case
            when num_nonnulls({{ parts | join('_stated, ') }}_stated) > 0
                then
                    {%- for part in parts %}
                    {{ "+ " if not loop.first }}coalesce({{ part }}_stated, 0)
                    {%- endfor %}
        end as {{ flow }}_stated
        {%- endfor %}
    from values_stated

),

flows_summed as (

    select
        *,
        {%- for flow in all_flows %}
        {{ flow_year_to_date(flow) }} as {{ flow }}_year_to_date
        {{- "," if not loop.last }}
        {%- endfor %}
    from cumulatives_counted
    window since_cumulative as (
        partition by
            unit_code,
            period_year{% for key in keys %},
            {{ key }}{% endfor %},
            cumulative_no
        order by interval_end
    )

),

final as (

    select
        ---------- ids
        submission_id,
        previous_submission_id,
        unit_key,

        ---------- text
        unit_code,
        bloc_code,
        unit_kind,
        period_code,
        period_type,
        {%- for key in keys %}
        {{ key }},
        {%- endfor %}
        not_applicable,
        file_sha256,
        sheet,

        ---------- numerics
        period_year,
        sheet_row,
        {%- for other in others %}
        {{ other }},
        {%- endfor %}
        {%- for flow in all_flows %}
        {{ flow_over_interval(flow) }} as {{ flow }},
        {{ flow }}_year_to_date,
        {%- endfor %}

        ---------- booleans
        is_cumulative,
        is_open_at_end,

        ---------- dates
        interval_start,
        interval_end
    from flows_summed
    window year_so_far as (
        partition by
            unit_code,
            period_year{% for key in keys %},
            {{ key }}{% endfor %}
        order by interval_end
    )

)

select * from final
{%- endmacro %}
