"""Figures of a `Table` as observations and as a wide frame, both in base units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import polars as pl

from transforms.customs import checks
from transforms.customs.row import Row
from transforms.customs.table import Table
from transforms.model import NONE, Payload, Reading, Release, observations
from transforms.periods import month_end
from transforms.units import Unit, half_last_place, to_base

PERCENT = Unit("percent")
MEASURES = ("value", "quantity")
REGIMES = {
    "ordinary": "REGIME_ORDINARY",
    "processing": "REGIME_PROCESSING",
    "bonded": "REGIME_BONDED_LOGISTICS",
    "other": "REGIME_OTHER",
}


def dimensions(role: str, table: Table, quantity: Unit | None = None) -> tuple[dict[str, object], Unit]:
    """What a column's role (export_ytd_yoy, quantity_prior_ytd ...) says of its series and date, and its unit."""
    words = role.split("_")
    measure = next((word for word in words if word in MEASURES), "value")
    unit = quantity if measure == "quantity" and quantity else table.unit
    dims: dict[str, object] = {
        "measure": measure,
        "basis": "month" if "month" in words else "ytd",
        "currency": NONE if measure == "quantity" else table.unit.currency,
        "period_end": table.title.end if "prior" not in words else a_year_before(table.title.end),
    }
    if flow := next((word for word in words if word in ("total", "export", "import", "balance")), None):
        dims["flow"] = flow
    if words[0] in REGIMES:
        dims["definition"] = REGIMES[words[0]]
    if growth := next((word for word in words if word in ("yoy", "mom")), None):
        dims["measure"] = f"quantity_growth_{growth}" if measure == "quantity" else f"growth_{growth}"
        unit = PERCENT
    return dims | {"unit": unit.base}, unit


def a_year_before(day: date) -> date:
    return month_end(day.year - 1, day.month)


def series(rows: Iterable[tuple[Row, Mapping[str, object], Unit | None]], table: Table, status: str) -> pl.DataFrame:
    """Observations of rows, each with the dimensions that are its own (and the unit of its quantities)."""
    records = []
    for row, own, quantity in rows:
        for role, figure in row.figures.items():
            if figure is None:
                continue
            dims, unit = dimensions(role, table, quantity)
            records.append(
                {"ref_area": "CHN", "product_code": "TOTAL", "native_title": row.label}
                | dims
                | dict(own)
                | {"value": to_base(figure, unit), "precision": half_last_place(figure, unit)}
            )
    return observations(pl.DataFrame(records, infer_schema_length=None), obs_status=status)


def wide(row: Row, table: Table, roles: Iterable[str], quantity: Unit | None = None) -> dict[str, float | None]:
    """A row's figures by role in base units (percent as percent); null where the table has no such column or figure.

    `precision`: half of the last place of its coarsest value, in the currency.
    """
    values = {role: to_base(row.figures.get(role), dimensions(role, table, quantity)[1]) for role in roles}
    halves = [
        half_last_place(figure, table.unit)
        for role, figure in row.figures.items()
        if figure is not None and not role.endswith(("_yoy", "_mom")) and "quantity" not in role
    ]
    return values | {"precision": max((half for half in halves if half is not None), default=None)}


def reading(
    product: str, table: Table, frame: pl.DataFrame, rows: pl.DataFrame, payload: Payload, notes: Iterable[str] = ()
) -> Reading:
    title = table.title
    release = Release(product, title.period, title.text, table.language, table.unit.currency, table.stamp)
    return Reading(release, frame, rows, notes=[*table.remarks, *notes], set_aside=tuple(table.set_aside),
                   identities=checks.frame(table.terms))  # fmt: skip
