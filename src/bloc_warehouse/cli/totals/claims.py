"""``bloc claims``: the figures that papers print of this office's blocs."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from bloc_warehouse.cli.console import console, print_json, refusing, wrong_use
from bloc_warehouse.cli.options import Json
from bloc_warehouse.cli.settings import get_settings

if TYPE_CHECKING:
    from bloc_warehouse.reference.claims.add import Entered, NewClaim
    from bloc_warehouse.reference.claims.sentence import Proposal

claims_app = typer.Typer(
    help="Published figures: enter what a printed sentence says.",
    no_args_is_help=True,
)
_QUESTIONS = {
    "printed": "Which figure (as printed)",
    "bloc": "Whose (bloc)",
    "indicator": "What does it count (indicator)",
    "period": "Of which time (2022-H1, 2017-03-01, 2018..2022, TERM:2015..2020)",
    "qualifier": "How exact (exact, nearly, more_than, more_than_or_equal)",
}


@claims_app.callback()
def claims() -> None:
    """Published figures: enter what a printed sentence says."""


@claims_app.command("add")
def add(
    sentence: Annotated[
        str | None, typer.Argument(help="The sentence, as printed.")
    ] = None,
    printed: Annotated[
        str | None,
        typer.Option(help="Which of its figures, as printed: 4.851, 77,77%."),
    ] = None,
    bloc: Annotated[str | None, typer.Option(help="Whose figure.")] = None,
    indicator: Annotated[
        str | None, typer.Option(help="What it counts; see docs/claims.md.")
    ] = None,
    period: Annotated[
        str | None,
        typer.Option(
            help="2022-H1; a day, 2017-03-01; years, 2018..2022;"
            " TERM:2015..2020-08-26; EACH_YEAR:2015..2019."
        ),
    ] = None,
    qualifier: Annotated[
        str | None,
        typer.Option(help="exact, nearly, more_than or more_than_or_equal."),
    ] = None,
    role: Annotated[
        str | None, typer.Option(help="actual, or target: what was aimed at.")
    ] = None,
    unit: Annotated[
        str | None, typer.Option(help="count, or turns: printed with “lượt”.")
    ] = None,
    subject: Annotated[
        str | None, typer.Option(help="Of what only: dbcs, organisation, member …")
    ] = None,
    conducted_by: Annotated[
        str | None, typer.Option("--by-body", help="Inspected by whom only.")
    ] = None,
    part_of: Annotated[
        str | None, typer.Option(help="The claim that it is a part or share of.")
    ] = None,
    document: Annotated[
        str | None, typer.Option(help="Where it is printed: paper, address, file.")
    ] = None,
    published: Annotated[
        str | None, typer.Option(help="When it was printed: 2022-07-05.")
    ] = None,
    context: Annotated[
        bool, typer.Option(help="Keep it beside the others; do not recompute it.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the line; write nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Enter one printed figure into the list of published totals.

    What the sentence says is proposed; a terminal asks for what it leaves open, and
    options say otherwise. The line is checked before it is written.
    """
    from bloc_warehouse.reference.claims.add import (
        ClaimError,
        NewClaim,
        enter_claim,
        parse_claim_period,
    )
    from bloc_warehouse.reference.claims.sentence import propose

    settings = get_settings()
    with refusing(ClaimError):
        figure = printed or _chosen(sentence or "")
        proposal = propose(sentence or "", figure)
        claim = NewClaim(
            bloc_code=bloc or _only_bloc(),
            indicator=indicator or _asked("indicator", proposal.indicator),
            period=parse_claim_period(period or _asked("period", _period(proposal))),
            printed=figure,
            qualifier=qualifier or _asked("qualifier", proposal.qualifier),
            role=role or proposal.role,
            unit=unit or proposal.unit,
            subject=subject if subject is not None else proposal.subject,
            conducted_by=(
                conducted_by if conducted_by is not None else proposal.conducted_by
            ),
            source_document=document or "",
            published_on=_day(published),
            wording=sentence or "",
            base_claim=part_of or "",
            is_context=context,
        )
        entered = enter_claim(settings.reference_dir, claim, write=not dry_run)
    if as_json:
        print_json(asdict(entered))
    else:
        _show(entered, claim, is_written=not dry_run)


def _chosen(sentence: str) -> str:
    """Return the figure of a sentence that has one; else ask which."""
    from bloc_warehouse.reference.claims.sentence import figures

    found = list(dict.fromkeys(figures(sentence)))
    if len(found) == 1:
        return found[0]
    if not _can_ask():
        what = f"it prints {', '.join(found)}" if found else "it prints no figure"
        raise wrong_use(f"say with --printed which figure is meant: {what}")
    return _prompt("printed", found[0] if found else "", found)


def _only_bloc() -> str:
    from bloc_warehouse.reference.claims.add import blocs_of_folder

    known = list(blocs_of_folder(get_settings().reference_dir))
    if len(known) == 1:
        return known[0]
    if not known:
        raise wrong_use("the reference folder has no bloc yet: run bloc init")
    if not _can_ask():
        raise wrong_use(f"say with --bloc whose figure it is: {', '.join(known)}")
    return _prompt("bloc", known[0], known)


def _asked(name: str, proposed: str) -> str:
    """Return what a person says to a proposal; without a terminal, the proposal."""
    if _can_ask():
        return _prompt(name, proposed)
    if not proposed:
        raise wrong_use(f"the sentence does not say it: give --{name}")
    return proposed


def _prompt(name: str, proposed: str, choices: Sequence[str] = ()) -> str:
    shown = f" [{', '.join(choices)}]" if choices else ""
    return str(typer.prompt(f"{_QUESTIONS[name]}{shown}", default=proposed or None))


def _can_ask() -> bool:
    return sys.stdin.isatty()


def _period(proposal: "Proposal") -> str:
    found = proposal.period
    if found is None:
        return ""
    if found.kind == "DAY" and found.start == found.end:
        return str(found.end)
    if found.kind in ("TERM", "EACH_YEAR", "FIVE_YEARS", "DAY"):
        return f"{found.kind}:{found.start}..{found.end}"
    return f"{found.end.year}-{found.kind}"


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise wrong_use(f"{text} is no day; write it as 2022-07-05") from error


def _show(entered: "Entered", claim: "NewClaim", *, is_written: bool) -> None:
    from bloc_warehouse.reference.claims.indicators import indicators

    line = entered.line
    label = indicators()[claim.indicator].label_vi
    of = ", ".join(filter(None, (line["subject"], line["conducted_by"])))
    days = f"{line['period_start']} – {line['period_end']}"
    console.print(
        f"[bold]{line['claim_id']}[/]  {escape(label)} ({line['indicator']}"
        f"{f': {of}' if of else ''})\n"
        f"  {line['bloc_code']} · {line['period_type']} {days}\n"
        f"  {line['qualifier']} {line['printed']} ({line['unit']}, {line['role']},"
        f" {line['basis']})",
        highlight=False,
        soft_wrap=True,
    )
    if not entered.is_new:
        console.print("It is in the list already; nothing was written.")
    elif is_written:
        console.print(
            "Written to ref_published_totals.csv. Put it in force: bloc reference apply"
        )
    else:
        console.print("Nothing was written (--dry-run).")
