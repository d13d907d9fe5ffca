"""Rises of China's exports to connectors by six digits of HS, added up from eight digits of the online query.

A download holds the codes that somebody asked for, and a code without a row had no trade or was not asked for: which of
the two, no file says. So two quarters are compared where both hold the same codes of eight digits, and not otherwise.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import polars as pl

from transforms.indicators.declaration import Build, Record, step
from transforms.indicators.engine import PROVENANCE, each_vintage
from transforms.indicators.trade import KEYS
from transforms.model import DEFAULTS, NONE
from transforms.periods import month_end

TABLE = "customs_microdata"
GOODS: dict[str, pl.DataType] = {
    "period_end": pl.Date(),
    "partner": pl.String(),
    "hs8": pl.String(),
    "value": pl.Float64(),
    "vintage_date": pl.Date(),
    "vintage_kind": pl.String(),
    "release_id": pl.String(),
    "first_seen": pl.Datetime("us"),
    "digest": pl.String(),
}
"""Rows of the table that count here: exports in dollars by month, partner and code, one row each a download."""
QUERY = "CHINA_CUSTOMS_QUERY"
"""Definition of what is counted so, beside the tables that customs prints (CHINA_CUSTOMS)."""
_FIXED = {"ref_area": "CHN", "flow": "export", "basis": "quarter", "definition": QUERY, "currency": "USD", "freq": "Q"}


@step(Record(TABLE))
def query_rises(build: Build) -> pl.DataFrame:
    """Exports less those of the quarter a year earlier, USD, by connector and six digits, as known each day."""
    goods = build.records.get(TABLE, pl.DataFrame(schema=GOODS))
    absent = {name: pl.lit(DEFAULTS.get(name, NONE)) for name in KEYS}
    named = {name: pl.lit(word) for name, word in _FIXED.items()}
    rows = goods.with_columns(**absent | named).with_columns(
        counterpart_area="partner",
        product_code=pl.col("hs8"),
        obs_status=pl.lit("A"),
        precision=pl.lit(None, pl.Float64),
    )
    return each_vintage(
        rows.select(*KEYS, "period_end", "value", "precision", "vintage_date", *PROVENANCE), KEYS, rises
    )


def rises(panel: pl.DataFrame) -> pl.DataFrame:
    """Rises of six digits in quarters of which each month is known; null where the two quarters hold other codes."""
    codes: dict[tuple[str, str, int], set[str]] = defaultdict(set)
    months: dict[tuple[str, str, int], set[int]] = defaultdict(set)
    sums: dict[tuple[str, str, int], float] = defaultdict(float)
    for partner, code, end, value in panel.select(
        "counterpart_area", "product_code", "period_end", "value"
    ).iter_rows():
        key = (partner, f"HS_{code[:6]}", end.year * 4 + (end.month - 1) // 3)
        codes[key].add(code)
        months[key].add(end.month)
        sums[key] += value
    made: list[tuple[str, str, date, float | None]] = []
    for partner, product, quarter in sums:
        now, then = (partner, product, quarter), (partner, product, quarter - 4)
        if len(months[now]) == 3 and len(months.get(then, ())) == 3:
            same = codes[now] == codes[then]
            end = month_end(quarter // 4, quarter % 4 * 3 + 3)
            made.append((partner, product, end, sums[now] - sums[then] if same else None))
    schema = {
        "counterpart_area": pl.String(),
        "product_code": pl.String(),
        "period_end": pl.Date(),
        "value": pl.Float64(),
    }
    told = pl.DataFrame(made, schema=schema, orient="row")
    last = panel.sort("vintage_date", "first_seen").tail(1).drop(list(schema))
    return told.join(last, how="cross").select(panel.columns)
