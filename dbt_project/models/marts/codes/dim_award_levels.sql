with

ref_form_codes as (

    select * from {{ ref('ref_form_codes') }}
    where table_name = 'awards' and column_name = 'level'

),

final as (

    select
        ---------- text
        code as level, -- noqa: RF04
        label_vi,
        label_en,

        ---------- numerics
        sort_order
    from ref_form_codes

)

select * from final
