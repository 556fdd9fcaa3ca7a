{# A chain of events multiplies its weights; ways that meet again add up. A span that
   nothing took over leads to itself, so every span's weights add up to 1. #}
{{ config(materialized = 'incremental', unique_key = [], tags = ['lists']) }}

with recursive

stg_reference__unit_successions as (

    select * from {{ ref('stg_reference__unit_successions') }}

),

stg_reference__unit_spans as (

    select * from {{ ref('stg_reference__unit_spans') }}

),

ways_walked as (

    select
        unit_key,
        unit_key as today_unit_key,
        1::numeric as weight
    from stg_reference__unit_spans
    union all
    select
        ways_walked.unit_key,
        stg_reference__unit_successions.successor_unit_key as today_unit_key,
        ways_walked.weight * stg_reference__unit_successions.weight as weight
    from ways_walked
    inner join stg_reference__unit_successions
        on ways_walked.today_unit_key = stg_reference__unit_successions.unit_key

),

ways_ended as (

    select
        ways_walked.unit_key,
        ways_walked.today_unit_key,
        trim_scale(sum(ways_walked.weight)) as weight
    from ways_walked
    left join stg_reference__unit_successions
        on ways_walked.today_unit_key = stg_reference__unit_successions.unit_key
    where stg_reference__unit_successions.unit_key is null
    group by
        ways_walked.unit_key,
        ways_walked.today_unit_key

),

final as (

    select
        ---------- ids
        ways_ended.unit_key,
        ways_ended.today_unit_key,

        ---------- text
        units.unit_code,
        units.bloc_code,
        units_today.unit_code as today_unit_code,
        units_today.bloc_code as today_bloc_code,

        ---------- numerics
        ways_ended.weight
    from ways_ended
    inner join stg_reference__unit_spans as units
        on ways_ended.unit_key = units.unit_key
    inner join stg_reference__unit_spans as units_today
        on ways_ended.today_unit_key = units_today.unit_key

)

select * from final
