{# A table, where others are views: every return looks its unit up here. #}
{{ config(
    materialized = 'incremental',
    unique_key = [],
    tags = ['lists'],
    indexes = [
        {'columns': ['unit_code', 'valid_from']},
        {'columns': ['unit_key']},
        {'columns': ['bloc_code']},
    ],
    post_hook = "{{ analyze_table() }}",
) }}

select
    ---------- ids
    unit_code || '@' || valid_from as unit_key,

    ---------- text
    unit_code,
    bloc_code,
    unit_kind,
    sector,
    unit_name,
    case
        when unit_kind = 'bloc_office' then 'bloc_office'
        else 'unit'
    end as owed_by,

    ---------- dates
    valid_from,
    coalesce(valid_to, 'infinity'::date) as open_until,
    valid_to
from {{ source('reference', 'ref_unit_spans') }}
