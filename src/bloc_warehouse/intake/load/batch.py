"""Files that were read together, under the ids that they get, with all faults."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

from bloc_warehouse.intake.faults.faults import Fault
from bloc_warehouse.intake.load.form_rules import StagedForm
from bloc_warehouse.intake.load.versions import ReceiptOrder
from bloc_warehouse.intake.parse.parsed import ParsedFile

OwnedFault = tuple[int, int | None, Fault]
"""A fault with its file and, where known, its submission."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Parsed files under their ids, staged, with all faults.

    Attributes:
        received: file_id → its place in the order of receipt.
        staged: The forms of all files, in order.
        owner: submission_id → file_id.
        replay_id: The replay that reads the files once more; None the first time.
    """

    received: Mapping[int, ReceiptOrder]
    parsed: Mapping[int, ParsedFile]
    staged: Sequence[StagedForm]
    owner: Mapping[int, int]
    faults: Sequence[OwnedFault]
    replay_id: int | None = None

    @property
    def rejected(self) -> set[int]:
        """The files that have an error."""
        return {
            file_id for file_id, _, fault in self.faults if fault.severity == "error"
        }

    def forms_of(self, file_id: int) -> list[StagedForm]:
        """Return a file's forms."""
        return [
            staged_form
            for staged_form in self.staged
            if self.owner[staged_form.submission_id] == file_id
        ]

    def only(self, file_ids: Set[int]) -> "Batch":
        """Return the same for some of the files."""
        return replace(
            self,
            received={
                file_id: at
                for file_id, at in self.received.items()
                if file_id in file_ids
            },
            staged=[
                staged_form
                for staged_form in self.staged
                if self.owner[staged_form.submission_id] in file_ids
            ],
            faults=[fault for fault in self.faults if fault[0] in file_ids],
        )

    @property
    def returns(self) -> set[tuple[str, str]]:
        """The (unit, period) pairs that the files speak of, as far as known."""
        return {
            (identity.unit_code, identity.period.code)
            for identity in (staged_form.form.identity for staged_form in self.staged)
            if identity.unit_code and identity.period
        }


def batches(items: Sequence[int], size: int) -> list[list[int]]:
    """Cut a list into lists of at most ``size``."""
    return [list(items[start : start + size]) for start in range(0, len(items), size)]
