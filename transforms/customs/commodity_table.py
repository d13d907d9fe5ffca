"""What the four tables of major commodities share: preliminary (5), (6) and bulletin (13), (14).

Reading.table: one row per commodity, in base units: row, product_code (null where the bulletin prints a row that
neither the catalogue nor its label names for certain), label, aggregate, quantity_unit (base), printed_unit, currency,
quantity_month, value_month, quantity_ytd, value_ytd, quantity_prior_ytd, value_prior_ytd, their growth (percent),
precision. Starred rows are aggregates that overlap other rows: nothing here adds rows up.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import polars as pl

from transforms.customs import checks, commodities, tidy
from transforms.customs.grid import plain
from transforms.customs.table import Row, Table, read_table
from transforms.model import Payload, ReadError, Reading
from transforms.units import MISSING, Unit

STEMS = ("quantity_", "value_")
LEVELS = [f"{stem}{basis}" for basis in ("month", "ytd", "prior_ytd") for stem in STEMS]
GROWTHS = [f"{stem}{basis}_yoy" for basis in ("month", "ytd") for stem in STEMS]
MOST = 30
"""Units in print differ by a hundred times or more; prices of one good, in official tables, by five at the most."""
CNY = {"CNY": 1, "USD": 7}  # yuan for one, about: between 6.3 and 7.3 since 2018
COUNTED = Unit("count")  # stands in for the unit of a row without quantities; never used for a figure


def read(payload: Payload, plan: Mapping[str, Any], product: str, flow: str, status: str) -> Reading:
    """Read one table. `flow` export or import; `status` P or A.

    ReadError as in table, headers and checks; unknown_commodity, duplicate_commodity, unknown_unit, shifted_row,
    quantity_without_unit, missing_value, star_mismatch; odd_unit.
    """
    table = read_table(payload, plan)
    named = [(code_of(row, table, bool(plan.get("open_catalogue"))), row) for row in table.rows]
    refuse_unknown(named, payload.name)
    checks.no_duplicates([(code, row) for code, row in named if code], "duplicate_commodity")
    checks.required({code for code, _ in named if code}, plan["required"], payload.name)
    rows = [(code, row, quantity_unit(code, row)) for code, row in named]
    for code, row, unit in rows:
        _check(code, row)
        refuse_odd_unit((code, flow), row, unit, table, {role: row.figures.get(role) for role in LEVELS})
    frame = pl.DataFrame(
        [_wide(i + 1, code, row, unit, table) for i, (code, row, unit) in enumerate(rows)],
        schema_overrides={"product_code": pl.String, "quantity_unit": pl.String}
        | dict.fromkeys([*LEVELS, *GROWTHS, "precision"], pl.Float64),
        infer_schema_length=None,
    )
    constants = {"dataset": "trade_by_commodity", "counterpart_area": "WORLD", "flow": flow}
    own = [(row, constants | {"product_code": code}, unit) for code, row, unit in rows if code]
    return tidy.reading(product, table, frame, tidy.series(own, table, status), payload)


def refuse_unknown(named: list[tuple[str | None, Row]], where: str) -> None:
    """An open catalogue has new rows, but not only those. ReadError `unknown_commodity`."""
    if not any(code and not code.startswith(commodities.LABEL) for code, _ in named):
        wanted = "commodities named in transforms/customs/commodities.yaml"
        raise ReadError("unknown_commodity", expected=wanted, got="none in the table", where=where)


def code_of(row: Row, table: Table, open_catalogue: bool) -> str | None:
    """The commodity's code. In an open catalogue (the bulletin's 200 rows) a row that the file does not name goes by
    its label, and the notes say so; it is left out where that is not certain: unclear, printed twice, unknown unit."""
    try:
        return commodities.resolve(row.label, row.where)
    except ReadError:
        if not open_catalogue:
            raise
    code = commodities.by_label(row.label)
    twins = [other for other in table.rows if commodities.by_label(other.label) == code]
    known_unit = plain(row.unit) in MISSING or commodities.knows_unit(row.unit)
    if code and len(twins) == 1 and known_unit:
        table.remarks.append(f"{row.label!r} ({row.where}) is not in commodities.yaml: loaded as {code}")
        return code
    table.remarks.append(f"no code in commodities.yaml for {row.label!r} ({row.where}): not loaded")
    return None


def quantity_unit(code: str | None, row: Row) -> Unit | None:
    """Base unit of the row's quantities; None where it has none. A number in the unit's place is a shifted row."""
    printed = plain(row.unit)
    if printed in MISSING:
        return None
    if printed.replace(",", "").replace(".", "").replace("-", "").isdigit():
        raise ReadError(
            "shifted_row",
            expected="a quantity unit",
            got=f"{row.unit!r}, a number",
            where=f"{row.where} unit",
            hint="The unit is left out and the row has moved to the left (known of table (5), April 2025, in USD).",
        )
    if code is None:
        return None
    return commodities.quantity_unit(row.unit, code, f"{row.where} unit")


def _check(code: str | None, row: Row) -> None:
    checks.not_negative(row)
    if code and row.label.endswith("*") != commodities.is_aggregate(code) and row.label.endswith("*"):
        raise ReadError("star_mismatch", expected="a star on aggregates only", got=repr(row.label), where=row.where)
    refuse_unitless(row)
    for role, figure in row.figures.items():
        if role.startswith("quantity") and figure and not role.endswith("_yoy"):
            twin = role.replace("quantity", "value", 1)
            if row.figures.get(twin) is None:
                raise ReadError(
                    "missing_value", expected="a value beside each quantity", got="none", where=f"{row.where} {twin}"
                )
    for stem in STEMS:
        if f"{stem}ytd" in row.figures:
            checks.month_within_ytd(row, stem)
            checks.growth_fits(row, stem)


def refuse_unitless(row: Row) -> None:
    """A row without a unit has no quantities. ReadError `quantity_without_unit`."""
    quantities = [role for role, figure in row.figures.items() if "quantity" in role and figure is not None]
    if quantities and plain(row.unit) in MISSING:
        raise ReadError(
            "quantity_without_unit",
            expected="no quantities in a row without unit",
            got=str(quantities),
            where=row.where,
            hint="A swapped or shifted column; open the page and compare.",
        )


def refuse_odd_unit(
    good: tuple[str | None, str], row: Row, unit: Unit | None, table: Table, figures: Mapping[str, Decimal | None]
) -> None:
    """The printed unit is one in which the `good` (commodity, flow) comes, and the price that follows is no wonder.

    Both editions misprint units (footwear in 10,000 for 100 million pairs). ReadError `odd_unit`.
    """
    usual = commodities.usual_prices(good[0] or "", good[1])
    if unit is None or not usual:
        return
    wanted = usual.get(unit.base)
    found = "" if unit.base in usual else f"{row.unit!r}, which is {unit.base}"
    for role, quantity in figures.items():
        value = figures.get(role.replace("quantity", "value", 1))
        if wanted and role.startswith("quantity") and quantity and value:
            price = float(value * table.unit.factor / (quantity * unit.factor)) * CNY[table.unit.currency]
            if not wanted / MOST <= price <= wanted * MOST:
                found = f"{row.unit!r}, which makes {price:.3g} CNY/{unit.base} of {role}"
    if found:
        raise ReadError(
            "odd_unit",
            expected=" or ".join(f"{base} at about {price or 'any'} CNY" for base, price in usual.items()),
            got=found,
            where=f"{row.where} unit",
            hint="The unit is misprinted, or a quantity is: compare the other edition; add it to `misprints` of "
            "transforms/customs/commodities.yaml. A price that has really moved so far belongs into `prices` there.",
        )


def _wide(number: int, code: str | None, row: Row, unit: Unit | None, table: Table) -> dict[str, object]:
    own: dict[str, object] = {
        "row": number,
        "product_code": code,
        "label": row.label,
        "aggregate": bool(code and commodities.is_aggregate(code)),
        "quantity_unit": unit.base if unit else None,
        "printed_unit": row.unit,
        "currency": table.unit.currency,
    }
    return {**own, **tidy.wide(row, table, [*LEVELS, *GROWTHS], unit or COUNTED)}
