"""Partners in the bulletin: the newest levels, shares, growth and contributions, countries apart from groups."""

from __future__ import annotations

from datetime import date

import polars as pl

from transforms.areas import names
from transforms.periods import shift_months
from warehouse.bulletin import wording
from warehouse.bulletin.facts import Known, Row, fact, money, percent
from warehouse.bulletin.model import Part, Section, Table
from warehouse.bulletin.trade import PARTNER, area_name

MOST, FEWEST = 15, 5
COLUMNS = ("Partner", "Exports", "Share", "Growth, published", "Contribution, points")
GROUPS_OVERLAP = "Groups and continents overlap with each other and hold the countries above."
CONTRIBUTION = "Contribution to the growth of all exports on a year earlier."


def section(known: Known, period: date) -> Section:
    """Levels by partner for the newest period, in the basis and currency that has most partners for it."""
    page = Section("partners", "Partners")
    rows = known.rows(PARTNER | {"measure": "value", "basis": ["month", "ytd"]})
    rows = rows.filter(pl.col("period_end") >= shift_months(period, -12), pl.col("counterpart_area") != "WORLD")
    sizes = rows.group_by("period_end", "basis", "currency").len().filter(pl.col("len") >= FEWEST)
    if sizes.is_empty():
        page.notes.append(f"No month of the last year was known with {wording.WORDS[FEWEST]} or more partners.")
        return page
    end, basis, currency = sizes.sort("period_end", "len", "basis", "currency", descending=True).row(0)[:3]
    wanted = {"period_end": end, "basis": basis, "currency": currency}
    chosen = rows.filter(*(pl.col(name) == value for name, value in wanted.items())).sort("value", descending=True)
    label = wording.since_january(end) if basis == "ytd" else wording.month(end)
    if end < period:
        fewest = f"{wording.WORDS[FEWEST]} or more partners"
        page.notes.append(f"{label} is the newest period for which {fewest} were known on that day.")
    groups = names().filter(pl.col("kind") == "group")["code"].to_list()
    is_group = pl.col("counterpart_area").is_in(groups)
    for what, part in (("country", chosen.filter(~is_group)), ("group", chosen.filter(is_group))):
        if part.height:
            note = f"{CONTRIBUTION} {GROUPS_OVERLAP if what == 'group' else ''}".strip()
            shown = f", the {MOST} largest of {part.height} known" if part.height > MOST else ""
            title = f"China's exports by {what}, {label}, {currency}{shown}"
            cells = [_cells(known, row) for row in part.head(MOST).iter_rows(named=True)]
            page.tables.append(_table(title, cells, note))
    return page


def _cells(known: Known, row: Row) -> tuple[Part, ...]:
    same = {name: row[name] for name in ("counterpart_area", "flow", "basis", "currency")}
    end: date = row["period_end"]
    share = known.row(same | {"dataset": "indicator", "measure": "trade_partner_share"}, end)
    growth = known.row(PARTNER | same | {"measure": "growth_yoy"}, end)
    part = known.row(same | {"dataset": "indicator", "measure": "trade_partner_contribution"}, end)
    return (
        area_name(row["counterpart_area"]), money(row), percent(share) if share else "–",
        percent(growth, sign=True) if growth else "–", fact(part, wording.signed(part["value"], 2)) if part else "–",
    )  # fmt: skip


def _table(title: str, rows: list[tuple[Part, ...]], note: str) -> Table:
    """Without the columns in which nothing is known; the note says which these are."""
    empty = [i for i in range(len(COLUMNS)) if all(row[i] == "–" for row in rows)]
    kept = [i for i in range(len(COLUMNS)) if i not in empty]
    if empty:
        names_ = wording.listed([COLUMNS[i].split(",")[0].lower() for i in empty])
        note = f"{note.removeprefix(CONTRIBUTION).strip()} Not known on that day: {names_}.".strip()
    return Table(title, tuple(COLUMNS[i] for i in kept), [tuple(row[i] for i in kept) for row in rows], note)
