-- all closings, latest first, each with the corrections that came while it was in force
select
    closings.closing_id,
    closings.bloc_code,
    closings.period_code,
    closings.closed_at,
    closings.closed_by,
    closings.reason,
    closings.left_open,
    closings.reopened_at,
    closings.reopened_by,
    closings.reopen_reason,
    (
        select count(*)
        from raw.submissions
        where submissions.closed_at_receipt
            and submissions.replaced_by_replay_id is null
            and submissions.state <> 'withdrawn'
            and submissions.period_code = closings.period_code
            and submissions.registered_at >= closings.closed_at
            and submissions.registered_at
            < coalesce(closings.reopened_at, 'infinity')
            and submissions.unit_code in (
                select ref_unit_spans.unit_code
                from reference.ref_unit_spans
                where ref_unit_spans.bloc_code = closings.bloc_code
            )
    ) as corrections
from quality.period_closings as closings
where (%(bloc)s::text is null or closings.bloc_code = %(bloc)s)
    and (%(period)s::text is null or closings.period_code = %(period)s)
order by closings.closing_id desc
