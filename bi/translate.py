"""Put our Vietnamese into Superset's environment, which brings none.

Run by Superset's own Python whenever the environment was made: writes the catalogue of
its pages (JSON) and of its server (.mo) from ``translations/vi.po``.
"""

import importlib.util
import json
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE = Path(__file__).parent / "translations" / "vi.po"
_DOMAIN = "superset"  # Superset's pages ask for it by this name


def main() -> None:
    """Write both catalogues beside Superset's other languages."""
    package = importlib.util.find_spec("superset")
    if package is None or package.origin is None:
        raise SystemExit("Superset is not installed for this Python")
    with SOURCE.open("rb") as stream:
        catalog = read_po(stream, locale="vi")
    folder = Path(package.origin).parent / "translations" / "vi" / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "messages.mo").open("wb") as stream:
        write_mo(stream, catalog)
    (folder / "messages.json").write_text(
        json.dumps(_for_pages(catalog), ensure_ascii=False), encoding="utf-8"
    )


def _for_pages(catalog: Catalog) -> dict[str, object]:
    """Return the catalogue as Jed reads it, the library that Superset's pages use."""
    messages: dict[str, object] = {
        "": {
            "domain": _DOMAIN,
            "lang": "vi",
            "plural_forms": "nplurals=1; plural=0;",
        }
    }
    for message in catalog:
        if not message.id:
            continue
        if isinstance(message.id, str):
            messages[message.id] = [message.string]
        else:
            messages[message.id[0]] = list(message.string)
    return {"domain": _DOMAIN, "locale_data": {_DOMAIN: messages}}


if __name__ == "__main__":
    main()
