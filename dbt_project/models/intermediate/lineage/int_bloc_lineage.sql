{# A bloc belongs to its own lineage, and so do its predecessors:
   succeeded_on   since that day the bloc represents the other one
   counts_since   a period counts the other one's figures when it ends on that day or
                  later, so a year counts all of the merger's year. A bloc that began
                  as its predecessor ended has no other history: it counts all of it. #}
{{ config(
    materialized = 'incremental', unique_key = [], tags = ['stage', 'lists']
) }}

with recursive

int_blocs_deduplicated as (

    select * from {{ ref('int_blocs_deduplicated') }}

),

successions_dated as (

    select
        successors.bloc_code,
        predecessors.bloc_code as predecessor_bloc_code,
        predecessors.open_until as succeeded_on,
        case
            when successors.valid_from >= predecessors.open_until then '-infinity'::date
            else predecessors.open_until
        end as counts_since
    from int_blocs_deduplicated as predecessors
    inner join int_blocs_deduplicated as successors
        on predecessors.successor_bloc_code = successors.bloc_code

),

lineage_walked as (

    select
        bloc_code,
        bloc_code as member_bloc_code,
        '-infinity'::date as succeeded_on,
        '-infinity'::date as counts_since
    from int_blocs_deduplicated
    union
    {# distinct, so that a circle among successors ends #}
    select
        lineage_walked.bloc_code,
        successions_dated.predecessor_bloc_code as member_bloc_code,
        greatest(lineage_walked.succeeded_on, successions_dated.succeeded_on)
            as succeeded_on,
        greatest(lineage_walked.counts_since, successions_dated.counts_since)
            as counts_since
    from lineage_walked
    inner join successions_dated
        on lineage_walked.member_bloc_code = successions_dated.bloc_code

),

final as (

    select
        ---------- text
        bloc_code,
        member_bloc_code,

        ---------- dates
        min(succeeded_on) as succeeded_on,
        min(counts_since) as counts_since
    from lineage_walked
    group by
        bloc_code,
        member_bloc_code

)

select * from final
