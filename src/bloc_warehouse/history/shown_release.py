"""Which release the figures of an answer are of, to be said beside them."""

from dataclasses import dataclass
from typing import Literal

from psycopg import Connection

from bloc_warehouse.build import releases
from bloc_warehouse.build.release_blocs import BlockedBloc, blocked_in

Schema = Literal["marts", "marts_candidate", "marts_previous"]


@dataclass(frozen=True, slots=True)
class ShownRelease:
    """The requested release, and where its figures are.

    Attributes:
        is_live: Whether readers see it.
        schema: Where its rows are.
        kept: Blocs whose rows there are those of an earlier release.
        kept_back: Blocs whose own rows are in ``marts_blocked``, where those are
            asked for.
    """

    release_id: int
    is_live: bool
    schema: Schema
    kept: tuple[BlockedBloc, ...] = ()
    kept_back: tuple[str, ...] = ()

    def of_bloc(self, bloc: str) -> int | None:
        """Return the release that a bloc's figures are of; None: there are none."""
        for kept_bloc in self.kept:
            if kept_bloc.bloc_code == bloc:
                return kept_bloc.carried_from_release_id
        return self.release_id

    def describe(self, bloc: str | None = None) -> str:
        """Say which release it is, and what of it, or of one bloc, is an earlier's."""
        if not self.is_live:
            return f"build {self.release_id}, which readers do not see"
        kept = [
            str(kept_bloc)
            for kept_bloc in self.kept
            if bloc in (None, kept_bloc.bloc_code)
        ]
        text = "; ".join([f"release {self.release_id}", *kept])
        if self.kept_back:
            text += f"; as built, not as readers see {', '.join(self.kept_back)}"
        return text


def live_release(connection: Connection) -> ShownRelease | None:
    """Return the release that readers see, None before the first one."""
    live = releases.release_in(connection, "live")
    if live is None:
        return None
    kept = blocked_in(connection, live.release_id)
    return ShownRelease(live.release_id, is_live=True, schema="marts", kept=kept)


def last_build(connection: Connection) -> ShownRelease | None:
    """Return the last complete build, published or not; None before the first one.

    What it made of blocs that were kept as they were counts, not what readers see.
    """
    if waiting := releases.release_in(connection, "candidate"):
        return ShownRelease(waiting.release_id, is_live=False, schema="marts_candidate")
    previous = releases.release_in(connection, "previous")
    if previous and previous.rolled_back_at:
        return ShownRelease(previous.release_id, is_live=False, schema="marts_previous")
    live = live_release(connection)
    if live is None:
        return None
    kept_back = tuple(bloc.bloc_code for bloc in live.kept)
    return ShownRelease(
        live.release_id, is_live=True, schema="marts", kept_back=kept_back
    )
