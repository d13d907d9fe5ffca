"""Tables of the banking sector (obs_tabl20c): lines with a code and a label, one sheet a currency, months across.

Labels and codes wander between the first two columns, codes end with a dot or not, and footnotes stand behind labels:
a line is known by code and label together. Table: one row a period and currency, a column for each line, in RUB; null
for the signs ` -` and `x`.
"""

from __future__ import annotations

import re
from datetime import date

from transforms import layout as base
from transforms.banking import figures, headers, sector_balance, workbook
from transforms.banking.figures import Figures, Measure
from transforms.banking.headers import Header
from transforms.banking.labels import plain
from transforms.banking.rows import COUNTRY, Wanted, take_lines
from transforms.banking.statistic import reading
from transforms.banking.workbook import Sheet
from transforms.model import Payload, ReadError, Reading

FIRST = 2  # columns of code and label stand before the periods


class Layout(figures.Layout, base.Layout):
    """`sheets` say name and title (a pattern) of each currency."""

    other_lines: bool = False  # do lines of no interest stand between these?
    balance: bool = False  # are there the sheets of the balance sheet (sector_balance) as well?


def recognise(payload: Payload, layout: Layout) -> bool:
    """Is there a sheet under the title of all currencies together?"""
    sheets = workbook.figure_sheets(payload) if workbook.has_sheets(payload) else ()
    for sheet in sheets:
        try:
            if _titled(sheet, layout)[0] == "ALL":
                return True
        except ReadError:  # a sheet of something else, or one whose header is broken
            if workbook.sheet_title(sheet).startswith(layout.recognise) and sheet.name == layout.sheets["ALL"]["name"]:
                return True
    return False


def _titled(sheet: Sheet, layout: Layout) -> tuple[str, Header, str]:
    """The currency that the words above and before the row of dates name ('' for none), that row, the words."""
    header = headers.find_header(sheet, layout.header, None, FIRST)
    before = [said for cell in sheet.rows[header.row][:FIRST] if (said := workbook.text(cell))]
    title = " ".join([header.title, *before])
    currency = next((c for c, said in layout.sheets.items() if re.fullmatch(said["title"], title)), "")
    return currency, header, title


def read(payload: Payload, layout: Layout) -> Reading:
    """The sheets of the three currencies. Raises ReadError with sheet, row and cell."""
    figures, periods, others = Figures(), dict[tuple[date, ...], str](), dict[str, Sheet]()
    names = {said["name"]: currency for currency, said in layout.sheets.items()}
    waiting = set(layout.sheets)
    for sheet in workbook.figure_sheets(payload):
        named = names.get(sheet.name, "")
        try:
            currency, header, title = _titled(sheet, layout)
        except ReadError:
            if named:
                raise
            currency = ""
        if named and currency != named:
            code = "currency_mismatch" if currency else "unknown_title"
            expected = layout.sheets[named]["title"]
            raise ReadError(code, expected=expected, got=repr(title), where=f"sheet {sheet.name!r}, title")
        if currency not in waiting:
            others[sheet.name] = sheet
            continue
        waiting.discard(currency)
        periods[tuple(header.period_ends)] = sheet.name
        _lines(sheet, header, currency, layout, figures)
    if waiting:
        wanted = [layout.sheets[currency]["name"] for currency in sorted(waiting)]
        raise ReadError("missing_sheet", expected=f"sheets {wanted} as well", got=f"others: {sorted(others)}",
                        where=payload.name)  # fmt: skip
    if len(periods) > 1:
        raise ReadError("stale_sheet", expected="the same months in all sheets", got=f"others in {[*periods.values()]}",
                        where=payload.name)  # fmt: skip
    balance = sector_balance.sheet_names() & set(others) if layout.balance else set()
    if unread := sorted(set(others) - balance):
        figures.notes.append(f"sheets not read: {', '.join(unread)}")
    made = reading(layout.product, layout, figures)
    return sector_balance.beside(made, others) if balance else made


def _lines(sheet: Sheet, header: Header, currency: str, layout: Layout, figures: Figures) -> None:
    """Put the lines of a sheet into `figures`."""
    by_code: dict[str, dict[str, tuple[Measure, str]]] = {}
    for measure in layout.measures.values():
        by_code.setdefault(measure.code, {})[plain(measure.title)] = measure, COUNTRY
    wanted = Wanted([(name, COUNTRY) for name in layout.measures], {(name, COUNTRY) for name in layout.headlines},
                    layout.set_aside)  # fmt: skip
    take_lines(sheet, header, FIRST, currency, figures, by_code, wanted, others=layout.other_lines)
