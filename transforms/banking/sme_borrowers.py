"""02_02_SME_Borrowers_info: how many small and medium enterprises borrow, and how many loans they have.

One sheet of titled blocks, each with its own header: dates as text over stocks, months as text over flows. In each
block all enterprises and, in merged cells of three rows, legal entities and entrepreneurs by size, which make up all.
Table: one row a month and borrower, a column for each block; counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache, partial

import polars as pl

from transforms import yaml_file
from transforms.banking import headers, workbook
from transforms.banking.figures import Figures, Layout, Measure
from transforms.banking.labels import found, plain
from transforms.banking.rows import Wanted, take
from transforms.banking.statistic import reading
from transforms.banking.workbook import Sheet
from transforms.model import NONE, Payload, ReadError, Reading
from transforms.units import Unit

_words = partial(yaml_file.beside, __file__)

PRODUCT, SOURCE, EXTENSION = "cbr.sme_borrowers", "cbr", "xlsx"
TOTAL, FIRST = "SME", 2  # row of all enterprises; the first column with a period
SET_ASIDE = 0.15
"""Share of a block's rows that may be set aside: one of seven."""


@cache
def layout() -> Layout:
    blocks = _words()["blocks"].items()
    made = {
        name: Measure(title=b["title"], unit=Unit("count"), basis=b["basis"], definition="SME_REGISTER")
        for name, b in blocks
    }
    parents = {code: TOTAL for code in _words()["rows"] if code != TOTAL}
    return Layout(dataset="sme_borrowers", measures=made, title=_words()["title"], recognise=_words()["recognise"],
                  at_most=_words()["at_most"], parents=parents, product_code=TOTAL)  # fmt: skip


def recognise(payload: Payload) -> bool:
    return plain(layout().recognise) in [_title(title) for title in workbook.titles(payload)]


def _title(printed: str) -> str:
    """A title without its number."""
    return plain(re.sub(r"^\d\. ", "", printed))


def read(payload: Payload) -> Reading:
    """All blocks. Raises ReadError with sheet, row and cell."""
    sheet, figures, last = workbook.only_sheet(payload), Figures(), dict[str, date]()
    heads = [index for index in range(1, len(sheet.rows)) if _is_head(sheet, index)]
    tops = [max((i for i in range(head) if sheet.label(i)), default=0) for head in heads]
    for top, head, end in zip(tops, heads, [*tops[1:], len(sheet.rows)][: len(heads)], strict=True):
        block = _block(sheet, top, last)
        header = headers.header_of(sheet, head, _words()["blocks"][block]["header"], FIRST)
        last[block] = header.period_ends[-1]
        measure = layout().measures[block]
        wanted = Wanted([(block, code) for code in _words()["rows"]], [(block, TOTAL)], SET_ASIDE)
        part = replace(sheet, rows=sheet.rows[:end])
        take(part, header, "ALL", figures, partial(_place, part, measure, _groups(part, head)), wanted)
    if set(last) != set(layout().measures) or len(set(last.values())) != 1:
        raise ReadError("stale_sheet", expected=f"blocks {', '.join(layout().measures)}, up to one month",
                        got=str(last), where=payload.name)  # fmt: skip
    row = pl.col("row")
    return reading(PRODUCT, layout(), figures, {"borrower": row}, ref_area=pl.lit("RUS"), product_code=row,
                   currency=pl.lit(NONE))  # fmt: skip


def _is_head(sheet: Sheet, index: int) -> bool:
    """A row of periods with nothing before them."""
    row = sheet.rows[index]
    return not any(workbook.text(cell) for cell in row[:FIRST]) and any(
        parse(cell) for cell in row[FIRST:] for parse in headers.PERIOD_KINDS.values()
    )


def _block(sheet: Sheet, top: int, known: Mapping[str, date]) -> str:
    """The block that the title in row `top` names."""
    titles = {plain(measure.title): name for name, measure in layout().measures.items()}
    title, unit = workbook.split_unit(_title(sheet.label(top)), sheet.where(top))
    block = found(titles, title)
    if block is None or block in known or unit.base != "count":
        raise ReadError("unknown_title", expected="the title of a block of sme_borrowers.yaml, each once",
                        got=repr(sheet.label(top)), where=sheet.where(top))  # fmt: skip
    return block


def _groups(sheet: Sheet, head: int) -> dict[int, str]:
    """Row -> the label of its group, which stands in the first of them."""
    groups, group = {}, ""
    for index in range(head + 1, len(sheet.rows)):
        group = sheet.label(index) or group
        groups[index] = group
    return groups


def _place(sheet: Sheet, measure: Measure, groups: Mapping[int, str], index: int) -> tuple[Measure, str]:
    codes = {plain(label): code for code, label in _words()["rows"].items()}
    said = f"{groups[index]} / {workbook.text(sheet.rows[index][1])}"
    if (code := found(codes, said)) is None:
        raise ReadError("unknown_label", expected="a row of sme_borrowers.yaml", got=said, where=sheet.where(index))
    return measure, code
