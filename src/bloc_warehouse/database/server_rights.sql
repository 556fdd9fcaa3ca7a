-- What only a superuser can take from everybody. `prepare` runs it where it is one,
-- as on the embedded server and under Compose; elsewhere the server's administrator
-- does, once, in the warehouse's database: psql -d dw -f server_rights.sql. Safe to
-- repeat.

-- commands that define something are the owner's, the two workers' and superusers'
create or replace function public.refuse_readers() returns event_trigger
language plpgsql set search_path = pg_catalog as $$
begin
    if not exists (
        select from pg_roles
        where rolname = session_user
            and (
                rolsuper
                or rolname in ('ingest', 'transform')
                or oid = (
                    select datdba from pg_database where datname = current_database()
                )
            )
    ) then
        raise insufficient_privilege using message = 'a reader defines nothing';
    end if;
end $$;

-- a backup keeps by what the readers of this database log in, and nothing of others
create or replace function public.reader_verifiers()
returns table (reader name, verifier text)
language sql stable security definer set search_path = pg_catalog as $$
    select rolname, rolpassword
    from pg_authid
    where shobj_description(oid, 'pg_authid')
        = 'bloc-warehouse: ' || current_database()
        and rolcanlogin
        and not rolsuper
        and rolname not in ('ingest', 'transform', 'bi_reader')
$$;
revoke execute on function public.reader_verifiers() from public;

do $$
declare
    owner regrole := (
        select datdba from pg_database where datname = current_database()
    );
    routine regprocedure;
    worker regrole;
begin
    -- large objects fill the disk, and so do messages in the log of changes
    for routine in
        select oid from pg_proc
        where pronamespace = 'pg_catalog'::regnamespace
            and (
                proname ^@ 'lo_'
                or proname in ('loread', 'lowrite', 'pg_logical_emit_message')
            )
    loop
        execute format('revoke execute on function %s from public', routine);
    end loop;
    -- advisory locks are this program's alone; and many of them fill the server's table
    -- of locks, which stops everybody
    for routine in
        select oid from pg_proc
        where pronamespace = 'pg_catalog'::regnamespace
            and proname ~ '^pg_(try_)?advisory_'
    loop
        execute format('revoke execute on function %s from public', routine);
        execute format(
            'grant execute on function %s to %s with grant option', routine, owner
        );
        for worker in  -- a new server has none yet: `prepare` grants it then
            select oid from pg_roles where rolname in ('ingest', 'transform')
        loop
            execute format('grant execute on function %s to %s', routine, worker);
        end loop;
    end loop;
    execute format(
        'grant execute on function public.reader_verifiers() to %s with grant option',
        owner
    );
    -- temporary files fill the disk, too: the owner bounds them for each reader
    execute format('grant set on parameter temp_file_limit to %s', owner);
    -- tables of readers in other databases would do so too
    revoke connect on database postgres, template1 from public;
    -- what a login may not alter it locks all the same, before its rights are looked at;
    -- an index of pg_authid asked for so, and nobody can log in any more
    drop event trigger if exists readers_define_nothing;
    create event trigger readers_define_nothing on ddl_command_start
        execute function public.refuse_readers();
    -- a server that was upgraded from an old one lets everybody create tables here
    revoke create on schema public from public;
end $$;
