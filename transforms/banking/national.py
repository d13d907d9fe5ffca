"""Workbooks of the whole country with indicators down the rows and one sheet a currency: 02_02, 02_03.

Stocks and flows share one reporting date: what stands under 01.02.2019 was lent in January 2019 and was owed at the
end of it, so both belong to the period that ends on 31 January.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from transforms.banking import workbook
from transforms.banking.areas import plain
from transforms.banking.statistic import CURRENCIES, Book, Figures, Measure, reading
from transforms.banking.statistic import Layout as Scheme
from transforms.banking.workbook import Sheet
from transforms.model import Payload, ReadError, Reading
from transforms.units import Unit

OF_WHICH = ", в том числе"


Layout = Book


def recognise(payload: Payload, layout: Book) -> bool:
    """Does the first title speak of this statistic?"""
    title, _ = workbook.split_currency(workbook.first_title(payload))
    title = title.rpartition(",")[0] if layout.unit_in == "title" else title
    return title.casefold() == layout.recognise.casefold()


def read(payload: Payload, book: Book) -> Reading:
    """Three sheets, every indicator. Raises ReadError with sheet, row and cell."""
    layout = book.scheme
    wanted = {plain(layout.sheets[currency]["name"]): currency for currency in CURRENCIES}
    figures = Figures()
    last = {}
    for sheet in workbook.open_workbook(payload):
        if plain(sheet.name) not in wanted:
            raise ReadError("unknown_sheet", expected=f"one of {sorted(wanted)}", got=repr(sheet.name),
                            where=f"sheet {sheet.name!r}")  # fmt: skip
        currency = wanted.pop(plain(sheet.name))
        header = workbook.find_header(sheet, layout.header, layout.corner)
        words, unit = header.title, None
        if book.unit_in == "title":
            words, unit = workbook.split_unit(header.title, f"sheet {sheet.name!r}, title")
        stem, titled = workbook.split_currency(words)
        if stem.casefold() != layout.recognise.casefold():
            raise ReadError("unknown_title", expected=repr(layout.recognise), got=repr(stem),
                            where=f"sheet {sheet.name!r}, title")  # fmt: skip
        if titled != currency:
            raise ReadError("currency_mismatch", expected=f"{currency}, as the sheet's name says", got=titled,
                            where=f"sheet {sheet.name!r}, title")  # fmt: skip
        _rows(sheet, header, currency, layout, figures, unit)
        last[header.period_ends[-1]] = sheet.name
    if wanted:
        raise ReadError("missing_sheet", expected=f"sheets {sorted(wanted)} as well", got="none", where=payload.name)
    if len(last) > 1:
        raise ReadError("stale_sheet", expected="all sheets up to one date", got=str(last), where=payload.name)
    return reading(book.product, layout, figures)


def _rows(
    sheet: Sheet, header: workbook.Header, currency: str, layout: Scheme, figures: Figures, unit: Unit | None
) -> None:
    """Every row; `unit` is that of the title where the rows have none."""
    titles: dict[str, list[Measure]] = {}
    for measure in layout.measures.values():
        titles.setdefault(measure.title.casefold(), []).append(measure)
    # Terms and rates are not printed for roubles and foreign currency together.
    missing = {m.name for m in layout.measures.values() if m.additive or currency != "ALL"}
    width = len(header.period_ends) + 1
    for index in range(header.row + 1, len(sheet.rows)):
        row, label = sheet.rows[index], sheet.label(index)
        if workbook.is_note(row):
            if label and label not in figures.notes:
                figures.notes.append(label)
            continue
        measure = _measure(titles, label, sheet.where(index), missing, unit)
        missing.discard(measure.name)
        if any(cell != "" for cell in row[width:]):
            raise ReadError("leftover_column", expected=f"{width - 1} figures", got=repr(row[width:][:3]),
                            where=sheet.where(index, width))  # fmt: skip
        for column, end in enumerate(header.period_ends, start=1):
            where = sheet.where(index, column)
            cell = row[column] if column < len(row) else ""
            value = measure.number(cell, where)
            figures.put((measure.name, currency), "RUS", end, value, where)
    if missing:
        raise ReadError("missing_row", expected="a row for every indicator", got=f"none for {sorted(missing)}",
                        where=f"sheet {sheet.name!r}")  # fmt: skip


def _measure(
    titles: Mapping[str, Sequence[Measure]], label: str, where: str, missing: Set[str], stated: Unit | None
) -> Measure:
    """The measure of a label and its unit; of two that are printed alike, the one whose row has not come yet."""
    head, unit = (label, stated) if stated else workbook.split_unit(label.removesuffix(OF_WHICH), where)
    named = titles.get(head.casefold(), ())
    if not named:
        raise ReadError("unknown_indicator", expected=f"one of {sorted(titles)}", got=repr(label), where=where)
    fitting = [
        m for m in named if any(u and (u.base, u.factor) == (unit.base, unit.factor) for u in (m.unit, m.misprint))
    ]
    if not fitting:
        raise ReadError("unit_mismatch", expected=" or ".join(f"{m.unit.factor} {m.unit.base}" for m in named),
                        got=f"{unit.factor} {unit.base}", where=where)  # fmt: skip
    return next((m for m in fitting if m.name in missing), fitting[0])
