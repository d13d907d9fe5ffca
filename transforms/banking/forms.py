"""What the forms of single banks (101, 102, 123, 135) have in common: their cells, and tables of one value a code.

Forms 123 and 135 keep the date of each bank in a table of its own (B): one archive holds banks that report for
different months, so a value whose bank has no date there is refused. Raises ReadError with table, bank and code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

import polars as pl

from transforms.banking.dbf import Table
from transforms.banking.doubts import Doubts
from transforms.model import ReadError, SetAside
from transforms.units import Unit, half_last_place, to_base

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)")  # no exponent, no NaN, no digits of other scripts
COLUMNS = {"bank": pl.String, "code": pl.String, "period_end": pl.Date, "value": pl.Float64, "precision": pl.Float64}


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


def month_before(printed: str, where: str) -> date:
    """Last day of the month that a reporting date (yyyymmdd, the first of the next month) closes."""
    try:
        day = date.fromisoformat(f"{printed[:4]}-{printed[4:6]}-{printed[6:]}")
    except ValueError as error:
        raise ReadError("bad_period", expected="a date yyyymmdd", got=repr(printed), where=where) from error
    if day.day != 1:
        raise ReadError("bad_period", expected="the first of a month", got=printed, where=where)
    return day - timedelta(days=1)


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


def values(
    tables: Sequence[Table], fields: tuple[str, str], unit: Unit, code: Callable[[str, str], str], where: str
) -> tuple[pl.DataFrame, tuple[SetAside, ...]]:
    """Columns COLUMNS: the values of every bank by code; `fields` are those of code and value, blanks are null. And
    the records that cannot be read. `code` makes the code of what is printed, or raises."""
    found = only(tables, ("REGN", *fields), "values", where)
    days = dates(only(tables, ("REGN", "DT", "NAME_B"), "banks and their dates", where))
    rows: dict[tuple[str, str], tuple[str, str, date, float | None, float | None]] = {}
    doubts, twice = Doubts[str](), list[str]()
    for index, record in enumerate(found.records(), start=1):
        place = f"{found.name} record {index} (bank {record['REGN']}, code {record[fields[0]]})"
        with doubts.about(f"bank {record['REGN']}, code {record[fields[0]]}"):
            key = bank(record["REGN"], place), code(record[fields[0]], place)
            if key[0] not in days:
                raise ReadError("no_date", expected="a date of the bank in the table of banks", got="none", where=place)
            figure = number(record[fields[1]], f"a number ({unit.base})", place)
            made = (*key, days[key[0]], to_base(figure, unit), half_last_place(figure, unit))
            if rows.setdefault(key, made) is not made:
                twice.append(place)
    if twice:
        raise ReadError("duplicate_row", expected="one value a code of a bank", got="two", where=twice[0])
    aside = doubts.within(len(found.rows))
    return pl.DataFrame(list(rows.values()), schema=COLUMNS, orient="row"), aside


def dates(banks: Table) -> Mapping[str, date]:
    """End of the month that each bank reports."""
    made: dict[str, date] = {}
    for index, record in enumerate(banks.records(), start=1):
        place = f"{banks.name} record {index}"
        end = month_before(record["DT"], place)
        if made.setdefault(bank(record["REGN"], place), end) != end:
            raise ReadError("stale_sheet", expected="one date a bank", got=f"two of {record['REGN']}", where=place)
    return made


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
