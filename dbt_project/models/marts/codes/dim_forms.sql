with

ref_forms as (

    select * from {{ ref('ref_forms') }}

),

final as (

    select
        ---------- text
        form,
        form_code,
        label_vi,
        label_en,

        ---------- numerics
        sort_order
    from ref_forms

)

select * from final
