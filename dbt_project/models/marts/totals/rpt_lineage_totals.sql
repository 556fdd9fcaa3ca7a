with

int_lineage_totals_summed as (

    select * from {{ ref('int_lineage_totals_summed') }}

),

int_lineage_units_counted as (

    select * from {{ ref('int_lineage_units_counted') }}

),

{# no figure where none of those that owe the period's return has sent it; where nothing
   reaches its end, as where only a part of the year came, the figure is a part. It stays,
   for both lineage views add up to the same over all blocs #}
totals_tallied as (

    select
        totals.*,
        coalesce(tallies.units_reported, 0) as units_reported,
        coalesce(tallies.units_expected, 0) as units_expected,
        case
            when tallies.units_reported = 0 and tallies.units_expected > 0 then null
            else totals.total
        end as known_total
    from int_lineage_totals_summed as totals
    left join int_lineage_units_counted as tallies
        on
            totals.lineage_view = tallies.lineage_view
            and totals.bloc_code = tallies.bloc_code
            and totals.form = tallies.form
            and totals.period_code = tallies.period_code

),

final as (

    select
        ---------- text
        lineage_view,
        bloc_code,
        period_code,
        period_type,
        form,
        figure,
        subject,

        ---------- numerics
        period_year,
        known_total as total,
        units_reported,
        units_expected,
        blank_count,

        ---------- booleans
        {{ is_partial('known_total') }}
        or (known_total is not null and not is_reached) as is_partial
    from totals_tallied

)

select * from final
