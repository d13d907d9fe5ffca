"""What a bulletin is made of, before it is HTML, Markdown or JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from warehouse.bulletin import wording
from warehouse.bulletin.facts import Fact

Part = str | Fact
Sentence = tuple[Part, ...]


@dataclass(frozen=True)
class Card:
    """A headline figure: what it is, the number, how it changed, and a mark where a rule gives one."""

    label: str
    fact: Fact
    change: Sentence = ()
    mark: Sentence = ()
    age: str = ""  # of a figure that is old
    spark: str = ""  # a small drawing: the figure is one of the six of the first screen
    over: str = ""  # what the drawing shows, or why there is none

    @property
    def main(self) -> bool:
        return bool(self.spark or self.over)


@dataclass(frozen=True)
class Table:
    caption: str
    columns: tuple[str, ...]
    rows: list[tuple[Part, ...]]
    note: str = ""

    def remarks(self) -> list[str]:
        """For each column what its numbers have in common: the day from which all are known, said once in its head."""
        found = []
        for i in range(len(self.columns)):
            facts = [row[i] for row in self.rows if isinstance(row[i], Fact)]
            common = {fact.remark if fact.later else "" for fact in facts if isinstance(fact, Fact)}
            found.append(common.pop() if len(facts) > 1 and len(common) == 1 else "")
        return found


def by_month(caption: str, points: Sequence[Mapping[str, Any]], series: str, note: str = "") -> Table:
    """Points with a month, a fact and the name of their series as one row a month and one column a series."""
    columns = list(dict.fromkeys(p[series] for p in points))
    cells = {(p["month"], p[series]): p["fact"] for p in points}
    months = sorted({p["month"] for p in points})
    rows: list[tuple[Part, ...]] = [
        (wording.month(month), *(cells.get((month, name), "–") for name in columns)) for month in months
    ]
    return Table(caption, ("Month", *columns), rows, note)


@dataclass(frozen=True)
class Chart:
    """A drawing, for wide and for narrow screens, with its text alternative and the table it shows."""

    name: str
    title: str
    alt: str
    wide: str
    narrow: str
    table: Table
    note: str = ""

    def facts(self) -> list[Fact]:
        return [part for row in self.table.rows for part in _facts(row)]


@dataclass
class Section:
    """A part of the page: the first `lead` sentences and the charts are shown, all else is folded behind them."""

    name: str
    title: str
    sentences: list[Sentence] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lead: int = 2

    @property
    def empty(self) -> bool:
        return not (self.sentences or self.charts or self.notes or any(table.rows for table in self.tables))


@dataclass(frozen=True)
class Block:
    """A list on the first screen: what is new, what surprised, what was revised, what is old."""

    name: str
    title: str
    lines: list[Sentence]


@dataclass
class Bulletin:
    as_of: date
    period: date | None  # last day of the newest month with Chinese trade figures; None before the first
    title: str
    cards: list[Card]
    sections: list[Section]
    blocks: list[Block] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)  # releases behind the facts, in order of appearance
    publication: dict[str, Any] = field(default_factory=dict)

    def facts(self) -> Iterator[Fact]:
        """Every fact in the order of the page."""
        for card in self.cards:
            yield from _facts((card.fact, *card.change, *card.mark))
        for block in self.blocks:
            for line in block.lines:
                yield from _facts(line)
        for section in self.sections:
            for sentence in section.sentences:
                yield from _facts(sentence)
            for table in (*(chart.table for chart in section.charts), *section.tables):
                for row in table.rows:
                    yield from _facts(row)

    def number_of(self, fact: Fact) -> int | None:
        """Number of a fact's source in the list of sources."""
        return next((i for i, source in enumerate(self.sources, 1) if source["key"] == fact.source), None)


def _facts(parts: tuple[Part, ...]) -> Iterator[Fact]:
    return (part for part in parts if isinstance(part, Fact))


OLD_MONTHS = 4
"""A figure older than this is no news any more: monthly statistics come out one to three months after their month."""


def age(sentence: Sentence, day: date) -> str:
    """How old the newest number of a sentence was on `day`, where that is more than OLD_MONTHS; else nothing."""
    ends = [part.end for part in _facts(sentence) if part.end]
    months = wording.months_between(max(ends), day) if ends else 0
    return f"{months} months old" if months > OLD_MONTHS else ""


def with_age(sentence: Sentence, day: date) -> Sentence:
    """The sentence, followed by the age of its newest figure where that is old."""
    old = age(sentence, day)
    return (*sentence, f" The newest figure is {old}.") if old else sentence


def plain(sentence: Sentence) -> str:
    """The words of a sentence without links."""
    return "".join(part if isinstance(part, str) else part.text for part in sentence)
