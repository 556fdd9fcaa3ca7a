with

ref_form_codes as (

    select * from {{ ref('ref_form_codes') }}
    where table_name = 'ratings' and column_name = 'subject'

),

final as (

    select
        ---------- text
        code as subject,
        label_vi,
        label_en,

        ---------- numerics
        sort_order
    from ref_form_codes

)

select * from final
