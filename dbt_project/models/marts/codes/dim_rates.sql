with

ref_bloc_rates as (

    select * from {{ ref('ref_bloc_rates') }}

),

final as (

    select
        ---------- text
        rate,
        indicator,
        base_indicator,
        rate_name as label_vi,
        rate_name_en as label_en,

        ---------- numerics
        sort_order,

        ---------- booleans
        base_period = 'year' as is_of_plan
    from ref_bloc_rates

)

select * from final
