"""What the tables by customs regime share: preliminary (2) and (3), bulletin (5).

Reading.table: one row per regime in base units: product_code, label, currency, the columns of `roles`, precision. The
total row is dataset trade_total.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl

from transforms.customs import checks, regimes, tidy
from transforms.customs.aside import required, sift
from transforms.customs.table import Row, Table, read_table
from transforms.model import Payload, Reading

TOTAL = "TOTAL"


def read(
    payload: Payload,
    plan: Mapping[str, Any],
    product: str,
    roles: Sequence[str],
    status: str,
    check: Callable[[Row, Table], None],
) -> Reading:
    """Read one table; `check` refuses a row that contradicts itself. `status` P or A.

    ReadError as in table, headers and checks; unknown_regime, duplicate_regime.
    """
    table = read_table(payload, plan)

    def sound(_: str, row: Row) -> None:
        checks.not_negative(row)
        check(row, table)

    rows, lost = sift(table, plan, _code, sound, [TOTAL])
    checks.no_duplicates([(code, row) for code, row in (*rows, *lost) if code], "duplicate_regime")
    required(rows, lost, plan["required"], payload.name)
    parts = [row for code, row in rows if code != TOTAL]
    checks.parts_make_total(parts, dict(rows)[TOTAL], payload.name, incomplete=bool(lost))
    frame = pl.DataFrame(
        [
            {"product_code": code, "label": row.label, "currency": table.unit.currency} | tidy.wide(row, table, roles)
            for code, row in rows
        ],
        schema_overrides=dict.fromkeys([*roles, "precision"], pl.Float64),
    )
    own = [(row, _dimensions(code), None) for code, row in rows]
    return tidy.reading(product, table, frame, tidy.series(own, table, status), payload)


def _code(row: Row) -> str:
    return TOTAL if regimes.is_total(row.label) else regimes.resolve(row.label, row.where)


def _dimensions(code: str) -> dict[str, str]:
    dataset = "trade_total" if code == TOTAL else "trade_by_regime"
    return {"dataset": dataset, "counterpart_area": "WORLD", "product_code": code}
