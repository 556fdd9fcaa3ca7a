"""Links between the documents lead to a file, and to a heading in it."""

import re
import unicodedata
from pathlib import Path

import pytest
from tests.paths import ROOT

LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.*?)\s*$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")


def documents() -> list[Path]:
    """The Markdown files of the repository, those of environments left out."""
    return [
        path
        for path in sorted(ROOT.rglob("*.md"))
        if not any(
            part.startswith(".") or part in {"node_modules", "target"}
            for part in path.relative_to(ROOT).parts
        )
    ]


def anchors(path: Path) -> set[str]:
    """The names by which a page's headings are linked to, as forges make them."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    found: set[str] = set()
    for heading in HEADING.findall(text):
        shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
        kept = "".join(
            letter
            for letter in unicodedata.normalize("NFC", shown.lower())
            if letter.isalnum() or letter in " -_"
        )
        name = base = kept.replace(" ", "-")
        number = 0
        while name in found:
            number += 1
            name = f"{base}-{number}"
        found.add(name)
    return found


def broken_links(page: Path) -> list[str]:
    text = CODE.sub("", FENCE.sub("", page.read_text(encoding="utf-8")))
    broken = []
    for link in LINK.findall(text):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        is_page = target.suffix == ".md"
        if not target.exists() or (
            anchor and is_page and target.is_file() and anchor not in anchors(target)
        ):
            broken.append(link)
    return broken


@pytest.mark.parametrize(
    "page", documents(), ids=lambda page: page.relative_to(ROOT).as_posix()
)
def test_links_lead_somewhere(page: Path) -> None:
    assert broken_links(page) == []


def test_a_broken_link_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("# One heading, and more\n", encoding="utf-8")
    page = tmp_path / "page.md"
    page.write_text(
        "[a](there.md#one-heading-and-more) [b](gone.md) [c](there.md#gone)\n"
        "[d](#here) [e](https://example.vn/x)\n",
        encoding="utf-8",
    )
    assert broken_links(page) == ["gone.md", "there.md#gone", "#here"]
