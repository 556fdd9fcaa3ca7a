"""The texts that senders read, by name, from the message catalogues in ``locale``.

One ``intake.po`` a language, Vietnamese and English; a fault's text is named by its
code. The catalogues are read as they are, so a changed text needs no compiling.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

_LOCALE = Path(__file__).with_name("locale")


@dataclass(frozen=True, slots=True)
class Text:
    """A text in both languages."""

    vi: str
    en: str

    def __str__(self) -> str:
        return f"{self.vi} / {self.en}"


def text(name: str, **values: object) -> Text:
    """Return the text called ``name`` with its places filled in.

    Raises:
        KeyError: The catalogues have no such text.
    """
    if not values:
        return _without_values(name)
    plain = texts()[name]
    return Text(plain.vi.format(**values), plain.en.format(**values))


@cache
def _without_values(name: str) -> Text:
    plain = texts()[name]
    return Text(plain.vi.format(), plain.en.format())


@cache
def texts() -> dict[str, Text]:
    """Return every text by name, places not filled in."""
    vietnamese, english = _catalogue("vi"), _catalogue("en")
    return {name: Text(vietnamese[name], english[name]) for name in vietnamese}


def _catalogue(language: str) -> dict[str, str]:
    from babel.messages.pofile import read_po  # slow to import, needed by few commands

    path = _LOCALE / language / "LC_MESSAGES" / "intake.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {
        str(message.id): str(message.string)
        for message in catalogue
        if message.id and message.string
    }
