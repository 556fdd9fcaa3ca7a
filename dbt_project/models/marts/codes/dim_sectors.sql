{# The installation chooses its codes; one that has no label is shown as it is. #}
with

sectors_listed as (

    select distinct sector
    from {{ ref('dim_units') }}
    where sector is not null

),

ref_codes as (

    select * from {{ ref('ref_codes') }}
    where list = 'sector'

),

final as (

    select
        ---------- text
        sectors_listed.sector,
        coalesce(ref_codes.label_vi, sectors_listed.sector) as label_vi,
        coalesce(ref_codes.label_en, sectors_listed.sector) as label_en,

        ---------- numerics
        row_number() over (
            order by ref_codes.sort_order, sectors_listed.sector
        )::integer as sort_order
    from sectors_listed
    left join ref_codes
        on sectors_listed.sector = ref_codes.code

)

select * from final
