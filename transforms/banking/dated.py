"""Tables with dates down the rows and known columns: RUONIA, auctions, liquidity, inflation, rates by term.

The site gives one table as a page, an .xlsx export, a SOAP answer and, through other programs, as text; a layout names
each column by all headings it goes by, so that order and form do not matter. Table: one row a date (and key), oldest
first.

A row whose date or figure cannot be read is set aside, up to the layout's bound. Raises ReadError: no_table,
missing_column, duplicate_row, empty, too_many_set_aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import polars as pl

from transforms import identities
from transforms.banking import html, workbook
from transforms.banking.dated_layout import Column, DatedLayout, Key
from transforms.banking.days import day, month
from transforms.banking.grids import Grid, grids
from transforms.banking.labels import plain, unmarked
from transforms.model import NONE, Payload, ReadError, Reading, Release, SetAside, observations
from transforms.periods import month_end
from transforms.units import Unit, parse_number, to_base

HEADER_ROWS = 12
"""Rows in which the first date must stand: the widest header of the site, that of liquidity, has six."""
_MONTH_NUMBERS = re.compile(r"(0?[1-9]|1[0-2])\.((?:19|20)\d\d)")


Layout = DatedLayout


def recognise(payload: Payload, layout: Layout) -> bool:
    """Is there a table with the layout's dates, keys and columns, in a form of the layout's own?"""
    try:
        found = list(_tables(payload, layout))
    except ReadError:  # a page or answer that is broken: `read` says how, if its title is the layout's
        return _titled(html.page_title(payload), layout)
    return len(found) == 1


def _titled(title: str, layout: Layout) -> bool:
    return any(re.search(pattern, title, re.IGNORECASE) for pattern in layout.titles)


def _tables(payload: Payload, layout: Layout) -> Iterator[tuple[Grid, int, dict[int, str]]]:
    """Each table that is the layout's: upright, its first row of figures, column -> name."""
    for grid in grids(payload):
        if grid.kind == "html" and layout.titles and not _titled(grid.title, layout):
            continue
        if grid.kind == "soap" and layout.names and grid.name not in layout.names:
            continue
        upright = _upright(grid, layout)
        first = next((i for i, row in enumerate(upright.rows[:HEADER_ROWS]) if i and _dated(row, layout)), None)
        if first is not None and (columns := _columns(upright, first, layout)):
            yield upright, first, columns


def _dated(row: Sequence[object], layout: Layout) -> bool:
    return any(_period(cell, layout) for cell in row)


def _upright(grid: Grid, layout: Layout) -> Grid:
    """The table with its dates down the rows: one page of RUONIA has them across."""
    head = grid.rows[0] if grid.rows else ()
    across = len(head) > 1 and _matches(head[0], layout.dates) and all(_period(cell, layout) for cell in head[1:])
    if not across:
        return grid
    width = max(map(len, grid.rows))
    rows = [[*row, *[""] * (width - len(row))] for row in grid.rows]
    return replace(grid, rows=[list(column) for column in zip(*rows, strict=True)])


def _columns(grid: Grid, first: int, layout: Layout) -> dict[int, str]:
    """Column -> name of the date, of each key and of each figure; {} if one that must be there is not."""
    wanted = {"date": layout.dates} | {k.name: k.heads for k in layout.keys} | {c.name: c.heads for c in layout.columns}
    found: dict[int, str] = {}
    for column in range(max(map(len, grid.rows[:first]))):
        heading = _heading(grid, column, first)
        named = [name for name, heads in wanted.items() if heading and any(_is(h, heading) for h in heads)]
        if len(named) == 1 and named[0] not in found.values():
            found[column] = named[0]
        elif named:
            return {}  # two headings for one column, or one for two
    if layout.closed and len(found) < max(map(len, grid.rows[:first])):
        return {}
    must = {"date"} | {k.name for k in layout.keys} | {c.name for c in layout.columns if not c.optional}
    return found if must <= set(found.values()) else {}


def _is(pattern: str, heading: str) -> bool:
    """Does a heading fit, with or without the mark of a footnote behind it?"""
    return bool(re.fullmatch(pattern, heading) or re.fullmatch(pattern, unmarked(heading)))


def _heading(grid: Grid, column: int, first: int) -> str:
    """Words over a column from the top, plain, without hyphens that break words and marks of footnotes."""
    words: list[str] = []
    for row in grid.rows[:first]:
        word = plain(str(row[column])).replace("*", "").strip(" .") if column < len(row) else ""
        if word and word not in words:
            words.append(word)
    return " / ".join(words)


def _matches(cell: object, heads: Sequence[str]) -> bool:
    return any(re.fullmatch(head, plain(str(cell)).strip("* ")) for head in heads)


def _period(cell: object, layout: Layout) -> date | None:
    """The day or the last day of the month that a cell names."""
    if layout.period == "day":
        return day(cell)
    if isinstance(cell, datetime | date):
        return month_end(cell.year, cell.month)
    if match := _MONTH_NUMBERS.fullmatch(workbook.text(cell)):
        return month_end(int(match[2]), int(match[1]))
    return month(cell)


def read(payload: Payload, layout: Layout) -> Reading:
    """Every row of the one table."""
    found = list(_tables(payload, layout))
    if len(found) != 1:
        heads = [[str(cell) for cell in grid.rows[0]][:12] for grid in grids(payload) if grid.rows]
        raise ReadError("no_table", expected=f"{layout.title}: {', '.join(c.title for c in layout.columns)}",
                        got=f"{len(found)} among those headed {heads}", where=payload.name)  # fmt: skip
    grid, first, columns = found[0]
    rows, aside = _rows(grid, first, columns, layout)
    return _reading(layout, grid, rows, aside, _unread(grid, first, columns, layout))


def _unread(grid: Grid, first: int, columns: Mapping[int, str], layout: Layout) -> list[str]:
    """A note for columns that nobody knows yet."""
    others = [_heading(grid, column, first) for column in range(len(grid.rows[0])) if column not in columns]
    new = [head for head in others if head and not any(re.fullmatch(h, head) for h in layout.ignored)]
    return [f"columns not read: {', '.join(new)}"] if new else []


def _rows(
    grid: Grid, first: int, columns: Mapping[int, str], layout: Layout
) -> tuple[list[dict[str, object]], list[SetAside]]:
    """Rows as read, and those set aside. A note below the table (one cell alone) is neither."""
    made: list[dict[str, object]] = []
    aside: list[SetAside] = []
    for index in range(first, len(grid.rows)):
        row = grid.rows[index]
        if sum(cell != "" for cell in row) <= 1:
            continue
        try:
            made.append(_row(grid, index, first, columns, layout))
        except ReadError as error:
            label = str(row[next(c for c, name in columns.items() if name == "date")]) if row else ""
            aside.append(error.aside(label))
    made = _started(made, aside, layout)
    if not made:
        raise ReadError("empty", expected="at least one row", got=f"none ({len(aside)} unreadable)", where=grid.file,
                        hint="The range that was asked for may hold no day.")  # fmt: skip
    if len(aside) > max(1, layout.set_aside * (len(made) + len(aside))):
        raise ReadError("too_many_set_aside", expected=f"at most {layout.set_aside:.0%} of the rows unreadable",
                        got=f"{len(aside)} of {len(made) + len(aside)}; first: {aside[0].reason}", where=aside[0].where,
                        hint="The table has another layout then.")  # fmt: skip
    return made, aside


def _started(made: list[dict[str, object]], aside: list[SetAside], layout: Layout) -> list[dict[str, object]]:
    """The rows without those that lack a figure that later rows lack no more: a cell of theirs has been lost."""
    for name in (c.name for c in layout.columns if c.starts_late):
        there = [str(row["period_end"]) for row in made if row.get(name) is not None]
        lost = [row for row in made if row.get(name) is None and there and str(row["period_end"]) > min(there)]
        aside += [
            SetAside(str(row["period_end"]), "empty_cell", f"expected a figure of {name}, got none", str(row["where"]))
            for row in lost
        ]
        made = [row for row in made if row not in lost]
    return made


def _row(grid: Grid, index: int, first: int, columns: Mapping[int, str], layout: Layout) -> dict[str, object]:
    row, by_name = grid.rows[index], {c.name: c for c in layout.columns}
    keys = {k.name: k for k in layout.keys}
    said: dict[str, object] = {}
    english = grid.kind == "html" and not re.search("[а-яё]", f"{grid.title} {grid.rows[0]}", re.IGNORECASE)
    for column, name in columns.items():
        where = grid.where(index, column)
        cell = row[column] if column < len(row) else ""
        if name == "date":
            end = _period(cell, layout)
            if end is None or end < layout.since:
                raise ReadError(
                    "bad_period", expected=f"a {layout.period} since {layout.since}", got=repr(cell), where=where
                )
            said["period_end"] = end
        elif name in keys:
            said[name] = _code(keys[name], cell, where)
        else:
            said[name], said[f"{name}_half"] = _figure(by_name[name], cell, where, english=english)
    for column, cell in enumerate(row):
        if cell != "" and column not in columns and not _heading(grid, column, first):
            raise ReadError("leftover_column", expected="figures under headings", got=repr(cell),
                            where=grid.where(index, column))  # fmt: skip
    said["where"] = grid.where(index)
    return said


def _code(key: Key, cell: object, where: str) -> str:
    if key.sequence:
        time = re.fullmatch(r"(\d?\d:\d\d)(:00)?", str(cell).strip())
        if time is None:
            raise ReadError("not_a_time", expected="a time such as 13:30", got=repr(cell), where=where)
        return time[1].zfill(5)
    words = plain(f"{cell:g}" if isinstance(cell, float) else str(cell))
    code = key.codes.get(words) or (words if not key.codes and words.isdigit() else None)
    if code is None:
        raise ReadError(
            "unknown_label", expected=" or ".join(key.codes) or "a whole number", got=repr(cell), where=where
        )
    return f"{code}{key.suffix}"


def _figure(column: Column, cell: object, where: str, *, english: bool) -> tuple[float | None, float | None]:
    """The figure of a cell in its base unit, and half of its last place; None for a sign of "no figure".

    The comma is the decimal sign, but on English pages, where it parts thousands.
    """
    if isinstance(cell, str):
        if re.search(r"[.,]\d*\s+\d", cell):  # a blank parts thousands, and never what is smaller than one
            raise ReadError("not_a_number", expected="one number", got=repr(cell), where=where)
        value = parse_number(cell.strip().removesuffix("%"), where, decimal_comma=not english)
    else:
        value = None if cell is None else workbook.number(cell, where, decimals=None)
    if value is None:
        if not column.empty and not column.starts_late:
            raise ReadError("empty_cell", expected=f"a figure of {column.title}", got=repr(cell), where=where)
        return None, None
    rounded = round(value, column.decimals) if isinstance(cell, float) else value
    if column.step and rounded % Decimal(str(column.step)):
        raise ReadError("unlikely_rate", expected=f"a multiple of {column.step}", got=str(rounded), where=where)
    if column.either_sign:
        rounded = abs(rounded)
    made = to_base(rounded, Unit(column.unit, Decimal(column.factor)))
    assert made is not None
    if (column.least is not None and made < column.least) or (column.most is not None and made > column.most):
        raise ReadError("out_of_range", expected=f"{column.title} from {column.least} to {column.most}: {column.why}",
                        got=str(made), where=where)  # fmt: skip
    return made, column.half(rounded)


def _reading(
    layout: Layout, grid: Grid, rows: list[dict[str, object]], aside: list[SetAside], notes: list[str]
) -> Reading:
    keys = [key.name for key in layout.keys]
    floats = {name: pl.Float64 for c in layout.columns for name in (c.name, f"{c.name}_half")}
    schema = {"period_end": pl.Date, **dict.fromkeys(keys, pl.String), **floats, "where": pl.String}
    table = pl.DataFrame(rows, schema=schema)
    twice = table.filter(table.select("period_end", *keys).is_duplicated())
    if not twice.is_empty():
        raise ReadError(
            "duplicate_row",
            expected="one row for each date" + "".join(f" and {key}" for key in keys),
            got=", ".join(map(str, twice.select("period_end", *keys).row(0))),
            where=twice["where"][0],
        )
    table = table.sort("period_end", *keys)
    made = [_series(layout, column, table) for column in layout.columns]
    named = table.with_columns(row=pl.concat_str("period_end", *keys, separator=" "))
    last = table["period_end"][-1]
    period = f"{last:%Y-%m-%d}" if layout.period == "day" else f"{last:%Y-%m}"
    language = "ru" if re.search("[а-яё]", grid.title + " ".join(map(str, grid.rows[0])), re.IGNORECASE) else "en"
    return Reading(Release(layout.product, period, title=layout.title, language=language), table,
                   pl.concat(made), notes=notes, set_aside=aside,
                   identities=identities.terms(named, layout.sums))  # fmt: skip


def _series(layout: Layout, column: Column, table: pl.DataFrame) -> pl.DataFrame:
    """Observations of a column; keys are part of the code: REPO_7D."""
    code: pl.Expr = pl.lit(column.product_code)
    if named := [key.name for key in layout.keys if not key.sequence]:
        parts = [pl.col(key) for key in named]
        code = pl.concat_str(
            *([] if column.product_code == NONE else [pl.lit(column.product_code)]), *parts, separator="_"
        )
    if len(named) < len(layout.keys):
        number = pl.int_range(pl.len()).over("period_end", *named) + 1  # rows stand in the order of their times
        code = pl.when(number > 1).then(pl.concat_str(code, pl.lit("_"), number)).otherwise(code)
    frame = table.select("period_end", value=column.name, precision=f"{column.name}_half", product_code=code)
    return observations(
        frame, dataset=layout.dataset, ref_area="RUS", measure=column.measure, basis=column.basis,
        definition=column.definition, currency=column.currency, unit=column.unit, freq=layout.freq,
        native_title=column.title,
    )  # fmt: skip
