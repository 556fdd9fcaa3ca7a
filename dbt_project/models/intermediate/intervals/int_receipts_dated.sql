{# grain: one row in all: the last day on which any file was received #}

{# "Due" is judged by this day and not by the clock: the same files, the same facts. #}
{{ config(materialized = 'incremental', unique_key = [], tags = ['stage']) }}

with

stg_raw__files as (

    select * from {{ ref('stg_raw__files') }}

),

final as (

    select
        ---------- dates
        {{ local_date('max(received_at)') }} as last_received_on
    from stg_raw__files

)

select * from final
