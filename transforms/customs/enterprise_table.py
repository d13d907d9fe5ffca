"""What the bulletin's tables (6) and (7) share: exports and imports by customs regime and type of enterprise.

Year to date, two rows a regime (values, then their growth in percent). Reading.table: one row per regime and type of
enterprise in base units: row, product_code (TOTAL for the nation), enterprise, label, currency, value_ytd,
value_ytd_yoy (percent), precision. The type is the `definition` of the series; ENTERPRISE_ALL is the table's column of
totals. Foreign-invested enterprises are split into three kinds in issues to 2019.
"""

from __future__ import annotations

from itertools import pairwise

import polars as pl

from transforms.customs import tidy
from transforms.customs.regime_table import rows_of
from transforms.customs.row import Row
from transforms.customs.table import read_table
from transforms.customs.table import recognise as recognise
from transforms.customs.table_layout import FlowLayout
from transforms.model import Payload, ReadError, Reading

Layout = FlowLayout
ORDER = (("fie", "poe", "soe", "other"), ("fie_own", "fie_joint", "fie_cooperative"))
"""Types by falling trade in processing with imported materials, as in the issues at hand of 2018 to 2026: each at least
twice the next. Columns that changed places show by it; no sum tells them apart."""
ROLES = ["value_ytd", "value_ytd_yoy"]
ENTERPRISES = {
    "total": "ENTERPRISE_ALL", "soe": "ENTERPRISE_STATE", "fie": "ENTERPRISE_FOREIGN_INVESTED",
    "fie_cooperative": "ENTERPRISE_FOREIGN_COOPERATIVE", "fie_joint": "ENTERPRISE_FOREIGN_JOINT",
    "fie_own": "ENTERPRISE_FOREIGN_OWNED", "poe": "ENTERPRISE_PRIVATE", "other": "ENTERPRISE_OTHER",
}  # fmt: skip
"""Definition of the series by what begins the role of a column."""


def read(payload: Payload, layout: FlowLayout) -> Reading:
    """Read one page or sheet. ReadError as in table, headers and checks; unknown_regime, duplicate_regime,
    enterprises_exchanged."""
    table = read_table(payload, layout)
    rows = rows_of(table, layout, payload.name)
    _in_order(dict(rows)["REGIME_PROCESSING_MATERIALS"])
    records: list[dict[str, object]] = []
    series: list[tuple[Row, dict[str, str], None]] = []
    for i, (code, row) in enumerate(rows):
        for word, enterprise in ENTERPRISES.items():
            if f"{word}_value_ytd" not in row.figures:
                continue
            figures = {role: row.figures[f"{word}_{role}"] for role in ROLES}
            part = Row(row.label, row.indent, row.of_which, row.where, figures)
            own = {"row": i + 1, "product_code": code, "enterprise": enterprise, "label": row.label}
            records.append({**own, "currency": table.unit.currency, **tidy.wide(part, table, ROLES)})
            series.append((part, {"dataset": "trade_by_enterprise", "counterpart_area": "WORLD", "flow": layout.flow,
                                  "product_code": code, "definition": enterprise}, None))  # fmt: skip
    frame = pl.DataFrame(
        records, schema_overrides=dict.fromkeys([*ROLES, "precision"], pl.Float64), infer_schema_length=None
    )
    return tidy.reading(layout.product, table, frame, tidy.series(series, table, layout.status), payload)


def _in_order(row: Row) -> None:
    """ReadError `enterprises_exchanged` where the types do not follow each other as in every issue."""
    for order in ORDER:
        figures = [(word, row.figures.get(f"{word}_value_ytd")) for word in order if f"{word}_value_ytd" in row.figures]
        for (more, high), (less, low) in pairwise(figures):
            if (high or 0) <= (low or 0):
                raise ReadError(
                    "enterprises_exchanged", expected=f"{more} above {less}, as in every issue",
                    got=f"{high} and {low}", where=row.where,
                    hint="Columns have changed places; compare another month's table.",
                )  # fmt: skip
