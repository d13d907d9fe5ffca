"""risk_YY, risk_YY_e: household loans overdue by more than 90 days and provisions, homogeneous portfolios. HTML.

Table: one row a period; a column for each of the sixteen values of household_lending_risk.yaml, amounts in RUB, shares
in percent as printed; `precision` of the amounts. The page sets eight ratios beside their parts: one that does not
agree is kept as printed, noted, and an observation of status U; two or more in a row mean that the row is shifted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import polars as pl

from transforms import identities, yaml_file
from transforms.banking import html
from transforms.banking.days import closed_month, day
from transforms.model import Payload, ReadError, Reading, Release, observations
from transforms.periods import shift_months
from transforms.units import Unit, half_last_place, parse_number, to_base

_layout = partial(yaml_file.beside, __file__)

PRODUCT, SOURCE, EXTENSION = "cbr.household_lending_risk", "cbr", "html"
MILLION = Unit("RUB", Decimal(10**6))


def ratios() -> dict[str, tuple[str, str]]:
    """Each printed share and what it is of: part, whole."""
    return {name: tuple(words["of"]) for name, words in _layout()["columns"].items() if "of" in words}


def _language(text: str) -> str:
    """Language of a page about household lending risks; '' for another page."""
    return next((code for code, title in _layout()["titles"].items() if re.search(title, text)), "")


def recognise(payload: Payload) -> bool:
    """Do the title and the words of its table speak of household lending risks?"""
    text = html.page_text(payload)
    return bool(_language(" ".join(text.split()))) and "90" in text and "<table" in text.lower()


def read(payload: Payload) -> Reading:
    """Every row of the page's one table. Raises ReadError with row and column."""
    text, tables = html.open_tables(payload)
    language = _language(text)
    if not language:
        raise ReadError("unknown_title", expected=" or ".join(_layout()["titles"].values()), got=repr(text[:60]),
                        where=payload.name)  # fmt: skip
    wide = [table for table in tables if table and len(table[0]) == len(_layout()["columns"]) + 1]
    if len(wide) != 1:
        widths = [len(table[0]) for table in tables if table]
        raise ReadError("no_table", expected="one table of 17 columns", got=f"tables of {widths}", where=payload.name)
    first = next((i for i, row in enumerate(wide[0]) if day(row[0], "dd.mm.yy")), None)
    if first is None:
        raise ReadError("no_header", expected="rows that start with a date", got="none", where=payload.name)
    _check_header(wide[0][:first], language, payload.name)
    rows: list[dict[str, Any]] = []
    notes: list[str] = []
    doubted: list[tuple[date, str]] = []
    for index, cells in enumerate(wide[0][first:], start=first + 1):
        where = f"{payload.name} row {index} ({cells[0]})"
        end = _period(cells[0], rows[-1]["period_end"] if rows else None, where)
        numbers = _numbers(cells[1:], language, where)
        for name, text in _wrong_ratios(numbers, where).items():
            notes.append(f"{where}: {text}; kept as printed")
            doubted.append((end, name))
        rows.append({"period_end": end} | numbers)
    return _reading(rows, language, notes, doubted)


def _check_header(rows: html.Grid, language: str, where: str) -> None:
    """Every column's words, and the group it stands under, hyphens and blanks aside."""
    groups = [group[language] for group in _layout()["groups"] for _ in range(group["columns"])]
    for column, (name, words) in enumerate(_layout()["columns"].items(), start=1):
        printed = list(dict.fromkeys(row[column] for row in rows if row[column]))
        wanted = [groups[column - 1], words[language]]
        if (
            len(printed) < 2
            or not _agrees(printed[0], wanted[0], language)
            or not _agrees(printed[-1], wanted[1], language)
        ):
            raise ReadError("unknown_heading", expected=" / ".join(wanted), got=" / ".join(printed),
                            where=f"{where} column {column + 1} ({name})")  # fmt: skip


def _agrees(printed: str, wanted: str, language: str) -> bool:
    if language == "en":
        return _squeezed(printed) in [_squeezed(option) for option in wanted.split("|")]
    return bool(re.search(wanted, printed.replace("-", ""), re.IGNORECASE | re.DOTALL))


def _squeezed(words: str) -> str:
    return re.sub(r"[\s\-\u00ad]+", "", words).casefold()


def _period(printed: str, previous: date | None, where: str) -> date:
    """End of the month before a reporting date such as 1.01.15."""
    end = closed_month(printed, where, "dd.mm.yy")
    if previous is not None and end != shift_months(previous, 1):
        raise ReadError("period_gap", expected=f"the month after {previous}", got=str(end), where=where)
    return end


def _numbers(cells: Sequence[str], language: str, where: str) -> dict[str, Decimal]:
    numbers = {}
    for (name, words), cell in zip(_layout()["columns"].items(), cells, strict=True):
        value = parse_number(cell, f"{where} {name}", decimal_comma=language == "ru")
        places = 0 if "unit" in words else 1
        if value is None or value < 0 or -int(value.as_tuple().exponent) != places:
            raise ReadError("not_a_number", expected=f"a number with {places} decimals", got=repr(cell),
                            where=f"{where} {name}")  # fmt: skip
        numbers[name] = value
    return numbers


def _wrong_ratios(numbers: dict[str, Decimal], where: str) -> dict[str, str]:
    """The ratio of a row that its parts do not give, with a word on it. ReadError `shifted_row` for more than one."""
    wrong = {}
    for name, of in ratios().items():
        part, whole = (numbers[key] for key in of)
        computed = part / whole * 100 if whole else Decimal("NaN")
        if not abs(computed - numbers[name]) <= Decimal("0.05") + Decimal("1e-4"):
            wrong[name] = f"{name} is printed {numbers[name]}, its parts give {computed:.1f}"
    if len(wrong) > 1:
        raise ReadError("shifted_row", expected="shares that agree with the amounts", got="; ".join(wrong.values()),
                        where=where)  # fmt: skip
    return wrong


def _reading(rows: list[dict[str, Any]], language: str, notes: list[str], doubted: list[tuple[date, str]]) -> Reading:
    columns = _layout()["columns"]
    units = {name: MILLION if "unit" in words else Unit("percent") for name, words in columns.items()}
    tidy = [{"period_end": row["period_end"]} | {n: to_base(row[n], u) for n, u in units.items()} for row in rows]
    table = pl.DataFrame(tidy).with_columns(
        reporting_date=pl.col("period_end") + timedelta(days=1), precision=pl.lit(half_last_place(Decimal(1), MILLION))
    )
    parts = []
    for name, words in columns.items():
        amount = "unit" in words
        frame = table.select("period_end", value=name).with_columns(
            measure=pl.lit(name),
            definition=pl.lit(words.get("definition", "HOMOGENEOUS_PORTFOLIOS")),
            unit=pl.lit("RUB" if amount else "percent"),
            basis=pl.lit("stock" if amount else "rate"),
            precision=pl.lit(half_last_place(Decimal(1), MILLION) if amount else 0.05),
            native_title=pl.lit(words[language]),
            obs_status=pl.when(pl.col("period_end").is_in([end for end, column in doubted if column == name]))
            .then(pl.lit("U")).otherwise(pl.lit("A")),
        )  # fmt: skip
        parts.append(frame)
    made = observations(pl.concat(parts), dataset="household_lending_risk", ref_area="RUS", product_code="HOUSEHOLD",
                        currency="ALL")  # fmt: skip
    period = f"{rows[-1]['period_end']:%Y-%m}"
    release = Release(PRODUCT, period, title=_layout()["title"], language=language, currency="RUB")
    named = table.with_columns(row=pl.col("period_end").cast(pl.String), where=pl.col("period_end").cast(pl.String))
    stated = [identities.Identity.model_validate(one) for one in _layout()["identities"]]
    return Reading(release, table.select("period_end", "reporting_date", *columns, "precision"), made,
                   notes=tuple(notes), identities=identities.terms(named, stated))  # fmt: skip
