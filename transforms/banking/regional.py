"""Workbooks with one sheet a measure and currency, areas down the rows, months across: 02_04 ... 02_18, 01_13_F."""

from __future__ import annotations

from transforms.banking import workbook
from transforms.banking.areas import areas, is_area, plain, resolve
from transforms.banking.statistic import Figures, Layout, Measure, reading
from transforms.banking.workbook import Header, Sheet
from transforms.model import Payload, ReadError, Reading


def recognise(payload: Payload, layout: Layout) -> bool:
    """Does the first title speak of this statistic, and are there areas below it (not activities, not indicators)?"""
    title, _ = workbook.split_currency(workbook.first_title(payload))
    return title.casefold().startswith(layout.recognise.casefold() + ",") and has_areas(payload)


def has_areas(payload: Payload) -> bool:
    """Does column A of the first sheet begin with areas? The country comes first; a row may be misprinted."""
    sheet = workbook.open_workbook(payload)[0]
    return any(is_area(sheet.label(index)) for index in range(min(10, len(sheet.rows))))


def read(payload: Payload, product: str, layout: Layout) -> Reading:
    """Every sheet of the book, none unknown, none missing. Raises ReadError with sheet, row and cell."""
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
        take_rows(sheet, header, measure, currency, figures)
        last[header.period_ends[-1]] = sheet.name
    if wanted:
        raise ReadError("missing_sheet", expected=f"sheets {sorted(wanted)} as well", got="none", where=payload.name)
    if len(last) > 1:
        raise ReadError("stale_sheet", expected="all sheets up to one date", got=str(last), where=payload.name)
    return reading(product, layout, figures)


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


def take_rows(sheet: Sheet, header: Header, measure: Measure, currency: str, figures: Figures) -> None:
    width = len(header.period_ends) + 1
    missing = dict.fromkeys(areas())
    for index in range(header.row + 1, len(sheet.rows)):
        row, label = sheet.rows[index], sheet.label(index)
        if workbook.is_note(row):
            if label and label not in figures.notes:
                figures.notes.append(label)
            continue
        if len(row) > width and any(cell != "" for cell in row[width:]):
            raise ReadError("leftover_column", expected=f"{width - 1} figures", got=repr(row[width:][:3]),
                            where=sheet.where(index, width))  # fmt: skip
        area = resolve(label, sheet.where(index))
        missing.pop(area.code, None)
        for column, end in enumerate(header.period_ends, start=1):
            where = sheet.where(index, column)
            cell = row[column] if column < len(row) else ""
            value = measure.number(cell, where)
            figures.put((measure.name, currency), area.code, end, value, where)
    if missing:
        raise ReadError("missing_area", expected="a row for every area", got=f"none for {', '.join(missing)}",
                        where=f"sheet {sheet.name!r}")  # fmt: skip
