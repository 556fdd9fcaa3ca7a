"""What an alert says, in each channel's shape: Vietnamese first, then English."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from bloc_warehouse.pages import page_templates

DIGEST = "digest"  # several alerts in one message
EVENTS: Mapping[str, tuple[str, str]] = {
    "opened": ("MỚI", "New"),
    "worsened": ("NẶNG HƠN", "Worse"),
    "overdue": ("NHẮC LẠI", "Reminder"),
    "closed": ("ĐÃ XONG", "Closed"),
    "test": ("THỬ", "Test"),
    DIGEST: ("TỔNG HỢP", "Digest"),
}
_NO_ANSWER = frozenset({"closed", DIGEST})
_PAGES = Path(__file__).with_name("pages")
_LONGEST_SUBJECT = 110
_LONGEST_CHAT = 2800
_VIOLATION = re.compile(r"\bV-\d+\b")
_COLOURS = {"critical": "#c92a2a", "warning": "#e67700", "info": "#1c7ed6"}


@dataclass(frozen=True, slots=True)
class Notice:
    """One event of one alert, ready to be sent.

    Attributes:
        key: Stays the same when the message is sent again.
        links: (words, address) of what to read next.
    """

    key: str
    event: str
    alert_id: int
    kind: str
    severity: str
    bloc_code: str | None
    unit_code: str | None
    period_code: str | None
    subject: str
    text_vi: str
    text_en: str
    occurred_at: datetime
    opened_at: datetime
    links: tuple[tuple[str, str], ...] = ()

    @property
    def lines_vi(self) -> list[str]:
        """The Vietnamese text, line by line; the first is the title."""
        return self.text_vi.splitlines() or [self.subject]

    @property
    def lines_en(self) -> list[str]:
        """The English text, line by line."""
        return self.text_en.splitlines() or [self.subject]

    @property
    def answer_with(self) -> str | None:
        """A command that answers it, if a reason may be enough."""
        found = _VIOLATION.search(self.text_vi)
        if found is None or self.severity == "critical" or self.event in _NO_ANSWER:
            return None
        return f'bloc explain {found[0]} --reason "…"'


def unrecorded_notice(
    event: str, kind: str, severity: str, subject: str, *, text_vi: str, text_en: str
) -> Notice:
    """Return a notice without an alert, as of now; each has its own key."""
    now = datetime.now(UTC)
    return Notice(
        key=str(uuid4()),
        event=event,
        alert_id=0,
        kind=kind,
        severity=severity,
        bloc_code=None,
        unit_code=None,
        period_code=None,
        subject=subject,
        text_vi=text_vi,
        text_en=text_en,
        occurred_at=now,
        opened_at=now,
    )


def headline(notice: Notice) -> str:
    """Return one short line without control characters, usable as a header."""
    place = notice.bloc_code or "bloc"
    line = f"[{place}] {EVENTS[notice.event][0]}: {notice.lines_vi[0]}"
    line = " ".join("".join(c if c.isprintable() else " " for c in line).split())
    return line if len(line) <= _LONGEST_SUBJECT else f"{line[:_LONGEST_SUBJECT]}…"


def mail(notice: Notice, *, sender: str, to: tuple[str, ...]) -> EmailMessage:
    """Write the mail: plain text and HTML."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = headline(notice)
    message["From"] = sender
    message["To"] = ", ".join(to)
    message["Date"] = format_datetime(notice.occurred_at)
    message["Message-ID"] = f"<{notice.key}@bloc-warehouse>"
    if notice.alert_id:
        thread = f"{notice.opened_at:%Y%m%d%H%M%S%f}-{notice.alert_id}"
        message["References"] = f"<alert-{thread}@bloc-warehouse>"
    message["X-Delivery-Id"] = notice.key
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(plain(notice))
    page = page_templates(_PAGES).get_template("alert.html.j2")
    message.add_alternative(
        page.render(
            notice=notice,
            event=EVENTS[notice.event],
            colour=_COLOURS[notice.severity],
        ),
        subtype="html",
    )
    return message


def plain(notice: Notice) -> str:
    """Return the message as plain text."""
    event_vi, event_en = EVENTS[notice.event]
    parts = [
        "\n".join([f"{event_vi}: {notice.lines_vi[0]}", *notice.lines_vi[1:]]),
        "\n".join([f"{event_en}: {notice.lines_en[0]}", *notice.lines_en[1:]]),
        "\n".join(f"{words}: {address}" for words, address in notice.links),
        f"Giải trình / Explain: {notice.answer_with}" if notice.answer_with else "",
        f"bloc alerts show {notice.alert_id}" if notice.alert_id else "",
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def chat(notice: Notice) -> dict[str, str]:
    """Return what a Slack-compatible webhook takes."""
    text = f"*{headline(notice)}*\n{plain(notice)}"
    for mark, safe in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(mark, safe)
    return {"text": text if len(text) <= _LONGEST_CHAT else f"{text[:_LONGEST_CHAT]}…"}


def document(notice: Notice) -> dict[str, Any]:
    """Return the notice for machines."""
    return {
        "delivery_id": notice.key,
        "event": notice.event,
        "headline": headline(notice),
        "alert": {
            "alert_id": notice.alert_id,
            "kind": notice.kind,
            "severity": notice.severity,
            "bloc_code": notice.bloc_code,
            "unit_code": notice.unit_code,
            "period_code": notice.period_code,
            "subject": notice.subject,
            "text_vi": notice.text_vi,
            "text_en": notice.text_en,
            "opened_at": notice.opened_at.isoformat(),
            "occurred_at": notice.occurred_at.isoformat(),
        },
        "links": [
            {"words": words, "address": address} for words, address in notice.links
        ],
    }
