"""obs_tabl20c: loan portfolio of the Russian banking sector by borrower, sheets Кредиты.

Table: one row a period and currency, a column for each row of the sheets, in RUB; null for the signs ` -` and `x`.
Breaks (2019-02, 2021-02, 2024-01) are in definitions.yaml. Labels and codes wander between columns A and B. The last
letter of the real file name is a Cyrillic с.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import polars as pl

from transforms import yaml_file
from transforms.banking import sector_balance, workbook
from transforms.banking.areas import plain
from transforms.banking.statistic import CURRENCIES, Figures, load_layout, reading
from transforms.banking.workbook import Cell, Sheet
from transforms.model import Payload, ReadError, Reading

PRODUCT, SOURCE, EXTENSION = "cbr.loan_portfolio", "cbr", "xlsx"
_YAML = Path(__file__).with_suffix(".yaml")
LAYOUT = load_layout(_YAML)
FIRST_PERIOD = 2  # column C
MEMO = "Справочно:"
_FOOTNOTE_MARKS = re.compile(r"(?<=\D)\d(,\d)*$")
_FOOTNOTE = re.compile(r"\d [А-Я]")
_SIGNATURE = "Департамент банковского регулирования"


@cache
def _rows() -> dict[tuple[str, str], str]:
    """(code, label) -> measure; code is '' for the row without one and 'memo' below Справочно."""
    codes = yaml_file.load(_YAML)["codes"]
    return {(code, plain(LAYOUT.measures[name].title)): name for name, code in codes.items()}


@cache
def _not_read() -> frozenset[str]:
    return frozenset(yaml_file.load(_YAML)["known_sheets"])


def recognise(payload: Payload) -> bool:
    """Is there a sheet of loans with the title of the loan portfolio?"""
    if not workbook.is_workbook(payload):
        return False
    name = LAYOUT.sheets["ALL"]["name"]
    sheets = [sheet for sheet in workbook.open_workbook(payload) if sheet.name == name]
    return any(sheet.rows and sheet.label(0).startswith(LAYOUT.recognise) for sheet in sheets)


def read(payload: Payload) -> Reading:
    """The three sheets of loans. Raises ReadError with sheet, row and cell."""
    sheets = {sheet.name: sheet for sheet in workbook.open_workbook(payload)}
    names = {LAYOUT.sheets[currency]["name"]: currency for currency in CURRENCIES}
    if unknown := set(sheets) - set(names) - _not_read():
        raise ReadError("unknown_sheet", expected=f"one of {sorted(names)}", got=str(sorted(unknown)),
                        where=f"sheet {sorted(unknown)[0]!r}")  # fmt: skip
    if missing := set(names) - set(sheets):
        raise ReadError("missing_sheet", expected=f"sheets {sorted(missing)} as well", got="none", where=payload.name)
    figures = Figures()
    headers = {name: _header(sheets[name], currency) for name, currency in names.items()}
    if len({tuple(header.period_ends) for header in headers.values()}) > 1:
        raise ReadError("stale_sheet", expected="the same months in all sheets", got="different ones",
                        where=payload.name)  # fmt: skip
    for name, currency in names.items():
        _sheet(sheets[name], headers[name], currency, figures)
    if skipped := sorted(set(sheets) & _not_read() - sector_balance.sheet_names()):
        figures.notes.append(f"sheets not read: {', '.join(skipped)}")
    made = reading(PRODUCT, LAYOUT, figures)
    if not sector_balance.sheet_names() & set(sheets):
        return made
    return replace(made, observations=pl.concat([made.observations, sector_balance.read(sheets)]))


def _header(sheet: Sheet, currency: str) -> workbook.Header:
    """The row of dates, after checking that title, column of the publication and unit belong to the sheet."""
    header = workbook.find_header(sheet, LAYOUT.header, first=FIRST_PERIOD)
    words = LAYOUT.sheets[currency]
    shape = rf'{LAYOUT.recognise} - {words["title"]} \(.*графа "{words["column"]}", млрд руб\.\)'
    if not re.fullmatch(shape, header.title):
        raise ReadError("unknown_title", expected=shape, got=repr(header.title), where=f"sheet {sheet.name!r}, title")
    return header


def _sheet(sheet: Sheet, header: workbook.Header, currency: str, figures: Figures) -> None:
    missing = dict.fromkeys(LAYOUT.measures)
    memo = False
    for index in range(header.row + 1, len(sheet.rows)):
        row = sheet.rows[index]
        if all(cell == "" for cell in row[1:]) and _is_prose(sheet.label(index)):
            memo = memo or sheet.label(index) == MEMO
            continue
        name = _measure(sheet, index, memo)
        missing.pop(name, None)
        decimals = LAYOUT.measures[name].decimals
        if any(cell != "" for cell in row[FIRST_PERIOD + len(header.period_ends) :]):
            raise ReadError("leftover_column", expected=f"{len(header.period_ends)} figures", got="more",
                            where=sheet.where(index))  # fmt: skip
        for column, end in enumerate(header.period_ends, start=FIRST_PERIOD):
            where = sheet.where(index, column)
            figures.put((name, currency), "RUS", end, workbook.number(row[column], where, decimals=decimals), where)
    if missing:
        raise ReadError("missing_row", expected="a row for every line of the table", got=f"none for {list(missing)}",
                        where=f"sheet {sheet.name!r}")  # fmt: skip


def _is_prose(label: str) -> bool:
    """Empty rows, the memo heading, footnotes ("1 Без учета ...") and the signature."""
    return not label or label == MEMO or label.startswith(_SIGNATURE) or bool(_FOOTNOTE.match(label))


def _measure(sheet: Sheet, index: int, memo: bool) -> str:
    """Which line of the table a row is: by code and label together, wherever the label stands."""
    first, second = sheet.rows[index][0], workbook.text(sheet.rows[index][1])
    code, label = ("memo", workbook.text(first)) if memo else (_code(first), second)
    name = _rows().get((code, plain(_FOOTNOTE_MARKS.sub("", label))))
    if name is None:
        raise ReadError("unknown_indicator", expected="a line of loan_portfolio.yaml", got=f"{code!r} {label!r}",
                        where=sheet.where(index))  # fmt: skip
    return name


def _code(cell: Cell) -> str:
    """1.1.1.2.2 from text with or without a closing dot, or from a number (Excel keeps 1 as 1.0)."""
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        return f"{cell:g}"
    return workbook.text(cell).rstrip(".")
