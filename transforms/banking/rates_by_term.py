"""deposits.xlsx: rates on deposits of households and companies by term, and their structure or volume, by month.

One sheet a measure and currency, told by its name (ставки_руб, структура_евро ...) or, where somebody has given it
another one, by the words above its figures; columns by depositor and term, in a header of several rows; months down
the rows. The terms are those of data_service_table.yaml: the rates are the same series as those of the data service.
Table: one row a figure. A row with a cell that cannot be read, and a column of a term that nobody knows yet, are set
aside.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import polars as pl

from transforms.banking import data_service_table, workbook
from transforms.banking.days import month
from transforms.banking.labels import plain
from transforms.banking.workbook import Sheet
from transforms.model import Payload, ReadError, Reading, Release, SetAside, observations
from transforms.periods import shift_months
from transforms.units import Unit, half_last_place, parse_unit, to_base

PRODUCT, SOURCE, EXTENSION = "cbr.rates_by_term", "cbr", "xlsx"
NAME = re.compile(r"(ставки|[сc]труктура|объемы?)[_ ]*(руб|долл|евро)\w*[. ]*(сша)?")
MEASURES = {"ставки": "rate", "структура": "share", "объем": "volume"}
CURRENCIES = {"руб": "RUB", "долл": "USD", "евро": "EUR"}
WHO = {"физических лиц": "DEPOSIT_HOUSEHOLD", "нефинансовых организаций": "DEPOSIT_NONFINANCIAL"}
ATTRACTED = "со сроком привлечения"
PLACES = {"rate": 2, "share": 2, "volume": 1}
"""Decimals that the sheets show; Excel keeps more of a computed share."""
Row = tuple[date, str, str, str, str, str, float | None, float | None]
MOST_ASIDE = 0.05
"""Share of a sheet's months that may be set aside."""
NEW_TERMS = 0.2
"""Share of a sheet's columns that may be of new terms: one or two of some ten; more is another table."""
COLUMNS = {"period_end": pl.Date, "product_code": pl.String, "currency": pl.String, "measure": pl.String,
           "unit": pl.String, "native_title": pl.String, "value": pl.Float64, "precision": pl.Float64}  # fmt: skip


def recognise(payload: Payload) -> bool:
    """Is there a sheet of that name under headings of depositors and the terms of their deposits?"""
    if not workbook.is_workbook(payload):
        return False
    return any(_is_of_terms(sheet) and _told(sheet) for sheet in workbook.open_workbook(payload))


def _is_of_terms(sheet: Sheet) -> bool:
    return any(ATTRACTED in plain(str(cell)) for row in sheet.rows[:8] for cell in row)


def _told(sheet: Sheet) -> tuple[str, str] | None:
    """Measure and currency by the name of a sheet, or by words of each above the figures that leave no choice."""
    if named := NAME.fullmatch(plain(sheet.name)):
        word = named[1].replace("c", "с")
        return next(m for start, m in MEASURES.items() if word.startswith(start)), CURRENCIES[named[2]]
    first = next((i for i, row in enumerate(sheet.rows[:12]) if row and month(row[0])), 0)
    said = plain(" ".join(str(cell) for row in sheet.rows[:first] for cell in row))
    measures = [measure for word, measure in MEASURES.items() if re.search(rf"\b{word[:-1]}", said)]
    currencies = [code for word, code in CURRENCIES.items() if re.search(rf"\b{word}", said)]
    return (measures[0], currencies[0]) if len(measures) == len(currencies) == 1 else None


def read(payload: Payload) -> Reading:
    """Every sheet of rates, structure or volume. Raises ReadError with sheet, row and cell."""
    rows: list[Row] = []
    aside: list[SetAside] = []
    notes: list[str] = []
    last: dict[date, str] = {}
    for sheet in workbook.open_workbook(payload):
        if not _is_of_terms(sheet):
            notes.append(f"sheet {sheet.name!r} not read")
            continue
        if (told := _told(sheet)) is None:
            reason = f"expected a name such as ставки_руб, or words like it, got {workbook.sheet_title(sheet)!r}"
            aside.append(SetAside(sheet.name, "unknown_sheet", reason, f"sheet {sheet.name!r}"))
            continue
        made, lost = _sheet(sheet, *told)
        rows += made
        aside += lost
        last[max(row[0] for row in made)] = sheet.name
    if not rows or len(last) != 1:
        raise ReadError("stale_sheet", expected="all sheets up to one month", got=str(last), where=payload.name)
    table = pl.DataFrame(rows, schema=COLUMNS, orient="row").sort("measure", "currency", "product_code", "period_end")
    if table.select("period_end", "product_code", "currency", "measure").is_duplicated().any():
        raise ReadError("duplicate_row", expected="one figure for each term and month", got="two", where=payload.name)
    made_of = observations(table, dataset="interest_rate", ref_area="RUS", basis="month", definition="RESIDENTS")
    release = Release(PRODUCT, f"{max(last):%Y-%m}", title="Rates on deposits by term", language="ru")
    return Reading(release, table, made_of, notes=notes, set_aside=aside)


def _sheet(sheet: Sheet, measure: str, currency: str) -> tuple[list[Row], list[SetAside]]:
    first = next((i for i, row in enumerate(sheet.rows[:12]) if row and month(row[0])), None)
    if first is None:
        raise ReadError("no_header", expected="months such as Январь 2014 in column A", got="none",
                        where=f"sheet {sheet.name!r}")  # fmt: skip
    unit = _unit(sheet, first, measure, currency)
    columns, new = _columns(sheet, first)
    made: list[Row] = []
    aside: list[SetAside] = []
    months: list[date] = []
    for index in range(first, len(sheet.rows)):
        row = sheet.rows[index]
        if sum(cell != "" for cell in row) <= 1:
            continue  # footnotes
        end = month(row[0])
        if end is None or (months and end != shift_months(months[-1], 1)):
            raise ReadError("bad_period", expected="the month after the one above", got=repr(row[0]),
                            where=sheet.where(index, 0))  # fmt: skip
        months.append(end)
        try:
            made += _row(sheet, index, end, columns, new, (measure, currency, unit))
        except ReadError as error:
            aside.append(error.aside(workbook.text(row[0])))  # fmt: skip
    if len(aside) > max(1, MOST_ASIDE * len(months)) or not made:
        raise ReadError("too_many_set_aside", expected="months that can be read", got=f"{len(aside)} otherwise",
                        where=f"sheet {sheet.name!r}")  # fmt: skip
    known = "expected a depositor over a term of data_service_table.yaml, got"
    aside += [SetAside(heading, "unknown_heading", f"{known} {heading!r}", sheet.where(first - 1, column))
              for column, heading in new.items()]  # fmt: skip
    return made, aside


def _row(
    sheet: Sheet, index: int, end: date, columns: dict[int, tuple[str, str]], new: Mapping[int, str],
    what: tuple[str, str, Unit],
) -> list[Row]:  # fmt: skip
    measure, currency, unit = what
    row, made = sheet.rows[index], list[Row]()
    for column, cell in enumerate(row[1:], start=1):
        if column not in columns and column not in new and cell != "":
            raise ReadError("leftover_column", expected="figures under terms", got=repr(cell),
                            where=sheet.where(index, column))  # fmt: skip
    for column, (code, title) in columns.items():
        where = sheet.where(index, column)
        value = workbook.number(row[column] if column < len(row) else "", where, decimals=None)
        if value is None:
            continue  # a sign: nothing of that term was taken
        value = round(value, PLACES[measure])
        if value < 0 or (unit.base == "percent" and value > 100):
            raise ReadError("out_of_range", expected="a figure from 0 to 100 percent", got=str(value), where=where)
        half = half_last_place(Decimal(1).scaleb(-PLACES[measure]), unit)
        made.append((end, code, currency, measure, unit.base, title, to_base(value, unit), half))
    return made


def _columns(sheet: Sheet, first: int) -> tuple[dict[int, tuple[str, str]], dict[int, str]]:
    """Column -> code of depositor and term, and its heading; and the columns of new terms, up to NEW_TERMS.

    A depositor stands over the terms up to the next one.
    """
    terms = {_plain(words): code for words, code in data_service_table._layout()["elements"].items()}
    found: dict[int, tuple[str, str]] = {}
    new: dict[int, str] = {}
    who = ""
    for column in range(1, max(map(len, sheet.rows[:first]))):
        words = [plain(str(sheet.rows[i][column])) for i in range(first) if column < len(sheet.rows[i])]
        who = next((code for word in words for name, code in WHO.items() if word.startswith(name)), who)
        heading = next((word for word in reversed(words) if word), "")
        if heading and (term := terms.get(_plain(heading))) and who:
            found[column] = f"{who}_{term}", heading
        elif heading:
            new[column] = heading
    if len(new) > NEW_TERMS * (len(found) + len(new)):
        column, heading = next(iter(new.items()))
        raise ReadError("unknown_heading", expected="a depositor over a term of data_service_table.yaml",
                        got=repr(heading), where=sheet.where(first - 1, column))  # fmt: skip
    if len({code for code, _ in found.values()}) < len(found) or not found:
        raise ReadError("duplicate_row", expected="each term of a depositor once", got=str(sorted(found.values())),
                        where=f"sheet {sheet.name!r}")  # fmt: skip
    return found, new


def _plain(words: str) -> str:
    """A term without quotation marks, marks of footnotes and the hyphens that break words."""
    return re.sub(r"[\"'«»“”*’‘]|(?<=[а-я])-(?=[а-я])", "", plain(words)).strip()


def _unit(sheet: Sheet, first: int, measure: str, currency: str) -> Unit:
    """Percent, or for volumes the unit that the title names, which must be of the sheet's currency."""
    if measure != "volume":
        return Unit("percent")
    said = " ".join(str(cell) for row in sheet.rows[:first] for cell in row if isinstance(cell, str))
    match = re.search(r"(тыс|млн|млрд)\.? *(руб|долл\w*\.? *сша|долл)", said, re.IGNORECASE)
    unit = parse_unit(match[0], f"sheet {sheet.name!r}") if match else None
    if unit is None or unit.base != currency:
        raise ReadError(
            "unit_mismatch", expected=f"a unit of {currency}", got=said[:120], where=f"sheet {sheet.name!r}"
        )
    return unit
