with

ref_codes as (

    select * from {{ ref('ref_codes') }}
    where list = 'verdict'

),

final as (

    select
        ---------- text
        code as verdict,
        label_vi,
        label_en,

        ---------- numerics
        sort_order
    from ref_codes

)

select * from final
