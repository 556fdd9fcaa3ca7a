with offices as materialized (
    select *
    from intermediate.int_inspections_current
    where unit_kind = 'bloc_office' and done >= 2
)

select distinct on (units.submission_id, units.body, units.subject, units.kind)
    units.bloc_code,
    units.unit_code,
    'inspections' as form,
    units.period_code,
    concat_ws(' ', units.body, units.subject, units.kind) as subject,
    'Kiểm tra, giám sát dòng ' || units.sheet_row as subject_vi,
    'Inspections in row ' || units.sheet_row as subject_en,
    units.submission_id,
    array[offices.submission_id] as other_submission_ids,
    units.done as left_value,
    offices.done as right_value
from intermediate.int_inspections_current as units
inner join offices
    on units.bloc_code = offices.bloc_code
        and units.period_code = offices.period_code
        and units.subject = offices.subject
        and units.kind = offices.kind
        and units.done = offices.done
        and coalesce(units.distinct_subjects, 0)
        = coalesce(offices.distinct_subjects, 0)
        and coalesce(units.concluded_violation, 0)
        = coalesce(offices.concluded_violation, 0)
where units.unit_kind <> 'bloc_office'
    -- the unit reported before, and nothing of the kind
    and exists (
        select 1
        from intermediate.int_submissions_current as earlier
        where earlier.unit_code = units.unit_code
            and earlier.form = 'inspections'
            and units.period_year - earlier.period_year in (0, 1)
            and units.period_end > earlier.period_end
    )
    and not exists (
        select 1
        from intermediate.int_inspections_current as earlier
        where earlier.unit_code = units.unit_code
            and earlier.subject = units.subject
            and earlier.kind = units.kind
            and units.period_year - earlier.period_year in (0, 1)
            and units.period_end > earlier.period_end
            and earlier.done > 0
    )
order by
    units.submission_id asc, units.body asc, units.subject asc, units.kind asc,
    offices.submission_id asc
