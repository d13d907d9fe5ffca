"""Tables of a report: each number is read with the words of its row and the head of its column, not the text before.

A number cell becomes a line such as "Mortgage; 01.04.2024; Problem loans 0.8 %", which is read as a sentence is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from transforms import yaml_file
from transforms.reports import footnotes, lexicon
from transforms.reports.figures import Reader
from transforms.reports.lexicon import Mention
from transforms.reports.sentence import Found
from transforms.reports.text import Sentence

_DATA: dict[str, Any] = yaml_file.load(Path(__file__).with_suffix(".yaml"))
_NUMBER = re.compile(_DATA["number"])
_UNITS = [(re.compile(entry["find"], re.IGNORECASE), entry) for entry in _DATA["units"]]
_DATE = re.compile(r"\d{2}\.\d{2}\.\d{4}|(?:19|20)\d\d|\d{4}-\d\d(?:-\d\d)?")
_DATED = re.compile(
    r"(?:на |за |as of |at )?(?:\d{2}\.\d{2}\.\d{4}"
    r"|(?:[IVX1-4]{1,3} ?(?:кв\w*\.?|квартал) |Q[1-4] |\d{1,2} )?(?:[а-яa-z]{3,9} )?(?:19|20)\d\d)"
    r"(?: г\.| года?)?", re.IGNORECASE)  # fmt: skip
"""The head of a column that is nothing but a date or period."""
_COUNTS = re.compile(
    r"\b(?:дол[яи]|удельн|количеств|числ[оа]|процент|ставк|темп|прирост|рост|share|ratio|number|count|percent|rate|growth|change)",
    re.IGNORECASE,
)
"""The head of a column whose unit is not that of the table."""
_CAPTION = 60
"""Characters of a line above a table that may say its unit: "(RUB billion)"; longer ones are sentences."""
_SOURCE = re.compile(r"\b(?:Источник\w*|Source)s?\b", re.I)


@dataclass(frozen=True)
class Cells:
    """A row of a table with what is read of each of its numbers."""

    row: Sentence
    lines: tuple[str, ...]
    source: Mention | None

    def read(self, reader: Reader) -> list[Found]:
        """The numbers of a row, each alone: no word of the text before or of the row before says what they are."""
        made: list[Found] = []
        for line in self.lines:
            with reader.apart():
                found = reader.read(replace(self.row, text=line))
            for number in found:
                number.sentence = replace(self.row, text=" ".join(self.row.text.split()))
                if number.originator is None and self.source:
                    number.originator, number.originator_kind = self.source.code, self.source.kind
            made += found
        return made


def expanded(parts: list[Sentence], language: str) -> Iterator[tuple[Sentence, Cells | None]]:
    """Every sentence; the rows of tables with their cells."""
    source = next(
        (
            named[0]
            for part in parts
            if _SOURCE.search(part.text) and (named := lexicon.originators(part.text, language))
        ),
        None,
    )
    head: list[str] | None = None
    heading, section, unit = True, "", ""
    for part in parts:
        if part.kind != "row":
            head, heading, section = None, True, ""
            of_tables = part.kind in ("heading", "title") or len(part.text) <= _CAPTION
            unit = _unit(part.text, language)[1] if of_tables else ""
            yield part, None
            continue
        cells = [cell.strip() for cell in footnotes.without_marks(part.text).split("\t")]
        if _numbered(cells):
            continue
        if not any(_is_number(cell) for cell in cells):
            said = {cell for cell in cells if cell}
            if head and len(said) == 1:
                section = said.pop()  # a line within a table that says whose rows follow
            elif heading or head is None or len(cells) == len(head):
                head = _joined(head, cells) if heading else cells
                section = ""
            continue
        heading = False
        yield part, Cells(part, tuple(_lines(cells, head, unit, language, section)), source)


def _numbered(cells: list[str]) -> bool:
    """Are these the numbers of the columns: 1, 2, 3?"""
    said = [cell for cell in cells if cell]
    return len(said) > 2 and said == [
        str(number) for number in range(int(said[0] == "2") + 1, len(said) + 1 + int(said[0] == "2"))
    ]


def _joined(head: list[str] | None, cells: list[str]) -> list[str]:
    """A head of two lines as one: "Problem loans" above "RUB bn"."""
    if head is None or len(head) != len(cells):
        return cells
    return [
        above if below in ("", above) else f"{above}, {below}".strip(", ")
        for above, below in zip(head, cells, strict=True)
    ]


def _is_number(cell: str) -> bool:
    return bool(_NUMBER.fullmatch(cell)) and not _DATE.fullmatch(cell)


def _lines(cells: list[str], head: list[str] | None, of_caption: str, language: str, section: str) -> Iterator[str]:
    """The numbers of a row as lines; the unit of a caption is that of columns that count nothing else."""
    labels = [cell for cell in cells if cell and not _is_number(cell) and re.search(r"\w", cell)]
    corner = head[0] if head and any(m.rank >= 3 for m in lexicon.concepts(head[0], language)) else ""
    labels = [*(said for said in (corner, section) if said), *labels]
    fits = head is not None and len(head) == len(cells)
    of_row = ""
    for place, label in enumerate(labels):
        plain, unit = _unit(label, language)
        if unit:  # the unit stands with the label of the row
            labels[place], of_row = plain, unit
            break
    for at, cell in enumerate(cells):
        if not _is_number(cell):
            continue
        title, unit = (head[at] if fits and head else ""), ""
        if not re.search(r"[^\d\s.,+−–-]", cell):
            title, unit = _unit(title, language)
            unit = unit or of_row or ("" if _COUNTS.search(title) else of_caption)
        if re.fullmatch(r"\d+[ \d]*", cell) and language == "en":
            cell = cell.replace(" ", ",")
        yield "; ".join([*labels, f"{title} {cell}{unit}".strip()])


def _unit(title: str, language: str) -> tuple[str, str]:
    for expression, unit in _UNITS:
        if expression.search(title):
            return expression.sub("", title).strip(), unit[language]
    return title, ""
