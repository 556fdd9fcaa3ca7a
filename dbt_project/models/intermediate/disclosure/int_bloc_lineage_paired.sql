with

int_bloc_lineage as (

    select * from {{ ref('int_bloc_lineage') }}

),

final as (

    select
        ---------- text
        bloc_code,
        member_bloc_code as other_bloc_code,

        ---------- booleans
        true as is_counted,

        ---------- dates
        counts_since
    from int_bloc_lineage
    union all
    select
        member_bloc_code as bloc_code,
        bloc_code as other_bloc_code,
        false as is_counted,
        counts_since
    from int_bloc_lineage
    where bloc_code <> member_bloc_code

)

select * from final
