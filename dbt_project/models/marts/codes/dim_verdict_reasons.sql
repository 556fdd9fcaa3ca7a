with

ref_codes as (

    select * from {{ ref('ref_codes') }}
    where list = 'verdict_reason'

),

final as (

    select
        ---------- text
        code as reason,
        label_vi,
        label_en,

        ---------- numerics
        sort_order
    from ref_codes

)

select * from final
