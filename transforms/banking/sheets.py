"""Which sheet of a book holds what: its title says it, and its name may not contradict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from transforms.banking import headers, workbook
from transforms.banking.figures import Figures, Layout, Measure
from transforms.banking.headers import Header
from transforms.banking.labels import found, plain, unmarked
from transforms.banking.workbook import Sheet
from transforms.model import Payload, ReadError

T = TypeVar("T")
Key = tuple[str, str]  # measure, currency


def collect(
    payload: Payload, figures: Figures, tell: Callable[[Sheet], tuple[Key, date | None, T]], *,
    own: Callable[[Sheet, ReadError], bool] = lambda *_: True, wanted: Mapping[Key, str] | None = None,
) -> dict[Key, tuple[Sheet, T]]:  # fmt: skip
    """The sheets with figures by what `tell` says of each: its key, the end of its last period, and more.

    A sheet of which `tell` raises is one of others, noted as not read, unless it is the book's `own`. `wanted` must be
    there, under its name or another. Raises ReadError: what `tell` raised, duplicate_row, missing_sheet, stale_sheet.
    """
    made, ends, others = dict[Key, tuple[Sheet, T]](), dict[date, str](), list[str]()
    for sheet in workbook.figure_sheets(payload):
        try:
            key, end, more = tell(sheet)
        except ReadError as error:
            if own(sheet, error):
                raise
            others.append(f"{sheet.name!r} ({workbook.sheet_title(sheet)[:80]})")
            continue
        if key in made:
            raise ReadError("duplicate_row", expected=f"one sheet of {' in '.join(filter(None, key))}", got="two",
                            where=f"sheet {sheet.name!r}")  # fmt: skip
        made[key] = sheet, more
        ends |= {end: sheet.name} if end else {}
    if missing := [name for key, name in (wanted or {}).items() if key not in made]:
        raise ReadError("missing_sheet", expected=f"sheets {missing} as well",
                        got=f"sheets that are none of these: {', '.join(others)}" if others else "none",
                        where=payload.name, hint="Ingest the whole workbook: its sheets are checked by each other.",
                        )  # fmt: skip
    if len(ends) > 1:
        said = ", ".join(f"{name!r} to {end}" for end, name in ends.items())
        raise ReadError("stale_sheet", expected="all sheets up to one date", got=said, where=payload.name)
    figures.notes += [f"sheet {other} not read" for other in others]
    return made


@dataclass(frozen=True)
class Titled:
    """What the sheets of a book are called."""

    titles: Mapping[str, tuple[str, Measure | None]]  # title without currency and unit, plain -> its name, itself
    names: Mapping[str, Key]  # name of a sheet, plain -> measure, currency: all of these must be there
    in_title: bool = True  # does the unit stand in the title?


def sheets_of(
    payload: Payload, layout: Layout, known: Titled, figures: Figures
) -> dict[Key, tuple[Sheet, Header]]:  # fmt: skip
    """The sheets of a book by measure and currency, each with its header; see `collect`.

    Raises ReadError also: unknown_title, unit_mismatch, currency_mismatch.
    """

    def tell(sheet: Sheet) -> tuple[Key, date, Header]:
        where = f"sheet {sheet.name!r}, title"
        header = headers.find_header(sheet, layout.header, layout.corner)
        head, unit = workbook.split_unit(header.title, where) if known.in_title else (header.title, None)
        stem, currency = workbook.split_currency(unmarked(head))
        if (titled := found(known.titles, stem)) is None:
            expected = " or ".join(map(repr, known.titles))
            raise ReadError("unknown_title", expected=expected, got=repr(stem), where=where)
        name, measure = titled
        if measure and unit:
            measure.expect(unit, where)
        if (named := known.names.get(plain(sheet.name))) and named != (name, currency):
            raise ReadError("currency_mismatch", expected=f"{named}, as its name says", got=f"{name}, {currency}",
                            where=where)  # fmt: skip
        return (name, currency), header.period_ends[-1], header

    def own(sheet: Sheet, error: ReadError) -> bool:
        return plain(sheet.name) in known.names or error.code == "unit_mismatch"

    return collect(payload, figures, tell, own=own, wanted={key: name for name, key in known.names.items()})
