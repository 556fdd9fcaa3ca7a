-- one corrected cell: a new version of one return, with one woman less
with latest as (
    select submissions.* from raw.submissions
    where unit_code = %(unit)s and period_code = %(period)s and form = 'membership'
        and state = 'accepted'
),
superseded as (
    update raw.submissions set state = 'superseded' from latest
    where submissions.submission_id = latest.submission_id
),
arrived as (
    insert into raw.files (
        sender, path, file_name, sha256, byte_size, received_at, received_at_source,
        state, archive_path, answered_at
    )
    select
        unit_code, %(batch)s, %(batch)s, md5(%(batch)s), 1, received_at, 'folder',
        'accepted', '', now()
    from latest
    returning file_id
),
corrected as (
    insert into raw.submissions (
        file_id, form, form_version, sheet, unit_code, period_code, period_type,
        period_year, basis, submission_no, state, received_at, content_sha256
    )
    select
        arrived.file_id, form, 1, 'S', unit_code, period_code, period_type, period_year,
        basis, submission_no + 1, 'accepted', received_at, %(batch)s
    from latest cross join arrived
    returning submission_id
)
insert into raw.membership
select (jsonb_populate_record(
    lines,
    jsonb_build_object(
        'submission_id', corrected.submission_id,
        'closing_female', lines.closing_female - 1
    )
)).*
from raw.membership as lines
inner join latest using (submission_id)
cross join corrected
