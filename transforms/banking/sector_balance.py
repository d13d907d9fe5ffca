"""Balance sheet of the banking sector and loans by term: the other sheets of obs_tabl20c, read with the loan portfolio.

Observations of dataset `sector_balance`: product_code is the line (A7_1_3 is line 7.1.3 of the assets), RUB, FX and ALL
in RUB; the sheets in dollars are the FX ones converted and not read. Lines are known by code and label together, as
sector_balance.yaml lists them: a book with other lines is refused. Loans by term are ALL alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

import polars as pl

from transforms import yaml_file
from transforms.banking import headers
from transforms.banking.figures import Figures, Layout, Measure
from transforms.banking.labels import plain
from transforms.banking.rows import Wanted, take_lines
from transforms.banking.statistic import identities, with_dimensions
from transforms.banking.workbook import Sheet
from transforms.model import ReadError, Reading
from transforms.units import Unit

statements = partial(yaml_file.beside, __file__)

BILLION = Unit("RUB", Decimal(10**9))
DECIMALS = 6
SET_ASIDE = 0.04
"""Share of a sheet's lines that may be set aside: two of some sixty."""


def sheet_names() -> set[str]:
    return {name for statement in statements().values() for name in statement["sheets"].values()}


def beside(made: Reading, sheets: Mapping[str, Sheet]) -> Reading:
    """The reading with every statement whose sheets the book has. Raises ReadError with sheet, row and cell."""
    parts, sums, aside, notes = [made.observations], [made.identities], list(made.set_aside), list(made.notes)
    for name, statement in statements().items():
        present = {c: sheets[s] for c, s in statement["sheets"].items() if s in sheets}
        if not present:
            continue
        if missing := {s for c, s in statement["sheets"].items() if c not in present}:
            notes.append(f"{name} not read: there is no sheet {' or '.join(sorted(missing))}")
            continue
        layout, figures = _layout(name, statement), Figures()
        for currency, sheet in present.items():
            _sheet(sheet, statement, layout.measures["balance"], currency, figures)
        long, printed = figures.long(layout.measures), statement.get("as_printed", {})
        known = [(line, "ALL", end) for line, end in printed.items()]
        doubted = pl.DataFrame(
            known, schema={"row": pl.String, "currency": pl.String, "period_end": pl.Date}, orient="row"
        )
        sums.append(identities(layout, figures, long.join(doubted, on=doubted.columns, how="anti")))
        labels = {line: label for line, (_, label) in statement["lines"].items()}
        row = pl.col("row")
        long = long.with_columns(pl.col("value").fill_nan(None), ref_area=pl.lit("RUS"), product_code=row,
                                 native_title=row.replace_strict(labels))  # fmt: skip
        parts.append(with_dimensions(layout, long))
        aside += figures.aside
    return replace(made, observations=pl.concat(parts), set_aside=tuple(aside), notes=tuple(notes),
                   identities=pl.concat(sums))  # fmt: skip


def _layout(name: str, statement: Mapping[str, Any]) -> Layout:
    by_term = name.endswith("_by_term")
    measure, definition = ("debt", "SECTOR_BY_TERM") if by_term else ("balance", "SECTOR_BALANCE")
    column = Measure(title=statement["recognise"], unit=BILLION, decimals=DECIMALS, basis="stock",
                     definition=definition, measure=measure, computed=True)  # fmt: skip
    return Layout(dataset="sector_balance", measures={"balance": column}, parents=_parents(statement))


def _parents(statement: Mapping[str, Any]) -> dict[str, str]:
    """Line -> the line that it is a part of: by its code, or by the totals below which it stands."""
    sums = set(statement["sums"])
    parents: dict[str, str] = {}
    since: list[str] = []  # lines of the first order below no total yet
    for line, (code, _) in statement["lines"].items():
        above = line.rpartition("_")[0]
        if code and "." in code:
            if above in sums:
                parents[line] = above
        elif line.endswith("_BY_TERM") and line in sums:
            parents |= {part: line for part in statement["lines"] if part != line}
        elif not code and line in sums:
            parents |= dict.fromkeys(since, line)
            since = []
        elif code:
            since.append(line)
    return parents


def _sheet(sheet: Sheet, statement: Mapping[str, Any], measure: Measure, currency: str, figures: Figures) -> None:
    first = 1 if len(statement["sheets"]) == 1 else 2  # loans by term have no codes
    header = headers.find_header(sheet, "reporting_date", None, first)
    if not header.title.startswith(statement["recognise"]) or not re.search(r"млрд\.? ?руб", header.title):
        raise ReadError("unknown_title", expected=f"{statement['recognise']} ..., млрд руб.", got=repr(header.title),
                        where=f"sheet {sheet.name!r}, title")  # fmt: skip
    by_code: dict[str, dict[str, tuple[Measure, str]]] = {}
    for line, (code, label) in statement["lines"].items():
        by_code.setdefault(code, {})[plain(label)] = measure, line
    wanted = Wanted([("balance", line) for line in statement["lines"]],
                    [("balance", line) for line in statement["sums"]], SET_ASIDE)  # fmt: skip
    take_lines(sheet, header, first, currency, figures, by_code, wanted)
