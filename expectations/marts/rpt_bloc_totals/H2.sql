with counts as (
    select
        totals.bloc_code,
        totals.period_code,
        sides.subject,
        max(sides.total) filter (
            where totals.indicator = 'unit_count'
        ) as units,
        max(sides.total) filter (
            where totals.indicator = 'unit_count_dbcs'
        ) as committees,
        max(sides.total) filter (
            where totals.indicator = 'unit_count_cbcs'
        ) as cells
    from marts_candidate.rpt_bloc_totals as totals
    cross join
        lateral (
            values
            ('computed', totals.computed_total), ('declared', totals.declared_total)
        ) as sides (subject, total)
    where totals.indicator in ('unit_count', 'unit_count_dbcs', 'unit_count_cbcs')
    group by totals.bloc_code, totals.period_code, sides.subject
)

select
    bloc_code,
    'membership' as form,
    period_code,
    subject,
    units as left_value,
    committees + cells as right_value
from counts
where num_nonnulls(units, committees, cells) > 0
