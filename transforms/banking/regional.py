"""Workbooks with one sheet a measure and currency, areas down the rows, months across: 02_04 ... 02_18, 01_13_F."""

from __future__ import annotations

from transforms.banking import headers, workbook
from transforms.banking.areas import areas, is_area, resolve
from transforms.banking.figures import Figures, Measure
from transforms.banking.headers import Header
from transforms.banking.labels import plain
from transforms.banking.rows import Wanted, take
from transforms.banking.sheets import Titled, sheets_of
from transforms.banking.statistic import Book, reading
from transforms.banking.workbook import Sheet
from transforms.model import Payload, Reading

Layout = Book
HEADLINES = ("country", "federal_district")
"""Levels whose rows are never set aside where rows add up; of terms and rates the country's alone is not."""


def recognise(payload: Payload, layout: Book) -> bool:
    """Does a title speak of this statistic, and are there areas below it (not activities, not indicators)?"""
    start = layout.recognise.casefold() + ","
    sheets = workbook.figure_sheets(payload) if workbook.has_sheets(payload) else ()
    titled = (s for s in sheets if workbook.split_currency(workbook.sheet_title(s))[0].casefold().startswith(start))
    return any(headers.has_periods(sheet, layout.header) for sheet in titled) and has_areas(payload)


def has_areas(payload: Payload) -> bool:
    """Does column A of the first sheet begin with areas? The country comes first; a row may be misprinted."""
    sheet = workbook.figure_sheets(payload)[0]
    return any(is_area(sheet.label(index)) for index in range(min(10, len(sheet.rows))))


def read(payload: Payload, book: Book) -> Reading:
    """Every sheet that the layout names by its title, none missing. Raises ReadError with sheet, row and cell."""
    figures = Figures()
    measures = book.measures.values()
    names = {plain(name): (m.name, currency) for m in measures for currency, name in m.sheets.items()}
    names |= {now: names[then] for now, then in book.renamed.items()}
    known = Titled({plain(m.title): (m.name, m) for m in measures}, names)
    for (name, currency), (sheet, header) in sheets_of(payload, book, known, figures).items():
        take_rows(sheet, header, book.measures[name], currency, figures, book.set_aside)
    return reading(book.product, book, figures)


def take_rows(
    sheet: Sheet, header: Header, measure: Measure, currency: str, figures: Figures, share: float = 0.0
) -> None:
    """Put the rows of a sheet into `figures`; set aside those of single regions that cannot be read, up to `share`."""
    levels = HEADLINES if measure.additive else HEADLINES[:1]
    wanted = Wanted(
        [(measure.name, code) for code in areas()],
        {(measure.name, area.code) for area in areas().values() if area.level in levels},
        share,
    )
    take(sheet, header, currency, figures,
         lambda index: (measure, resolve(sheet.label(index), sheet.where(index)).code), wanted)  # fmt: skip
