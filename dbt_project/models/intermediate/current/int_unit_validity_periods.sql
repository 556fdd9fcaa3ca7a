{{ config(
    materialized = 'table',
    indexes = [
        {'columns': ['unit_code', 'valid_from']},
        {'columns': ['unit_key']},
        {'columns': ['bloc_code']},
    ],
) }}

with

stg_reference__unit_spans as (

    select * from {{ ref('stg_reference__unit_spans') }}

),

final as (

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
    from stg_reference__unit_spans

)

select * from final
