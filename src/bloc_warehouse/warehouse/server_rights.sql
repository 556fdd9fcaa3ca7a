-- What only a superuser can take from everybody. `prepare` runs it where it is one, as on
-- the embedded server and under Compose; elsewhere the server's administrator does, once,
-- in the warehouse's database: psql -d dw -f server_rights.sql. Safe to repeat.

do $$
declare
    owner regrole := (
        select datdba from pg_database where datname = current_database()
    );
    routine regprocedure;
begin
    -- large objects fill the disk
    for routine in
        select oid from pg_proc
        where pronamespace = 'pg_catalog'::regnamespace
            and (proname ^@ 'lo_' or proname in ('loread', 'lowrite'))
    loop
        execute format('revoke execute on function %s from public', routine);
    end loop;
    -- and so do temporary files: the owner bounds them for each reader
    execute format('grant set on parameter temp_file_limit to %s', owner);
    -- tables of readers in other databases would do so too
    revoke connect on database postgres, template1 from public;
    -- a server that was upgraded from an old one lets everybody create tables here
    revoke create on schema public from public;
end $$;
