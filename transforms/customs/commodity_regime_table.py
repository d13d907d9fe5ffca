"""What the bulletin's tables (17) and (18) share: selected exports and imports by major customs regimes, year to date.

Reading.table: one row per commodity and regime in base units: row, product_code, regime, label, aggregate,
quantity_unit, currency, quantity_ytd, value_ytd, quantity_ytd_yoy, value_ytd_yoy (percent), precision. An empty
quantity is less than half of the printed unit: no figure. The regime is the `definition` of the series, in a dataset of
its own: the wide table trade_by_commodity holds all regimes together.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

import polars as pl

from transforms.customs import commodities, tidy
from transforms.customs.commodity_table import COUNTED, goods, refuse_unitless
from transforms.customs.row import Row
from transforms.customs.table import read_table
from transforms.customs.table import recognise as recognise
from transforms.customs.table_layout import FlowLayout
from transforms.model import Payload, ReadError, Reading

HALF = Decimal("0.5")
MOST = 100  # fruit of November 2019: 13 times
ROLES = ["quantity_ytd", "value_ytd", "quantity_ytd_yoy", "value_ytd_yoy"]
TOGETHER = {role: [f"{word}_{role}" for word in tidy.REGIMES] for role in ROLES[:2]}


class Layout(FlowLayout):
    """`order`: regimes by falling quantity of a commodity, as in every issue; exchanged columns show by it."""

    order: dict[str, tuple[str, ...]]


def read(payload: Payload, layout: Layout) -> Reading:
    """Read one page or sheet. ReadError as in table and commodity_table; regimes_exchanged; price_mismatch of rows."""
    table = read_table(payload, layout)
    rows = goods(table, layout, payload.name, lambda _, row: refuse_unitless(row), TOGETHER)
    for row in table.rows:
        if not row.fault:
            _refuse_exchanged_prices(row)
    for good, row in rows:
        _in_order(row, layout.order.get(good.code, ()))
    records: list[dict[str, object]] = []
    for i, (good, row) in enumerate(rows):
        for word, regime in tidy.REGIMES.items():
            figures = {role: row.figures[f"{word}_{role}"] for role in ROLES}
            part = Row(row.label, row.indent, row.of_which, row.where, figures, row.unit)
            own = {"row": i + 1, "product_code": good.code, "regime": regime, "label": row.label}
            own |= {"aggregate": commodities.is_aggregate(good.code) or row.label.endswith("*")}
            own |= {"currency": table.unit.currency, "quantity_unit": good.unit.base if good.unit else None}
            records.append({**own, **tidy.wide(part, table, ROLES, good.unit or COUNTED)})
    frame = pl.DataFrame(
        records,
        schema_overrides={"quantity_unit": pl.String} | dict.fromkeys([*ROLES, "precision"], pl.Float64),
        infer_schema_length=None,
    )
    constants = {"dataset": "trade_by_commodity_regime", "counterpart_area": "WORLD", "flow": layout.flow}
    series = [(row, constants | {"product_code": good.code}, good.unit) for good, row in rows]
    return tidy.reading(layout.product, table, frame, tidy.series(series, table, layout.status), payload)


def _refuse_exchanged_prices(row: Row) -> None:
    """Quantities have values, and no regime pays hundreds of times what another does (quantities are whole units).

    What breaks this is columns that changed places, which only some rows show: it is no fault of one row.
    """
    prices = []
    for word in tidy.REGIMES:
        quantity, value = row.figures[f"{word}_quantity_ytd"], row.figures[f"{word}_value_ytd"]
        where = f"{row.where} {word}"
        if quantity and value is None:
            raise ReadError("missing_value", expected="a value beside each quantity", got="none", where=where)
        if quantity and value and quantity > 0 and value > 0:
            prices.append((value / (quantity + HALF), value / max(quantity - HALF, HALF), where))
    for least, _most, where in prices:
        if least > MOST * min(price[1] for price in prices):
            raise ReadError("price_mismatch", expected=f"prices within {MOST} times", got=f"{least:.0f}", where=where)


def _in_order(row: Row, order: Sequence[str]) -> None:
    """The quantities of the regimes fall in this order, as in every issue. ReadError `regimes_exchanged`."""
    quantities = [(word, row.figures[f"{word}_quantity_ytd"] or Decimal(0)) for word in order]
    for (more, high), (less, low) in pairwise(quantities):
        if high <= low:
            raise ReadError(
                "regimes_exchanged", expected=f"{more} above {less}, as in every issue", got=f"{high} and {low}",
                where=row.where, hint="Figures of two regimes have changed places; compare another month's table.",
            )  # fmt: skip
