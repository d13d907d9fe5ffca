"""Workbooks of the whole country with indicators down the rows and one sheet a currency: 02_02, 02_03.

Stocks and flows share one reporting date: what stands under 01.02.2019 was lent in January 2019 and was owed at the
end of it, so both belong to the period that ends on 31 January.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from transforms.banking import workbook
from transforms.banking.figures import CURRENCIES, Figures, Measure
from transforms.banking.labels import found, plain, unmarked
from transforms.banking.rows import Wanted, take
from transforms.banking.sheets import Titled, sheets_of
from transforms.banking.statistic import Book, reading
from transforms.banking.workbook import Sheet
from transforms.model import Payload, ReadError, Reading
from transforms.units import Unit

OF_WHICH = ", в том числе"


Layout = Book


def recognise(payload: Payload, layout: Book) -> bool:
    """Does a title speak of this statistic?"""
    stems = (workbook.split_currency(unmarked(title))[0] for title in workbook.titles(payload))
    parts = (stem.rpartition(",")[0] if layout.unit_in == "title" else stem for stem in stems)
    return any(part.casefold() == layout.recognise.casefold() for part in parts)


def read(payload: Payload, book: Book) -> Reading:
    """Three sheets, every indicator. Raises ReadError with sheet, row and cell."""
    layout, figures = book, Figures()
    titles: dict[str, list[Measure]] = {}
    for measure in layout.measures.values():
        titles.setdefault(plain(measure.title), []).append(measure)
    unit_in_title = book.unit_in == "title"
    known = Titled({plain(layout.recognise): ("", None)},
                   {plain(layout.sheets[c]["name"]): ("", c) for c in CURRENCIES}, in_title=unit_in_title)  # fmt: skip
    for (_, currency), (sheet, header) in sheets_of(payload, layout, known, figures).items():
        # Terms and rates are not printed for roubles and foreign currency together.
        names = [m.name for m in layout.measures.values() if m.additive or currency != "ALL"]
        waiting = set(names)
        unit = workbook.split_unit(header.title, f"sheet {sheet.name!r}, title")[1] if unit_in_title else None

        wanted = Wanted([(name, "RUS") for name in names], {(n, "RUS") for n in layout.headlines}, layout.set_aside)
        take(sheet, header, currency, figures, partial(_place, sheet, titles, waiting, unit), wanted)
    return reading(book.product, layout, figures)


def _place(
    sheet: Sheet, titles: Mapping[str, Sequence[Measure]], waiting: set[str], stated: Unit | None, index: int
) -> tuple[Measure, str]:
    """The measure of a label and its unit; of two that are printed alike, the one whose row has not come yet."""
    label, where = sheet.label(index), sheet.where(index)
    head, unit = (label, stated) if stated else workbook.split_unit(
        unmarked(label).removesuffix(OF_WHICH), where)  # fmt: skip
    named = found(titles, head) or ()
    if not named:
        raise ReadError("unknown_indicator", expected=f"one of {sorted(titles)}", got=repr(label), where=where)
    fitting = [
        m for m in named if any(u and (u.base, u.factor) == (unit.base, unit.factor) for u in (m.unit, m.misprint))
    ]
    if not fitting:
        raise ReadError("unit_mismatch", expected=" or ".join(f"{m.unit.factor} {m.unit.base}" for m in named),
                        got=f"{unit.factor} {unit.base}", where=where)  # fmt: skip
    measure = next((m for m in fitting if m.name in waiting), fitting[0])
    waiting.discard(measure.name)
    return measure, "RUS"
