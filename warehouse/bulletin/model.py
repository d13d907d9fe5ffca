"""What a bulletin is made of, before it is HTML, Markdown or JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

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


@dataclass(frozen=True)
class Table:
    caption: str
    columns: tuple[str, ...]
    rows: list[tuple[Part, ...]]
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """A drawing with its text alternative and the table it shows."""

    name: str
    title: str
    alt: str
    svg: str
    table: Table
    note: str = ""


@dataclass
class Section:
    name: str
    title: str
    sentences: list[Sentence] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass
class Bulletin:
    as_of: date
    period: date  # last day of the newest month with Chinese trade figures
    title: str
    cards: list[Card]
    sections: list[Section]
    sources: list[dict[str, Any]] = field(default_factory=list)  # releases behind the facts, in order of appearance
    publication: dict[str, Any] = field(default_factory=dict)

    def facts(self) -> Iterator[Fact]:
        """Every fact in the order of the page."""
        for card in self.cards:
            yield from _facts((card.fact, *card.change, *card.mark))
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


def plain(sentence: Sentence) -> str:
    """The words of a sentence without links."""
    return "".join(part if isinstance(part, str) else part.text for part in sentence)
