-- Who of the BI tools' logins sees which rows. Run by `prepare` as role ingest; safe
-- to repeat. Each mart's policy and the monitoring views ask these functions, once a
-- query.

-- Who asks is the session's login, whatever role it takes: readers are told of
-- themselves alone, for who sees what is nobody else's business. Only a session that
-- may act as ingest (the owner's, an administrator's) may look through another's
-- eyes.
create or replace function monitoring.answers_for(who name) returns boolean
language sql stable parallel safe
return who = session_user or pg_has_role(session_user, 'ingest', 'member');

-- our own roles see all rows; whoever is neither one of them nor listed sees none
create or replace function monitoring.reads_all(reader name) returns boolean
language sql stable parallel safe
return reader in ('bi_reader', 'ingest', 'transform')
and monitoring.answers_for(reader);

-- What takes effect later opens nothing before its day. In UTC: a session may set
-- its own time zone, and with it `current_date`.
create or replace function monitoring.today() returns date
language sql stable parallel safe
return (now() at time zone 'UTC')::date;

-- Rights follow a copy of the lineage, taken after each build: a reader that keeps a
-- transaction open keeps the tables that it asked, and builds replace theirs.
create or replace function quality.keep_lineage() returns void
language plpgsql security definer set search_path = pg_catalog as $$
begin
    -- a table of an older build has no such column: until the next one own rows only
    if not exists (
        select from pg_attribute
        where attrelid = to_regclass('intermediate.int_bloc_lineage')
            and attname = 'succeeded_on'
    ) then
        return;
    end if;
    delete from quality.lineage;
    insert into quality.lineage (kind, code, member_code, since)
    select 'bloc', bloc_code, member_bloc_code, min(succeeded_on)
    from intermediate.int_bloc_lineage
    group by bloc_code, member_bloc_code
    union all
    select 'unit', successor_code, unit_code, min(effective_date)
    from reference.ref_unit_events
    where status = 'effective' and event_type = 'merge_into'
    group by successor_code, unit_code
    union all
    select 'bloc_unit', bloc_code, unit_code, min(valid_from)
    from reference.ref_unit_spans
    group by bloc_code, unit_code;
end $$;

-- the blocs listed for a reader, with those whose figures belong to their history
create or replace function monitoring.readable_blocs(who name) returns text[]
language sql stable parallel safe security definer
set search_path = pg_catalog
return array(
    select bloc_code from quality.readers
    where reader = who and bloc_code is not null and monitoring.answers_for(who)
    union
    select lineage.member_code
    from quality.readers
    inner join quality.lineage
        on lineage.kind = 'bloc' and readers.bloc_code = lineage.code
    where readers.reader = who -- noqa: RF02
        and lineage.since <= monitoring.today()
        and monitoring.answers_for(who) -- noqa: RF02
);

-- the units listed for a reader, with those that were merged into them
create or replace function monitoring.readable_units(who name) returns text[]
language sql stable parallel safe security definer
set search_path = pg_catalog
return (
    with recursive merged as (
        select unit_code from quality.readers
        where reader = who and unit_code is not null and monitoring.answers_for(who)
        union
        select lineage.member_code
        from merged
        inner join quality.lineage
            on lineage.kind = 'unit' and merged.unit_code = lineage.code
        where lineage.since <= monitoring.today()
    )

    select coalesce(array_agg(merged.unit_code), '{}') from merged
);

-- the units that were ever part of the blocs listed for a reader
create or replace function monitoring.units_of_readable_blocs(who name) returns text[]
language sql stable parallel safe security definer
set search_path = pg_catalog
return array(
    select distinct member_code from quality.lineage
    where kind = 'bloc_unit'
        and code = any((select monitoring.readable_blocs(who))::text[]) -- asked once
        and since <= monitoring.today()
);

-- the blocs that a unit listed for a reader was ever part of: what they are called
create or replace function monitoring.blocs_of_readable_units(who name) returns text[]
language sql stable parallel safe security definer
set search_path = pg_catalog
return array(
    select distinct code from quality.lineage
    where kind = 'bloc_unit'
        and member_code = any((select monitoring.readable_units(who))::text[])
        and since <= monitoring.today()
);

-- whether a reader is the public: it sees what each bloc published of itself as a whole
create or replace function monitoring.reads_totals(who name) returns boolean
language sql stable parallel safe security definer
set search_path = pg_catalog
return exists (
    select from quality.readers
    where reader = who and is_public and monitoring.answers_for(who)
);

-- whether a reader sees rows of units at all: the public does not
create or replace function monitoring.reads_units(who name) returns boolean
language sql stable parallel safe security definer
set search_path = pg_catalog
return exists (
    select from quality.readers
    where reader = who and not is_public and monitoring.answers_for(who)
);

-- The same for who asks, found while the query is planned. Declared immutable, which
-- both are as long as a session's login has the rights that it had: so the planner puts
-- the answer into the plan. Whom it lets see nothing of units scans no row of theirs (a
-- filter would let some conditions go first, see below); who sees all has no filter;
-- and for all others what is left is found by indexes.
create or replace function monitoring.plans_for_units() returns boolean
language plpgsql immutable parallel safe as $$
begin
    return monitoring.reads_all(current_user) or monitoring.reads_units(current_user);
end $$;

create or replace function monitoring.plans_for_all() returns boolean
language plpgsql immutable parallel safe as $$
begin
    return monitoring.reads_all(current_user);
end $$;

-- codes as the keys of an object, which finds each without calling a function
create or replace function monitoring.as_keys(codes text[]) returns jsonb
language sql immutable parallel safe
return (select coalesce(jsonb_object_agg(code, true), '{}') from unnest(codes) as code);

-- all that decides which rows a reader sees; a view asks for it once a query
create or replace function monitoring.rights_of(who name) returns jsonb
language sql stable parallel safe
return jsonb_build_object(
    'all', monitoring.reads_all(who),
    'blocs', monitoring.as_keys(monitoring.readable_blocs(who)),
    'units', monitoring.as_keys(monitoring.readable_units(who)),
    'units_of_blocs', monitoring.as_keys(monitoring.units_of_readable_blocs(who))
);

-- whether rights let see a row of this bloc and unit; without a bloc the unit's tells
create or replace function monitoring.may_read(bloc text, unit text, rights jsonb)
returns boolean
language sql immutable parallel safe
return (rights -> 'all')::boolean
or jsonb_exists(rights -> 'blocs', bloc)
or jsonb_exists(rights -> 'units', unit)
or (bloc is null and jsonb_exists(rights -> 'units_of_blocs', unit));

-- Lets readers see the rows of their blocs and units in a mart, for its owner to call;
-- a mart without bloc_code is everybody's, and one that tells nothing of units the
-- public's too. What is in brackets is asked once a query.
--
-- PostgreSQL tries a reader's own condition before the policy where it holds it
-- harmless and cheaper; yet one that compares by leakproof operators, and fails by a
-- subquery, tells of rows that the reader must not see. Hence subscripts: they cost
-- nothing, nothing is cheaper, and among equals the policy is tried first; except below
-- a reader's own `union all`, where it is tried last.
--
-- No index finds a row by a subscript. So a mart of units asks the same once more by
-- comparisons, which an index answers: a bloc's reader reads its bloc, not the country.
-- (A login is a name, whose collation, C, would be the comparison's, not the index's.)
create or replace function monitoring.protect_rows(mart regclass) returns void
language plpgsql as $$
declare
    columns name[] := array(
        select attname from pg_attribute
        where attrelid = mart and attnum > 0 and not attisdropped
    );
    subscript constant text := '((select monitoring.as_keys(monitoring.%s('
        'current_user))))[%I] is not null';
    comparison constant text := '%2$I = any ((select monitoring.%1$s('
        'current_user))::text[] collate "default")';
    by_keys text[] := array[format(subscript, 'readable_blocs', 'bloc_code')];
    by_index text[] := array[format(comparison, 'readable_blocs', 'bloc_code')];
    visible text;
    unit name;
begin
    if 'bloc_code' <> all (columns) then
        return;
    end if;
    foreach unit in array array[
        'reporting_unit_code', 'unit_code', 'planned_unit_code'
    ] loop
        if unit = any(columns) then
            by_keys := by_keys || format(subscript, 'readable_units', unit);
            by_index := by_index || format(comparison, 'readable_units', unit);
        end if;
    end loop;
    if not exists (
        select from unnest(columns) as name where name ~ '(^|_)unit_'
    ) then
        if (select relname from pg_class where oid = mart) = 'dim_blocs' then
            by_keys := by_keys || format(
                subscript, 'blocs_of_readable_units', 'bloc_code'
            );
        end if;
        visible := format(
            'monitoring.plans_for_all() or %s'
            ' or (select monitoring.reads_totals(current_user))',
            array_to_string(by_keys, ' or ')
        );
    else
        visible := format(
            'monitoring.plans_for_units()'
            ' and (monitoring.plans_for_all() or ((%s) and (%s)))',
            array_to_string(by_keys, ' or '), array_to_string(by_index, ' or ')
        );
    end if;
    execute format('alter table %s enable row level security', mart);
    execute format('drop policy if exists readers on %s', mart);
    execute format('create policy readers on %s for select using (%s)', mart, visible);
end $$;
