{% macro lines_of_versions(table, texts, numerics) -%}
{#- CTEs that end in lines_of_versions: a table's lines in every version that counted. -#}
int_submissions_versioned as (

    select * from {{ ref('int_submissions_versioned') }}
    where {{ is_in_scope(['unit_code', 'period_year']) }}

),

stg_raw__{{ table }} as (

    select * from {{ ref('stg_raw__' ~ table) }}

),

lines_of_versions as (

    select
        ---------- ids
        int_submissions_versioned.submission_id,
        int_submissions_versioned.unit_key,

        ---------- text
        int_submissions_versioned.unit_code,
        int_submissions_versioned.bloc_code,
        int_submissions_versioned.unit_kind,
        int_submissions_versioned.form,
        int_submissions_versioned.period_code,
        int_submissions_versioned.period_type,
        int_submissions_versioned.basis,
        int_submissions_versioned.file_sha256,
        stg_raw__{{ table }}.sheet,
        stg_raw__{{ table }}.not_applicable,
        {%- for column in texts %}
        stg_raw__{{ table }}.{{ column }},
        {%- endfor %}

        ---------- numerics
        int_submissions_versioned.period_year,
        int_submissions_versioned.submission_no,
        stg_raw__{{ table }}.sheet_row,
        {%- for column in numerics %}
        stg_raw__{{ table }}.{{ column }},
        {%- endfor %}

        ---------- booleans
        int_submissions_versioned.is_current,

        ---------- timestamps
        int_submissions_versioned.reported_from,
        int_submissions_versioned.reported_to
    from int_submissions_versioned
    inner join stg_raw__{{ table }}
        on int_submissions_versioned.submission_id = stg_raw__{{ table }}.submission_id

)
{%- endmacro %}
