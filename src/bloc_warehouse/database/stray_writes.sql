-- Who builds by hand writes where our builds write. It is noted, in the transaction
-- that writes, so that nothing of it is published unaudited; run by `prepare` as
-- role ingest.

-- our builds say so when they connect (build/dbt_environment.py)
create or replace function quality.is_our_build() returns boolean
language sql stable
return coalesce(current_setting('bloc.writer', true), '') = 'build';

-- A build of ours, or who publishes, holds the lock alone (database/locks.py, DBT).
-- It is not waited for: who waits here may hold a table that the build wants.
create or replace function quality.refuse_beside_a_build() returns void
language plpgsql set search_path = pg_catalog as $$
begin
    if not quality.is_our_build() and not pg_try_advisory_xact_lock_shared(7201904) then
        raise exception 'a build or a publication runs: repeat this when it is done';
    end if;
end $$;

-- asked in the transaction of each model and seed, before it is written
create or replace function quality.announce_write(of_schema text, of_table text)
returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
    if quality.is_our_build() then
        return;
    end if;
    perform quality.refuse_beside_a_build();
    insert into quality.stray_writes (table_schema, table_name, written_by)
    values (of_schema, of_table, current_setting('application_name'))
    on conflict (table_schema, table_name) do update
    set written_by = excluded.written_by, written_at = clock_timestamp();
end $$;

-- Asked before a run of dbt. Where one by hand makes all anew, or nobody has said
-- yet what a build takes up, it takes up everything (build/sql/scope_all.sql).
create or replace function quality.begin_run(is_full boolean) returns void
language plpgsql set search_path = pg_catalog as $$
begin
    perform quality.refuse_beside_a_build();
    if quality.is_our_build()
        or to_regclass('reference.ref_periods') is null
        or (not is_full and exists (select from intermediate.build_scope))
    then
        return;
    end if;
    insert into intermediate.build_scope (unit_code, period_year)
    select units.unit_code, periods.period_year
    from reference.ref_unit_spans as units
    cross join reference.ref_periods as periods
    union
    select unit_code, period_year
    from raw.submissions
    where unit_code is not null and period_year is not null
    on conflict do nothing;
end $$;
