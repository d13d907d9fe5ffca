"""What the forms of single banks (101, 102, 123, 135) have in common: their cells, tables, banks and months."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import polars as pl

from transforms.banking.dbf import Table
from transforms.model import ReadError

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)")  # no exponent, no NaN, no digits of other scripts


def number(printed: str, what: str, where: str) -> Decimal | None:
    """The figure of a cell; None for a blank one, which is not a zero."""
    if not printed:
        return None
    if not _NUMBER.fullmatch(printed):
        raise ReadError("not_a_number", expected=what, got=repr(printed), where=where)
    return Decimal(printed)


def bank(printed: str, where: str) -> str:
    """Registration number of a bank; some tables print it with decimals (1.00000)."""
    figure = number(printed, "a bank's number", where)
    if figure is None or figure != int(figure) or figure <= 0:
        raise ReadError("unknown_label", expected="a bank's number", got=repr(printed), where=where)
    return str(int(figure))


def has(table: Table, *fields: str) -> bool:
    return set(fields) <= set(table.fields)


def only(tables: Sequence[Table], fields: Sequence[str], what: str, where: str) -> Table:
    """The one table that has these fields."""
    found = [table for table in tables if has(table, *fields)]
    if len(found) != 1:
        raise ReadError("unknown_sheet", expected=f"one table of {what} ({', '.join(fields)})",
                        got=str([table.name for table in found]), where=where,
                        hint="Ingest the whole archive: its tables explain each other.")  # fmt: skip
    return found[0]


def month_and_notes(table: pl.DataFrame) -> tuple[date, list[str]]:
    """The newest month of a table of banks, and a note on those that report an earlier one."""
    end = table["period_end"].max()
    if not isinstance(end, date):
        raise ReadError("empty", expected="the figures of a bank", got="no record", where="the form")
    earlier = table.filter(pl.col("period_end") < end)["bank"].unique().sort().to_list()
    return end, [f"banks {', '.join(earlier)} report an earlier date"] if earlier else []


def of_banks(frame: pl.DataFrame) -> pl.DataFrame:
    """The column `bank` as the counterpart of a series: BANK_1481."""
    return frame.with_columns(counterpart_area=pl.concat_str(pl.lit("BANK_"), "bank")).drop("bank")
