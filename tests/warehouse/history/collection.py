"""What was collected, and what became of each of its files: the block made of it and the meaning of its columns.

The collection lies beside the repository while it is developed (../shared/data).
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import pytest

from transforms.areas import resolve
from warehouse.history import FOLDER

COLLECTION = FOLDER.parents[1].parent / "shared" / "data"
needed = pytest.mark.skipif(not COLLECTION.exists(), reason="the collection is not at hand")

Row = dict[str, str]
SIZE = {
    "USD billion": 10**9, "USD trillion": 10**12, "CNY trillion": 10**12, "USD 100 million": 10**8, "percent": 1,
    "RMB 100 million": 10**8, "CNY 100 million": 10**8, "CNY 100 Million": 10**8, "RMB 10,000": 10**4,
    "USD 1,000": 10**3, "USD million": 10**6, "USD 1 million": 10**6, "RMB yuan": 1,
    "万吨": 10**7, "吨": 10**3, "亿双": 10**8, "万台": 10**4, "亿个": 10**8, "万辆": 10**4, "艘": 1, "万个": 10**4,
    "万立方米": 10**4, "台": 1, "架": 1, "10,000 Tons": 10**7, "Ton": 10**3, "千克": 1,
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """A collected file, the block made of it, and what each of its columns became."""

    block: str
    file: str
    columns: dict[str, dict[str, str]]  # source column -> dimensions of the claims it makes
    size: Callable[[Row, str], Decimal | int] = lambda row, column: 1
    keys: dict[str, Callable[[Row], str]] = field(default_factory=dict)  # claim column -> its value from the row
    keep: Callable[[Row], bool] = lambda row: True
    period: str = "period"


def by_unit(row: Row, column: str) -> int:
    if "yoy" in column or column == "mom_pct":
        return 1
    return SIZE[row["unit"].split(" (")[0]]


def flows(suffix: str = "") -> dict[str, dict[str, str]]:
    names = {"exports": "export", "imports": "import", "total": "total", "balance": "balance"}
    return {name + suffix: {"flow": flow, "basis": "ytd" if suffix else "month"} for name, flow in names.items()}


def partner_columns(basis: tuple[str, ...] = ("month", "ytd")) -> dict[str, dict[str, str]]:
    cells = {}
    for flow in ("total", "export", "import"):
        cells |= {f"{flow}_{b}": {"flow": flow, "basis": b, "measure": "value"} for b in basis}
        cells[f"{flow}_ytd_yoy_pct"] = {"flow": flow, "basis": "ytd", "measure": "growth_yoy"}
    return cells


def label(column: str) -> dict[str, Callable[[Row], str]]:
    return {"native_title": lambda row: row[column], "counterpart_area": lambda row: resolve(row[column])}


def re_imported(row: Row, column: str) -> bool:
    """Totals of China as a partner: its goods that come back are imports only."""
    return column.startswith("total") and row.get("partner_zh") == "中国"


def commodity_size(row: Row, column: str) -> int:
    if column.endswith("pct"):
        return 1
    return SIZE[row["quantity_unit" if "quantity" in column else "value_unit"].split(" (")[0]]


COMMODITY = {
    "month_quantity": {"measure": "quantity", "basis": "month"},
    "month_value": {"measure": "value", "basis": "month"},
    "ytd_quantity": {"measure": "quantity", "basis": "ytd"},
    "ytd_value": {"measure": "value", "basis": "ytd"},
}
FX_KEYS = {
    "definition": lambda row: {"usd_cnh_month_end": "CNH_MONTH_END", "eur_cny_avg": "ECB_MONTHLY_AVERAGE"}.get(
        row["series"], "FED_MONTHLY_AVERAGE"
    ),
    "unit": lambda row: "USD" if row["series"] == "usd_per_eur_avg" else "CNY",
}
US = {"native_title": lambda row: row["partner"]}

SOURCES = [
    Source(
        "gacc/totals_usd_mirror",
        "gacc/totals_monthly_usd_vintages.csv",
        {
            "value": {"measure": "value", "basis": "month"},
            "yoy_pct": {"measure": "growth_yoy", "basis": "month"},
            "mom_pct": {"measure": "growth_mom", "basis": "month"},
            "ytd_value": {"measure": "value", "basis": "ytd"},
            "ytd_yoy_pct": {"measure": "growth_yoy", "basis": "ytd"},
        },
        by_unit,
        {"flow": lambda row: row["flow"], "vintage_date": lambda row: row["vintage_date"]},
    ),
    Source("gacc/totals_usd_2021_2026", "gacc/totals_monthly_usd_100m_2021_2026.csv", flows(), by_unit),
    Source("gacc/totals_cny_2023_2024", "gacc/totals_monthly_cny_2023_2024.csv", flows() | flows("_ytd"), by_unit),
    Source(
        "gacc/totals_preliminary_usd",
        "gacc/headline_section1_rows.csv",
        {
            "month": {"measure": "value", "basis": "month"},
            "ytd": {"measure": "value", "basis": "ytd"},
            "mom_pct": {"measure": "growth_mom", "basis": "month"},
            "yoy_pct": {"measure": "growth_yoy", "basis": "month"},
            "ytd_yoy_pct": {"measure": "growth_yoy", "basis": "ytd"},
        },
        by_unit,
        {"native_title": lambda row: row["item"]},
    ),
    Source(
        "gacc/growth_cny_published",
        "gacc/yoy_cny_published.csv",
        {"yoy_pct": {}},
        keys={"flow": lambda row: row["flow"]},
    ),
    Source(
        "gacc/by_partner_bulletin_cny_2024",
        "gacc/by_partner_bulletin_cny_2024.csv",
        partner_columns(),
        by_unit,
        label("partner_zh"),
    ),
    Source(
        "gacc/by_partner_bulletin_usd_2024_09",
        "gacc/by_partner_bulletin_usd_2024_09.csv",
        partner_columns(),
        by_unit,
        label("partner_zh"),
    ),
    *[
        Source(
            f"gacc/by_partner_bulletin_cny_selected{suffix}",
            "gacc/by_partner_bulletin_cny_selected_2024_2026.csv",
            partner_columns(),
            by_unit,
            label("partner_zh"),
            keep=lambda row, origin=origin: origin in row["source"],  # type: ignore[misc]
        )
        for suffix, origin in (("", "funny"), ("_rounded", "China-Macro"))
    ],
    Source(
        "gacc/by_partner_preliminary_cny",
        "gacc/by_partner_preliminary.csv",
        partner_columns(),
        by_unit,
        label("partner_label"),
    ),
    Source(
        "gacc/by_partner_preliminary_usd_2026_h1",
        "gacc/by_partner_preliminary_usd_2026H1.csv",
        {name: meaning for name, meaning in partner_columns(("ytd",)).items() if "total" not in name},
        by_unit,
        {"counterpart_area": lambda row: resolve(row["partner"])},
    ),
    Source(
        "gacc/exports_to_us_usd",
        "gacc/exports_to_us_monthly_usd.csv",
        {"value": {"measure": "value"}, "yoy_pct": {"measure": "growth_yoy"}},
        by_unit,
    ),
    Source(
        "gacc/export_growth_by_region_usd_2025",
        "gacc/exports_yoy_by_region_usd_2025.csv",
        {"yoy_pct": {}},
        keys={"counterpart_area": lambda row: resolve(row["partner"])},
    ),
    Source(
        "gacc/by_regime_bulletin_usd",
        "gacc/by_customs_regime_usd.csv",
        {
            f"{flow}_{basis}{suffix}": {"flow": flow, "basis": basis, "measure": measure}
            for flow in ("export", "import")
            for basis in ("month", "ytd")
            for suffix, measure in (("", "value"), ("_yoy_pct", "growth_yoy"))
        },
        by_unit,
        {"native_title": lambda row: row["regime"]},
    ),
    Source(
        "gacc/major_commodities",
        "gacc/major_commodities.csv",
        COMMODITY
        | {
            "ytd_quantity_yoy_pct": {"measure": "quantity_growth_yoy", "basis": "ytd"},
            "ytd_value_yoy_pct": {"measure": "growth_yoy", "basis": "ytd"},
        },
        commodity_size,
        {"native_title": lambda row: row["commodity_label"], "flow": lambda row: row["flow"]},
    ),
    Source(
        "gacc/export_commodities_selected",
        "context/china_exports_commodity_table.csv",
        COMMODITY,
        commodity_size,
        {"native_title": lambda row: row["commodity_zh"], "vintage_date": lambda row: row["published_date"]},
    ),
    Source(
        "gacc/soybeans_by_partner_query",
        "gacc/soybeans_hs8_by_partner_online_query.csv",
        {"quantity": {"measure": "quantity"}, "value": {"measure": "value"}},
        keys={
            "flow": lambda row: row["flow"],
            "counterpart_area": lambda row: resolve(row["partner_zh"]),
            "product_code": lambda row: "HS_" + row["hs8"],
        },
    ),
    Source(
        "context/china_prices",
        "context/china_cpi_ppi_monthly.csv",
        {
            "yoy_pct": {"measure": "growth_yoy"},
            "mom_pct": {"measure": "growth_mom"},
            "index_py100": {"measure": "index", "basis": "month"},
            "ytd_index_py100": {"measure": "index", "basis": "ytd"},
        },
        keys={"product_code": lambda row: row["indicator"].upper()},
    ),
    Source(
        "context/effective_exchange_rate",
        "context/fx_and_reer_monthly.csv",
        {"value": {}},
        keys={
            "product_code": lambda row: row["series"][:4].upper() + "_BROAD",
            "vintage_date": lambda row: {"to 2026-07": "2026-08-31", "to 2024-09": "2024-10-31"}.get(
                row["vintage"][:10], "2026-06-30"
            ),
        },
        keep=lambda row: "eer_broad" in row["series"],
    ),
    Source(
        "context/exchange_rates_monthly",
        "context/fx_and_reer_monthly.csv",
        {"value": {}},
        keys=FX_KEYS,
        keep=lambda row: "eer_broad" not in row["series"] and "computed" not in row["series"],
    ),
    Source(
        "context/usd_cny_central_parity",
        "context/usd_cny_central_parity_daily.csv",
        {"value": {}},
        lambda row, column: Decimal("0.01"),
        period="date",
    ),
    Source(
        "context/us_imports_for_consumption",
        "context/us_imports_by_country_monthly.csv",
        {"value": {"measure": "value"}, "calculated_duty": {"measure": "calculated_duty"}},
        lambda row, column: 10**6,
        US,
        keep=lambda row: row["measure"].startswith("imports_for_consumption"),
    ),
    Source(
        "context/us_general_imports",
        "context/us_imports_by_country_monthly.csv",
        {"value": {}},
        lambda row, column: 10**6,
        US,
        keep=lambda row: row["measure"].startswith("general"),
    ),
    Source("context/russia_cpi", "context/russia_cpi_monthly.csv", {"cpi_mom_index": {}}),
    Source(
        "context/russia_balance_of_payments",
        "context/russia_balance_of_payments.csv",
        {"value": {}},
        by_unit,
        {"product_code": lambda row: "CURRENT_ACCOUNT" if row["indicator"] == "current_account" else "GOODS"},
    ),
    Source("context/russia_wages_incomes", "context/russia_wages_incomes.csv", {"value": {}}),
]


def last_day(period: str) -> str:
    """2025-11, 2025, 2025-Q2, 2025-01/2025-10 or a day: its last day."""
    period = period.split("/")[-1]
    if "Q" in period:
        period = f"{period[:4]}-{3 * int(period[-1]):02d}"
    parts = [int(part) for part in period.split("-")]
    if len(parts) == 3:
        return period
    year, month = parts[0], parts[1] if len(parts) == 2 else 12
    return (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).isoformat()


def number(cell: str) -> Decimal | None:
    plain = cell.strip().replace(",", "")
    return None if plain in ("", "-", "—") else Decimal(plain)


def collected(file: str) -> Iterator[Row]:
    with (COLLECTION / file).open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines)
