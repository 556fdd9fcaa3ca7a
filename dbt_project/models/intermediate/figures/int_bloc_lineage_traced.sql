{# grain: one row per bloc and each bloc whose figures belong to its history #}

{# A bloc belongs to its own lineage, and so do its predecessors. #}
{{ config(materialized = 'table', tags = ['stage']) }}

with recursive

int_blocs_united as (

    select * from {{ ref('int_blocs_united') }}

),

lineage_walked as (

    select
        bloc_code,
        bloc_code as member_bloc_code
    from int_blocs_united
    union
    {# distinct, so that a circle among successors ends #}
    select
        lineage_walked.bloc_code,
        int_blocs_united.bloc_code as member_bloc_code
    from lineage_walked
    inner join int_blocs_united
        on lineage_walked.member_bloc_code = int_blocs_united.successor_bloc_code

),

final as (

    select
        ---------- text
        bloc_code,
        member_bloc_code
    from lineage_walked

)

select * from final
