with

int_bloc_years_scoped as (

    select * from {{ ref('int_bloc_years_scoped') }}

),

int_returns_evaluated as (

    select int_returns_evaluated.*
    from {{ ref('int_returns_evaluated') }} as int_returns_evaluated
    inner join int_bloc_years_scoped
        on
            int_returns_evaluated.bloc_code = int_bloc_years_scoped.bloc_code
            and int_returns_evaluated.period_year = int_bloc_years_scoped.period_year
    where int_returns_evaluated.is_expected

),

ref_periods as (

    select * from {{ ref('ref_periods') }}
    where period_type in ('Q1', 'H1', 'M9', 'Y')

),

int_unit_validity_periods as (

    select * from {{ ref('int_unit_validity_periods') }}

),

int_units_mapped_to_blocs as (

    select * from {{ ref('int_units_mapped_to_blocs') }}

),

returns_checked as (

    select
        int_unit_validity_periods.unit_key,
        int_returns_evaluated.unit_code,
        int_returns_evaluated.form,
        ref_periods.period_code,
        int_returns_evaluated.is_reported,
        row_number() over (
            partition by
                int_returns_evaluated.unit_code,
                int_returns_evaluated.bloc_code,
                int_returns_evaluated.form,
                ref_periods.period_code
            order by int_unit_validity_periods.valid_from desc
        ) as recency
    from int_returns_evaluated
    inner join ref_periods
        on int_returns_evaluated.period_end = ref_periods.period_end
    inner join int_unit_validity_periods
        on
            int_returns_evaluated.unit_code = int_unit_validity_periods.unit_code
            and int_returns_evaluated.period_end >= int_unit_validity_periods.valid_from

),

final as (

    select
        ---------- text
        int_units_mapped_to_blocs.lineage_view,
        int_units_mapped_to_blocs.bloc_code,
        returns_checked.form,
        returns_checked.period_code,

        ---------- numerics
        count(distinct returns_checked.unit_code)
        filter (where returns_checked.is_reported) as units_reported,
        count(distinct returns_checked.unit_code) as units_expected
    from returns_checked
    inner join int_units_mapped_to_blocs
        on
            returns_checked.unit_key = int_units_mapped_to_blocs.unit_key
            and returns_checked.recency = 1
    group by
        int_units_mapped_to_blocs.lineage_view,
        int_units_mapped_to_blocs.bloc_code,
        returns_checked.form,
        returns_checked.period_code

)

select * from final
