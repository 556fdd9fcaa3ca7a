-- Who of the BI tools' logins sees which rows. Run by `prepare` as role ingest; safe to
-- repeat. Each mart's policy and the monitoring views ask these functions, once a query.

-- Who asks is the session's login, whatever role it takes: readers are told of themselves
-- alone, for who sees what is nobody else's business. Only a session that may act as
-- ingest (the owner's, an administrator's) may look through another's eyes.
create or replace function monitoring.answers_for(who name) returns boolean
language sql stable parallel safe
return who = session_user or pg_has_role(session_user, 'ingest', 'member');

-- our own roles see all rows; whoever is neither one of them nor listed sees none
create or replace function monitoring.reads_all(reader name) returns boolean
language sql stable parallel safe
return reader in ('bi_reader', 'ingest', 'transform')
    and monitoring.answers_for(reader);

-- What takes effect later opens nothing before its day. In UTC: a session may set its own
-- time zone, and with it `current_date`.
create or replace function monitoring.today() returns date
language sql stable
return (now() at time zone 'UTC')::date;

-- the blocs listed for a reader, with those whose figures belong to their history
create or replace function monitoring.readable_blocs(who name) returns text[]
language plpgsql stable security definer set search_path = pg_catalog as $$
declare
    codes text[] := array(
        select bloc_code from quality.readers
        where reader = who and bloc_code is not null
            and monitoring.answers_for(who)
    );
begin
    -- a table of an older build has no such column: until the next one its own rows only
    if exists (
        select from pg_attribute
        where attrelid = to_regclass('intermediate.int_bloc_lineage_traced')
            and attname = 'succeeded_on'
    ) then
        codes := codes || array(
            select member_bloc_code from intermediate.int_bloc_lineage_traced
            where bloc_code = any (codes) and succeeded_on <= monitoring.today()
        );
    end if;
    return codes;
end $$;

-- the units listed for a reader, with those that were merged into them
create or replace function monitoring.readable_units(who name) returns text[]
language plpgsql stable security definer set search_path = pg_catalog as $$
declare
    codes text[] := array(
        select unit_code from quality.readers
        where reader = who and unit_code is not null
            and monitoring.answers_for(who)
    );
begin
    if to_regclass('reference.ref_unit_events') is not null then
        codes := array(
            with recursive merged as (
                select unnest(codes) as unit_code
                union
                select events.unit_code
                from merged
                inner join reference.ref_unit_events as events
                    on merged.unit_code = events.successor_code
                where events.status = 'effective'
                    and events.event_type = 'merge_into'
                    and events.effective_date <= monitoring.today()
            )
            select unit_code from merged
        );
    end if;
    return codes;
end $$;

-- the units that were ever part of the blocs listed for a reader
create or replace function monitoring.units_of_readable_blocs(who name) returns text[]
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    if to_regclass('reference.ref_unit_spans') is null then
        return '{}';
    end if;
    return array(
        select distinct unit_code from reference.ref_unit_spans
        where bloc_code = any (monitoring.readable_blocs(who))
            and valid_from <= monitoring.today()
    );
end $$;

-- whether who asks may see a row of this bloc and unit; without a bloc the unit's tells
create or replace function monitoring.may_read(bloc text, unit text) returns boolean
language sql stable
return monitoring.reads_all(current_user)
    or bloc = any (monitoring.readable_blocs(current_user))
    or unit = any (monitoring.readable_units(current_user))
    or (bloc is null and unit = any (monitoring.units_of_readable_blocs(current_user)));

-- codes as the keys of an object, which finds each without calling a function
create or replace function monitoring.as_keys(codes text[]) returns jsonb
language sql immutable parallel safe
return (select coalesce(jsonb_object_agg(code, true), '{}') from unnest(codes) as code);

-- Lets readers see the rows of their blocs and units in a mart, for its owner to call;
-- a mart without bloc_code is everybody's. What is in brackets is asked once a query.
--
-- PostgreSQL tries a reader's own condition before the policy where it holds it
-- harmless and cheaper; yet one that compares by leakproof operators, and fails by a
-- subquery, tells of rows that the reader must not see. Hence subscripts: they cost
-- nothing, nothing is cheaper, and among equals the policy is tried first.
create or replace function monitoring.protect_rows(mart regclass) returns void
language plpgsql as $$
declare
    columns name[] := array(
        select attname from pg_attribute
        where attrelid = mart and attnum > 0 and not attisdropped
    );
    visible text := '(select monitoring.reads_all(current_user))'
        || ' or ((select monitoring.as_keys(monitoring.readable_blocs(current_user))))'
        || '[bloc_code] is not null';
    unit name;
begin
    if 'bloc_code' <> all (columns) then
        return;
    end if;
    foreach unit in array array[
        'reporting_unit_code', 'unit_code', 'planned_unit_code'
    ] loop
        if unit = any (columns) then
            visible := visible || format(
                ' or ((select monitoring.as_keys(monitoring.readable_units('
                'current_user))))[%I] is not null', unit
            );
        end if;
    end loop;
    execute format('alter table %s enable row level security', mart);
    execute format('drop policy if exists readers on %s', mart);
    execute format('create policy readers on %s for select using (%s)', mart, visible);
end $$;
