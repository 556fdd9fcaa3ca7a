"""One alert a cause: it opens once, changes with the cause, and closes with it."""

import json
from collections.abc import Callable
from dataclasses import asdict

import pytest

from bloc_warehouse.quality.alerts import Alert, list_alerts, refresh
from bloc_warehouse.quality.status import read_status
from bloc_warehouse.settings import Settings
from bloc_warehouse.warehouse.connection import Role, connect

UNIT, PERIOD = "LAN-017", "2024-H1"
FORMS = ("membership", "admissions")

AddFile = Callable[..., int]
Violate = Callable[..., None]


def execute(settings: Settings, statement: str, role: Role = "ingest") -> None:
    with connect(role, settings=settings) as connection:
        connection.execute(statement)


@pytest.fixture(autouse=True)
def _blocs(warehouse: Settings) -> None:
    execute(
        warehouse,
        "create table reference.ref_blocs as select 'LAN' as bloc_code, null::text as"
        " successor_bloc_code union all select 'DLKCQ', 'DLK'",
        "transform",
    )


@pytest.fixture
def add_file(warehouse: Settings) -> AddFile:
    """Register a file of a state; ``forms`` empty: nobody knows whose it is."""

    def add(
        state: str,
        name: str = "BDV.xlsx",
        *,
        day: str = "2024-07-05",
        forms: tuple[str, ...] = FORMS,
        period: str = PERIOD,
    ) -> int:
        with connect("ingest", settings=warehouse) as connection:
            (file_id,) = connection.execute(
                "insert into raw.files (sender, path, file_name, sha256, byte_size,"
                " received_at, received_at_source, state, archive_path) values"
                " (%s, %s, %s, md5(random()::text), 1, %s, 'folder', %s, 'x')"
                " returning file_id",
                [UNIT, f"{UNIT}/{day}/{name}", name, f"{day} 00:00+07", state],
            ).fetchone() or (0,)
            for form in forms:
                connection.execute(
                    "insert into raw.submissions (file_id, form, form_version, sheet,"
                    " unit_code, period_code, state, received_at)"
                    " values (%s, %s, 1, 'BDV', %s, %s, %s, %s)",
                    [file_id, form, UNIT, period, state, f"{day} 00:00+07"],
                )
            if state == "rejected":
                connection.execute(
                    "insert into raw.faults (file_id, code, severity, sheet, cell,"
                    " rule, message_vi, message_en) values (%s, 'I401', 'error',"
                    " 'BDV', 'S14', 'M1', 'không khớp', 'differs')",
                    [file_id],
                )
        return int(file_id)

    return add


@pytest.fixture
def violate(warehouse: Settings) -> Violate:
    """Put an open violation into the record."""

    def add(rule: str, severity: str = "warning", **fields: str | None) -> None:
        row = {
            "stage": "audit",
            "bloc_code": "LAN",
            "unit_code": None,
            "form": None,
            "period_code": None,
            "subject": "",
            "message_vi": f"{rule} sai",
            "message_en": f"{rule} is wrong",
            **fields,
        }
        with connect("ingest", settings=warehouse) as connection:
            connection.execute(
                "with run as (insert into quality.runs (stage) values ('audit')"
                " returning run_id) insert into quality.violations (rule, severity,"
                " stage, bloc_code, unit_code, form, period_code, subject, message_vi,"
                " message_en, state, first_seen, opened_at, last_seen, last_run_id)"
                " select %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'open', now(), now(),"
                " now(), run_id from run",
                [rule, severity, *row.values()],
            )

    return add


def resolve(settings: Settings) -> None:
    execute(settings, "update quality.violations set state = 'resolved'")


def only(settings: Settings) -> Alert:
    """Return the one open alert."""
    (alert,) = list_alerts(settings)
    return alert


def test_a_rejected_file_what_is_missing_and_what_waits_are_one_alert(
    warehouse: Settings, add_file: AddFile, violate: Violate
) -> None:
    add_file("rejected")
    for form in FORMS:
        violate("N1", unit_code=UNIT, form=form, period_code=PERIOD, subject=form)
    violate("G-incomplete", "info", period_code=PERIOD, subject="000-1")
    violate("G-incomplete", "info", period_code="2017-Q1", subject="004-1")
    assert refresh(warehouse).opened == 1
    alert = only(warehouse)
    assert (alert.kind, alert.subject) == ("file_rejected", f"{UNIT} {PERIOD}")
    assert alert.text_en.splitlines() == [
        "File rejected: LAN-017 2024-H1",
        "F-1: was rejected (faults: 1). BDV!S14 M1: differs",
        "V-2 N1: N1 is wrong",
        "V-1 N1: N1 is wrong",
        "Waiting for it: 000-1",
    ]


def test_repeated_runs_open_nothing_twice(
    warehouse: Settings, add_file: AddFile
) -> None:
    add_file("rejected")
    refresh(warehouse)
    before = list_alerts(warehouse)
    for _ in range(10):
        assert asdict(refresh(warehouse)) == {"opened": 0, "changed": 0, "closed": 0}
    assert list_alerts(warehouse) == before


def test_alert_changes_when_it_gets_worse_and_closes_when_all_is_well(
    warehouse: Settings, add_file: AddFile, violate: Violate
) -> None:
    add_file("rejected")
    refresh(warehouse)
    opened = only(warehouse)
    violate("N1", unit_code=UNIT, form="membership", period_code=PERIOD)
    assert refresh(warehouse).changed == 1
    assert only(warehouse).opened_at == opened.opened_at
    add_file("accepted", "BDV sửa.xlsx", day="2024-07-06")
    refresh(warehouse)
    assert only(warehouse).kind == "return_missing"  # until the next audit
    resolve(warehouse)
    assert refresh(warehouse).closed == 1
    assert list_alerts(warehouse) == []
    assert len(list_alerts(warehouse, closed=True)) == 1


@pytest.mark.parametrize(
    ("later", "is_open"),
    [
        ({"day": "2024-07-05"}, False),  # the same day, registered later
        ({"day": "2024-07-04"}, True),  # an older version that was found late
        ({"forms": ("membership",)}, True),  # one of the two forms is still to come
        ({"period": "2024-Y"}, True),
    ],
)
def test_a_rejected_file_is_answered_by_a_later_one_of_the_same_returns(
    warehouse: Settings, add_file: AddFile, later: dict[str, str], is_open: bool
) -> None:
    add_file("rejected")
    add_file("accepted", "again.xlsx", **{"day": "2024-07-06", **later})
    refresh(warehouse)
    assert bool(list_alerts(warehouse)) is is_open


def test_an_unreadable_file_joins_its_senders_only_missing_period(
    warehouse: Settings, add_file: AddFile, violate: Violate
) -> None:
    add_file("rejected", "scan.xlsx", forms=())
    refresh(warehouse)
    assert only(warehouse).subject == f"{UNIT} F-1"
    violate("N1", unit_code=UNIT, form="membership", period_code=PERIOD)
    refresh(warehouse)
    assert only(warehouse).subject == f"{UNIT} {PERIOD}"
    add_file("accepted", "good.xlsx", day="2024-07-06")
    resolve(warehouse)
    refresh(warehouse)
    assert list_alerts(warehouse) == []


@pytest.mark.parametrize(
    ("rule", "severity", "fields", "kind"),
    [
        ("C1", "critical", {"stage": "cross_check", "unit_code": UNIT,
                            "period_code": PERIOD}, "figures_held"),
        ("N1", "warning", {"unit_code": UNIT, "period_code": PERIOD},
         "return_missing"),
        ("P5", "warning", {"stage": "cross_check", "unit_code": UNIT,
                           "period_code": PERIOD}, "check_failed"),
        ("H1", "critical", {"period_code": PERIOD}, "publish_blocked"),
        ("H3", "warning", {"period_code": PERIOD}, "check_failed"),
        ("G1", "warning", {"period_code": PERIOD, "subject": "000-1"},
         "claim_not_met"),
        ("fct_ratings-subject", "critical", {"bloc_code": None}, "publish_blocked"),
    ],
)  # fmt: skip
def test_each_kind_of_finding_has_its_alert(
    warehouse: Settings,
    violate: Violate,
    rule: str,
    severity: str,
    fields: dict[str, str],
    kind: str,
) -> None:
    execute(
        warehouse,
        "insert into quality.releases (state, audit_outcome)"
        " values ('candidate', 'critical')",
    )
    violate(rule, severity, **fields)
    refresh(warehouse)
    alert = only(warehouse)
    assert (alert.kind, alert.severity) == (kind, severity)
    assert f"{rule} is wrong" in alert.text_en
    assert f"{rule} sai" in alert.text_vi


def test_claims_of_one_bloc_and_period_are_one_alert(
    warehouse: Settings, violate: Violate
) -> None:
    for rule, claim in (("G1", "000-1"), ("G1", "000-2"), ("G3", "000-3")):
        violate(rule, period_code=PERIOD, subject=claim)
    violate("G1", period_code="2017-Q1", subject="004-1")
    assert refresh(warehouse).opened == 2


def test_info_opens_no_alert(warehouse: Settings, violate: Violate) -> None:
    violate("G4", "info")
    assert refresh(warehouse).opened == 0


def test_an_overridden_release_alerts_as_long_as_it_is_live(
    warehouse: Settings,
) -> None:
    execute(
        warehouse,
        "insert into quality.releases (state, is_overridden, published_by,"
        " publish_reason) values ('live', true, 'ana', 'urgent')",
    )
    refresh(warehouse)
    assert only(warehouse).text_en.endswith("ana: urgent")
    execute(warehouse, "update quality.releases set state = 'retired'")
    assert refresh(warehouse).closed == 1


def test_status_adds_up(warehouse: Settings, add_file: AddFile) -> None:
    for number, state in enumerate(("accepted", "accepted", "rejected", "duplicate")):
        add_file(state, f"{number}.xlsx", period=f"201{number}-Y")
    refresh(warehouse)
    status = json.loads(json.dumps(asdict(read_status(warehouse)), default=str))
    files = status["files"]
    assert set(files) == {
        "received", "pending", "accepted", "rejected", "held", "duplicate",
        "superseded", "withdrawn",
    }  # fmt: skip
    assert files.pop("received") == sum(files.values()) == 4
    assert (files["accepted"], files["rejected"]) == (2, 1)
    assert (status["release"], status["alerts_open"]) == (None, 1)


def test_bi_reads_monitoring_and_nothing_below(
    warehouse: Settings, add_file: AddFile
) -> None:
    add_file("rejected")
    refresh(warehouse)
    with connect("bi_reader", settings=warehouse) as connection:
        views = connection.execute(
            "select viewname from pg_views where schemaname = 'monitoring'"
        ).fetchall()
        assert len(views) >= 7
        for (view,) in views:
            connection.execute(f'select * from monitoring."{view}"')
        files = connection.execute(
            "select sum(file_count), count(*) from monitoring.files_by_state"
        ).fetchone()
        assert files == (1, 7)
        allowed = connection.execute(
            "select has_schema_privilege('quality', 'usage'),"
            " has_schema_privilege('raw', 'usage')"
        ).fetchone()
        assert allowed == (False, False)
