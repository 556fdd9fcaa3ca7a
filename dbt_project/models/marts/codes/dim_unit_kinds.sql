with

ref_codes as (

    select * from {{ ref('ref_codes') }}
    where list = 'unit_kind'

),

final as (

    select
        ---------- text
        code as unit_kind,
        label_vi,
        label_en,

        ---------- numerics
        sort_order
    from ref_codes

)

select * from final
