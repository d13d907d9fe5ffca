"""01_03_C, 01_12_A: loans by federal district (rows) and section of OKVED2 (columns) in one month. Dated names.

Sheets of debt, overdue debt and loans granted, told by what stands above the sections, as are the borrowers, companies
with entrepreneurs or small enterprises. Smaller sections are printed together as others. Roubles and foreign currency
together. Table: one row a district and section; amounts in RUB.

A sheet of loans granted that does not name one month is left out with a note: it may run from January on. Overdue debt
without a date of its own is a part of the debt beside it.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from transforms import yaml_file
from transforms.banking import headers, loans_by_activity, titled, workbook
from transforms.banking.areas import areas, is_area, resolve
from transforms.banking.labels import plain
from transforms.banking.loans_by_area_activity import COUNTRY, of_areas
from transforms.banking.sheets import collect
from transforms.banking.statistic import reading
from transforms.banking.workbook import Sheet
from transforms.model import Payload, ReadError, Reading
from transforms.periods import MONTHS_RU, month_end
from transforms.units import parse_unit

PRODUCT, SOURCE, EXTENSION = "cbr.loans_by_district_activity", "cbr", "xlsx"
BORROWERS = ("CORPORATE_AND_ENTREPRENEURS", "SME")
AMOUNTS = ("new_loans", "debt", "overdue")
LIST = "OKVED2_SECTION"
OTHER = "OTHER"
DISTRICTS = frozenset(area.code for area in areas().values() if area.level == "federal_district")
_SECTION = re.compile(r"([A-U])(?:[. ]|$)")
_UNIT = re.compile(r"(?:тыс|млн|млрд|трлн)\.? ?руб\w*")
_DATE = re.compile(r"\d{2}\.\d{2}\.\d{4}")
_MONTHS = {name.rstrip("ьй"): number for name, number in MONTHS_RU.items()}
_MONTH = re.compile(rf"\b({'|'.join(_MONTHS)})[ьйяеа]?\b(?: (\d{{4}}))?")


@cache
def _layout() -> dict[str, Any]:
    return dict(yaml_file.load(Path(__file__).with_suffix(".yaml")))


def recognise(payload: Payload) -> bool:
    """Do sections of OKVED2 stand over federal districts? What of whose loans, the words above must say to `read`."""
    sheets = workbook.figure_sheets(payload) if workbook.has_sheets(payload) else ()
    if not sheets:
        return False
    sheet = sheets[0]
    top = _head(sheet)
    return top is not None and any(is_area(sheet.label(i)) for i in range(top + 1, min(top + 4, len(sheet.rows))))


def read(payload: Payload) -> Reading:
    """Every sheet. Raises ReadError with sheet, row and cell."""
    book, undated = titled.Book(), list[str]()

    def tell(sheet: Sheet) -> tuple[tuple[str, str], date | None, tuple[str, str, int]]:
        top, name, kind, end, title = _heading(sheet)
        if end is None and name == "new_loans":
            undated.append(f"sheet {sheet.name!r} not read: it names no single month in which its loans were granted")
        return (name, "ALL"), end, (kind, title, top)

    sheets = collect(payload, book.figures, tell, wanted={("debt", "ALL"): "debt", ("overdue", "ALL"): "overdue debt"})
    book.say(payload, {(name, kind): title for (name, _), (_, (kind, title, _)) in sheets.items()}, sheets, ["ALL"])
    ends = {name: _heading(sheet)[3] for (name, _), (sheet, _) in sheets.items()}
    month = ends["debt"]
    assert month is not None
    for (name, currency), (sheet, (_, _, top)) in sheets.items():
        if ends[name] or name != "new_loans":
            there = {resolve(sheet.label(i)).code for i in range(top + 1, len(sheet.rows)) if is_area(sheet.label(i))}
            of_areas(sheet, top + 1, _columns(sheet, top), name, currency, month, book.figures,
                     DISTRICTS | ({COUNTRY} & there))  # fmt: skip
    book.figures.notes += undated
    layout = book.layout(_layout()["title"], AMOUNTS, dataset="loans_by_activity")
    keys = {"borrower": pl.lit(book.kind), "ref_area": pl.col("row"), "section": pl.col("column")}
    return reading(PRODUCT, layout, book.figures, keys, ref_area=pl.col("row"),
                   product_code=loans_by_activity.product_code(book.kind, LIST, pl.col("column")))  # fmt: skip


def _head(sheet: Sheet) -> int | None:
    """The row that names most of the sections."""
    enough = len(_layout()["sections"]) // 2
    return next((i for i, row in enumerate(sheet.rows[:10])
                 if sum(bool(_SECTION.match(workbook.text(cell))) for cell in row[1:]) > enough), None)  # fmt: skip


def _told(sheet: Sheet, top: int) -> tuple[str, str, str, str] | None:
    """Measure and borrowers that the text above row `top` begins with, its words for them, and what follows."""
    said = " ".join(plain(word) for row in sheet.rows[:top] for cell in row if (word := workbook.text(cell)))
    for kind in BORROWERS:
        for name in AMOUNTS:
            shape = titled.words()["measures"][name]["find"].replace("{kind}", titled.words()["kinds"][kind]["of"])
            if match := re.match(rf"(?:в т\.? ?ч\. )?{shape}", said, re.IGNORECASE):
                return name, kind, match[0].capitalize(), said[match.end() :]
    return None


def _heading(sheet: Sheet) -> tuple[int, str, str, date | None, str]:
    """Row of the sections, measure, borrowers, end of the month (None where no single one is named), title."""
    where = f"sheet {sheet.name!r}"
    top = _head(sheet)
    told = None if top is None else _told(sheet, top)
    if top is None or told is None:
        raise ReadError("unknown_title", expected="loans to companies or small enterprises over sections of OKVED2",
                        got=repr([sheet.label(i) for i in range(min(3, len(sheet.rows)))]), where=where)  # fmt: skip
    name, kind, title, rest = told
    unknown = set(re.findall(r"[^\W\d]\w*", _MONTH.sub("", rest))) - set(_layout()["words"])
    currency = workbook.split_currency(rest)[1]
    if unknown or currency != "ALL":
        raise ReadError("unknown_title", expected="words of loans_by_district_activity.yaml, all currencies together",
                        got=f"{sorted(unknown)}, {currency}", where=where)  # fmt: skip
    units = _UNIT.findall(rest)
    if {parse_unit(unit) for unit in units} != {parse_unit("млн руб.")}:
        raise ReadError("unit_mismatch", expected="млн руб.", got=str(units), where=where)
    if name == "new_loans":
        return top, name, kind, _month(rest), title
    undated = name == "overdue" and not _DATE.search(rest)
    return top, name, kind, None if undated else headers.stated_date(sheet, range(top)), title


def _month(said: str) -> date | None:
    """End of the one month that `said` names; that before a reporting date only where it speaks of a month."""
    named, dates = _MONTH.findall(said), set(_DATE.findall(said))
    if "начала" in said:
        return None
    if len(named) == 1 and named[0][1]:
        return month_end(int(named[0][1]), _MONTHS[named[0][0]])
    return headers.reporting_date(dates.pop()) if not named and len(dates) == 1 and "месяц" in said else None


def _columns(sheet: Sheet, top: int) -> dict[int, str]:
    """Column -> section; all of them, each once."""
    found: dict[int, str] = {}
    for column, cell in enumerate(sheet.rows[top][1:], start=1):
        label = plain(workbook.text(cell))
        if cell != "":
            match = _SECTION.match(workbook.text(cell))
            found[column] = match[1] if match else OTHER if label.startswith(_layout()["others"]) else label
    wanted = [*_layout()["sections"], OTHER]
    if sorted(found.values()) != sorted(wanted):
        hint = "With other sections printed, the others are not those of before."
        raise ReadError("unknown_heading", expected=f"sections {', '.join(wanted)}", got=", ".join(found.values()),
                        where=sheet.where(top), hint=hint)  # fmt: skip
    return found
