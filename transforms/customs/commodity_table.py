"""What the four tables of major commodities share: preliminary (5), (6) and bulletin (13), (14).

Reading.table: one row per commodity, in base units: row, product_code (made of the label where the catalogue lacks
the row), label, aggregate, quantity_unit (base), printed_unit, currency,
quantity_month, value_month, quantity_ytd, value_ytd, quantity_prior_ytd, value_prior_ytd, their growth (percent),
precision. Starred rows are aggregates that overlap other rows: nothing here adds rows up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import polars as pl

from transforms.customs import checks, commodities, tidy
from transforms.customs.aside import refuse_too_many, required, sift, tell_cut, told
from transforms.customs.grid import plain
from transforms.customs.row import Row
from transforms.customs.table import Table, read_table
from transforms.customs.table import recognise as recognise
from transforms.customs.table_layout import FlowLayout
from transforms.model import Payload, ReadError, Reading, SetAside
from transforms.units import MISSING, Unit

Layout = FlowLayout
STEMS = ("quantity_", "value_")
LEVELS = [f"{stem}{basis}" for basis in ("month", "ytd", "prior_ytd") for stem in STEMS]
GROWTHS = [f"{stem}{basis}_yoy" for basis in ("month", "ytd") for stem in STEMS]
MOST = 30
"""Units in print differ by a hundred times or more; prices of one good, in official tables, by five at the most."""
CNY = {"CNY": 1, "USD": 7}  # yuan for one, about: between 6.3 and 7.3 since 2018
COUNTED = Unit("count")  # stands in for the unit of a row without quantities; never used for a figure


@dataclass(frozen=True)
class Good:
    """What a row of commodities says of itself: its code, and the unit of its quantities (None: it has none)."""

    code: str
    unit: Unit | None = None


def read(payload: Payload, layout: FlowLayout) -> Reading:
    """Read one page or sheet.

    ReadError as in table, headers and checks; unknown_commodity, duplicate_commodity, and for too many rows
    unknown_unit, shifted_row, quantity_without_unit, missing_value, star_mismatch, odd_unit.
    """
    table = read_table(payload, layout)
    rows = goods(table, layout, payload.name, _check, {role: (role,) for role in LEVELS})
    frame = pl.DataFrame(
        [_wide(i + 1, good, row, table) for i, (good, row) in enumerate(rows)],
        schema_overrides={"quantity_unit": pl.String} | dict.fromkeys([*LEVELS, *GROWTHS, "precision"], pl.Float64),
        infer_schema_length=None,
    )
    constants = {"dataset": "trade_by_commodity", "counterpart_area": "WORLD", "flow": layout.flow}
    own = [(row, constants | {"product_code": good.code}, good.unit) for good, row in rows]
    return tidy.reading(layout.product, table, frame, tidy.series(own, table, layout.status), payload)


def goods(
    table: Table,
    layout: FlowLayout,
    where: str,
    check: Callable[[Good, Row], None],
    priced: Mapping[str, Sequence[str]],
) -> list[tuple[Good, Row]]:
    """The rows of a table of commodities, without quantities where those are not certain.

    `priced` says which columns together make a quantity or value whose price is looked at.
    """

    def known(row: Row) -> Good:
        return Good(code_of(row, table))

    def sound(good: Good, row: Row) -> None:
        refuse_shifted_unit(row)
        check(good, row)

    kept, lost = sift(table, layout, known, sound, [Good(code) for code in layout.headline], "duplicate_commodity")
    refuse_unknown([(good.code, row) for good, row in kept], where)
    named = [(good.code, row) for good, row in kept], [(good and good.code, row) for good, row in lost]
    required(*named, layout.required, where)
    rows: list[tuple[Good, Row]] = []
    odd: list[ReadError] = []
    for good, row in kept:
        figures = {name: _together(row, roles) for name, roles in priced.items()}
        try:
            rows.append((replace(good, unit=quantity_unit(good.code, layout.flow, row, table, figures)), row))
        except ReadError as error:
            odd.append(error)
            certain = error.code == "unknown_unit" or checks.growth_confirms(row, "value_")
            words = "quantities" if certain else "row"
            table.set_aside.append(SetAside(f"{row.label} ({words})", error.code, told(row, error).reason, error.where))
            if certain:
                rows.append((good, without_quantities(row)))
    refuse_too_many(odd, len(table.rows), layout.set_aside)
    tell_cut(*named, layout, table)
    return rows


def _together(row: Row, roles: Sequence[str]) -> Decimal | None:
    found = [figure for role in roles if (figure := row.figures.get(role)) is not None]
    return sum(found, Decimal(0)) if found else None


def without_quantities(row: Row) -> Row:
    """The row with its values alone."""
    return replace(row, figures={role: None if "quantity" in role else f for role, f in row.figures.items()}, unit="-")


def refuse_unknown(named: list[tuple[str | None, Row]], where: str) -> None:
    """A catalogue has new rows, but not only those. ReadError `unknown_commodity`."""
    if not any(code and not code.startswith(commodities.LABEL) for code, _ in named):
        wanted = "commodities named in transforms/customs/commodities.yaml"
        got = "none in the table: " + ", ".join(repr(row.label) for _, row in named[:5])
        raise ReadError("unknown_commodity", expected=wanted, got=got, where=where)


def code_of(row: Row, table: Table) -> str:
    """The commodity's code. A row that the file does not name goes by its label, and the notes say so.

    ReadError `unknown_commodity` where that is not certain: no plain name, or printed twice.
    """
    try:
        return commodities.resolve(row.label, row.where)
    except ReadError as error:
        code = commodities.by_label(row.label)
        if not code or sum(commodities.by_label(other.label) == code for other in table.rows) > 1:
            raise error
    if not row.fault:
        table.remarks.append(f"{row.label!r} ({row.where}) is not in commodities.yaml: loaded as {code}")
    return code


def refuse_shifted_unit(row: Row) -> None:
    """A number in the unit's place is a shifted row. ReadError `shifted_row`."""
    printed = plain(row.unit)
    if printed not in MISSING and printed.replace(",", "").replace(".", "").replace("-", "").isdigit():
        raise ReadError(
            "shifted_row",
            expected="a quantity unit",
            got=f"{row.unit!r}, a number",
            where=f"{row.where} unit",
            hint="The unit is left out and the row has moved to the left (known of table (5), April 2025, in USD).",
        )


def quantity_unit(code: str, flow: str, row: Row, table: Table, figures: Mapping[str, Decimal | None]) -> Unit | None:
    """Unit of the row's quantities; None where it has none. A known misprint is mended where only that fits the price.

    ReadError `unknown_unit`, `odd_unit`.
    """
    if plain(row.unit) in MISSING:
        return None
    at = f"{row.where} unit"
    units = [commodities.quantity_unit(row.unit, at), *commodities.true_units(row.unit, code)]
    odd = [odd_unit((code, flow), row.unit, unit, table, figures) for unit in units]
    if not odd[0]:
        return units[0]
    if mended := [unit for unit, words in zip(units[1:], odd[1:], strict=True) if not words]:
        table.remarks.append(f"{row.label!r} ({row.where}) prints {row.unit!r}: a known misprint, mended by its price")
        return mended[0]
    usual = commodities.usual_prices(code, flow)
    raise ReadError(
        "odd_unit",
        expected=" or ".join(f"{base} at about {price or 'any'} CNY" for base, price in usual.items()),
        got=odd[0],
        where=at,
        hint="The unit is misprinted, or a quantity is: compare the other edition; add it to `misprints` of "
        "transforms/customs/commodities.yaml. A price that has really moved so far belongs into `prices` there.",
    )


def _check(good: Good, row: Row) -> None:
    if row.label.endswith("*") and not commodities.may_be_starred(good.code):
        raise ReadError("star_mismatch", expected="a star on aggregates only", got=repr(row.label), where=row.where)
    refuse_unitless(row)
    for role, figure in row.figures.items():
        if role.startswith("quantity") and figure and not role.endswith("_yoy"):
            twin = role.replace("quantity", "value", 1)
            if row.figures.get(twin) is None:
                raise ReadError(
                    "missing_value", expected="a value beside each quantity", got="none", where=f"{row.where} {twin}"
                )


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


def odd_unit(
    good: tuple[str, str], printed: str, unit: Unit, table: Table, figures: Mapping[str, Decimal | None]
) -> str:
    """What is odd about a printed unit for the `good` (commodity, flow): another base, or a price that is a wonder.

    Both editions misprint units (footwear in 10,000 for 100 million pairs). Empty where nothing is odd or known.
    """
    usual = commodities.usual_prices(*good)
    if not usual:
        return ""
    if unit.base not in usual:
        return f"{printed!r}, which is {unit.base}"
    wanted = usual[unit.base]
    for role, quantity in figures.items():
        value = figures.get(role.replace("quantity", "value", 1))
        if wanted and role.startswith("quantity") and quantity and value:
            price = float(value * table.unit.factor / (quantity * unit.factor)) * CNY[table.unit.currency]
            if not wanted / MOST <= price <= wanted * MOST:
                return f"{printed!r}, which makes {price:.3g} CNY/{unit.base} of {role}"
    return ""


def _wide(number: int, good: Good, row: Row, table: Table) -> dict[str, object]:
    own: dict[str, object] = {
        "row": number,
        "product_code": good.code,
        "label": row.label,
        "aggregate": commodities.is_aggregate(good.code) or row.label.endswith("*"),
        "quantity_unit": good.unit.base if good.unit else None,
        "printed_unit": row.unit,
        "currency": table.unit.currency,
    }
    return {**own, **tidy.wide(row, table, [*LEVELS, *GROWTHS], good.unit or COUNTED)}
