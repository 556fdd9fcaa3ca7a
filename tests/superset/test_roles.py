"""Whoever looks at the dashboards sees their own rows, by whichever way they ask.

Compared is always with what the database shows the same login, asked without Superset.
"""

import csv
import io
import secrets
from typing import Any

import psycopg
import pytest
from psycopg import sql
from tests.superset.conftest import PEOPLE, Superset, may_ask

from bloc_warehouse.bi.environment import passwords_file
from bloc_warehouse.database import embedded

OFFICERS = ("lan_officer", "dlk_officer")
WITHOUT_SQL = ("unit_officer", "newspaper")
MEMBERS = "v_member_changes"


Row = tuple[Any, ...]


def of_database(superset: Superset, login: str, statement: str) -> list[Row]:
    """Ask the database as a reader's own login."""
    url = embedded.start(superset.settings.data_dir).url("dw")
    with psycopg.connect(
        url,
        user=login,
        password="",
        passfile=str(passwords_file(superset.settings)),
    ) as connection:
        return connection.execute(statement).fetchall()  # type: ignore[arg-type]


def visible(superset: Superset, login: str, dataset: str) -> int:
    """Return how many rows of a dataset's relation the database shows a login."""
    schema = superset.assets.datasets[dataset].relation_schema
    statement = sql.SQL("select count(*) from {}").format(
        sql.Identifier(schema, dataset)
    )
    return int(of_database(superset, login, statement.as_string())[0][0])


def count_of(superset: Superset, person: str, dataset: str) -> int:
    """Return how many rows of a dataset Superset counts for a person."""
    counting = {"label": "n", "expressionType": "SQL", "sqlExpression": "count(*)"}
    return int(superset.rows(person, dataset, metrics=[counting])[0]["n"])


@pytest.mark.parametrize("person", PEOPLE)
def test_every_dataset_has_the_rows_of_the_database(
    superset: Superset, person: str
) -> None:
    for dataset in superset.assets.datasets:
        if may_ask(superset, person, dataset):
            expected = visible(superset, person, dataset)
            assert count_of(superset, person, dataset) == expected, dataset
        else:
            body = superset.query(dataset, columns=["unit_code"])
            answer = superset.session(person).ask("POST", "/api/v1/chart/data", body)
            assert answer.status == 403, dataset


def test_people_see_different_rows(superset: Superset) -> None:
    """Else the comparison above would show nothing."""
    everything = count_of(superset, "admin", MEMBERS)
    seen = {
        person: count_of(superset, person, MEMBERS)
        for person in ("lan_officer", "dlk_officer", "unit_officer")
    }
    assert 0 < seen["unit_officer"] < seen["lan_officer"] < everything
    assert 0 < seen["dlk_officer"] < everything
    blocs = {
        person: {row["bloc_code"] for row in _blocs(superset, person)}
        for person in (*OFFICERS, "unit_officer")
    }
    assert blocs["lan_officer"] == blocs["unit_officer"] == {"LAN"}
    assert blocs["dlk_officer"] >= {"DLK"}
    assert "LAN" not in blocs["dlk_officer"]
    assert count_of(superset, "newspaper", "v_published") == count_of(
        superset, "admin", "v_published"
    )


def _blocs(superset: Superset, person: str) -> list[dict[str, Any]]:
    return superset.rows(person, MEMBERS, columns=["bloc_code"])


@pytest.mark.parametrize("person", PEOPLE)
def test_every_chart_answers_or_refuses(superset: Superset, person: str) -> None:
    for name, chart in superset.assets.charts.items():
        answer = superset.session(person).ask(
            "GET", f"/api/v1/chart/{superset.chart(name)}/data/"
        )
        allowed = may_ask(superset, person, chart.dataset)
        # Superset does not say of charts whether there are others
        assert answer.status == (200 if allowed else 404), (name, answer.content)
        if allowed:
            assert all(part["error"] is None for part in answer.json()["result"]), name


def test_an_answer_is_never_that_of_another_login(superset: Superset) -> None:
    """Superset has a cache of answers here; the project's settings give it none."""
    body = superset.query(MEMBERS, columns=["bloc_code"])
    answers = {}
    for person in ("admin", *OFFICERS, "unit_officer", "lan_officer"):
        answer = superset.session(person).call("POST", "/api/v1/chart/data", body)
        part = answer["result"][0]
        answers[person] = part["cache_key"], part["is_cached"], part["data"]
    assert answers["lan_officer"][1], "asked twice: the cache is not at work"
    assert len({key for key, _, _ in answers.values()}) == len(answers)
    assert answers["dlk_officer"][2] != answers["lan_officer"][2]
    # nor by its key
    for key, _, _ in answers.values():
        kept = superset.session("dlk_officer").ask("GET", f"/api/v1/chart/data/{key}")
        assert not kept.is_good
        assert b"LAN" not in kept.content


def test_altered_queries_reach_no_other_rows(superset: Superset) -> None:
    for person in (*OFFICERS, "unit_officer"):
        expected = count_of(superset, person, MEMBERS)
        for extras in (
            {"where": "true) or (true"},
            {"where": "bloc_code is not null or true"},
            {"having": "true or true"},
        ):
            body = superset.query(
                MEMBERS,
                metrics=[
                    {
                        "label": "n",
                        "expressionType": "SQL",
                        "sqlExpression": "count(*)",
                    }
                ],
                extras=extras,
            )
            answer = superset.session(person).ask("POST", "/api/v1/chart/data", body)
            if answer.is_good:
                assert answer.json()["result"][0]["data"][0]["n"] <= expected
        for expression in (
            "(select count(*) from marts.fct_membership)",
            "count(*) + (select count(*) from quality.readers)",
            "max((select rolname from pg_roles limit 1))",
        ):
            metric = {
                "label": "n",
                "expressionType": "SQL",
                "sqlExpression": expression,
            }
            body = superset.query(MEMBERS, metrics=[metric])
            answer = superset.session(person).ask("POST", "/api/v1/chart/data", body)
            assert not answer.is_good, (person, expression)


def test_samples_drilling_and_choices_of_filters_keep_to_them(
    superset: Superset,
) -> None:
    dataset = superset.dataset(MEMBERS)
    for person, own in (("lan_officer", {"LAN"}), ("unit_officer", {"LAN"})):
        session = superset.session(person)
        body = superset.query(MEMBERS) | {"result_type": "samples"}
        body["queries"][0]["columns"] = ["bloc_code"]
        shown = session.call("POST", "/api/v1/chart/data", body)["result"][0]["data"]
        assert {row["bloc_code"] for row in shown} == own
        body["result_type"] = "drill_detail"
        shown = session.call("POST", "/api/v1/chart/data", body)["result"][0]["data"]
        assert {row["bloc_code"] for row in shown} == own
        path = f"?datasource_type=table&datasource_id={dataset}&force=false"
        answer = session.ask("POST", f"/datasource/samples{path}", {})
        if answer.is_good:
            rows = answer.json()["result"]["data"]
            assert {row["bloc_code"] for row in rows} == own
        path = f"/api/v1/datasource/table/{dataset}/column/bloc_code/values/"
        answer = session.ask("GET", path)
        if answer.is_good:
            assert set(answer.json()["result"]) == own


def test_what_is_downloaded_is_what_is_shown(superset: Superset) -> None:
    for person, own in (("lan_officer", {"LAN"}), ("unit_officer", {"LAN"})):
        body = superset.query(MEMBERS, columns=["bloc_code", "unit_code"])
        body["result_format"] = "csv"
        answer = superset.session(person).ask("POST", "/api/v1/chart/data", body)
        assert answer.is_good, answer.content
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]
        assert rows
        assert {row[0] for row in rows} == own


def test_sql_lab_asks_as_the_person(superset: Superset) -> None:
    for person, bloc in (("lan_officer", "LAN"), ("dlk_officer", "DLK")):
        assert _sql(superset, person, "select current_role as who") == [{"who": person}]
        shown = _sql(superset, person, "select distinct bloc_code from marts.dim_units")
        expected = of_database(
            superset, person, "select distinct bloc_code from marts.dim_units"
        )
        assert {row["bloc_code"] for row in shown} == {row[0] for row in expected}
        assert bloc in {row["bloc_code"] for row in shown}
    everything = _sql(superset, "admin", "select count(*) as n from marts.fct_returns")
    own = _sql(superset, "lan_officer", "select count(*) as n from marts.fct_returns")
    assert 0 < own[0]["n"] < everything[0]["n"]


@pytest.mark.parametrize(
    "statement",
    [
        "set role bi_reader",
        "set session authorization bi_reader",
        "reset role; select * from quality.readers",
        "select * from quality.readers",
        "select * from raw.submissions",
        "select * from marts_previous.dim_units",
        "delete from marts.dim_units",
        "create table mine (n integer)",
        "select pg_read_file('PG_VERSION')",
        "copy marts.dim_units to '/tmp/mine'",
        "select rolpassword from pg_authid",
    ],
)
def test_sql_lab_refuses_what_the_login_may_not(
    superset: Superset, statement: str
) -> None:
    for person in OFFICERS:
        answer = _execute(superset, person, statement)
        assert not answer.is_good or answer.json().get("status") == "failed"


def test_nobody_gets_anothers_results_of_sql_lab(superset: Superset) -> None:
    body = _request(superset, "select count(*) as n from marts.fct_returns")
    victim = superset.session("lan_officer")
    done = victim.call("POST", "/api/v1/sqllab/execute/", body)
    query = done["query"]
    thief = superset.session("dlk_officer")
    for path in (
        f"/api/v1/sqllab/results/?q=(key:'{query.get('resultsKey')}')",
        f"/api/v1/query/{query['id']}",
    ):
        answer = thief.ask("GET", path)
        assert not answer.is_good, path
    # the statement may be known to others; it is asked anew, as whoever asks
    answer = thief.ask("GET", f"/api/v1/sqllab/export/{query['id']}/")
    if answer.is_good:
        shown = int(answer.content.decode("utf-8-sig").splitlines()[1])
        assert shown == visible_returns(superset, "dlk_officer")


def visible_returns(superset: Superset, login: str) -> int:
    """Return how many returns the database shows a login."""
    found = of_database(superset, login, "select count(*) from marts.fct_returns")
    return int(found[0][0])


@pytest.mark.parametrize("person", WITHOUT_SQL)
def test_who_only_reads_can_neither_write_sql_nor_change_anything(
    superset: Superset, person: str
) -> None:
    session = superset.session(person)
    assert _execute(superset, person, "select 1").status == 403
    chart = superset.chart(next(iter(superset.assets.charts)))
    dataset = superset.dataset(MEMBERS)
    for method, path, body in (
        ("PUT", f"/api/v1/chart/{chart}", {"slice_name": "mine"}),
        ("DELETE", f"/api/v1/chart/{chart}", None),
        ("POST", "/api/v1/chart/", {"slice_name": "mine", "datasource_id": dataset,
                                    "datasource_type": "table"}),
        ("POST", "/api/v1/dashboard/", {"dashboard_title": "mine"}),
        ("POST", "/api/v1/dataset/", {"database": 1, "schema": "marts",
                                      "table_name": "dim_units"}),
        ("PUT", f"/api/v1/dataset/{dataset}", {"sql": "select 1"}),
        ("GET", "/api/v1/database/1/tables/?q=(schema_name:marts)", None),
        ("GET", "/api/v1/database/1/connection", None),
    ):  # fmt: skip
        assert not session.ask(method, path, body).is_good, (method, path)


@pytest.mark.parametrize("person", [*PEOPLE, None])
def test_nobody_gives_themselves_another_login(
    superset: Superset, person: str | None
) -> None:
    session = superset.session(person)
    database = "/api/v1/database/1"
    for method, path, body in (
        ("GET", "/api/v1/security/users/", None),
        ("GET", "/api/v1/security/roles/", None),
        ("POST", "/api/v1/security/roles/", {"name": "reader: bi_reader"}),
        ("PUT", "/api/v1/security/users/1", {"roles": [1]}),
        ("PUT", "/api/v1/security/roles/1", {"name": "Gamma"}),
        ("PUT", database, {"sqlalchemy_uri": "postgresql+psycopg2://bi_reader@x/dw"}),
        ("POST", "/api/v1/database/", {"database_name": "mine",
                                       "sqlalchemy_uri": "sqlite://"}),
        ("POST", "/api/v1/security/guest_token/", {"user": {}, "resources": [],
                                                   "rls": []}),
        ("GET", "/api/v1/assets/export/", None),
        ("GET", f"{database}/connection", None),
    ):  # fmt: skip
        assert not session.ask(method, path, body).is_good, (method, path)
    answer = session.ask("PUT", "/api/v1/me/", {"roles": [1], "username": "admin"})
    assert not answer.is_good


def test_who_did_not_log_in_sees_nothing(superset: Superset) -> None:
    nobody = superset.session(None)
    for name in superset.assets.charts:
        answer = nobody.ask("GET", f"/api/v1/chart/{superset.chart(name)}/data/")
        assert not answer.is_good
    for name in superset.assets.datasets:
        answer = nobody.ask("POST", "/api/v1/chart/data", superset.query(name))
        assert not answer.is_good


def test_a_user_without_such_a_role_reads_as_the_guest(superset: Superset) -> None:
    """As somebody whom an administrator made by hand, with all rights to look."""
    api = superset.session("admin")
    roles = {row["name"]: row["id"] for row in api.rows("/api/v1/security/roles/")}
    name = f"by_hand_{secrets.token_hex(4)}"
    body = {
        "username": name, "password": "only-for-this-test", "first_name": "a",
        "last_name": "b", "email": f"{name}@localhost", "active": True,
        "roles": [roles["Alpha"], roles["sql_lab"]],
    }  # fmt: skip
    user = api.call("POST", "/api/v1/security/users/", body)["id"]
    try:
        superset.passwords[name] = str(body["password"])
        assert count_of(superset, name, MEMBERS) == 0
        assert _sql(superset, name, "select current_role as who") == [
            {"who": "bi_guest"}
        ]
    finally:
        ended = {"active": False, "roles": [roles["Public"]]}
        api.call("PUT", f"/api/v1/security/users/{user}", ended)


def test_thumbnails_and_queries_in_the_background_are_off(superset: Superset) -> None:
    """They are made as somebody else, or kept for somebody else."""
    for kind in ("chart", "dashboard"):
        (number, *_) = superset.ids[kind].values()
        answer = superset.session("lan_officer").ask(
            "GET", f"/api/v1/{kind}/{number}/thumbnail/x/"
        )
        assert answer.status == 404, kind
    body = _request(superset, "select 1") | {"runAsync": True}
    answer = superset.session("lan_officer").ask(
        "POST", "/api/v1/sqllab/execute/", body
    )
    assert not answer.is_good or answer.json()["query"]["resultsKey"] is None


def _request(superset: Superset, statement: str) -> dict[str, Any]:
    (database,) = superset.session("admin").rows("/api/v1/database/")
    return {
        "database_id": database["id"],
        "sql": statement,
        "schema": "marts",
        "runAsync": False,
        "client_id": "",
        "queryLimit": 1000,
    }


def _execute(superset: Superset, person: str, statement: str) -> Any:  # noqa: ANN401
    body = _request(superset, statement)
    return superset.session(person).ask("POST", "/api/v1/sqllab/execute/", body)


def _sql(superset: Superset, person: str, statement: str) -> list[dict[str, Any]]:
    answer = _execute(superset, person, statement)
    assert answer.is_good, answer.content
    found: list[dict[str, Any]] = answer.json()["data"]
    return found
