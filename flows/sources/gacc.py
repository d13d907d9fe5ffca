"""What both sites of GACC need: which products a title announces, for which period."""

from __future__ import annotations

from functools import cache

from flows.sources.source import Schedule
from transforms import layout
from transforms.customs.titles import parse_title

PUBLISHER = "General Administration of Customs of China"
TERMS = "public statistics; name the source"
TIMEZONE = "Asia/Shanghai"
PRELIMINARY = Schedule(
    deployment="customs-preliminary",
    cron=("*/30 9-18 7-10,12-14 * *", "0 12 1-6,11,15-17,19-31 * *"),
    description="GACC's preliminary tables. Out on the 7th to 10th, after a quarter on the 12th to 14th, at 09:30 to "
    "10:30 in Beijing; English pages lag by hours to weeks.",
    tags=("customs", "gacc", "preliminary"),
)
BULLETIN = Schedule(
    deployment="customs-bulletin",
    cron=("0 9-18 18 * *",),
    description="GACC's monthly bulletin, out on the 18th; it restates earlier months.",
    tags=("customs", "gacc", "bulletin"),
)


@cache
def _words() -> dict[str, tuple[str, ...]]:
    """Words of a table's name -> the products that are printed under it. The readers' layouts say so."""
    found: dict[str, list[str]] = {}
    for titled in layout.layouts(stating="titles"):
        for words in getattr(titled, "titles", ()):
            found.setdefault(words, []).append(titled.product)
    return {words: tuple(sorted(names)) for words, names in found.items()}


def announced(title: str) -> tuple[tuple[str, ...], str]:
    """(products, period YYYY-MM or "") of a title in an index; no products if nothing here reads such a table."""
    parsed = parse_title(title)
    return _words().get(parsed.words, ()), parsed.period
