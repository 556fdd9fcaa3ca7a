with

stg_reference__blocs as (

    select * from {{ ref('stg_reference__blocs') }}

),

spans_aggregated as (

    select
        bloc_code,
        min(successor_bloc_code) as successor_bloc_code,
        min(valid_from) as valid_from,
        max(coalesce(valid_to, 'infinity'::date)) as open_until
    from stg_reference__blocs
    group by bloc_code

),

final as (

    select
        ---------- text
        bloc_code,
        successor_bloc_code,

        ---------- dates
        valid_from,
        open_until
    from spans_aggregated

)

select * from final
