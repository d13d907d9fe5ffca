"""Workbooks of loans by area without a layout of their own: what each sheet holds is told by its title alone.

Read only where every sheet's title is one of loans_by_area.yaml and all speak of one kind of loans, where each amount
comes in roubles, in foreign currency and together, and where all of them add up over currencies and areas. Anything
else is refused: a book that nobody has seen yet gets a layout of its own first. Table: one row a period, area and
currency, a column for each measure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from transforms.banking import workbook
from transforms.banking.areas import plain
from transforms.banking.regional import take_rows
from transforms.banking.statistic import CURRENCIES, Figures, Layout, Measure, reading
from transforms.banking.workbook import Sheet
from transforms.model import Payload, ReadError, Reading
from transforms.units import Unit

PRODUCT, SOURCE, EXTENSION = "cbr.loans_by_area", "cbr", "xlsx"


@cache
def _words() -> dict[str, Any]:
    return dict(yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8")))


@cache
def _elsewhere() -> tuple[str, ...]:
    """Starts of the titles that other products recognise."""
    layouts = (yaml.safe_load(path.read_text("utf-8")) or {} for path in Path(__file__).parent.glob("*.yaml"))
    return tuple(str(layout["recognise"]).casefold() for layout in layouts if "recognise" in layout)


@cache
def _measures() -> Mapping[str, Measure]:
    made = {}
    for name, m in _words()["measures"].items():
        unit = Unit(m["unit"], Decimal(m.get("factor", 1)))
        made[name] = Measure(name, "", unit, m.get("decimals", 0), m["basis"], m["definition"], {}, name, "")
    return made


def recognise(payload: Payload) -> bool:
    """Is the first title one of a known measure and kind that no product with a layout of its own claims?"""
    title, _ = workbook.split_currency(workbook.first_title(payload))
    if title.casefold().rpartition(",")[0] in _elsewhere():
        return False
    return _match(title.rpartition(",")[0]) is not None


def _match(stem: str) -> tuple[str, str] | None:
    """Measure and kind that a title without currency and unit names."""
    for kind, words in _words()["kinds"].items():
        for name, measure in _words()["measures"].items():
            if re.fullmatch(measure["find"].replace("{kind}", words["of"]), stem.strip(), re.IGNORECASE):
                return name, kind
    return None


def read(payload: Payload) -> Reading:
    """Every sheet of the book. Raises ReadError with sheet, row and cell."""
    figures, last = Figures(), {}
    titles: dict[str, str] = {}
    kinds: set[str] = set()
    for sheet in workbook.open_workbook(payload):
        name, kind, currency, stem = _sheet(sheet)
        if (name, currency) in figures.values:
            raise ReadError("duplicate_row", expected=f"one sheet of {name} in {currency}", got="two",
                            where=f"sheet {sheet.name!r}")  # fmt: skip
        header = workbook.find_header(sheet, _words()["measures"][name]["header"])
        take_rows(sheet, header, _measures()[name], currency, figures)
        last[header.period_ends[-1]] = sheet.name
        titles[name] = stem
        kinds.add(kind)
    if len(kinds) != 1 or len(last) != 1:
        raise ReadError("stale_sheet", expected="all sheets of one kind of loans, up to one date",
                        got=f"{sorted(kinds)}, {last}", where=payload.name)  # fmt: skip
    for name in titles:
        there = {currency for measure, currency in figures.values if measure == name}
        if _measures()[name].additive and there != set(CURRENCIES):
            raise ReadError("missing_sheet", expected=f"{name} in RUB, FX and ALL", got=str(sorted(there)),
                            where=payload.name, hint="Only sums make an unseen book certain.")  # fmt: skip
    return reading(PRODUCT, _layout(kinds.pop(), titles), figures)


def _sheet(sheet: Sheet) -> tuple[str, str, str, str]:
    """Measure, kind, currency and title of a sheet; its name must not contradict its title."""
    where = f"sheet {sheet.name!r}, title"
    title = next((text for row in sheet.rows[:5] for cell in row if (text := workbook.text(cell))), "")
    head, unit = workbook.split_unit(title, where)
    stem, currency = workbook.split_currency(head)
    found = _match(stem)
    if found is None:
        raise ReadError(
            "unknown_title", expected="a measure and kind of loans_by_area.yaml", got=repr(stem), where=where
        )
    measure = _measures()[found[0]]
    if (unit.base, unit.factor) != (measure.unit.base, measure.unit.factor):
        raise ReadError("unit_mismatch", expected=f"{measure.unit.factor} {measure.unit.base}",
                        got=f"{unit.factor} {unit.base}", where=where)  # fmt: skip
    said = {code for word, code in _words()["currency_words"].items() if word in plain(sheet.name)}
    if said and said != {currency}:
        raise ReadError(
            "currency_mismatch", expected=f"{sorted(said)}, as the sheet's name says", got=currency, where=where
        )
    return *found, currency, stem


def _layout(kind: str, titles: Mapping[str, str]) -> Layout:
    """A layout of what the titles said; measures that the book lacks stay empty columns."""
    own = _words()["definitions"].get(kind, {})
    measures = {
        name: replace(
            measure, title=titles.get(name, ""), product_code=kind, definition=own.get(name, measure.definition)
        )
        for name, measure in _measures().items()
    }
    return Layout(
        dataset=_words()["kinds"][kind]["dataset"], title=_words()["title"], recognise="", header="", corner="",
        measures=measures, sums=[], at_most=[("overdue", "debt")] if {"overdue", "debt"} <= set(titles) else [],
    )  # fmt: skip
