"""The form that answers of the Bank of Russia's data service share: JSON of rows, months by reporting date."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from transforms.model import Payload, ReadError

OF_ONE_ROW = ("not_a_number", "too_precise", "bad_period", "unknown_area")
"""Reasons that concern one row of an answer; a name or unit that is not as expected concerns all."""


def parse(payload: Payload) -> Any:
    """The answer, numbers exact and without an exponent. Raises ReadError `truncated`."""
    try:
        return json.loads(payload.content, parse_float=_plain)
    except ValueError as error:
        raise ReadError("truncated", expected="a whole JSON answer", got=str(error), where=payload.name,
                        hint="A wrong set of parameters is answered with 501.") from error  # fmt: skip


def _plain(printed: str) -> Decimal:
    if "e" in printed.lower():
        raise ValueError(f"{printed} has an exponent, which the service does not print")
    return Decimal(printed)


def check_row(row: Mapping[str, Any], fields: set[str], where: str) -> None:
    """Raise ReadError `leftover_field` unless a row has these fields alone, is monthly, and its ids are whole."""
    if set(row) != fields or row["periodicity"] != "month":
        raise ReadError("leftover_field", expected=f"{sorted(fields)}, monthly", got=str(sorted(row)), where=where)
    ids = {name: row[name] for name in fields if name.lower().endswith("id")}
    if odd := {name: number for name, number in ids.items() if number is not None and type(number) is not int}:
        raise ReadError("leftover_field", expected="ids that are whole numbers", got=str(odd), where=where)


def exact(value: object, decimals: object, where: str) -> Decimal:
    """A number with at most so many decimals. Raises ReadError `not_a_number` or `too_precise`."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or type(decimals) is not int:
        raise ReadError("not_a_number", expected="a number, and its decimals", got=f"{value!r}, {decimals!r}",
                        where=where)  # fmt: skip
    try:
        rounded = round(Decimal(value), decimals)
    except InvalidOperation:  # more digits than arithmetic is exact to
        rounded = None
    if rounded != value:
        raise ReadError("too_precise", expected=f"{decimals} decimals", got=str(value)[:60], where=where)
    return rounded
