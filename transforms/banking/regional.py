"""Workbooks with one sheet a measure and currency, areas down the rows, months across: 02_04 ... 02_18, 01_13_F."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from transforms.banking import workbook
from transforms.banking.areas import areas, is_area, plain, resolve
from transforms.banking.statistic import Book, Figures, Measure, reading
from transforms.banking.workbook import Header, Sheet
from transforms.model import Payload, ReadError, Reading, SetAside

Layout = Book
HEADLINES = ("country", "federal_district")
"""Levels whose rows are never set aside: the sums of a sheet rest on them."""


def recognise(payload: Payload, layout: Book) -> bool:
    """Does the first title speak of this statistic, and are there areas below it (not activities, not indicators)?"""
    title, _ = workbook.split_currency(workbook.first_title(payload))
    return title.casefold().startswith(layout.recognise.casefold() + ",") and has_areas(payload)


def has_areas(payload: Payload) -> bool:
    """Does column A of the first sheet begin with areas? The country comes first; a row may be misprinted."""
    sheet = workbook.open_workbook(payload)[0]
    return any(is_area(sheet.label(index)) for index in range(min(10, len(sheet.rows))))


def read(payload: Payload, book: Book) -> Reading:
    """Every sheet of the book, none unknown, none missing. Raises ReadError with sheet, row and cell."""
    layout = book.scheme
    wanted = {plain(name): (measure, currency) for measure in layout.measures.values()
              for currency, name in measure.sheets.items()}  # fmt: skip
    figures = Figures()
    last = {}
    for sheet in workbook.open_workbook(payload):
        name = layout.renamed.get(plain(sheet.name), plain(sheet.name))
        if name not in wanted:
            raise ReadError("unknown_sheet", expected=f"one of {sorted(wanted)}", got=repr(sheet.name),
                            where=f"sheet {sheet.name!r}")  # fmt: skip
        measure, currency = wanted.pop(name)
        header = workbook.find_header(sheet, layout.header, layout.corner)
        check_title(sheet, header, measure, currency)
        take_rows(sheet, header, measure, currency, figures, layout.set_aside)
        last[header.period_ends[-1]] = sheet.name
    if wanted:
        raise ReadError("missing_sheet", expected=f"sheets {sorted(wanted)} as well", got="none", where=payload.name)
    if len(last) > 1:
        raise ReadError("stale_sheet", expected="all sheets up to one date", got=str(last), where=payload.name)
    return reading(book.product, layout, figures)


def check_title(sheet: Sheet, header: Header, measure: Measure, currency: str) -> None:
    """The title, the unit in it, the currency in it and the sheet's name must say the same."""
    where = f"sheet {sheet.name!r}, title"
    head, unit = workbook.split_unit(header.title, where)
    stem, titled = workbook.split_currency(head)
    if stem.casefold() != measure.title.casefold():
        raise ReadError("unknown_title", expected=repr(measure.title), got=repr(stem), where=where)
    if titled != currency:
        raise ReadError("currency_mismatch", expected=f"{currency}, as the sheet's name says", got=titled, where=where)
    if (unit.base, unit.factor) != (measure.unit.base, measure.unit.factor):
        raise ReadError("unit_mismatch", expected=f"{measure.unit.factor} {measure.unit.base}",
                        got=f"{unit.factor} {unit.base}", where=where)  # fmt: skip


def take_rows(
    sheet: Sheet, header: Header, measure: Measure, currency: str, figures: Figures, share: float = 0.0
) -> None:
    """Put the rows of a sheet into `figures`; set aside those of single regions that cannot be read, up to `share`."""
    missing = dict.fromkeys(areas())
    aside: list[SetAside] = []
    bound = share * len(missing)
    for index in range(header.row + 1, len(sheet.rows)):
        label = sheet.label(index)
        if workbook.is_note(sheet.rows[index]):
            if label and label not in figures.notes:
                figures.notes.append(label)
            continue
        area = None
        try:
            area = resolve(label, sheet.where(index))
            missing.pop(area.code, None)
            row = _row(sheet, index, header, measure)
        except ReadError as error:
            if (area is not None and area.level in HEADLINES) or len(aside) + 1 > bound:
                raise
            aside.append(SetAside(label, error.code, f"expected {error.expected}, got {error.got}", error.where))
            if area is not None:
                figures.lost.add((measure.name, currency, area.code))
            continue
        for end, value, where in row:
            figures.put((measure.name, currency), area.code, end, value, where)
    unknown = [row for row in aside if row.code == "unknown_area"]
    if unknown and any(areas()[code].level in HEADLINES for code in missing):
        raise ReadError("unknown_area", expected="the country and every district under their names",
                        got=repr(unknown[0].row), where=unknown[0].where)  # fmt: skip
    if len(missing) > len(unknown) or any(areas()[code].level in HEADLINES for code in missing):
        raise ReadError("missing_area", expected="a row for every area", got=f"none for {', '.join(missing)}",
                        where=f"sheet {sheet.name!r}")  # fmt: skip
    figures.lost |= {(measure.name, currency, code) for code in missing}
    figures.aside += aside


def _row(sheet: Sheet, index: int, header: Header, measure: Measure) -> list[tuple[date, Decimal | None, str]]:
    """The figures of a row: period, value, place."""
    row, width = sheet.rows[index], len(header.period_ends) + 1
    if len(row) > width and any(cell != "" for cell in row[width:]):
        raise ReadError("leftover_column", expected=f"{width - 1} figures", got=repr(row[width:][:3]),
                        where=sheet.where(index, width))  # fmt: skip
    places = [sheet.where(index, column) for column in range(1, width)]
    cells = [row[column] if column < len(row) else "" for column in range(1, width)]
    return [(end, measure.number(cell, where), where)
            for end, cell, where in zip(header.period_ends, cells, places, strict=True)]  # fmt: skip
