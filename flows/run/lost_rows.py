"""Rows that both neighbours of a release print and it does not: somebody may have cut them out of its middle.

A table's own sums show that where it has some. Tables of selected goods and partners have none: there the issues of the
months before and after say which rows there were. Rows under labels that nobody knows yet may be the missing ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from flows.run.read import Read
from transforms.customs.aside import lacking
from transforms.customs.commodities import LABEL
from transforms.customs.table_layout import TableLayout
from transforms.model import Reading
from transforms.products import all_products

NEAR = 2
"""Months to a neighbour at most: February has no issue of its own in most years."""
CODES = ("product_code", "counterpart_area")


def told(reads: Sequence[Read]) -> list[Read]:
    """The same readings; of customs tables that lack rows of both neighbours those that tell so.

    A preliminary table that lacks two such rows is partial, other tables have a note, as where the layout knows the
    rows of a year (transforms/customs/aside.py).
    """
    rows = [_rows(read) for read in reads]
    issues: dict[tuple[str, str], dict[int, set[str]]] = defaultdict(dict)
    for read, own in zip(reads, rows, strict=True):
        if own and read.reading:
            issues[_table(read, read.reading)].setdefault(_month(read.reading), set()).update(own)
    return [
        _told(read, read.reading, own, issues[_table(read, read.reading)]) if own and read.reading else read
        for read, own in zip(reads, rows, strict=True)
    ]


def _told(read: Read, reading: Reading, own: set[str], rows: Mapping[int, set[str]]) -> Read:
    month = _month(reading)
    before = next((rows[month - n] for n in range(1, NEAR + 1) if month - n in rows), set())
    after = next((rows[month + n] for n in range(1, NEAR + 1) if month + n in rows), set())
    told_before = [*(row.code for row in reading.set_aside), *reading.notes]
    missing = sorted((before & after) - own)
    gone = len(missing) - len(reading.set_aside) - sum(code.startswith(LABEL) for code in own - before - after)
    if gone < 1 or any(text.startswith(("possibly_cut", "possibly cut")) for text in told_before):
        return read
    lack = lacking(f"rows that the issues before and after it have, {', '.join(missing)}", read.snapshot.path.name)
    if _status(read) == "P" and gone > 1:
        return replace(read, reading=replace(reading, set_aside=(*reading.set_aside, lack)))
    return replace(read, reading=replace(reading, notes=[*reading.notes, lack.reason]))


def _table(read: Read, reading: Reading) -> tuple[str, str]:
    return read.snapshot.product, reading.release.currency


def _month(reading: Reading) -> int:
    year, month = reading.release.period.split("-")[:2]
    return 12 * int(year) + int(month)


def _status(read: Read) -> str:
    layout = getattr(all_products().get(read.snapshot.product), "layout", None)
    return layout.status if isinstance(layout, TableLayout) else ""


def _rows(read: Read) -> set[str]:
    """The codes of a table's rows; none of what is no customs table."""
    if not read.reading or not _status(read):
        return set()
    column = next((name for name in CODES if name in read.reading.table.columns), "")
    return set(read.reading.table[column].drop_nulls()) if column else set()
