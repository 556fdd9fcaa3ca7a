"""``bloc reconcile``: each published figure beside the one recomputed."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE
from rich.table import Table

from bloc_warehouse.cli.console import (
    ExitCode,
    console,
    errors_console,
    print_json,
    wrong_use,
)
from bloc_warehouse.cli.known import known_bloc
from bloc_warehouse.cli.options import Json
from bloc_warehouse.cli.settings import get_settings
from bloc_warehouse.cli.timestamps import local_time, requested_time

if TYPE_CHECKING:
    from bloc_warehouse.history.claims import Claim

_PUBLISHED = "published"
_KEYS = (
    "claim_id",
    "bloc",
    "period",
    "indicator",
    "printed",
    "recomputed",
    "by_year",
    "verdict",
    "reason",
    "units_reported",
    "units_expected",
    "release",
)
_COLOURS = {"met": "green", "not_met": "red", "not_recomputable": "yellow"}
_VIETNAMESE = str.maketrans(",.", ".,")  # as the printed figures beside them
_QUALIFIERS = {
    "exact": "",
    "nearly": "nearly ",
    "more_than": "more than ",
    "more_than_or_equal": "at least ",
}


def reconcile(
    as_json: Json = False,
    candidate: Annotated[
        bool, typer.Option("--candidate", help="The last build, published or not.")
    ] = False,
    as_of: Annotated[
        str | None,
        typer.Option(
            metavar="DAY|TIME|published",
            help="With the returns received by then: the end of 2024-07-10, a time, or"
            " each claim's own publishing day.",
        ),
    ] = None,
    bloc: Annotated[
        list[str] | None, typer.Option(help="Only claims about this bloc; repeatable.")
    ] = None,
) -> None:
    """Show each published figure beside the one recomputed from the units' returns."""
    from bloc_warehouse.history.claims import read_claims

    settings = get_settings()
    blocs = [known_bloc(settings, code) for code in bloc or ()]
    if as_of is None:
        claims = read_claims(settings, candidate=candidate)
        claims = [claim for claim in claims if not blocs or claim["bloc"] in blocs]
    elif candidate:
        raise wrong_use("--candidate is a build of now: leave out --as-of")
    else:
        claims = _as_of(as_of, blocs)
    if blocs and not claims:
        raise wrong_use(f"no claim is on {', '.join(blocs)}")
    if as_json:
        keys: tuple[str, ...] = _KEYS
        if as_of is not None:  # rebuilt, so of no release
            keys = (*_KEYS[:-1], "as_of", *_published(claims))
        print_json([{key: claim[key] for key in keys} for claim in claims])
    else:
        _print_claims(claims, as_of, "build" if candidate else "release")
    is_refuted = any(claim["verdict"] == "not_met" for claim in claims)
    raise typer.Exit(ExitCode.FINDINGS if is_refuted else ExitCode.OK)


def _as_of(given: str, blocs: Sequence[str]) -> list["Claim"]:
    from bloc_warehouse.history.claims import claims_as_of, claims_as_published

    settings = get_settings()
    if given == _PUBLISHED:
        with errors_console.status("Building as of each publishing day"):
            return claims_as_published(settings, blocs)
    moment = requested_time(given, settings.zone)
    with errors_console.status(f"Building as of {local_time(moment)}"):
        return claims_as_of(settings, moment, blocs)


def _published(claims: Sequence["Claim"]) -> tuple[str, ...]:
    return ("published_on",) if any("published_on" in claim for claim in claims) else ()


def _print_claims(claims: Sequence["Claim"], as_of: str | None, what: str) -> None:
    title = "Published figures and ours"
    if as_of == _PUBLISHED:
        title += ", as of each one's publishing day"
    elif as_of and claims:
        title += f", as of {local_time(claims[0]['as_of'])}"
    elif claims:
        title += _of_release(claims, what)
    table = Table(
        title=title,
        title_justify="left",
        box=SIMPLE,
        collapse_padding=True,
        pad_edge=False,
    )
    table.add_column("claim", no_wrap=True)
    table.add_column("bloc, period", overflow="fold")
    table.add_column("what", overflow="fold")
    table.add_column("printed", justify="right", overflow="fold")
    table.add_column("ours", justify="right", no_wrap=True)
    table.add_column("verdict", overflow="fold", min_width=len("not_recomputable:"))
    table.add_column("units", justify="right", no_wrap=True, min_width=7)
    for claim in claims:
        table.add_row(*_cells(claim))
    console.print(table)
    tally = Counter(claim["verdict"] for claim in claims)
    console.print(", ".join(f"{count} {verdict}" for verdict, count in tally.items()))


def _of_release(claims: Sequence["Claim"], what: str) -> str:
    """Say which release the figures are of, and which blocs' are an earlier one's."""
    number = max(claim["release"] for claim in claims)
    earlier = {
        f"{claim['bloc']} as in release {claim['release']}"
        for claim in claims
        if claim["release"] != number
    }
    return "; ".join([f", of {what} {number}", *sorted(earlier)])


def _cells(claim: "Claim") -> tuple[str, ...]:
    what = [claim["indicator"], claim["subject"], claim["conducted_by"]]
    if claim["role"] == "target":
        what.append("(target)")
    verdict, reason = claim["verdict"], claim["reason"]
    explained = f"{verdict}: {reason}" if verdict == "not_recomputable" else verdict
    if claim["blank_count"]:
        explained += f"\nblank cells: {claim['blank_count']}"
    recomputed = claim["recomputed"]
    return (
        claim["claim_id"] + _day(claim),
        f"{claim['bloc']} {claim['period']}",
        " ".join(part.replace("_", " ") for part in what if part),
        _QUALIFIERS[claim["qualifier"]] + claim["printed"],
        "" if recomputed is None else f"{recomputed:,}".translate(_VIETNAMESE),
        f"[{_COLOURS[verdict]}]{explained}[/]",
        f"{claim['units_reported']}/{claim['units_expected']}",
    )


def _day(claim: "Claim") -> str:
    """Return the day as of which a claim is answered, where each has its own."""
    if "published_on" not in claim:
        return ""
    day = claim["published_on"]
    return f"\n[dim]{day:%d/%m/%Y}[/]" if day else "\n[dim]no day: now[/]"
