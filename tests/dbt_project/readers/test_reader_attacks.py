"""An attack by a reader's own login: all that a session may say, and what it gets."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import LiteralString

import psycopg
import pytest
from psycopg import Connection, sql
from tests.dbt_project.readers.reader_world import (
    ATTACKER,
    BLIND,
    EVERYBODYS,
    PUBLIC,
    VICTIM,
    Readers,
    counts,
    counts_in,
    named,
    relations,
)

from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import OWNER, connect
from bloc_warehouse.database.locks import Lock, end_readers, lock_until_commit
from bloc_warehouse.database.logins import READER_CONNECTIONS
from bloc_warehouse.database.readers import add_reader, remove_reader
from bloc_warehouse.database.rotation import ROTATION, rename

_FILTERED_VIEWS = (
    "violations open_violations alerts open_alerts alerts_by_unit"
    " deliveries holds period_closings release_blocs published_totals publish_blocks"
    " period_notebook"
)


def test_each_relation_shows_a_reader_its_own_rows(readers: Readers) -> None:
    everything, nothing = counts(readers, "bi_reader"), counts(readers, BLIND)
    own, of_others = counts(readers, ATTACKER), counts(readers, VICTIM)
    filtered = {name for name in everything if nothing[name] < everything[name]}
    assert filtered >= {f"monitoring.{view}" for view in _FILTERED_VIEWS.split()}
    assert len(filtered) > 25
    shared = {name for name in filtered if own[name] + of_others[name] > nothing[name]}
    assert shared == filtered
    views = {name for name in everything if name.startswith("marts.v_")}
    assert len(views & filtered) > 5
    assert {name for name in views if everything[name]} <= filtered
    with readers.session(ATTACKER) as connection:
        for name, columns in relations(connection).items():
            if "bloc_code" in columns and name not in EVERYBODYS:
                blocs = connection.execute(
                    sql.SQL("select distinct bloc_code from {}").format(named(name))
                )
                assert {bloc for (bloc,) in blocs} <= {"DLK", "DLKCQ", None}, name


def test_the_public_sees_totals_and_nothing_of_units(readers: Readers) -> None:
    everything, nothing = counts(readers, "bi_reader"), counts(readers, BLIND)
    shown = counts(readers, PUBLIC)
    seen = {name for name in everything if shown[name] > nothing[name]}
    with readers.session(PUBLIC) as connection:
        columns = relations(connection)
        (told,) = (
            connection.execute(
                "select monitoring.readable_blocs(session_user)"
                " || monitoring.readable_units(session_user)"
                " || monitoring.units_of_readable_blocs(session_user)"
            ).fetchone()
            or ()
        )
    assert told == []
    of_units = re.compile(r"(\b|_)unit_")
    assert [name for name in seen if of_units.search(str(columns[name]))] == []
    assert seen >= {"marts.rpt_bloc_totals", "marts.v_totals", "monitoring.freshness"}
    assert {name for name in seen if name.startswith("monitoring.")} == {
        "monitoring.freshness",
        "monitoring.published_claims",
        "monitoring.published_totals",
    }
    assert {name: shown[name] for name in seen} == {
        name: everything[name] for name in seen
    }


def test_views_are_barriers_and_tables_protected(readers: Readers) -> None:
    """Wide views need no barrier: they ask tables as their reader does.

    So each table's policy comes before any condition, as where it is asked itself. What
    has no policy though it names blocs holds no figure, and is everybody's.
    """
    with connect("owner", settings=readers.settings) as connection:
        open_to_conditions = connection.execute(
            "select oid::regclass::text from pg_class"
            " where relnamespace in ('marts'::regnamespace, 'monitoring'::regnamespace)"
            " and relkind in ('r', 'v', 'm') and not case relkind when 'v'"
            "  then coalesce(case relnamespace when 'marts'::regnamespace"
            "   then 'security_invoker=true' else 'security_barrier=true' end"
            "   = any (reloptions), false)"
            "  else relrowsecurity or not exists (select 1 from pg_attribute"
            "   where attrelid = pg_class.oid and attname ~ '(bloc|unit)_code') end"
        ).fetchall()
    assert {name for (name,) in open_to_conditions} == EVERYBODYS


# What a login may say, and how it ends: refused, or without any effect on others. The
# words {victim} and {release} are another reader and the schema that was live before.
_REFUSED = """
-- taking another's place
set role bi_reader
set role transform
set role ingest
set role {owner}
set role {victim}
set session authorization bi_reader
set session authorization {victim}
grant bi_reader to {attacker}
grant {victim} to {attacker}
grant pg_read_all_data to {attacker}
create role helper login
-- other roles
alter role bi_reader password 'mine'
alter role bi_reader set statement_timeout = '1ms'
alter role {victim} password 'mine'
alter role {victim} nologin
alter role all set search_path = 'pg_temp'
alter role {attacker} superuser
alter role {attacker} createrole
alter role {attacker} bypassrls
alter role {attacker} connection limit 1000
alter role {attacker} valid until 'infinity'
alter role {attacker} rename to bi_readers
alter role {attacker} in database {database} set temp_file_limit = -1
drop role {victim}
drop owned by bi_reader
drop owned by transform
reassign owned by transform to {attacker}
comment on role {attacker} is 'bloc-warehouse: elsewhere'
-- other sessions
select pg_terminate_backend(pid) from pg_stat_activity where usename = 'bi_reader'
select pg_cancel_backend(pid) from pg_stat_activity where usename = '{victim}'
select pg_terminate_backend(pid) from pg_stat_activity where usename = 'ingest'
select pg_log_backend_memory_contexts(pg_backend_pid())
-- schemas that are not live, and what lies behind the views
select * from marts_candidate.rpt_bloc_totals
select * from marts_previous.rpt_bloc_totals
select * from marts_blocked.rpt_bloc_totals
select * from intermediate.int_bloc_lineage
select * from reference.ref_units
select * from raw.files
select * from raw.submissions
select * from quality.violations
select * from quality.readers
table quality.publishing
select quality.is_confidential('C2', '', '')
select * from pg_authid
select * from pg_shadow
select rolpassword from pg_authid where rolname = 'bi_reader'
select * from pg_statistic
select * from pg_user_mapping
select * from pg_largeobject
select * from pg_hba_file_rules
select * from pg_backend_memory_contexts
-- writing
insert into marts.dim_periods default values
update marts.rpt_bloc_totals set computed_total = 0
delete from marts.rpt_bloc_totals
truncate marts.rpt_bloc_totals
merge into marts.dim_periods using (select 1) as one on false when matched then delete
select * from marts.rpt_bloc_totals for update
select * from marts.rpt_bloc_totals for key share
update monitoring.alerts set closed_at = now()
insert into monitoring.alerts (alert_id) values (1)
delete from monitoring.holds
copy marts.dim_periods from stdin
lock table marts.rpt_bloc_totals in row share mode
lock table marts.rpt_bloc_totals in access exclusive mode
lock table monitoring.alerts in share mode
lock table quality.alerts in access share mode
-- making
create table mine (n integer)
create table public.mine (n integer)
create table marts.mine (n integer)
create table monitoring.mine (n integer)
create temporary table mine (n integer)
create temporary view mine as select 1
create view public.mine as select 1
create materialized view public.mine as select 1
create sequence public.mine
create schema mine
create type public.mine as (n integer)
create function pg_temp.mine() returns integer language sql return 1
create function public.mine(text) returns boolean language sql cost 0.001 return true
create function monitoring.today() returns date language sql return '2099-01-01'::date
create or replace function monitoring.today() returns date return '2099-01-01'::date
create operator public.<<< (function = int4lt, leftarg = integer, rightarg = integer)
create aggregate public.mine (integer) (sfunc = int4pl, stype = integer)
create extension dblink
create extension postgres_fdw
create extension plpython3u
create language plperl
create server there foreign data wrapper postgres_fdw
create publication mine for all tables
create subscription mine connection '' publication theirs
create event trigger mine on ddl_command_start execute function now()
create tablespace mine location '/tmp'
create database mine
-- changing what stands
alter table marts.rpt_bloc_totals disable row level security
alter table marts.rpt_bloc_totals no force row level security
alter table marts.rpt_bloc_totals owner to {attacker}
drop policy readers on marts.rpt_bloc_totals
create policy mine on marts.rpt_bloc_totals using (true)
select monitoring.protect_rows('marts.rpt_bloc_totals')
alter view monitoring.alerts reset (security_barrier)
alter view monitoring.alerts set (security_invoker)
alter view marts.v_totals reset (security_invoker)
create or replace view marts.v_totals as select 1
drop view marts.v_totals
alter function monitoring.today() stable leakproof
alter function monitoring.reads_all(name) security definer
drop view monitoring.alerts cascade
drop schema monitoring cascade
alter schema marts rename to mine
alter schema marts owner to {attacker}
alter database {database} rename to mine
alter database {database} set search_path = 'pg_temp'
create trigger mine before insert on marts.dim_periods execute function now()
create rule mine as on select to marts.dim_periods do instead select 1
create index on marts.dim_periods (period_code)
create statistics public.mine on bloc_code, period_code from marts.rpt_bloc_totals
comment on table marts.rpt_bloc_totals is 'mine'
security label on table marts.rpt_bloc_totals is 'mine'
cluster marts.rpt_bloc_totals
reindex schema marts
refresh materialized view marts.rpt_bloc_totals
-- what takes locks before anybody looks at rights
alter index pg_catalog.pg_authid_rolname_index depends on extension plpgsql
alter index pg_catalog.pg_class_oid_index depends on extension plpgsql
alter default privileges grant select on tables to public
alter default privileges in schema marts grant select on tables to {victim}
drop owned by {attacker}
grant select on marts.rpt_bloc_totals to {victim}
revoke select on marts.rpt_bloc_totals from public
-- the server and its files
copy (select 1) to program 'id'
copy (select 1) to '/tmp/mine'
select pg_read_file('/etc/passwd')
select pg_ls_dir('/')
select pg_stat_file('/etc/passwd')
select pg_ls_waldir()
select pg_current_logfile()
select * from pg_file_settings
alter system set log_statement = 'all'
select pg_reload_conf()
select pg_switch_wal()
select pg_create_restore_point('mine')
select pg_create_physical_replication_slot('mine')
select pg_stat_reset()
checkpoint
load '/tmp/mine.so'
set log_statement = 'none'
set session_preload_libraries = 'mine'
set temp_file_limit = -1
set session_replication_role = 'replica'
set row_security = off; select count(*) from marts.rpt_bloc_totals
-- large objects
select lo_creat(-1)
select lo_create(0)
select lo_from_bytea(0, 'mine')
select lo_import('/etc/passwd')
select lo_export(1, '/tmp/mine')
select lo_put(1, 0, 'mine')
select pg_logical_emit_message(false, 'mine', repeat('x', 1000000))
-- the program's locks
select pg_advisory_lock(7201903)
select pg_advisory_xact_lock(7201904)
select pg_try_advisory_lock(7201901)
select pg_advisory_lock_shared(7201921)
select pg_advisory_lock(number) from generate_series(1, 100000) as number
-- code that runs here and now
do $$ begin execute 'set role bi_reader'; end $$
do $$ begin perform pg_read_file('/etc/passwd'); end $$
do language plpython3u $$ pass $$
"""

# allowed to anybody, and of no use: the rows stay the same, and so does the rest
_HARMLESS = """
select set_config('role', 'none', false)
reset role
reset session authorization
set search_path = 'marts_candidate', 'quality', 'raw'
set statement_timeout = 0
set idle_in_transaction_session_timeout = 0
set row_security = on
set default_transaction_read_only = off
set TimeZone = 'Asia/Ho_Chi_Minh'
set cpu_operator_cost = 1000000
set cpu_operator_cost = 0
set application_name = 'bloc-warehouse'
alter role {attacker} set statement_timeout = 0
alter role {attacker} set search_path = 'pg_temp'
alter role {attacker} password 'mine'
alter role {attacker} reset all
reassign owned by {attacker} to {attacker}
select * from pg_roles
select * from pg_locks
select pg_get_viewdef('monitoring.alerts'::regclass)
select prosrc from pg_proc where pronamespace = 'monitoring'::regnamespace
explain (analyze, verbose, buffers) select * from marts.rpt_bloc_totals
declare mine cursor with hold for select * from marts.rpt_bloc_totals
prepare mine as select * from marts.rpt_bloc_totals
do $$ begin perform count(*) from marts.rpt_bloc_totals; end $$
copy (select * from marts.rpt_bloc_totals) to stdout
copy (select * from monitoring.alerts) to stdout (format binary)
select * from ts_stat('select bloc_code::tsvector from marts.rpt_bloc_totals')
listen mine
notify mine, 'nobody listens'
select pg_export_snapshot()
begin; lock table marts.rpt_bloc_totals in access share mode; commit
begin; lock table monitoring.alerts in access share mode; commit
set transaction isolation level serializable
analyze marts.rpt_bloc_totals
vacuum marts.rpt_bloc_totals
discard all
"""

# questions to the server about others, and all that it answers
_TOLD: dict[LiteralString, list[object]] = {
    "select monitoring.readable_blocs('bi_reader')": [[]],
    "select monitoring.readable_blocs('reads_lan')": [[]],
    "select monitoring.readable_units('reads_lan')": [[]],
    "select monitoring.units_of_readable_blocs('reads_lan')": [[]],
    "select monitoring.reads_all('bi_reader')": [False],
    "select monitoring.reads_all('ingest')": [False],
    "select distinct query from pg_stat_activity where usename <> user": [
        "<insufficient privilege>"
    ],
    "select count(*) from pg_stats where tablename ~ '^(fct|rpt)_'": [0],
    "select count(*) from pg_stats where schemaname in"
    " ('raw', 'quality', 'reference', 'staging', 'intermediate')": [0],
    "select count(*) from pg_auth_members where member::regrole::text = user": [0],
    "select count(*) from pg_largeobject_metadata": [0],
}


@pytest.fixture(scope="module")
def others(readers: Readers) -> Iterator[None]:
    """Sessions that an attacker might end or listen to."""
    with (
        readers.session("bi_reader"),
        readers.session(VICTIM),
        connect("ingest", settings=readers.settings),
    ):
        yield


def _statements(text: str, readers: Readers) -> list[str]:
    names = {
        "{attacker}": ATTACKER,
        "{victim}": VICTIM,
        "{owner}": OWNER,
        "{database}": readers.database,
    }
    for name, value in names.items():
        text = text.replace(name, value)
    return [line for line in text.splitlines() if line and not line.startswith("--")]


def _say(connection: Connection, statement: str) -> str | None:
    """Return the error's code, None where there was no error."""
    try:
        with connection.cursor() as cursor:
            if " to stdout" in statement or " from stdin" in statement:
                with cursor.copy(statement) as copy:  # type: ignore[arg-type]
                    if "stdout" in statement:
                        list(copy)
            else:
                cursor.execute(statement)  # type: ignore[arg-type]
    except psycopg.Error as error:
        return error.sqlstate
    return None


@pytest.mark.usefixtures("others")
def test_what_a_login_must_not_do_is_refused(readers: Readers) -> None:
    with readers.session(ATTACKER) as connection:
        connection.autocommit = True
        ends = {
            statement: _say(connection, statement)
            for statement in _statements(_REFUSED, readers)
        }
    allowed = [statement for statement, code in ends.items() if code is None]
    misspelt = [statement for statement, code in ends.items() if code == "42601"]
    assert allowed == []
    assert misspelt == []


@pytest.mark.usefixtures("others")
def test_what_a_login_may_say_changes_nothing_for_anybody(readers: Readers) -> None:
    logins = (ATTACKER, VICTIM, BLIND, "bi_reader")
    before = {login: counts(readers, login) for login in logins}
    with readers.session(ATTACKER) as connection:
        connection.autocommit = True
        for statement in _statements(_HARMLESS, readers):
            assert _say(connection, statement) is None, statement
            connection.execute("reset all")
            assert counts_in(connection) == before[ATTACKER], statement
    readers.passwords[ATTACKER] = add_reader(
        readers.settings, ATTACKER, blocs=["DLK"], by="test"
    )
    assert {login: counts(readers, login) for login in logins} == before


@pytest.mark.usefixtures("others")
def test_the_server_tells_a_login_nothing_of_others(readers: Readers) -> None:
    with readers.session(ATTACKER) as connection:
        for question, answer in _TOLD.items():
            rows = connection.execute(question).fetchall()
            assert [value for (value,) in rows] == answer, question


@pytest.mark.parametrize("index", ["pg_authid_rolname_index", "pg_class_oid_index"])
def test_nobody_queues_behind_a_lock_that_a_login_asks_for(
    readers: Readers, index: str
) -> None:
    with readers.session(ATTACKER) as session, readers.session(ATTACKER) as other:
        session.execute("select count(*) from pg_roles, pg_class")  # and stays open
        other.execute("set lock_timeout = '2s'")
        code = _say(
            other, f"alter index pg_catalog.{index} depends on extension plpgsql"
        )
        assert code == "42501"  # refused at once, and not 55P03 after the wait


def test_a_login_has_no_more_sessions_than_its_share(readers: Readers) -> None:
    with ExitStack() as stack:
        for _ in range(READER_CONNECTIONS):
            stack.enter_context(readers.session(BLIND))
        with pytest.raises(psycopg.OperationalError, match="too many connections"):
            readers.session(BLIND)


def test_a_login_that_left_something_behind_is_removed(
    readers: Readers, server: embedded.Server
) -> None:
    """What a server lets it make whose administrator did nothing."""
    settings, name = readers.settings, "leaves_traces"
    password = add_reader(settings, name, blocs=["LAN"], by="test")
    with psycopg.connect(server.url(readers.database)) as administrator:
        administrator.execute("grant execute on function lo_creat to public")
        administrator.execute("alter event trigger readers_define_nothing disable")
    with psycopg.connect(
        settings.warehouse_url.get_secret_value(), user=name, password=password
    ) as open_:
        open_.execute("select lo_creat(-1)")
        open_.execute("alter default privileges grant select on tables to public")
        open_.commit()
        with psycopg.connect(server.url(readers.database)) as administrator:
            administrator.execute("alter event trigger readers_define_nothing enable")
        open_.execute("select 1")  # and still reads when it is removed
        remove_reader(settings, name)
        with pytest.raises(psycopg.OperationalError):
            open_.execute("select 1")
    with connect("owner", settings=settings) as connection:
        assert connection.execute(
            "select count(*) from pg_roles where rolname = %s", [name]
        ).fetchone() == (0,)


def test_a_reader_holds_nothing_that_a_build_replaces(readers: Readers) -> None:
    """A transaction keeps all tables that its rows, or its rights, were read from."""
    with readers.session(VICTIM) as reading:
        counts_in(reading)
        assert _held(readers, reading) == {
            "marts",
            "monitoring",
            "quality",
            "raw",
            "reference.ref_blocs",  # changed row by row, never replaced
        }


def test_who_still_reads_a_release_that_is_replaced_is_ended(readers: Readers) -> None:
    with readers.session(VICTIM) as reading_old, readers.session(BLIND) as reading_new:
        counts_in(reading_old)
        _rotate(readers, 2)  # live, previous, and now the next build's
        try:
            assert "marts_candidate" in _held(readers, reading_old)
            reading_new.execute("select * from monitoring.alerts")
            with connect("transform", settings=readers.settings) as connection:
                end_readers(connection, schema="marts_candidate")
                with pytest.raises(psycopg.OperationalError):
                    reading_old.execute("select 1")
                reading_new.execute("select * from monitoring.alerts")
                connection.execute(
                    "lock table marts_candidate.rpt_bloc_totals"
                    " in access exclusive mode nowait"
                )
        finally:
            _rotate(readers, 1)


def test_nobody_waits_for_a_reader_that_holds_the_programs_locks(
    readers: Readers, server: embedded.Server
) -> None:
    """As on a server whose administrator did nothing."""
    with psycopg.connect(server.url(readers.database)) as administrator:
        administrator.execute(
            "grant execute on function pg_advisory_lock(bigint) to public"
        )
    with ExitStack() as stack:
        sessions = [stack.enter_context(readers.session(BLIND)) for _ in range(2)]
        for session, locks in zip(
            sessions, (list(Lock)[::2], list(Lock)[1::2]), strict=True
        ):
            for lock in locks:
                session.execute("select pg_advisory_lock(%s::bigint)", [int(lock)])
        for role in ("ingest", "transform"):
            with connect(role, settings=readers.settings) as connection:
                connection.execute("set lock_timeout = '1s'")
                for lock in Lock:
                    lock_until_commit(connection, lock)
        for session in sessions:
            with pytest.raises(psycopg.OperationalError):
                session.execute("select 1")


def _rotate(readers: Readers, times: int) -> None:
    with connect("transform", settings=readers.settings) as connection:
        for _ in range(times):
            rename(connection, ROTATION)


def _held(readers: Readers, session: Connection) -> set[str]:
    """Return the schemas in which a session holds a table or view, lists by name."""
    with connect("ingest", settings=readers.settings) as connection:
        rows = connection.execute(
            "select distinct case when relnamespace = 'reference'::regnamespace"
            " then relation::regclass::text else relnamespace::regnamespace::text end"
            " from pg_locks inner join pg_class on relation = pg_class.oid"
            " where pid = %s and relkind in ('r', 'v')"
            " and relnamespace <> 'pg_catalog'::regnamespace",
            [session.info.backend_pid],
        )
        return {schema for (schema,) in rows}
