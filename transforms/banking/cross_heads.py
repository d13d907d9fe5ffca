"""What stands above the figures of a book of one month: measure, currency, month, and what heads the columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from transforms.banking import headers, loans_by_activity, titled, workbook
from transforms.banking.areas import is_area
from transforms.banking.days import DATE, month, reporting_date
from transforms.banking.labels import plain, unmarked
from transforms.banking.workbook import Sheet
from transforms.model import Payload, ReadError
from transforms.periods import MONTHS_RU, month_end
from transforms.units import parse_unit

Words = Mapping[str, Any]
HEADING = "виды экономической деятельности и отдельные направления использования средств"
BORROWERS = ("CORPORATE_AND_ENTREPRENEURS", "SME")
AMOUNTS = ("new_loans", "debt", "overdue")
OTHER = "OTHER"
HALF = 7
"""More sections than that are most of the fifteen that are printed one by one."""
_SECTION = re.compile(r"([A-U])(?:[. ]|$)")
_UNIT = re.compile(r"(?:тыс|млн|млрд|трлн)\.? ?руб\w*")
_MONTHS = {name.rstrip("ьй"): number for name, number in MONTHS_RU.items()}
_MONTH = re.compile(rf"\b({'|'.join(_MONTHS)})[ьйяеа]?\b(?: (\d{{4}}))?")


class Told(NamedTuple):
    measure: str
    currency: str
    end: date | None  # of the month; None where no single one is named
    kind: str  # of loans
    title: str
    top: int  # index of the row that heads the columns
    columns: Mapping[int, str]  # column -> its code


def activities() -> dict[str, Any]:
    """The publisher's own list of activities."""
    made: dict[str, Any] = loans_by_activity.lists()[HEADING]
    return made


def _activity(cell: object) -> str:
    """A heading without the rule that is drawn over parts of a branch."""
    return loans_by_activity.activity_label(workbook.text(cell).replace("_", " "))


def _head_of_activities(sheet: Sheet) -> int | None:
    """The row with every activity of the list once from column B on."""
    known = sorted(activities()["rows"])
    rows = enumerate(sheet.rows[:10])
    return next((i for i, row in rows if sorted(_activity(cell) for cell in row[1:] if cell != "") == known), None)


def _by_activity(sheet: Sheet, words: Words) -> Told:
    name, kind, currency, stem = titled.sheet_title(sheet)
    if (top := _head_of_activities(sheet)) is None:
        raise ReadError("no_header", expected="a row with every ACTIVITY of loans_by_activity.yaml",
                        got="none in the first ten rows", where=f"sheet {sheet.name!r}")  # fmt: skip
    known = activities()["rows"]
    columns = {at: known[_activity(cell)] for at, cell in enumerate(sheet.rows[top]) if at and cell != ""}
    return Told(name, currency, headers.stated_date(sheet, range(top)), kind, stem, top, columns)


def _head_of_sections(sheet: Sheet) -> int | None:
    """The row that names most of the sections."""
    return next((i for i, row in enumerate(sheet.rows[:10])
                 if sum(bool(_SECTION.match(workbook.text(cell))) for cell in row[1:]) > HALF), None)  # fmt: skip


def _are_sections(payload: Payload, words: Words) -> bool:
    """Do sections of OKVED2 stand over federal districts? What of whose loans, the words above must say to `read`."""
    sheet = workbook.figure_sheets(payload)[0]
    top = _head_of_sections(sheet)
    return top is not None and any(is_area(sheet.label(i)) for i in range(top + 1, min(top + 4, len(sheet.rows))))


def _by_section(sheet: Sheet, words: Words) -> Told:
    where = f"sheet {sheet.name!r}"
    top = _head_of_sections(sheet)
    begun = None if top is None else _beginning(sheet, top)
    if top is None or begun is None:
        raise ReadError("unknown_title", expected="loans to companies or small enterprises over sections of OKVED2",
                        got=repr([sheet.label(i) for i in range(min(3, len(sheet.rows)))]), where=where)  # fmt: skip
    name, kind, title, rest = begun
    unknown = set(re.findall(r"[^\W\d]\w*", _MONTH.sub("", rest))) - set(words["words"])
    currency = workbook.split_currency(rest)[1]
    if unknown or currency != "ALL":
        raise ReadError("unknown_title", expected="words of loans_by_district_activity.yaml, all currencies together",
                        got=f"{sorted(unknown)}, {currency}", where=where)  # fmt: skip
    units = _UNIT.findall(rest)
    if {parse_unit(unit) for unit in units} != {parse_unit("млн руб.")}:
        raise ReadError("unit_mismatch", expected="млн руб.", got=str(units), where=where)
    undated = name == "overdue" and not DATE.search(rest)
    end = _month(rest) if name == "new_loans" else None if undated else headers.stated_date(sheet, range(top))
    return Told(name, currency, end, kind, title, top, _sections(sheet, top, words))


def _beginning(sheet: Sheet, top: int) -> tuple[str, str, str, str] | None:
    """Measure and borrowers that the text above row `top` begins with, its words for them, and what follows."""
    said = " ".join(plain(word) for row in sheet.rows[:top] for cell in row if (word := workbook.text(cell)))
    for kind in BORROWERS:
        for name in AMOUNTS:
            shape = titled.words()["measures"][name]["find"].replace("{kind}", titled.words()["kinds"][kind]["of"])
            if match := re.match(rf"(?:в т\.? ?ч\. )?{shape}", said, re.IGNORECASE):
                return name, kind, match[0].capitalize(), said[match.end() :]
    return None


def _month(said: str) -> date | None:
    """End of the one month that `said` names; that before a reporting date only where it speaks of a month."""
    named, dates = _MONTH.findall(said), set(DATE.findall(said))
    if "начала" in said:
        return None
    if len(named) == 1 and named[0][1]:
        return month_end(int(named[0][1]), _MONTHS[named[0][0]])
    return reporting_date(dates.pop()) if not named and len(dates) == 1 and "месяц" in said else None


def _sections(sheet: Sheet, top: int, words: Words) -> dict[int, str]:
    """Column -> section; all of them, each once. Smaller ones are printed together as others."""
    found: dict[int, str] = {}
    for column, cell in enumerate(sheet.rows[top][1:], start=1):
        label = plain(workbook.text(cell))
        if cell != "":
            match = _SECTION.match(workbook.text(cell))
            found[column] = match[1] if match else OTHER if label.startswith(words["others"]) else label
    wanted = [*words["sections"], OTHER]
    if sorted(found.values()) != sorted(wanted):
        hint = "With other sections printed, the others are not those of before."
        raise ReadError("unknown_heading", expected=f"sections {', '.join(wanted)}", got=", ".join(found.values()),
                        where=sheet.where(top), hint=hint)  # fmt: skip
    return found


def _are_borrowers(payload: Payload, words: Words) -> bool:
    start = words["stem"].casefold() + ","
    return any(workbook.split_currency(title)[0].casefold().startswith(start) for title in workbook.titles(payload))


def _by_borrower(sheet: Sheet, words: Words) -> Told:
    """A title, a month, and the headings of districts. Moscow is printed beside its district, on both sides."""
    top = next((i for i in range(len(sheet.rows)) if unmarked(sheet.label(i)) == words["corner"]), None)
    said, where = [sheet.label(i) for i in range(top or 0) if sheet.label(i)], f"sheet {sheet.name!r}"
    if top is None or len(said) != 2:
        raise ReadError("no_header", expected="a title, a month and the headings of districts", got=str(said),
                        where=where)  # fmt: skip
    head, unit = workbook.split_unit(said[0], f"{where}, title")
    stem, currency = workbook.split_currency(head)
    end = month(unmarked(said[1]))
    if stem.casefold() != words["stem"].casefold() or unit != parse_unit("млн руб.") or end is None:
        raise ReadError("unknown_title", expected=f"{words['stem']}, млн руб., a month", got=str(said),
                        where=f"{where}, title")  # fmt: skip
    named = {plain(name): code for code, name in words["names"].items()}
    if named.get(plain(sheet.name), currency) != currency:
        raise ReadError("currency_mismatch", expected="the currency that its name says", got=currency, where=where)
    columns = {i: _borrower(cell, words, sheet.where(top, i)) for i, cell in enumerate(sheet.rows[top])
               if i and cell != ""}  # fmt: skip
    if sorted(columns.values()) != sorted(words["borrowers"].values()):
        raise ReadError("unknown_heading", expected="the eight districts and Moscow, each once",
                        got=", ".join(columns.values()), where=sheet.where(top))  # fmt: skip
    return Told("new_loans", currency, end, "MORTGAGE", words["stem"], top, columns)


def _borrower(cell: workbook.Cell, words: Words, where: str) -> str:
    said = unmarked(workbook.text(cell))
    if (code := words["borrowers"].get(said.removeprefix(words["column"]).strip())) is None:
        raise ReadError("unknown_heading", expected="a federal district", got=repr(said), where=where)
    return str(code)


RECOGNISE: Mapping[str, Callable[[Payload, Words], bool]] = {
    "activities": lambda payload, _: (
        bool(titled.matches(payload)) and _head_of_activities(workbook.figure_sheets(payload)[0]) is not None
    ),
    "sections": _are_sections,
    "borrowers": _are_borrowers,
}
TELL: Mapping[str, Callable[[Sheet, Words], Told]] = {
    "activities": _by_activity, "sections": _by_section, "borrowers": _by_borrower,
}  # fmt: skip
