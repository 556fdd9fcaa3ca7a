{# grain: one row per bloc and each bloc that shares units or history with it #}

{# Totals of related blocs are made anew together: a unit counts in one of them as it
   was, in another as it is today, and in a third by lineage. #}
{{ config(materialized = 'table') }}

with recursive

int_units_spanned as (

    select * from {{ ref('int_units_spanned') }}

),

int_units_led as (

    select * from {{ ref('int_units_led') }}

),

int_bloc_lineage_traced as (

    select * from {{ ref('int_bloc_lineage_traced') }}

),

blocs_paired as (

    select
        int_units_spanned.bloc_code,
        int_units_led.bloc_code as other_bloc_code
    from int_units_spanned
    inner join int_units_led
        on int_units_spanned.unit_key = int_units_led.unit_key
    union
    select
        bloc_code,
        member_bloc_code as other_bloc_code
    from int_bloc_lineage_traced

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
