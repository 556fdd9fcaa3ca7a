{% macro lines_of_versions(table, texts, numerics) -%}
{#- The body of an int_*_versioned model; every table of a form has the same one. -#}
with

stg_build__scope as (

    select * from {{ ref('stg_build__scope') }}

),

int_submissions_versioned as (

    select int_submissions_versioned.*
    from {{ ref('int_submissions_versioned') }} as int_submissions_versioned
    inner join stg_build__scope
        on
            int_submissions_versioned.unit_code = stg_build__scope.unit_code
            and int_submissions_versioned.period_year = stg_build__scope.period_year

),

stg_raw__{{ table }} as (

    select * from {{ ref('stg_raw__' ~ table) }}

),

final as (

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

select * from final
{%- endmacro %}
