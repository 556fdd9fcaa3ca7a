{# Totals of related blocs are rebuilt together: a unit counts in one of them as it
   was, in another as it is today, and in a third by lineage. #}
{{ config(materialized = 'incremental', unique_key = [], tags = ['lists']) }}

with recursive

stg_reference__unit_spans as (

    select * from {{ ref('stg_reference__unit_spans') }}

),

int_units_mapped_to_blocs as (

    select * from {{ ref('int_units_mapped_to_blocs') }}

),

int_bloc_lineage as (

    select * from {{ ref('int_bloc_lineage') }}

),

blocs_paired as (

    select
        stg_reference__unit_spans.bloc_code,
        int_units_mapped_to_blocs.bloc_code as other_bloc_code
    from stg_reference__unit_spans
    inner join int_units_mapped_to_blocs
        on stg_reference__unit_spans.unit_key = int_units_mapped_to_blocs.unit_key
    union
    select
        bloc_code,
        member_bloc_code as other_bloc_code
    from int_bloc_lineage

),

ways_both as (

    select
        bloc_code,
        other_bloc_code
    from blocs_paired
    union
    select
        other_bloc_code as bloc_code,
        bloc_code as other_bloc_code
    from blocs_paired

),

relations_walked as (

    select
        bloc_code,
        other_bloc_code as related_bloc_code
    from ways_both
    union
    select
        relations_walked.bloc_code,
        ways_both.other_bloc_code as related_bloc_code
    from relations_walked
    inner join ways_both
        on relations_walked.related_bloc_code = ways_both.bloc_code

),

final as (

    select
        ---------- text
        bloc_code,
        related_bloc_code
    from relations_walked

)

select * from final
