"""One alert a cause: it opens once, changes with the cause, and closes with it."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, timedelta

import pytest

from bloc_warehouse.alerts.alerts import Alert, list_alerts, refresh, remind
from bloc_warehouse.alerts.failures import record_failures, report_failure
from bloc_warehouse.database.connection import Role, connect
from bloc_warehouse.intake.revise.withdraw import withdraw
from bloc_warehouse.intake.run import IntakeBusyError, intake_lock
from bloc_warehouse.reports.status import read_status
from bloc_warehouse.settings import Settings

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
        "insert into reference.ref_blocs (bloc_code, successor_bloc_code)"
        " values ('LAN', null), ('DLKCQ', 'DLK')",
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


DUE = date(2024, 7, 8)


@pytest.fixture
def owe(warehouse: Settings) -> Callable[[int], None]:
    """Have units of LAN owe a return of the half-year, due on 8 July."""

    def add(units: int) -> None:
        with connect("transform", settings=warehouse) as connection:
            connection.execute(
                "create table intermediate.int_returns_expected as"
                " select 'LAN' as bloc_code, to_char(n, '\"LAN-\"FM000') as unit_code,"
                " 'membership' as form, '2024-H1' as period_code, %s::date as due_on"
                " from generate_series(1, %s) as numbers (n)",
                [DUE, units],
            )

    return add


def send(settings: Settings, unit: str) -> None:
    """Have a unit's return come in and be accepted."""
    with connect("ingest", settings=settings) as connection:
        connection.execute(
            "with file as (insert into raw.files (sender, path, file_name, sha256,"
            " byte_size, received_at, received_at_source, state, answered_at) values"
            " (%s, %s, 'a.xlsx', md5(random()::text), 1, now(), 'folder', 'accepted',"
            " now()) returning file_id) insert into raw.submissions (file_id, form,"
            " form_version, sheet, unit_code, period_code, state, received_at)"
            " select file_id, 'membership', 1, 'BDV', %s, '2024-H1', 'accepted', now()"
            " from file",
            [unit, f"{unit}/a.xlsx", unit],
        )


def said(settings: Settings) -> list[tuple[str, str]]:
    """Return what alerts had to say, oldest first."""
    with connect("ingest", settings=settings) as connection:
        return connection.execute(
            "select alert_events.event, alerts.subject from quality.alert_events"
            " inner join quality.alerts using (alert_id) order by event_id"
        ).fetchall()


def test_a_bloc_is_reminded_before_the_due_day_and_escalated_after_it(
    warehouse: Settings, owe: Callable[[int], None]
) -> None:
    owe(80)
    for days in range(-10, 20):
        remind(warehouse, DUE + timedelta(days=days))
        refresh(warehouse)
    assert said(warehouse) == [
        ("opened", "LAN 2024-H1"),  # 3 days before
        *[("overdue", "LAN 2024-H1")] * 3,  # 1, 7 and 14 days after
    ]
    alert = only(warehouse)
    assert (alert.kind, alert.severity) == ("return_missing", "critical")
    assert "hạn 08/07/2024, quá 19 ngày: thiếu 80/80 đơn vị: LAN-001," in alert.text_vi
    for number in range(1, 81):
        send(warehouse, f"LAN-{number:03}")
    refresh(warehouse)
    assert said(warehouse)[-1] == ("closed", "LAN 2024-H1")


def test_few_missing_units_are_alerts_of_their_own(
    warehouse: Settings, owe: Callable[[int], None]
) -> None:
    owe(5)
    remind(warehouse, DUE + timedelta(days=2))
    alerts = list_alerts(warehouse)
    assert [alert.subject for alert in alerts] == [
        f"LAN-{number:03} 2024-H1" for number in range(1, 6)
    ]
    assert {alert.kind for alert in alerts} == {"return_missing"}


def test_a_bloc_that_misses_takes_its_units_alerts_over_in_silence(
    warehouse: Settings, owe: Callable[[int], None], violate: Violate
) -> None:
    violate("N1", unit_code="LAN-001", form="membership", period_code=PERIOD)
    refresh(warehouse)
    owe(80)
    remind(warehouse, DUE + timedelta(days=2))
    assert said(warehouse) == [("opened", "LAN-001 2024-H1"), ("opened", "LAN 2024-H1")]
    assert only(warehouse).subject == "LAN 2024-H1"


def test_an_explained_return_is_not_asked_for_again(
    warehouse: Settings, owe: Callable[[int], None], violate: Violate
) -> None:
    owe(1)
    violate("N1", unit_code="LAN-001", form="membership", period_code=PERIOD)
    execute(warehouse, "update quality.violations set state = 'explained'")
    assert remind(warehouse, DUE + timedelta(days=2)).opened == 0


def test_a_failure_is_open_until_the_same_step_ends_well(warehouse: Settings) -> None:
    with (
        pytest.raises(ZeroDivisionError),
        record_failures(warehouse, "bloc run", "run"),
    ):
        _ = 1 / 0
    alert = only(warehouse)
    assert (alert.kind, alert.severity) == ("pipeline_failed", "critical")
    assert "ZeroDivisionError: division by zero" in alert.text_vi
    with record_failures(warehouse, "bloc run", "run"):
        pass
    assert refresh(warehouse).closed == 1


def test_to_be_refused_as_busy_is_no_failure(warehouse: Settings) -> None:
    with (
        intake_lock(warehouse),
        pytest.raises(IntakeBusyError),
        record_failures(warehouse, "bloc run", "run"),
        intake_lock(warehouse),
    ):
        pass
    refresh(warehouse)
    assert list_alerts(warehouse) == []


def test_if_the_warehouse_is_down_the_channels_are_notified_once(
    warehouse: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    down = warehouse.with_changes(warehouse_url="postgresql://dw:pw@127.0.0.1:1/dw")
    for _ in range(2):
        assert not report_failure(down, "ingest", "find", "run 1", OSError("gone"))
    told = [message for message in caplog.messages if "Không kết nối được" in message]
    assert len(told) == 1


def test_files_that_wait_for_hours_make_the_warehouse_stale(
    warehouse: Settings, add_file: AddFile
) -> None:
    add_file("accepted")
    execute(
        warehouse,
        "update raw.files set answered_at = now() - interval '7 hours'",
    )
    refresh(warehouse)
    alert = only(warehouse)
    assert alert.kind == "warehouse_stale"
    assert "files that were read and wait for a build: 1" in alert.text_en
    execute(
        warehouse,
        "insert into quality.releases (state, built_at) values ('live', now())",
    )
    assert refresh(warehouse).closed == 1


def test_figures_of_discipline_stay_out_of_what_bi_reads(
    warehouse: Settings, violate: Violate
) -> None:
    violate(
        "P3", form="inspections", unit_code=UNIT, period_code=PERIOD,
        message_vi="kỷ luật giảm từ 3 xuống 2", message_en="fell from 3 to 2",
    )  # fmt: skip
    execute(warehouse, "update quality.violations set left_value = 3, right_value = 2")
    refresh(warehouse)
    assert "từ 3 xuống 2" in only(warehouse).text_vi
    for view in (
        "alerts", "open_alerts", "violations", "open_violations", "period_notebook",
    ):  # fmt: skip
        with connect("bi_reader", settings=warehouse) as connection:
            rows = connection.execute(f'select * from monitoring."{view}"').fetchall()
        assert rows
        assert "3 xuống 2" not in str(rows)
        assert "Decimal" not in str(rows)
        assert "P3" not in str(rows)  # a count that fell was at least one


def test_a_file_is_an_alert_of_its_periods_bloc(
    warehouse: Settings, add_file: AddFile
) -> None:
    execute(
        warehouse,
        "insert into reference.ref_unit_spans (unit_code, bloc_code, valid_from)"
        f" values ('{UNIT}', 'LAN', '2010-01-01'), ('{UNIT}', 'LANCQ', '2025-01-01')",
    )
    add_file("rejected")
    refresh(warehouse)
    assert only(warehouse).bloc_code == "LAN"


def test_a_file_of_nobody_is_settled_by_withdrawing_it(
    warehouse: Settings, add_file: AddFile
) -> None:
    file_id = add_file("rejected", forms=())
    refresh(warehouse)
    assert only(warehouse).kind == "file_rejected"
    done = withdraw(warehouse, f"F-{file_id}", "nobody knows it", "ana")
    assert [change.after for change in done.withdrawn] == ["withdrawn"]
    assert withdraw(warehouse, f"F-{file_id}", "again", "ana").withdrawn == ()
    refresh(warehouse)
    assert list_alerts(warehouse) == []
