"""Answers of the Census Bureau's international trade API: an array of arrays, the header first, everything as text.

Predicates come back as columns, some twice. Variables: GEN_VAL_MO (general imports), CON_VAL_MO (imports for
consumption), CAL_DUT_MO (calculated duty), ALL_VAL_MO (exports), in dollars. Without CTY_CODE a row is of all
countries. SUMMARY_LVL CGP is a group of countries. Since May 2026 the API wants a key: without one it answers with an
HTML page. Source: api.census.gov/data/timeseries/intltrade.
"""

from __future__ import annotations

import re

from transforms.context import answers, census
from transforms.context.points import Point, Points, reading_of
from transforms.model import Payload, ReadError, Reading

PRODUCT, SOURCE, EXTENSION = "census.census_trade", "census_api", "json"
PRODUCTS = {"I_COMMODITY": "HS_", "E_COMMODITY": "HS_", "NAICS": "NAICS_", "I_ENDUSE": "ENDUSE_", "E_ENDUSE": "ENDUSE_"}
_KNOWN = re.compile(
    r"time|YEAR|MONTH|CTY_(CODE|NAME)|SUMMARY_LVL2?|COMM_LVL|LAST_UPDATE|(I_COMMODITY|E_COMMODITY|NAICS|[IE]_ENDUSE)(_[SL]DESC)?"
    r"|UNIT_QY[12]|[A-Z0-9]+(_[A-Z0-9]+)*_(MO|YR)(_FLAG)?"
)
"""Columns that break nothing down further: months, partners, products, and amounts (_MO, _YR)."""


def recognise(payload: Payload) -> bool:
    said = answers.json_of(payload)
    header = said[0] if isinstance(said, list) and said and isinstance(said[0], list) else []
    return "time" in header and bool(set(census.measures()) & set(map(str, header)))


@answers.known_shape
def read(payload: Payload) -> Reading:
    """Every month. Raises ReadError `leftover_column` for a breakdown, `ragged_row`, `duplicate_row`."""
    said = answers.json_of(payload)
    header = [str(name) for name in said[0]]
    if parts := [name for name in header if not _KNOWN.fullmatch(name)]:
        raise ReadError(
            "leftover_column",
            expected="months, partners and products of all districts and states",
            got=f"{parts}, by which a row may be a part of a total",
            where=payload.name,
        )
    points = Points()
    for number, cells in enumerate(said[1:], start=1):
        where = f"{payload.name} row {number}"
        if len(cells) != len(header):
            raise ReadError("ragged_row", expected=f"{len(header)} cells", got=str(len(cells)), where=where)
        row: dict[str, str] = {}
        for name, cell in zip(header, cells, strict=True):
            if row.setdefault(name, cell) != cell:
                raise ReadError("duplicate_column", expected=f"one {name}", got=f"{row[name]}, {cell}", where=where)
        _add(row, points, where)
    return reading_of(PRODUCT, points, title="US trade by country and product", where=payload.name)


def _add(row: dict[str, str], points: Points, where: str) -> None:
    code = row.get("CTY_CODE", "-")
    if row.get("SUMMARY_LVL") == "CGP" and code not in ("-", "0003"):
        return
    area = census.partner(code, row.get("CTY_NAME", ""), points, where)
    if area is None:
        return
    end, freq = answers.period(row["time"], where)
    product, label = _product(row, where)
    for variable, means in census.measures().items():
        value = answers.clear_number(row.get(variable), f"{code} {row['time']} {variable}", where, points)
        if value is not None:
            full = {
                **census.US,
                **means,
                "counterpart_area": area,
                "product_code": product,
                "freq": freq,
                "basis": "month" if freq == "M" else "year",
            }
            points.found.append(Point(f"{code}.{product}.{variable}", end, value, full, label))


def _product(row: dict[str, str], where: str) -> tuple[str, str]:
    """Code and label of the product: HS_854231; TOTAL where there is none."""
    for column, prefix in PRODUCTS.items():
        code = row.get(column, "-")
        if code != "-":
            if not re.fullmatch(r"[0-9A-Z]+", code):
                raise ReadError("unknown_product", expected="a code of digits", got=repr(code), where=where)
            return prefix + code, str(row.get(f"{column}_SDESC") or row.get(f"{column}_LDESC") or code)
    return "TOTAL", "Total"
