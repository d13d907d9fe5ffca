"""Partners in the bulletin: the newest levels, shares, growth and contributions, countries apart from groups."""

from __future__ import annotations

from datetime import date

import polars as pl

from transforms.areas import names
from transforms.periods import shift_months
from warehouse.bulletin import charts, svg, wording
from warehouse.bulletin.facts import Known, Row, fact, money, percent
from warehouse.bulletin.model import Chart, Part, Section, Table
from warehouse.bulletin.trade import PARTNER, area_name

MOST, FEWEST, SLOPES = 15, 5, 10
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
    if made := shares(known, chosen.filter(~is_group), label):
        page.charts.append(made)
    for what, part in (("country", chosen.filter(~is_group)), ("group", chosen.filter(is_group))):
        if part.height:
            note = f"{CONTRIBUTION} {GROUPS_OVERLAP if what == 'group' else ''}".strip()
            shown = f", the {MOST} largest of {part.height} known" if part.height > MOST else ""
            title = f"China's exports by {what}, {label}, {currency}{shown}"
            cells = [_cells(known, row) for row in part.head(MOST).iter_rows(named=True)]
            page.tables.append(_table(title, cells, note))
    return page


def shares(known: Known, countries: pl.DataFrame, label: str) -> Chart | None:
    """The share of each of the largest countries known in all exports, then and a year before, as a slope."""
    found: list[tuple[str, Row, Row]] = []
    covered = 0.0
    for row in countries.iter_rows(named=True):
        same = {name: row[name] for name in ("counterpart_area", "flow", "basis", "currency")}
        choice = same | {"dataset": "indicator", "measure": "trade_partner_share"}
        now = known.row(choice, row["period_end"])
        then = known.row(choice, shift_months(row["period_end"], -12))
        covered += now["value"] if now else 0.0
        if now and then:
            found.append((area_name(row["counterpart_area"]), then, now))
    if len(found) < 3:
        return None
    found = found[:SLOPES]
    end: date = found[0][2]["period_end"]
    before = label.replace(str(end.year), str(end.year - 1))
    title = f"Share of partners in China's exports, {label} and a year before, percent"
    number = wording.count(countries.height, "country", "countries")
    coverage = f"{number} known carry {wording.percent(covered, 0)} of all exports"
    cells: list[tuple[Part, ...]] = [(name, percent(then), percent(now)) for name, then, now in found]
    table = Table(title, ("Partner", before, label), cells, f"{coverage[0].upper()}{coverage[1:]}.")
    lines = [
        (name, then["value"], now["value"], f"{then['value']:.1f}", f"{now['value']:.1f}") for name, then, now in found
    ]
    alt = (
        f"Slopes of {wording.count(len(found), 'country', 'countries')}: "
        + "; ".join(f"{name} {was} to {is_}" for name, _, _, was, is_ in lines[:4])
        + "."
    )
    shown = f"The {len(found)} largest shown; " if countries.height > len(found) else ""
    return charts.chart("partners-share", title, alt, lambda width: svg.slope(lines, (before, label), width), table,
                        f"{shown}the {coverage}." if shown else f"The {coverage}.")  # fmt: skip


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
