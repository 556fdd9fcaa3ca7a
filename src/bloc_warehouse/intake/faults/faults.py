"""What can be wrong with a file: coded faults with a place, both sides and a remedy.

The texts are in the message catalogues, one entry a code; a rule's in its form.
"""

import re
from dataclasses import dataclass, field

from bloc_warehouse.domain.personal_text import masked
from bloc_warehouse.forms.model import Severity
from bloc_warehouse.intake.faults.catalogue import Text, text, texts

_LONGEST = 200
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e]")
_CODE = re.compile(r"[A-Z]\d{3}")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a file.

    Attributes:
        code: Family letter and number; the page of each family is in docs/faults.md.
        severity: An ``error`` rejects the whole file, a ``warning`` asks a question.
        sheet: The sheet's name; None for the file as a whole.
        cell: The cell's address, e.g. ``H12``.
        rule: The form's rule that was broken, e.g. ``M1``.
        found: What is there.
        expected: What should be there.
    """

    code: str
    severity: Severity
    message_vi: str
    message_en: str
    sheet: str | None = None
    cell: str | None = None
    rule: str | None = None
    found: str | None = None
    expected: str | None = None

    def as_dict(self) -> dict[str, str | None]:
        """Return the fault in the stable shape for machines."""
        return {
            "code": self.code,
            "severity": self.severity,
            "sheet": self.sheet,
            "cell": self.cell,
            "rule": self.rule,
            "found": self.found,
            "expected": self.expected,
            "message_vi": self.message_vi,
            "message_en": self.message_en,
        }


@dataclass(slots=True)
class FaultList:
    """Collects the faults of one file; nothing stops at the first."""

    faults: list[Fault] = field(default_factory=list)

    def add(
        self,
        code: str,
        *,
        sheet: str | None = None,
        cell: str | None = None,
        found: object = None,
        expected: object = None,
        severity: Severity = "error",
    ) -> None:
        """Add a coded fault; its text comes from the catalogue."""
        shown, wanted = _shown(found), _shown(expected)
        message = text(code, found=shown or "", expected=wanted or "")
        self.faults.append(
            Fault(
                code=code,
                severity=severity,
                message_vi=message.vi,
                message_en=message.en,
                sheet=_shown(sheet),
                cell=cell,
                found=shown,
                expected=wanted,
            )
        )

    @property
    def has_error(self) -> bool:
        """Whether any fault rejects the file."""
        return any(fault.severity == "error" for fault in self.faults)


def _shown(value: object) -> str | None:
    """Return what a sender typed as it may be kept and told.

    One short line without control characters, and without numbers of persons.
    """
    if value is None:
        return None
    shown = _UNPRINTABLE.sub("\ufffd", masked(str(value)[: 2 * _LONGEST]))
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"


def fault_codes() -> dict[str, Text]:
    """Return every code with its Vietnamese and English text."""
    return {name: message for name, message in texts().items() if _CODE.match(name)}
