{# A claim spans years, so any year of a bloc in scope concerns it. Of a bloc without
   units nothing can change and nothing is owed: its claims are always among them. #}
with

stg_reference__published_totals as (

    select * from {{ ref('stg_reference__published_totals') }}

),

int_bloc_lineage as (

    select * from {{ ref('int_bloc_lineage') }}

),

stg_reference__unit_spans as (

    select * from {{ ref('stg_reference__unit_spans') }}

),

int_bloc_years_scoped as (

    select * from {{ ref('int_bloc_years_scoped') }}

),

blocs_with_units as (

    select int_bloc_lineage.bloc_code
    from int_bloc_lineage
    where
        exists (
            select 1
            from stg_reference__unit_spans
            where
                stg_reference__unit_spans.bloc_code = int_bloc_lineage.member_bloc_code
        )

),

final as (

    select claim_id
    from stg_reference__published_totals
    where
        bloc_code in (
            select int_bloc_years_scoped.bloc_code
            from int_bloc_years_scoped
        )
        or not exists (
            select 1
            from blocs_with_units
            where blocs_with_units.bloc_code = stg_reference__published_totals.bloc_code
        )

)

select * from final
