"""Bulletin table (2): China's trade with every country and region, its continents and groups, month and year to date.

Reading.table: one row per partner in base units: row, counterpart_area, continent (the block it stands in), label,
currency, total_month ... import_ytd, growth (percent), precision. "China"
as a partner is goods re-imported: it has imports only, and no total or export of it is a series.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from transforms.areas import names, resolve
from transforms.customs import checks, tidy
from transforms.customs.aside import required, sift
from transforms.customs.by_partner_preliminary import dimensions
from transforms.customs.row import Row
from transforms.customs.table import Table, read_table
from transforms.customs.table import recognise as recognise
from transforms.customs.table_layout import TableLayout
from transforms.model import Payload, ReadError, Reading

Layout = TableLayout
CONTINENTS = ("ASIA", "AFRICA", "EUROPE", "LATIN_AMERICA", "NORTH_AMERICA", "OCEANIA")
NOWHERE = ("ATA", "UNKNOWN", "UN_ORGANISATIONS", "NEUTRAL_PACKAGE")
"""What stands in no continent and has a row only in months with trade."""
UNPRINTED = 0.5e-6
"""Share of all terms by which parts may miss the world: the table of December 2024 lacks a row of 71 of 241 million."""
RE_IMPORTS = "CHN"
ROLES = [f"{flow}_{basis}" for flow in checks.FLOWS for basis in ("month", "ytd")]
ROLES += [f"{flow}_{basis}_yoy" for flow in checks.FLOWS for basis in ("month", "ytd")]
MONTHS = [f"{flow}_month" for flow in checks.FLOWS]


def read(payload: Payload, layout: TableLayout) -> Reading:
    """Read one page or sheet. ReadError as in table and checks; unknown_partner, duplicate_partner, re_exports."""
    table = read_table(payload, layout)
    kept, lost = sift(table, layout, lambda row: resolve(row.label.rstrip(":："), row.where), _refuse_exports,
                      layout.headline, "duplicate_partner")  # fmt: skip
    required(kept, lost, layout.required, payload.name)
    codes, places = {row.where: code for code, row in (*kept, *lost)}, [row.where for row in table.rows]
    blocks = dict(zip(places, continents([codes[place] for place in places]), strict=True))
    incomplete = {blocks[row.where] or "WORLD" for code, row in lost if code is None or _adds_up(code)}
    _add_up(dict(kept), blocks, incomplete, table)
    frame = pl.DataFrame(
        [
            {"row": i + 1, "counterpart_area": code, "continent": blocks[row.where], "label": row.label}
            | {"currency": table.unit.currency}
            | tidy.wide(row, table, ROLES)
            for i, (code, row) in enumerate(kept)
        ],
        schema_overrides={"continent": pl.String} | dict.fromkeys([*ROLES, "precision"], pl.Float64),
        infer_schema_length=None,
    )
    own = [(_imports_only(row) if code == RE_IMPORTS else row, dimensions(code), None) for code, row in kept]
    return tidy.reading(layout.product, table, frame, tidy.series(own, table, layout.status), payload)


def _refuse_exports(code: str, row: Row) -> None:
    """China as a partner is goods that come back. ReadError `re_exports`."""
    exported = [role for role, figure in row.figures.items() if role in ("export_month", "export_ytd") and figure]
    if code == RE_IMPORTS and exported:
        raise ReadError("re_exports", expected="imports only: goods come back", got=str(exported), where=row.where)


def _add_up(
    kept: Mapping[str, Row], blocks: Mapping[str, str | None], incomplete: Collection[str], table: Table
) -> None:
    """Six continents and what stands in none are the world; every country with trade in the month has a row in its
    continent. Where a part is set aside, the others may only not exceed their whole."""
    world = [row for code, row in kept.items() if code in CONTINENTS or code in NOWHERE]
    for code in sorted(kept.keys() & {"WORLD", *CONTINENTS}):
        parts = world if code == "WORLD" else [row for row in kept.values() if blocks[row.where] == code]
        roles, unprinted = ((), UNPRINTED) if code == "WORLD" else (MONTHS, 0.0)
        relation: checks.Relation = "<=" if code in incomplete else "="
        table.terms.extend(checks.rows_make(kept[code], parts, relation, roles=roles, unprinted=unprinted))


def _imports_only(row: Row) -> Row:
    figures = {role: figure for role, figure in row.figures.items() if role.startswith("import")}
    return Row(row.label, row.indent, row.of_which, row.where, figures)


def _adds_up(code: str) -> bool:
    """Is the area part of a sum that the table prints: a country of a continent, or what stands in none?"""
    made: bool = dict(names().select("code", "kind").iter_rows())[code] != "group"
    return made


def continents(codes: list[str | None]) -> list[str | None]:
    """The continent block each row stands in: countries follow their continent's row; groups, Antarctica, the United
    Nations and the unknown stand in none. A label that nobody knows stands where it is printed."""
    placed = dict(names().select("code", "continent").iter_rows())
    block, found = None, []
    for code in codes:
        if code in CONTINENTS:
            block = code
        elif code is not None and placed[code] is None:
            block = None
        found.append(None if code in CONTINENTS else block)
    return found
