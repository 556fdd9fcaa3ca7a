-- reopens a period; the senders of what waited for it are answered again
with reopened as (
    update quality.period_closings set
        reopened_at = clock_timestamp(),
        reopened_by = %(by)s,
        reopen_reason = %(reason)s
    where closing_id = %(closing_id)s
    returning bloc_code, period_code, closed_at
)

update raw.files set answered_at = null
from raw.submissions
cross join reopened
where files.file_id = submissions.file_id
    and submissions.period_code = reopened.period_code
    and (
        (
            submissions.closed_at_receipt
            and submissions.registered_at >= reopened.closed_at
        )
        or exists (
            select 1
            from raw.withdrawals
            where withdrawals.submission_id = submissions.submission_id -- noqa: RF01
                and withdrawals.withdrawn_at >= reopened.closed_at -- noqa: RF01
        )
    )
    and submissions.unit_code in (
        select ref_unit_spans.unit_code
        from reference.ref_unit_spans
        where ref_unit_spans.bloc_code = reopened.bloc_code -- noqa: RF01
    )
