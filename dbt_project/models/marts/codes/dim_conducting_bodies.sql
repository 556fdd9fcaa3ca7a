with

ref_form_codes as (

    select * from {{ ref('ref_form_codes') }}
    where table_name = 'inspections' and column_name = 'body'

),

final as (

    select
        ---------- text
        code as body,
        label_vi,
        label_en,

        ---------- numerics
        sort_order
    from ref_form_codes

)

select * from final
