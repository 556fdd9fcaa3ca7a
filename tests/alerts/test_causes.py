"""Each cause of alerts opens one, says in both languages what is wrong, and closes."""

from dataclasses import asdict, dataclass

import pytest

from bloc_warehouse.alerts.alerts import list_alerts, refresh
from bloc_warehouse.database.connection import Role, connect
from bloc_warehouse.settings import Settings


@dataclass(frozen=True)
class Cause:
    """A thing that is wrong, and how it is put right.

    Attributes:
        view: The view that finds it.
        kind: The alert's kind.
        wrong: SQL that makes it so.
        text_vi: The alert's text.
        text_en: The same in English.
        right: SQL that puts it right.
    """

    view: str
    kind: str
    wrong: str
    text_vi: str
    text_en: str
    right: str


_FILE = """
insert into raw.files (
    sender, path, file_name, sha256, byte_size, received_at, received_at_source, state,
    archive_path
)
values ('LAN-017', 'a', 'BDV.xlsx', 'a', 1, '2024-07-05', 'folder', '{state}', 'x');
insert into raw.submissions (
    file_id, form, form_version, sheet, unit_code, period_code, state, received_at
)
values (1, 'membership', 1, 'BDV', 'LAN-017', '2024-H1', '{state}', '2024-07-05');
insert into raw.faults (
    file_id, code, severity, sheet, cell, rule, message_vi, message_en
)
values (1, 'I401', 'error', 'BDV', 'S14', 'M1', 'không khớp', 'differs');
"""
_FINDING = """
insert into quality.runs (stage) values ('audit');
insert into quality.violations (
    rule, severity, stage, bloc_code, unit_code, form, period_code, subject,
    left_value, right_value, message_vi, message_en, cure_vi, cure_en, state,
    first_seen, opened_at, last_seen, last_run_id
)
values (
    {rule}, 'LAN', {unit}, 'membership', '2024-H1', 'membership',
    17694.5, 3, 'Tổng sai', 'Total is wrong', 'Sửa lại', 'Mend it', 'open',
    now(), now(), now(), 1
);
"""
_RESOLVED = "update quality.violations set state = 'resolved'"
_LIVE = "insert into quality.releases (state, {columns}) values ('live', {values});"
_OWED = """
insert into quality.reminders (reminded_on) values ('2024-07-0{day}');
set local role transform;
create table intermediate.int_returns_expected as
select 'LAN' as bloc_code, 'LAN-017' as unit_code, 'membership' as form,
    '2024-H1' as period_code, date '2024-07-08' as due_on
"""
_ARRIVED = _FILE.format(state="accepted") + "delete from raw.faults"

CAUSES = (
    Cause(
        "files",
        "file_rejected",
        _FILE.format(state="rejected"),
        "Tệp bị trả lại: LAN-017 2024-H1\n"
        "F-1: bị trả lại (1 lỗi). BDV!S14 M1: không khớp",
        "File rejected: LAN-017 2024-H1\n"
        "F-1: was rejected (faults: 1). BDV!S14 M1: differs",
        "update raw.files set state = 'withdrawn'",
    ),
    Cause(
        "files",
        "file_held",
        _FILE.format(state="held"),
        "Tệp tạm giữ: LAN-017 2024-H1\n"
        "F-1: mâu thuẫn với lần gửi khác, cần người quyết định",
        "File held: LAN-017 2024-H1\n"
        "F-1: conflicts with another submission, a person must decide",
        "update raw.files set state = 'accepted'",
    ),
    Cause(
        "findings",
        "figures_held",
        _FINDING.format(rule="'C1', 'critical', 'cross_check'", unit="'LAN-017'"),
        "Số liệu tạm giữ: LAN-017 2024-H1\nV-1 C1: Tổng sai (17.694,5 ≠ 3). Sửa lại",
        "Figures held: LAN-017 2024-H1\nV-1 C1: Total is wrong (17694.5 ≠ 3). Mend it",
        _RESOLVED,
    ),
    Cause(
        "findings",
        "publish_blocked",
        "insert into quality.releases (state, audit_outcome)"
        " values ('candidate', 'critical');"
        + _FINDING.format(rule="'H1', 'critical', 'audit'", unit="null"),
        "Chưa công bố được: LAN 2024-H1\nV-1 H1: Tổng sai (17.694,5 ≠ 3). Sửa lại",
        "Publishing is blocked: LAN 2024-H1\n"
        "V-1 H1: Total is wrong (17694.5 ≠ 3). Mend it",
        _RESOLVED,
    ),
    Cause(
        "findings",
        "check_failed",
        "insert into quality.period_closings"
        " (bloc_code, period_code, closed_by, reason)"
        " values ('LAN', '2024-H1', 'ana', 'done');"
        + _FINDING.format(rule="'H1', 'critical', 'audit'", unit="null"),
        "Cần xem lại: LAN 2024-H1\n"
        "V-1 H1: Tổng sai (17.694,5 ≠ 3). Sửa lại. Kỳ đã khóa sổ nên bản đính chính"
        " chưa được tính: bloc period reopen LAN 2024-H1 --reason …",
        "Check failed: LAN 2024-H1\n"
        "V-1 H1: Total is wrong (17694.5 ≠ 3). Mend it. The period is closed, so a"
        " correction enters no total: bloc period reopen LAN 2024-H1 --reason …",
        _RESOLVED,
    ),
    Cause(
        "findings",
        "claim_not_met",
        _FINDING.format(rule="'G1', 'warning', 'audit'", unit="null"),
        "Không khớp số đã công bố: LAN 2024-H1\n"
        "V-1 G1: Tổng sai (17.694,5 ≠ 3). Sửa lại",
        "Published figure not met: LAN 2024-H1\n"
        "V-1 G1: Total is wrong (17694.5 ≠ 3). Mend it",
        _RESOLVED,
    ),
    Cause(
        "blocked_blocs",
        "publish_blocked",
        _LIVE.format(columns="published_by", values="'ana'")
        + "insert into quality.release_blocs (release_id, bloc_code, outcome)"
        " values (1, 'LAN', 'left_out')",
        "Chưa công bố được: LAN\nLAN: người đọc chưa có số liệu nào",
        "Publishing is blocked: LAN\nLAN: readers have no figures yet",
        "update quality.release_blocs set outcome = 'published'",
    ),
    Cause(
        "overridden_releases",
        "publish_overridden",
        _LIVE.format(
            columns="is_overridden, published_by, publish_reason",
            values="true, 'ana', 'urgent'",
        ),
        "Công bố có ngoại lệ: release 1\nR-1: ana: urgent",
        "Publishing was overridden: release 1\nR-1: ana: urgent",
        "update quality.releases set state = 'retired'",
    ),
    Cause(
        "missing_of_blocs",
        "return_due",
        _OWED.format(day=7),
        "Sắp đến hạn báo cáo: LAN 2024-H1\n"
        "N1 BDV: Biểu tăng, giảm đảng viên, hạn 08/07/2024: thiếu 1/1 đơn vị: LAN-017",
        "Returns fall due: LAN 2024-H1\n"
        "N1 BDV: Members, increases and decreases, due 2024-07-08: units missing:"
        " 1 of 1",
        _ARRIVED,
    ),
    Cause(
        "missing_of_units",
        "return_missing",
        _OWED.format(day=9),
        "Thiếu báo cáo quá hạn: LAN-017 2024-H1\n"
        "N1: Quá hạn mà chưa có báo cáo hợp lệ: Biểu tăng, giảm đảng viên."
        " Hạn 08/07/2024, quá 1 ngày",
        "Return overdue: LAN-017 2024-H1\n"
        "N1: Overdue, and no valid return: Members, increases and decreases."
        " Due 2024-07-08, days since then: 1",
        _ARRIVED,
    ),
    Cause(
        "failed_steps",
        "pipeline_failed",
        "insert into quality.failures (pipeline, step, run, error)"
        " values ('ingest', 'load_raw', 'run 7', 'OSError: gone')",
        "Quy trình bị lỗi: ingest\n"
        "load_raw: lỗi 1 lần, gần nhất ở lượt chạy run 7: OSError: gone",
        "Pipeline failed: ingest\n"
        "load_raw: failed (1), last in run run 7: OSError: gone",
        "update quality.failures set recovered_at = now()",
    ),
    Cause(
        "waiting_work",
        "warehouse_stale",
        _FILE.format(state="accepted")
        + "update raw.files set answered_at = now() - interval '7 hours'",
        "Kho dữ liệu không cập nhật: kho dữ liệu\n"
        "files: 1 tệp đã đọc chờ được tổng hợp quá 6 giờ",
        "Warehouse is stale: kho dữ liệu\n"
        "files: files that were read and wait for a build: 1, for more than 6 h",
        "insert into quality.releases (state) values ('live')",
    ),
    Cause(
        "broken_channels",
        "channel_down",
        "insert into quality.alerts (cause, kind, severity, subject, text_vi, text_en,"
        " closed_at) values ('x', 'check_failed', 'info', '', '', '', now());"
        "insert into quality.alert_events (alert_id, event, severity, text_vi, text_en,"
        " public_vi, public_en) values (1, 'closed', 'info', '', '', '', '');"
        "insert into quality.deliveries (event_id, alert_id, event, channel, state,"
        " attempted_at, error) values (1, 1, 'closed', 'log', 'given_up', now(), 'up')",
        "Kênh báo tin hỏng: log\nlog: 1 tin không gửi được: up",
        "Channel is down: log\nlog: messages given up: 1. up",
        "update quality.deliveries set state = 'sent', sent_at = now()",
    ),
)


def execute(settings: Settings, statements: str, role: Role = "ingest") -> None:
    with connect(role, settings=settings) as connection:
        connection.execute(statements)


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.kind)
def test_a_cause_opens_an_alert_that_says_it_and_closes(
    warehouse: Settings, cause: Cause
) -> None:
    wrong, _, expected = cause.wrong.partition("set local role transform;")
    execute(warehouse, wrong)
    if expected:
        execute(warehouse, expected, "transform")
    assert asdict(refresh(warehouse)) == {"opened": 1, "changed": 0, "closed": 0}
    (alert,) = list_alerts(warehouse)
    assert (alert.kind, alert.text_vi) == (cause.kind, cause.text_vi)
    assert alert.text_en == cause.text_en
    assert causes_found(warehouse) == [f"alert_cause_{cause.view}"]
    execute(warehouse, cause.right)
    assert asdict(refresh(warehouse)) == {"opened": 0, "changed": 0, "closed": 1}
    assert causes_found(warehouse) == []


@pytest.mark.parametrize(
    ("period", "closed"),
    [("2024-Q2", 1), ("2024-T06", 1), ("2024-T05", 0), ("2024-Q3", 0), ("2023-T06", 0)],
)
def test_nobody_is_reminded_of_a_period_whose_last_part_has_come(
    warehouse: Settings, period: str, closed: int
) -> None:
    missing, _, owed = _OWED.format(day=9).partition("set local role transform;")
    execute(warehouse, missing)
    execute(warehouse, owed, "transform")
    assert refresh(warehouse).opened == 1
    execute(warehouse, _ARRIVED.replace("2024-H1", period))
    assert refresh(warehouse).closed == closed


def causes_found(settings: Settings) -> list[str]:
    """Return the views of causes that have rows."""
    with connect("ingest", settings=settings) as connection:
        return [
            view
            for view in cause_views(settings)
            if connection.execute(f"select from quality.{view}").rowcount
        ]


def cause_views(settings: Settings) -> list[str]:
    """Return the names of all causes' views."""
    with connect("ingest", settings=settings) as connection:
        rows = connection.execute(
            "select viewname from pg_views where schemaname = 'quality'"
            " and starts_with(viewname, 'alert_cause_') order by viewname"
        ).fetchall()
    return [view for (view,) in rows]


def test_every_cause_and_every_kind_is_tried_here(warehouse: Settings) -> None:
    assert set(cause_views(warehouse)) == {
        f"alert_cause_{cause.view}" for cause in CAUSES
    }
    with connect("ingest", settings=warehouse) as connection:
        kinds = connection.execute("select kind from quality.alert_kinds").fetchall()
    assert {kind for (kind,) in kinds} == {cause.kind for cause in CAUSES}


def test_every_cause_is_part_of_the_alerts(warehouse: Settings) -> None:
    with connect("ingest", settings=warehouse) as connection:
        (definition,) = connection.execute(
            "select pg_get_viewdef('quality.alert_items'::regclass)"
        ).fetchone() or ("",)
    assert all(view in definition for view in cause_views(warehouse))
