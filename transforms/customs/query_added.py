"""Columns of a download that are not the query's: empty ones, an index, what somebody added."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl

from transforms.areas import from_customs_code, resolve
from transforms.customs import provinces, regimes
from transforms.customs.grid import tight
from transforms.customs.query_aside import Aside
from transforms.customs.query_fields import Fields
from transforms.customs.query_header import SPACE, has_heading
from transforms.customs.query_months import month_end_of
from transforms.customs.query_numbers import units_served
from transforms.model import ReadError


def without_spare_columns(
    fields: Fields, columns: Sequence[str], headings: Sequence[str], where: str, aside: Aside
) -> Fields:
    """The columns of the query alone. One without a heading holds nothing, or numbers the rows (an index that pandas
    writes); one under a heading that is not the query's was added by somebody, unless it holds what a column says."""
    first = next(iter(fields))
    for name in [name for name in fields if name.startswith(SPACE)]:
        heading = headings[int(name.removeprefix(SPACE))] if headings else ""
        cells = fields[name].texts.str.strip_chars()
        if has_heading(heading):
            _refuse_what_is_missing(cells, heading, columns, where)
            aside.left_out[heading] = None
        elif (cells != "").any() and not (first == name and cells.str.contains(r"^\d+$").all()):
            got = repr(cells.filter(cells != "")[0])
            raise ReadError("unknown_header", expected="a heading above each filled column", got=got, where=where)
        fields = fields.drop(name)
    return fields


def _refuse_what_is_missing(cells: pl.Series, heading: str, columns: Sequence[str], where: str) -> None:
    """A column under a heading that is not the query's may not hold what a column of the query does that is missing:
    without it the rows would be sums of other things. ReadError `unknown_header`."""
    texts = [text for text in cells.unique() if text]
    holds = {
        "partners": (from_customs_code, resolve),
        "regimes": (regimes.from_customs_code, regimes.resolve),
        "regions": (provinces.from_customs_code, provinces.resolve),
        "units": (_unit,),
        "months": (month_end_of,),
    }
    named = {
        "partners": "partner_",
        "regimes": "regime_",
        "regions": "region_",
        "units": "quantity_unit",
        "months": "period",
    }
    for kind, tests in holds.items():
        if any(name.startswith(named[kind]) for name in columns):
            continue
        if texts and any(2 * sum(_passes(test, text) for text in texts) > len(texts) for test in tests):
            raise ReadError("unknown_header", expected=f"{kind} under a heading of the query", got=repr(heading),
                            where=where, hint="Give the column its heading as served, or take it out.")  # fmt: skip


def _passes(test: Callable[[str, str], object], text: str) -> bool:
    try:
        test(text, "")
    except ReadError:
        return False
    return True


def _unit(text: str, where: str) -> tuple[str, float]:
    if unit := units_served().get(tight(text)):
        return unit
    raise ReadError("unknown_unit", expected="a unit of online_query.yaml", got=repr(text), where=where)
