-- The log of what changed: one row per unit and year whose facts no longer stand.
-- Run by `prepare` as role ingest, after raw and quality; safe to repeat.

-- Numbers are given out before they are committed. Whoever writes the log shares this
-- lock until commit; a build takes it alone for a moment, and then misses none below
-- the position that it reads.
create or replace function raw.share_changes_lock() returns void
language sql
begin atomic
    select pg_advisory_xact_lock_shared(7201921);
end;

create or replace function raw.note_arrived_submissions() returns trigger
language plpgsql as $$
begin
    perform raw.share_changes_lock();
    insert into raw.changes (unit_code, period_year, cause)
    select distinct unit_code, period_year, 'submission'
    from arrived
    where state not in ('pending', 'duplicate')
        and unit_code is not null
        and period_year is not null;
    return null;
end;
$$;

create or replace function raw.note_changed_submissions() returns trigger
language plpgsql as $$
begin
    perform raw.share_changes_lock();
    insert into raw.changes (unit_code, period_year, cause)
    select distinct concerned.unit_code, concerned.period_year, 'submission'
    from before
    inner join after on before.submission_id = after.submission_id
    cross join lateral (
        values
        (before.unit_code, before.period_year),
        (after.unit_code, after.period_year)
    ) as concerned (unit_code, period_year)
    where before is distinct from after
        and not (
            before.state in ('pending', 'duplicate')
            and after.state in ('pending', 'duplicate')
        )
        and concerned.unit_code is not null
        and concerned.period_year is not null;
    return null;
end;
$$;

create or replace function raw.note_holds() returns trigger
language plpgsql as $$
begin
    perform raw.share_changes_lock();
    if tg_op = 'INSERT' then
        insert into raw.changes (unit_code, period_year, cause)
        select distinct unit_code, split_part(period_code, '-', 1)::integer, 'hold'
        from after;
    else
        insert into raw.changes (unit_code, period_year, cause)
        select distinct
            after.unit_code, split_part(after.period_code, '-', 1)::integer, 'hold'
        from before
        inner join after on before.hold_id = after.hold_id
        where before.released_at is distinct from after.released_at;
    end if;
    return null;
end;
$$;

-- closing fixes the versions that count, re-opening lets the later ones in
create or replace function raw.note_closings() returns trigger
language plpgsql as $$
begin
    perform raw.share_changes_lock();
    insert into raw.changes (unit_code, period_year, cause)
    select distinct submissions.unit_code, submissions.period_year, 'closing'
    from after
    inner join reference.ref_unit_spans
        on after.bloc_code = ref_unit_spans.bloc_code
    inner join raw.submissions
        on ref_unit_spans.unit_code = submissions.unit_code
        and after.period_code = submissions.period_code
    where submissions.period_year is not null;
    return null;
end;
$$;

create or replace trigger submissions_arrived
after insert on raw.submissions
referencing new table as arrived
for each statement execute function raw.note_arrived_submissions();

create or replace trigger submissions_changed
after update on raw.submissions
referencing old table as before new table as after
for each statement execute function raw.note_changed_submissions();

create or replace trigger holds_placed
after insert on quality.holds
referencing new table as after
for each statement execute function raw.note_holds();

create or replace trigger holds_changed
after update on quality.holds
referencing old table as before new table as after
for each statement execute function raw.note_holds();

create or replace trigger closings_made
after insert on quality.period_closings
referencing new table as after
for each statement execute function raw.note_closings();

create or replace trigger closings_changed
after update on quality.period_closings
referencing new table as after
for each statement execute function raw.note_closings();

-- the scope of a build looks plans up by their unit; the forms make the table
create index if not exists admission_plan_by_planned_unit
on raw.admission_plan (planned_unit_code, from_year, to_year);
