{% macro lines_of_current(table, form, texts=[], numerics=[]) -%}
{#- The body of an int_*_current model: a table's lines in the submissions that count. A
    plain select, for PostgreSQL finds no index through a view that has a CTE. -#}
select
    ---------- ids
    submissions.submission_id,

    ---------- text
    submissions.unit_code,
    submissions.bloc_code,
    submissions.unit_kind,
    submissions.form,
    submissions.period_code,
    submissions.period_type,
    submissions.basis,
    lines.sheet,
    {%- for column in texts %}
    lines.{{ column }},
    {%- endfor %}
    lines.not_applicable,

    ---------- numerics
    submissions.form_version,
    submissions.period_year,
    submissions.submission_no,
    lines.sheet_row,
    {%- for column in numerics %}
    lines.{{ column }},
    {%- endfor %}

    ---------- dates
    submissions.period_start,
    submissions.period_end,

    ---------- timestamps
    submissions.received_at
from {{ ref('int_submissions_current') }} as submissions
inner join {{ ref('stg_raw__' ~ table) }} as lines
    on submissions.submission_id = lines.submission_id
where submissions.form = '{{ form }}'
{%- endmacro %}
