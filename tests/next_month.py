"""Pages of a month that is not out: September 2026 in the figures of an earlier month, so that a run has news to derive.

Each level is that of the page it is made from by the months that have passed, and a rate of growth. Sums hold.
"""

from __future__ import annotations

import re

from tests.transforms.customs_pages import MONTHS, Cell, english
from tests.transforms.customs_tables import by_partner_rows, commodity_rows, regime_rows

PERIOD, MONTH = "2026-09", 9
RISE = 1.25
"""Between the page of a year before and this one."""


def partners() -> bytes:
    """Trade with partners in yuan, from January to March 2026."""
    title, rows = by_partner_rows("2026-03", "CNY")
    told = []
    for label, *cells in rows[4:-1]:
        exports, imports = (_levels(cells[i], months=3) for i in (3, 5))
        both = [one + other for one, other in zip(exports, imports, strict=True)]
        told.append([label, *map(_decimal, [*both, *exports, *imports]), *cells[6:]])
    return english(_head(title, 3, 0), [*_heads(rows[:4], 3), *told, rows[-1]])


def commodities(flow: str) -> bytes:
    """Major commodities in yuan, from those of March (exports) or December 2025 (imports)."""
    months = 3 if flow == "export" else 12
    title, rows = commodity_rows(flow, f"2025-{months:02}")
    told = []
    for label, unit, *cells in rows[4:-1]:
        if "ertili" in str(label):
            continue  # sold in spring and autumn: nine months like three would be fewer than eight were
        quantity, value = (_levels(cells[i], months, RISE) for i in (2, 3))
        before = [_decimal(level[1] / RISE) if level else "-" for level in (quantity, value)]
        growth = [f"{100 * (RISE - 1):.1f}" if level else "-" for level in (quantity, value)]
        levels = [_decimal(level[i]) if level else "-" for i in (0, 1) for level in (quantity, value)]
        told.append([label, unit, *levels, *before, *growth])
    return english(_head(title, months, 1), [*_heads(rows[:4], months, 1), *told, rows[-1]])


def regimes() -> bytes:
    """The bulletin's regimes in thousand dollars, from January and February 2026: each even row has levels."""
    title, rows = regime_rows("2026-02")
    levels = [row if i % 2 else [row[0], *_whole(row[1:3]), *_whole(row[3:])] for i, row in enumerate(rows[4:-1])]
    return english(_head(title, 2, 0), [*_heads(rows[:4], 2), *levels, rows[-1]])


def _levels(cell: Cell, months: int, rise: float = 1.0) -> list[float]:
    """The month and the year to date that go with a year to date of so many months; none where none is printed."""
    text = str(cell).replace(",", "").strip()
    if text in ("", "-"):
        return []
    month = round(float(text) / months * rise, 1)
    return [month, round(MONTH * month, 1)]


def _whole(cells: list[Cell]) -> list[Cell]:
    found = _levels(cells[1], months=2)
    return [f"{round(level):,}\xa0" for level in found] or cells


def _decimal(level: float) -> str:
    return f"{level:,.1f}\xa0"


def _heads(rows: list[list[Cell]], months: int, years: int = 0) -> list[list[Cell]]:
    """The heads of a page of so many months, as many years later, as those of this one."""
    return [[(_head(c, months, years) if isinstance(c, str) else (_head(c[0], months, years), *c[1:])) for c in row]
            for row in rows]  # fmt: skip


def _head(text: str, months: int, years: int) -> str:
    text = re.sub(r"20\d\d", lambda year: str(int(year[0]) + years), text)
    text = re.sub(r"[A-Z][a-z]{2} (20\d\d)", rf"{MONTHS[MONTH - 1]} \1", text)
    return re.sub(rf"(?<![\d(]){months}(?![\d)])", str(MONTH), text)
