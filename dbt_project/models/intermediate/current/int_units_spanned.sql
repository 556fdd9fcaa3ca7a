{# grain: one row per unit and span of belonging to a bloc #}

{{ config(
    materialized = 'table',
    indexes = [{'columns': ['unit_code', 'valid_from']}],
) }}

with

ref_units as (

    select * from {{ ref('ref_units') }}

),

int_blocs_united as (

    select * from {{ ref('int_blocs_united') }}

),

{# a unit's span cannot outlive its bloc #}
spans_bounded as (

    select
        ref_units.unit_code,
        ref_units.bloc_code,
        ref_units.unit_kind,
        ref_units.sector,
        ref_units.unit_name,
        ref_units.valid_from,
        least(
            coalesce(ref_units.valid_to, 'infinity'::date), int_blocs_united.open_until
        ) as open_until
    from ref_units
    inner join int_blocs_united
        on ref_units.bloc_code = int_blocs_united.bloc_code

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
        open_until,
        nullif(open_until, 'infinity'::date) as valid_to
    from spans_bounded

)

select * from final
