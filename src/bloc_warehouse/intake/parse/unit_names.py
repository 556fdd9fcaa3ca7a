"""Names of units as offices write them, brought to what tells one from another."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bloc_warehouse.domain.vietnamese import fold

Kind = Literal["committee", "cell"]

# the organisation and its committee are one unit: Đảng bộ, Đảng ủy; Chi bộ, Chi ủy
_PREFIXES: tuple[tuple[str, Kind], ...] = (
    (r"(ban chap hanh |bch )?(dang bo|dang uy|db|du)( co so| bo phan)?", "committee"),
    (r"(ban chap hanh |bch )?(chi bo|chi uy|cb|cu)( co so)?", "cell"),
)
_PREFIX = [(re.compile(rf"{words}(?: |$)"), kind) for words, kind in _PREFIXES]
_PROVINCES = (
    "an giang|ba ria vung tau|bac giang|bac kan|bac lieu|bac ninh|ben tre|binh dinh|"
    "binh duong|binh phuoc|binh thuan|ca mau|can tho|cao bang|da nang|dak lak|dac lac|"
    "dak nong|dac nong|dien bien|dong nai|dong thap|gia lai|ha giang|ha nam|ha noi|"
    "ha tinh|hai duong|hai phong|hau giang|ho chi minh|hoa binh|hung yen|khanh hoa|"
    "kien giang|kon tum|lai chau|lam dong|lang son|lao cai|long an|nam dinh|nghe an|"
    "ninh binh|ninh thuan|phu tho|phu yen|quang binh|quang nam|quang ngai|quang ninh|"
    "quang tri|soc trang|son la|tay ninh|thai binh|thai nguyen|thanh hoa|"
    "thua thien hue|tien giang|tra vinh|tuyen quang|vinh long|vinh phuc|yen bai"
)
PROVINCES = frozenset(_PROVINCES.split("|"))
_TRAILING = re.compile(
    rf" (?:(?:tinh|thanh pho|tp)(?: ({_PROVINCES}))?|({_PROVINCES}))$"
)
_SHORTEST_CORE = 2  # words that must be left when a bare province is taken off


@dataclass(frozen=True, slots=True)
class UnitName:
    """What a name says: its core, and the kind if it begins with one."""

    core: str
    kind: Kind | None

    def fits(self, other: "UnitName") -> bool:
        """Whether both can be the same unit's name."""
        same_kind = self.kind is None or other.kind is None or self.kind == other.kind
        return bool(self.core) and self.core == other.core and same_kind


@lru_cache(maxsize=200_000)
def unit_name(text: str) -> UnitName:
    """Take prefix and trailing province off a unit's name.

    *Đảng ủy Sở Y tế tỉnh Long An*, *ĐB Sở Y Tế* and *Sở Y tế* have one core.
    """
    core = fold(text)
    kind: Kind | None = None
    for pattern, its_kind in _PREFIX:
        match = pattern.match(core)
        if match:
            core, kind = core[match.end() :], its_kind
            break
    match = _TRAILING.search(core)
    if match:
        shorter = core[: match.start()]
        if match[2] is None or len(shorter.split()) >= _SHORTEST_CORE:
            core = shorter
    return UnitName(core, kind)
