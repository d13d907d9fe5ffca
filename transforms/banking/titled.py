"""Workbooks whose sheets say in their titles what they hold: one measure of one kind of loans in one currency each.

titles.yaml has the words. A book is read only where every sheet's title is one of them and all speak of one kind of
loans up to one date, and where each amount comes in roubles, in foreign currency and together: sums make it certain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from transforms import yaml_file
from transforms.banking import headers, workbook
from transforms.banking.figures import CURRENCIES, Figures, Layout, Measure, usual
from transforms.banking.headers import Header
from transforms.banking.labels import plain, unmarked
from transforms.banking.sheets import collect
from transforms.banking.workbook import Sheet
from transforms.model import Payload, ReadError

Take = Callable[[Sheet, Header, Measure, str, Figures], None]
"""Puts the rows of one sheet of one measure and currency into figures."""


@dataclass
class Book:
    """What the sheets of one book said."""

    kind: str = ""
    figures: Figures = field(default_factory=Figures)
    titles: dict[str, str] = field(default_factory=dict)  # measure -> title

    def say(
        self, payload: Payload, titles: Mapping[tuple[str, str], str], sheets: Collection[tuple[str, str]],
        currencies: Collection[str] = CURRENCIES,
    ) -> None:  # fmt: skip
        """Take what the titles say, (measure, kind) -> words, of sheets of these measures and currencies.

        Raises ReadError: stale_sheet unless all are of one kind of loans; missing_sheet unless amounts come in all
        `currencies`.
        """
        kinds = {kind for _, kind in titles}
        if len(kinds) != 1:
            raise ReadError("stale_sheet", expected="all sheets of one kind of loans", got=str(sorted(kinds)),
                            where=payload.name)  # fmt: skip
        self.kind, self.titles = kinds.pop(), {name: words for (name, _), words in titles.items()}
        for name in self.titles:
            there = {currency for measure, currency in sheets if measure == name}
            if measures()[name].additive and there != set(currencies):
                raise ReadError("missing_sheet", expected=f"{name} in {', '.join(currencies)}", got=str(sorted(there)),
                                where=payload.name, hint="Only sums make an unseen book certain.")  # fmt: skip

    def layout(self, title: str, names: Collection[str] = (), **more: Any) -> Layout:
        """A layout of what the titles said, of the measures `names`; those that the book lacks stay empty columns."""
        own = words()["definitions"].get(self.kind, {})
        made = {
            name: m.model_copy(update={"title": self.titles.get(name, ""), "product_code": self.kind,
                                       "definition": own.get(name, m.definition)})
            for name, m in measures().items() if not names or name in names
        }  # fmt: skip
        limits = {"overdue": "debt"} if {"overdue", "debt"} <= set(self.titles) else {}
        dataset = more.pop("dataset", words()["kinds"][self.kind]["dataset"])
        return Layout(dataset=dataset, measures=made, title=title, at_most=limits, **more)


@cache
def words() -> Mapping[str, Any]:
    return dict(yaml_file.load(Path(__file__).with_name("titles.yaml")))


@cache
def measures() -> Mapping[str, Measure]:
    return {
        name: Measure(name=name, definition=stated["definition"], **usual(name))
        for name, stated in words()["measures"].items()
    }


def match(stem: str) -> tuple[str, str] | None:
    """Measure and kind that a title without currency and unit names."""
    for kind, said in words()["kinds"].items():
        for name, measure in words()["measures"].items():
            shape = measure["find"].replace("{kind}", said["of"]) + words()["breakdown"]
            if re.fullmatch(shape, stem.strip(), re.IGNORECASE):
                return name, kind
    return None


def matches(payload: Payload) -> list[tuple[str, tuple[str, str]]]:
    """Each title of a sheet that is one of a known measure and kind, without currency and unit, and these two."""
    stems = (workbook.split_currency(unmarked(title))[0].rpartition(",")[0] for title in workbook.titles(payload))
    return [(stem, found) for stem in stems if (found := match(stem))]


def read(payload: Payload, corner: str, take: Take) -> Book:
    """Every sheet under a known title, its rows by `take`; `corner` heads column A. Sheets of others are noted.

    Raises ReadError with sheet, row, cell.
    """
    book = Book()

    def tell(sheet: Sheet) -> tuple[tuple[str, str], date, tuple[str, str, Header]]:
        name, kind, currency, stem = sheet_title(sheet)
        header = headers.find_header(sheet, words()["measures"][name]["header"], corner)
        return (name, currency), header.period_ends[-1], (kind, stem, header)

    def own(sheet: Sheet, error: ReadError) -> bool:
        return error.code not in ("unknown_title", "unknown_unit") or bool(_currency_words(sheet))

    sheets = collect(payload, book.figures, tell, own=own)
    book.say(payload, {(name, kind): stem for (name, _), (_, (kind, stem, _)) in sheets.items()}, sheets)
    for (name, currency), (sheet, (_, _, header)) in sheets.items():
        take(sheet, header, measures()[name], currency, book.figures)
    return book


def _currency_words(sheet: Sheet) -> set[str]:
    """Currencies that the name of a sheet speaks of: that of a book's own sheets does."""
    return {code for word, code in words()["currency_words"].items() if word in plain(sheet.name)}


def sheet_title(sheet: Sheet) -> tuple[str, str, str, str]:
    """Measure, kind, currency and title of a sheet; its name must not contradict its title."""
    where = f"sheet {sheet.name!r}, title"
    head, unit = workbook.split_unit(workbook.sheet_title(sheet), where)
    stem, currency = workbook.split_currency(head)
    found = match(stem)
    if found is None:
        raise ReadError(
            "unknown_title", expected="a title as the Bank prints it (titles.yaml)", got=repr(stem), where=where
        )
    measures()[found[0]].expect(unit, where)
    said = _currency_words(sheet)
    if said and said != {currency}:
        raise ReadError(
            "currency_mismatch", expected=f"{sorted(said)}, as the sheet's name says", got=currency, where=where
        )
    return *found, currency, stem
