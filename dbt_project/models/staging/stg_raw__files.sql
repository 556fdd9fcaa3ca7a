{# grain: one row per file ever registered #}

with

files as (

    select * from {{ source('raw', 'files') }}

),

final as (

    select
        ---------- ids
        file_id,

        ---------- text
        sender,
        path as file_path,
        file_name,
        sha256 as file_sha256,
        state,
        state_reason,

        ---------- numerics
        byte_size,

        ---------- timestamps
        received_at,
        registered_at
    from files

)

select * from final
