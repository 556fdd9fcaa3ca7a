-- the states that submissions had, and what else a build reads that is not a list
with counted as (
    select submission_id
    from intermediate.int_version_validity
    where counted_from <= {moment}
        and (counted_to is null or counted_to > {moment})
)

update raw.submissions
set
    state = case
        when
            submission_id in (select counted.submission_id from counted)
            then 'accepted'
        when exists (
                select from raw.withdrawals
                where withdrawals.submission_id = submissions.submission_id
                    and withdrawals.withdrawn_at <= {moment}
            ) then 'withdrawn'
        else 'superseded'
    end
where state in ('accepted', 'superseded', 'duplicate', 'withdrawn');
analyze raw.submissions;

create temporary table files as
select * from raw.files -- noqa: AM04
where received_at <= {moment};

create temporary table period_closings as
select * from quality.period_closings -- noqa: AM04
where closed_at <= {moment};
update pg_temp.period_closings set
    reopened_at = null, reopened_by = null, reopen_reason = null
where reopened_at > {moment};

create temporary table findings (like quality.findings including all);
create temporary table holds (like quality.holds including all)
