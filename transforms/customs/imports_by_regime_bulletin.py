"""Bulletin table (18): imports of selected commodities by major customs regimes, year to date.

Reading.table: one row per commodity and regime in base units: row, product_code, regime, label, quantity_unit,
currency, quantity_ytd, value_ytd, quantity_ytd_yoy, value_ytd_yoy (percent), precision. An empty quantity is less than
half of the printed unit: no figure. The regime is the `definition` of the series, in a dataset of its own: the wide
table trade_by_commodity holds all regimes together.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

import polars as pl

from transforms.customs import checks, commodities, tidy
from transforms.customs.commodity_table import (
    COUNTED,
    code_of,
    quantity_unit,
    refuse_odd_unit,
    refuse_unitless,
    refuse_unknown,
)
from transforms.customs.table import Row, layout, read_table, recognises
from transforms.model import Payload, ReadError, Reading
from transforms.units import Unit

PRODUCT = "gacc.imports_by_regime_bulletin"
SOURCE = "gacc_en"
EXTENSION = "html"
HALF = Decimal("0.5")
MOST = 100  # fruit of November 2019: 13 times
ROLES = ["quantity_ytd", "value_ytd", "quantity_ytd_yoy", "value_ytd_yoy"]


def recognise(payload: Payload) -> bool:
    return recognises(payload, layout(__file__))


def read(payload: Payload) -> Reading:
    """Read one page or sheet. ReadError as in table and commodity_table; price_mismatch, regimes_exchanged."""
    plan = layout(__file__)
    table = read_table(payload, plan)
    named = [(code_of(row, table, open_catalogue=True), row) for row in table.rows]
    refuse_unknown(named, payload.name)
    checks.no_duplicates([(code, row) for code, row in named if code], "duplicate_commodity")
    checks.required({str(code) for code, _ in named}, list(plan["order"]), payload.name)
    for code, row in named:
        _in_order(row, plan["order"].get(code, []))
    rows: list[tuple[str | None, Row, Unit | None]] = []
    for code, row in named:
        checks.not_negative(row)
        refuse_unitless(row)
        _check(row)
        unit = quantity_unit(code, row)
        refuse_odd_unit((code, "import"), row, unit, table, {role: _over_regimes(row, role) for role in ROLES[:2]})
        rows.append((code, row, unit))
    records: list[dict[str, object]] = []
    for i, (code, row, unit) in enumerate(rows):
        for word, regime in tidy.REGIMES.items():
            figures = {role: row.figures[f"{word}_{role}"] for role in ROLES}
            part = Row(row.label, row.indent, row.of_which, row.where, figures, row.unit)
            own = {"row": i + 1, "product_code": code, "regime": regime, "label": row.label}
            own |= {"aggregate": bool(code and commodities.is_aggregate(code)), "currency": table.unit.currency}
            own |= {"quantity_unit": unit.base if unit else None}
            records.append({**own, **tidy.wide(part, table, ROLES, unit or COUNTED)})
    frame = pl.DataFrame(
        records,
        schema_overrides={"product_code": pl.String, "quantity_unit": pl.String}
        | dict.fromkeys([*ROLES, "precision"], pl.Float64),
        infer_schema_length=None,
    )
    constants = {"dataset": "trade_by_commodity_regime", "counterpart_area": "WORLD", "flow": "import"}
    series = [(row, constants | {"product_code": code}, unit) for code, row, unit in rows if code]
    return tidy.reading(PRODUCT, table, frame, tidy.series(series, table, "A"), payload)


def _over_regimes(row: Row, role: str) -> Decimal:
    return sum((row.figures[f"{word}_{role}"] or Decimal(0) for word in tidy.REGIMES), Decimal(0))


def _check(row: Row) -> None:
    """Quantities have values, and no regime pays hundreds of times what another does (quantities are whole units)."""
    prices = []
    for word in tidy.REGIMES:
        quantity, value = row.figures[f"{word}_quantity_ytd"], row.figures[f"{word}_value_ytd"]
        where = f"{row.where} {word}"
        if quantity and value is None:
            raise ReadError("missing_value", expected="a value beside each quantity", got="none", where=where)
        if quantity and value:
            prices.append((value / (quantity + HALF), value / max(quantity - HALF, HALF), where))
    for low, _, where in prices:
        if low > MOST * min(high for _, high, _ in prices):
            raise ReadError("price_mismatch", expected=f"prices within {MOST} times", got=f"{low:.0f}", where=where)


def _in_order(row: Row, order: Sequence[str]) -> None:
    """The quantities of the regimes fall in this order, as in every issue. ReadError `regimes_exchanged`."""
    quantities = [(word, row.figures[f"{word}_quantity_ytd"] or Decimal(0)) for word in order]
    for (more, high), (less, low) in pairwise(quantities):
        if high <= low:
            raise ReadError(
                "regimes_exchanged", expected=f"{more} above {less}, as in every issue", got=f"{high} and {low}",
                where=row.where, hint="Figures of two regimes have changed places; compare another month's table.",
            )  # fmt: skip
