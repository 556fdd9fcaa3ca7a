{# "Due" is judged by this day and not by the clock: the same files, the same facts. #}
{{ config(materialized = 'incremental', unique_key = [], tags = ['stage']) }}

with

{# by the index: the largest of all would be looked for among all #}
last_received as (

    select received_at
    from {{ ref('stg_raw__files') }}
    where received_at is not null
    order by received_at desc
    limit 1

),

final as (

    select
        ---------- dates
        {{ local_date('received_at') }} as last_received_on
    from (select 1) as one_row
    left join last_received on true

)

select * from final
