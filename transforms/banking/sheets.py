"""Which sheet of a book holds which measure in which currency: its title says it, and its name may not contradict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from transforms.banking import headers, workbook
from transforms.banking.figures import Figures, Layout
from transforms.banking.headers import Header
from transforms.banking.labels import found, plain, unmarked
from transforms.banking.workbook import Sheet
from transforms.model import Payload, ReadError
from transforms.units import Unit

Found = tuple[Sheet, Header, str, str]  # with measure and currency


@dataclass(frozen=True)
class Titled:
    """What the sheets of a book are called."""

    titles: Mapping[str, tuple[str, Unit | None]]  # title without currency and unit, plain -> measure and its unit
    names: Mapping[str, tuple[str, str]]  # name of a sheet, plain -> measure, currency: all of these must be there
    in_title: bool = True  # does the unit stand in the title?


def sheets_of(payload: Payload, layout: Layout, known: Titled, figures: Figures) -> list[Found]:
    """The sheets of a book, each with its header, measure and currency; sheets of others are noted as not read.

    Raises ReadError: unknown_title, unit_mismatch, currency_mismatch, duplicate_row, missing_sheet, stale_sheet.
    """
    made, others = dict[tuple[str, str], Found](), []
    last: dict[date, str] = {}
    for sheet in workbook.figure_sheets(payload):
        named = known.names.get(plain(sheet.name))
        where = f"sheet {sheet.name!r}, title"
        try:
            header = headers.find_header(sheet, layout.header, layout.corner)
            head, unit = workbook.split_unit(header.title, where) if known.in_title else (header.title, None)
            stem, currency = workbook.split_currency(unmarked(head))
            if (measure := found(known.titles, stem)) is None:
                expected = " or ".join(map(repr, known.titles))
                raise ReadError("unknown_title", expected=expected, got=repr(stem), where=where)
        except ReadError:
            if named:
                raise
            others.append(f"{sheet.name!r} ({workbook.sheet_title(sheet)[:80]})")
            continue
        name, wanted = measure
        if wanted and unit and (unit.base, unit.factor) != (wanted.base, wanted.factor):
            raise ReadError("unit_mismatch", expected=f"{wanted.factor} {wanted.base}",
                            got=f"{unit.factor} {unit.base}", where=where,
                            hint="If the Bank has changed the unit, the layout must say so; else it is a misprint.",
                            )  # fmt: skip
        if named and named != (name, currency):
            raise ReadError("currency_mismatch", expected=f"{named}, as its name says", got=f"{name}, {currency}",
                            where=where)  # fmt: skip
        if (name, currency) in made:
            raise ReadError("duplicate_row", expected=f"one sheet of {name} in {currency}", got="two", where=where)
        made[name, currency] = (sheet, header, name, currency)
        last[header.period_ends[-1]] = sheet.name
    if missing := sorted(set(known.names.values()) - set(made)):
        wanted_names = [name for name, what in known.names.items() if what in missing]
        raise ReadError("missing_sheet", expected=f"sheets {wanted_names} as well",
                        got=f"sheets that are none of these: {', '.join(others)}" if others else "none",
                        where=payload.name, hint="Download the whole workbook: its sheets are checked by each other.",
                        )  # fmt: skip
    if len(last) > 1:
        raise ReadError("stale_sheet", expected="all sheets up to one date", got=str(last), where=payload.name)
    figures.notes += [f"sheet {other} not read" for other in others]
    return list(made.values())
