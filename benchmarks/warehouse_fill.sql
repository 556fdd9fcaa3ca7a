-- Fills raw for units × years × 17 returns, set-based. Figures are legal, so that hardly a
-- rule finds anything, and differ as those of real units do: 40 to 99 members, of whom as
-- many leave as are admitted. They follow from the unit, year and line alone.
create or replace function pg_temp.happened(
    seed text, quarters integer, most integer default 2
) returns integer language sql immutable as
'select bit_count(substring(hashtext(seed)::bit(32) from 1 for quarters * most))::integer';

create temporary table bench_returns on commit drop as
select
    row_number() over (order by periods.period_end, units.unit_code, forms.form) as number,
    units.unit_code,
    forms.form,
    periods.period_code,
    periods.period_type,
    periods.period_year,
    periods.period_end,
    case periods.period_type when 'Q1' then 1 when 'H1' then 2 when 'M9' then 3 else 4 end
        as quarters
from (
    select unit_code from reference.ref_unit_spans where unit_kind = 'dbcs'
) as units
cross join (
    values
    ('membership'), ('admissions'), ('inspections'), ('awards_training'), ('ratings')
) as forms (form)
inner join reference.ref_periods as periods
    on periods.basis = 'cumulative'
    and (forms.form <> 'ratings' or periods.period_type = 'Y')
    and periods.period_code = any(%(periods)s)
where units.unit_code = any(%(units)s::text[]) or %(units)s::text[] is null;

with arrived as (
    insert into raw.files (
        sender, path, file_name, sha256, byte_size, received_at, received_at_source,
        state, archive_path, answered_at
    )
    select
        unit_code, %(batch)s || number, %(batch)s || number, md5(%(batch)s || number), 1,
        %(received)s::timestamptz, 'folder', 'accepted', '', now()
    from bench_returns
    order by number
    returning file_id, path
)

insert into raw.submissions (
    file_id, form, form_version, sheet, unit_code, period_code, period_type,
    period_year, basis, submission_no, state, received_at, content_sha256
)
select
    arrived.file_id, form, 1, 'S', unit_code, period_code, period_type, period_year,
    'cumulative', %(number)s, 'accepted', %(received)s::timestamptz, arrived.path
from bench_returns
inner join arrived on %(batch)s || bench_returns.number = arrived.path
order by bench_returns.number;

create temporary table bench_sent on commit drop as
select
    submissions.submission_id, submissions.form, bench_returns.quarters,
    bench_returns.period_year,
    bench_returns.unit_code || ' ' as unit,
    bench_returns.unit_code || bench_returns.period_year || ' ' as seed,
    40 + abs(hashtext(bench_returns.unit_code) / 3 %% 60) as members
from bench_returns
inner join raw.submissions
    on %(batch)s || bench_returns.number = submissions.content_sha256
    and bench_returns.unit_code = submissions.unit_code;

insert into raw.membership (
    submission_id, sheet, sheet_row, opening_total, opening_probationary, inc_admitted,
    inc_transfer_internal, inc_transfer_external, inc_probationary, inc_restored,
    inc_structural, inc_other, inc_total, dec_transfer_internal, dec_transfer_external,
    dec_died, dec_expelled, dec_struck_off, dec_resigned, dec_structural, dec_other,
    dec_total, closing_total, closing_official, closing_probationary, made_official,
    closing_female, closing_ethnic, closing_religious, closing_exempt,
    closing_age_to_30, closing_age_31_40, closing_age_41_50, closing_age_51_60,
    closing_age_over_60, closing_theory_elementary, closing_theory_intermediate,
    closing_theory_advanced, sub_cells
)
select
    submission_id, 'S', 9, members, 4, admitted, 0, 0, 0, 0, 0, 0, admitted, 0,
    admitted, 0, 0, 0, 0, 0, 0, admitted, members, members - 4, 4,
    pg_temp.happened(seed || 'made official', quarters),
    members / 3 + pg_temp.happened(unit || 'female', 4),
    pg_temp.happened(unit || 'ethnic', 3), pg_temp.happened(unit || 'religious', 2),
    pg_temp.happened(unit || 'exempt', 2),
    members / 5, members / 4 - younger, members / 4 + younger - older,
    members / 6 + older, members - members / 5 - members / 4 * 2 - members / 6,
    members / 3 + older, members / 4, members / 12, 2 + members / 20
from (
    select
        *,
        pg_temp.happened(seed || 'admitted', quarters) as admitted,
        pg_temp.happened(seed || quarters || 'younger', 3) as younger,
        pg_temp.happened(seed || quarters || 'older', 3) as older
    from bench_sent
    where form = 'membership'
) as units;

insert into raw.admissions (
    submission_id, sheet, sheet_row, plan_year, admitted_total, admitted_youth,
    admitted_female, admitted_ethnic, admitted_religious, admitted_private_sector,
    admitted_private_owner, readmitted, admitted_edu_secondary, admitted_edu_college,
    admitted_edu_university, admitted_edu_postgraduate, candidates_trained
)
select
    submission_id, 'S', 9, 4, admitted, admitted, admitted / 2, 0, 0, 0, 0, 0, 0, 0,
    admitted, 0, admitted + pg_temp.happened(seed || 'candidates', quarters, 8)
from (
    select *, pg_temp.happened(seed || 'admitted', quarters) as admitted
    from bench_sent
    where form = 'admissions'
) as units;

insert into raw.inspections (
    submission_id, sheet, sheet_row, body, subject, kind, planned, done,
    distinct_subjects, concluded_violation, must_discipline, cases_carried_over,
    disciplined
)
select
    submission_id, 'S', 8 + row_number() over (partition by submission_id), body,
    subject, kind, 4, done, done, 0, 0, 0, 0
from bench_sent
cross join (
    values ('grassroots_committee'), ('grassroots_inspection_commission')
) as bodies (body)
cross join (values ('organisation'), ('member')) as subjects (subject)
cross join (
    values ('compliance_inspection'), ('thematic_supervision')
) as kinds (kind)
cross join lateral (
    select pg_temp.happened(seed || body || subject || kind, quarters) as done
) as turns
where form = 'inspections';

insert into raw.awards (
    submission_id, sheet, sheet_row, level, kind, subject, merit_from_year,
    merit_to_year, award_count
)
select
    submission_id, 'S', 9, 'grassroots', 'certificate_of_commendation', 'member',
    period_year, period_year, pg_temp.happened(seed || 'awards', quarters, 8)
from bench_sent where form = 'awards_training';

insert into raw.training (
    submission_id, sheet, sheet_row, programme, classes, attendees,
    attendees_members, attendees_masses
)
select
    submission_id, 'S', 8 + row_number() over (partition by submission_id), programme,
    4 * quarters, attendees, attendees, 0
from bench_sent
cross join (
    values ('political_theory'), ('party_awareness')
) as programmes (programme)
cross join lateral (
    select
        (members / 3 + pg_temp.happened(seed || programme, 1, 8)) * quarters
        + pg_temp.happened(seed || 'attendees' || programme, quarters, 8) as attendees
) as classes
where form = 'awards_training';

insert into raw.ratings (
    submission_id, sheet, sheet_row, subject, total_subject, exempt, not_rated,
    rated_total, excellent, good, completed, not_completed
)
select
    submission_id, 'S', 8 + row_number() over (partition by submission_id), subject,
    total, 0, 0, total, excellent, total - excellent, 0, 0
from bench_sent
cross join lateral (
    values
    ('member', members, members / 5 + pg_temp.happened(seed || 'excellent', 2)),
    ('unit', 1, 0)
) as subjects (subject, total, excellent)
where form = 'ratings';
