"""Books of one sheet whose rows are told by their labels: corporate debt by kind of rate, borrowers of small business.

Months stand across, below a title that says what the figures are; a sheet may have several blocks of these, each with
its own header of dates or months. Labels stand in one column, or in two: then the first is that of a group, in merged
cells. Table: one row a month and row of the layout, a column for each block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

import polars as pl

from transforms.banking import headers, workbook
from transforms.banking.figures import Figures, Measure
from transforms.banking.headers import Header
from transforms.banking.labels import found, plain, unmarked
from transforms.banking.rows import Wanted, take
from transforms.banking.statistic import Book, reading
from transforms.banking.workbook import Sheet
from transforms.model import NONE, Payload, ReadError, Reading
from transforms.units import parse_unit


class Layout(Book):
    key: str  # what the rows are, as a column of the table
    rows: dict[str, str]  # code -> label, or "group / label"; the first is that of all
    before: int = 1  # columns before the periods: of labels, or of groups and labels
    headers: dict[str, str] = {}  # block -> kind of its header; empty: one block, without a title of its own
    prefix: str = ""  # of the rows' codes in series, whose titles are then their labels
    currency: str = NONE


def recognise(payload: Payload, layout: Layout) -> bool:
    start = plain(layout.recognise)
    titles = [_title(title) for title in workbook.titles(payload)]
    return start in titles if layout.headers else any(title.startswith(start) for title in titles)


def _title(printed: str) -> str:
    """A title without its number."""
    return plain(re.sub(r"^\d\. ", "", printed))


def read(payload: Payload, layout: Layout) -> Reading:
    """Every row of every block. Raises ReadError with sheet, row and cell."""
    sheet, figures, last = workbook.only_sheet(payload), Figures(), dict[str, date]()
    codes = {plain(unmarked(label)): code for code, label in layout.rows.items()}
    for measure, header, part in _blocks(sheet, last, layout):
        labels = _labels(part, header.row, layout.before)

        def place(index: int, measure: Measure = measure, labels: Mapping[int, str] = labels) -> tuple[Measure, str]:
            if (code := found(codes, labels[index])) is None:
                raise ReadError("unknown_label", expected=f"a row of {layout.product.partition('.')[2]}.yaml",
                                got=repr(labels[index]), where=sheet.where(index))  # fmt: skip
            return measure, code

        last[measure.name] = header.period_ends[-1]
        wanted = Wanted([(measure.name, code) for code in layout.rows],
                        [(measure.name, code) for code in layout.headlines], layout.set_aside)  # fmt: skip
        take(part, header, "ALL", figures, place, wanted)
    if set(last) != set(layout.measures) or len(set(last.values())) != 1:
        raise ReadError("stale_sheet", expected=f"blocks {', '.join(layout.measures)}, up to one month",
                        got=str(last), where=payload.name)  # fmt: skip
    row = pl.col("row")
    more = {"native_title": row.replace_strict(layout.rows, return_dtype=pl.String)} if layout.prefix else {}
    return reading(layout.product, layout, figures, {layout.key: row}, ref_area=pl.lit("RUS"),
                   product_code=pl.concat_str(pl.lit(layout.prefix), row), currency=pl.lit(layout.currency),
                   **more)  # fmt: skip


def _blocks(sheet: Sheet, known: Mapping[str, date], layout: Layout) -> Iterator[tuple[Measure, Header, Sheet]]:
    """What each block is of, its header, and the sheet as far as the block goes."""
    if not layout.headers:
        (measure,) = layout.measures.values()
        header = headers.find_header(sheet, layout.header, None)
        unit = parse_unit(unmarked(header.title).rpartition(",")[2], f"sheet {sheet.name!r}, title")
        measure.expect(unit, f"sheet {sheet.name!r}, title")
        yield measure, header, sheet
        return
    heads = [index for index in range(1, len(sheet.rows)) if _is_head(sheet, index, layout.before)]
    tops = [max((i for i in range(head) if sheet.label(i)), default=0) for head in heads]
    for top, head, end in zip(tops, heads, [*tops[1:], len(sheet.rows)][: len(heads)], strict=True):
        measure = _measure(sheet, top, known, layout)
        header = headers.header_of(sheet, head, layout.headers[measure.name], layout.before)
        yield measure, header, replace(sheet, rows=sheet.rows[:end])


def _is_head(sheet: Sheet, index: int, before: int) -> bool:
    """A row of periods with nothing before them."""
    row = sheet.rows[index]
    return not any(workbook.text(cell) for cell in row[:before]) and any(
        parse(cell) for cell in row[before:] for parse in headers.PERIOD_KINDS.values()
    )


def _measure(sheet: Sheet, top: int, known: Mapping[str, date], layout: Layout) -> Measure:
    """What the block is of that the title in row `top` names."""
    titles = {plain(measure.title): measure for measure in layout.measures.values()}
    title, unit = workbook.split_unit(_title(sheet.label(top)), sheet.where(top))
    measure = found(titles, title)
    if measure is None or measure.name in known or unit.base != measure.unit.base:
        raise ReadError("unknown_title", expected="the title of a block of the layout, each once",
                        got=repr(sheet.label(top)), where=sheet.where(top))  # fmt: skip
    return measure


def _labels(sheet: Sheet, head: int, before: int) -> dict[int, str]:
    """The label of each row below the header, after that of its group, which stands in the first of them."""
    labels, group = {}, ""
    for index in range(head + 1, len(sheet.rows)):
        group = sheet.label(index) or group
        labels[index] = sheet.label(index) if before == 1 else f"{group} / {workbook.text(sheet.rows[index][1])}"
    return labels
