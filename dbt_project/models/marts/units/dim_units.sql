with

int_unit_histories_traced as (

    select * from {{ ref('int_unit_histories_traced') }}

),

final as (

    select
        ---------- ids
        unit_key,

        ---------- text
        unit_code,
        unit_name,
        unit_kind,
        sector,
        bloc_code,
        bloc_name,
        province,
        latest_bloc_code,
        opening_events,
        closing_events,
        successor_unit_code,

        ---------- booleans
        valid_to is null as is_open,

        ---------- dates
        valid_from,
        valid_to
    from int_unit_histories_traced

)

select * from final
