with

ref_form_codes as (

    select * from {{ ref('ref_form_codes') }}
    where table_name = 'training' and column_name = 'programme'

),

final as (

    select
        ---------- text
        code as programme,
        label_vi,
        label_en,

        ---------- numerics
        sort_order
    from ref_form_codes

)

select * from final
