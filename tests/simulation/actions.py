"""What may happen in a made year: who sends, decides, kills; each as it is told.

Days, periods and units beside it. Pure data: nothing is done here.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

YEAR = 2029
DUE_DAYS = 15
FIRST_DAY, LAST_DAY = date(YEAR, 1, 1), date(YEAR, 12, 31)

BLOCS = ("BAC", "NAM")
Kind = Literal["dbcs", "cbcs"]


@dataclass(frozen=True, slots=True)
class Period:
    """A period that is reported in the year."""

    code: str
    end: date

    @property
    def due(self) -> date:
        """The last day on which its returns are in time."""
        return self.end + timedelta(days=DUE_DAYS)


PERIODS = (
    Period(f"{YEAR - 1}-Y", date(YEAR - 1, 12, 31)),
    Period(f"{YEAR}-Q1", date(YEAR, 3, 31)),
    Period(f"{YEAR}-H1", date(YEAR, 6, 30)),
    Period(f"{YEAR}-M9", date(YEAR, 9, 30)),
)
LAST_YEAR, Q1, H1, M9 = PERIODS


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit, as it stands when the year begins or when it is founded."""

    code: str
    bloc: str
    kind: Kind
    name: str
    founded: date | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What a return of members says: everything else in it is zero or blank."""

    opening: int
    admitted: int
    moved_in: int
    died: int
    taken_over: int = 0
    handed_over: int = 0

    @property
    def closing(self) -> int:
        """Members at the period's end."""
        gained = self.admitted + self.moved_in + self.taken_over
        return self.opening + gained - self.died - self.handed_over


@dataclass(frozen=True, slots=True)
class Send:
    """A unit's return; broken: it does not add up, so it is sent back."""

    unit: str
    period: Period
    number: int
    figures: Figures
    is_broken: bool = False

    def __str__(self) -> str:
        words = "sends what does not add up" if self.is_broken else "sends"
        return f"{self.unit} {words}: {self.period.code} no. {self.number}"


@dataclass(frozen=True, slots=True)
class Declare:
    """The summary of a bloc's office; off: by how much its members are wrong."""

    bloc: str
    period: Period
    number: int
    off: int = 0

    def __str__(self) -> str:
        words = f", {self.off} members too many" if self.off else ""
        what = f"{self.period.code} no. {self.number}"
        return f"{self.bloc}'s office sums up {what}{words}"


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The office takes back a unit's return."""

    unit: str
    period: Period

    def __str__(self) -> str:
        return f"{self.unit} {self.period.code} is withdrawn"


@dataclass(frozen=True, slots=True)
class Merge:
    """A unit goes into another one; the lists say so from this day on."""

    unit: str
    successor: str
    effective: date
    members: int

    def __str__(self) -> str:
        return f"{self.unit} goes into {self.successor}"


@dataclass(frozen=True, slots=True)
class Found:
    """A unit is founded; the lists say so from this day on."""

    unit: str
    effective: date

    def __str__(self) -> str:
        return f"{self.unit} is founded"


@dataclass(frozen=True, slots=True)
class AskToClose:
    """Somebody starts the DAG that closes a bloc's period."""

    bloc: str
    period: Period

    def __str__(self) -> str:
        return f"{self.bloc} {self.period.code} is to be closed"


@dataclass(frozen=True, slots=True)
class ApproveClosing:
    """Somebody approves what was asked for: from now on its figures are fixed."""

    bloc: str
    period: Period

    def __str__(self) -> str:
        return f"{self.bloc} {self.period.code} is closed"


@dataclass(frozen=True, slots=True)
class Reopen:
    """A closed period takes corrections again."""

    bloc: str
    period: Period

    def __str__(self) -> str:
        return f"{self.bloc} {self.period.code} is reopened"


@dataclass(frozen=True, slots=True)
class AskToOverride:
    """Somebody starts the DAG that publishes a bloc in spite of its findings."""

    bloc: str

    def __str__(self) -> str:
        return f"{self.bloc} is to be published all the same"


@dataclass(frozen=True, slots=True)
class ApproveOverride:
    """A second person approves it."""

    bloc: str

    def __str__(self) -> str:
        return f"a second person approves {self.bloc}"


@dataclass(frozen=True, slots=True)
class Kill:
    """Airflow is killed in a task, PostgreSQL too if the machine loses its power."""

    dag_id: str
    task_id: str
    with_database: bool

    def __str__(self) -> str:
        words = "the power fails" if self.with_database else "Airflow is killed"
        return f"{words} in {self.dag_id}.{self.task_id}"


@dataclass(frozen=True, slots=True)
class MailDown:
    """The mail server stops."""

    def __str__(self) -> str:
        return "the mail server dies"


@dataclass(frozen=True, slots=True)
class MailUp:
    """It is back; the operator has what was given up sent once more."""

    def __str__(self) -> str:
        return "the mail server is back"


Action = (
    Send | Declare | Withdraw | Merge | Found | AskToClose | ApproveClosing | Reopen
    | AskToOverride | ApproveOverride | Kill | MailDown | MailUp
)  # fmt: skip
