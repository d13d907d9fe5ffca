"""What tables (1) A and B of the bulletin share: one row a year or month, and rows of percents that nobody labels.

Reading.table: one row per period in base units: period (2024-03 or 2024), label, currency, total, exports, imports and
balance (total_month ... balance_ytd), growth (percent), precision.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import polars as pl

from transforms.customs import checks, tidy
from transforms.customs.aside import headline_hit, refuse_too_many, told
from transforms.customs.checks import half_place
from transforms.customs.row import Row
from transforms.customs.table import Table, read_table
from transforms.customs.table import recognise as recognise
from transforms.customs.table_layout import TableLayout
from transforms.model import Payload, ReadError, Reading
from transforms.periods import period_end, shift_months

FLOWS = ("total", "export", "import", "balance")
LEVELS = [f"{flow}_{basis}" for basis in ("month", "ytd") for flow in FLOWS]
GROWTHS = [f"{level}_{kind}" for level in LEVELS for kind in ("yoy", "mom")]
_MONTH = re.compile(r"(?P<year>(?:19|20)\d\d)(?:\.|-|年)(?P<month>\d{1,2})月?")
_YEAR = re.compile(r"(?P<year>(?:19|20)\d\d)(?:\.00)?年?")
MONTHLY_TRADE = {"USD": (10**11, 2 * 10**12), "CNY": (10**12, 12 * 10**12)}
"""Exports and imports of a month since 2015 lie well inside."""
_SLACK = Decimal("0.1")  # a rate is of unrounded levels, and may have been rounded twice


class Layout(TableLayout):
    annual: bool  # a row is a year, not a month


def read(payload: Payload, layout: Layout) -> Reading:
    """Read one table. ReadError as in table and checks; unknown_period, duplicate_period, unidentified_percents."""
    table, annual = read_table(payload, layout), layout.annual
    dated = _dated(table, annual)
    checks.no_duplicates([(period, row) for period, row in dated], "duplicate_period")
    latest = max(period for period, _ in dated)
    rows = _sound(dated, latest, table, layout)
    _refuse_odd_size(rows[-1][1], 12 if annual else 1, table)
    _refuse_gaps([period for period, _ in dated], "" if annual else table.title.period, payload.name)
    frame = pl.DataFrame(
        [
            {"period": period, "label": row.label, "currency": table.unit.currency}
            | tidy.wide(row, table, [*LEVELS, *GROWTHS])
            for period, row in rows
        ],
        schema_overrides=dict.fromkeys([*LEVELS, *GROWTHS, "precision"], pl.Float64),
        infer_schema_length=None,
    )
    constants = {"dataset": "trade_total", "counterpart_area": "WORLD"}
    constants |= {"basis": "year", "freq": "A"} if annual else {}
    parts = [tidy.series([(row, constants, None)], _at(table, period), layout.status) for period, row in rows]
    return tidy.reading(layout.product, _at(table, latest), frame, pl.concat(parts), payload)


def _sound(dated: list[tuple[str, Row]], latest: str, table: Table, layout: Layout) -> list[tuple[str, Row]]:
    """The periods that can be trusted; others are set aside. ReadError for the latest one, and for too many."""
    kept: list[tuple[str, Row]] = []
    lost: list[ReadError] = []
    terms, wrong = checks.sums([row for _, row in dated], layout.identities)
    for period, row in dated:
        try:
            if row.fault:
                raise row.fault
            if row.where in wrong:
                raise wrong[row.where]
            kept.append((period, row))
            table.terms.extend(terms[row.where])
        except ReadError as error:
            if period == latest:
                raise headline_hit(error) from error
            lost.append(error)
            table.set_aside.append(told(row, error))
    refuse_too_many(lost, len(dated), layout.set_aside)
    return kept


def _refuse_odd_size(row: Row, months: int, table: Table) -> None:
    """The newest total is as large as the nation's trade: the table comes in two scales. ReadError `odd_size`."""
    total = row.figures.get("total_month") if months == 1 else row.figures.get("total_ytd")
    least, most = (bound * months for bound in MONTHLY_TRADE[table.unit.currency])
    if total is None or not least <= total * table.unit.factor <= most:
        raise ReadError(
            "odd_size", expected=f"a total of {least:.2g} to {most:.2g} {table.unit.currency}",
            got=f"{total} x {table.unit.factor}", where=row.where, hint="The unit row does not fit the figures.",
        )  # fmt: skip


def _refuse_gaps(periods: list[str], last: str, where: str) -> None:
    """Months or years follow each other without a gap, up to the title's month. ReadError `missing_rows`."""
    step = 12 if len(periods[0]) == 4 else 1
    ends = sorted(period_end(period) for period in periods)
    wanted = [shift_months(ends[0], step * i) for i in range(len(ends))]
    if ends != wanted or (last and max(periods) != last):
        wanted_to = f"every period to {last or max(periods)}"
        raise ReadError("missing_rows", expected=wanted_to, got=str(periods), where=where)


def _at(table: Table, period: str) -> Table:
    year, month = int(period[:4]), int(period[5:] or 12)
    return replace(table, title=replace(table.title, year=year, first=month, last=month))


def _dated(table: Table, annual: bool) -> list[tuple[str, Row]]:
    """Rows by period; percents below a row become its growth once arithmetic has told what they are."""
    rows: list[tuple[str, Row]] = []
    for row in table.rows:
        if not row.label:
            if not rows:
                raise ReadError("unpaired_row", expected="a row with a period", got="percents", where=row.where)
            period, above = rows[-1]
            if row.fault:
                rows[-1] = (period, replace(above, fault=above.fault or row.fault))
                continue
            rows[-1] = (period, replace(above, figures={**above.figures, **_growth(row, rows)}))
            continue
        match = (_YEAR if annual else _MONTH).fullmatch(row.label)
        if not match or not 1 <= int(match.groupdict().get("month", 1)) <= 12:
            raise ReadError(
                "unknown_period", expected="2024" if annual else "2024.03", got=repr(row.label), where=row.where
            )
        rows.append((match["year"] if annual else f"{match['year']}-{int(match['month']):02d}", row))
    return rows


def _growth(percents: Row, rows: list[tuple[str, Row]]) -> dict[str, Decimal | None]:
    """What kind of growth the percents are: those of a year or of a month before, whichever the levels imply."""
    period, row = rows[-1]
    earlier = dict(rows[:-1])
    for kind, months in (("yoy", -12), ("mom", -1)):
        base = earlier.get(f"{shift_months(period_end(period), months):%Y-%m}")
        if base and all(_fits(row, base, role, percent) for role, percent in percents.figures.items()):
            return {f"{role}_{kind}": percent for role, percent in percents.figures.items()}
    raise ReadError(
        "unidentified_percents",
        expected="growth over a year or a month before, as the levels in the table imply it",
        got=str([str(percent) for percent in percents.figures.values()]),
        where=percents.where,
    )


def _fits(row: Row, base: Row, role: str, percent: Decimal | None) -> bool:
    now, then = row.figures.get(role), base.figures.get(role)
    if percent is None:
        return True
    return bool(now is not None and then and abs(100 * (now / then - 1) - percent) <= half_place(percent) + _SLACK)
