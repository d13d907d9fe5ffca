"""What a wide table of loans takes from the series of its subject, and what it leaves to `observation`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tests.expectations.small import claims, warehouse

END, KNOWN = date(2023, 6, 30), date(2023, 8, 1)
RUSSIA = {"ref_area": "RUS", "counterpart_area": "_", "currency": "ALL", "unit": "RUB"}


def figure(value: float, basis: str = "stock", **dimensions: str) -> pl.DataFrame:
    return claims(("_", END, KNOWN, value), release=f"{value}", basis=basis, **RUSSIA, **dimensions)


@pytest.mark.slow
def test_loan_portfolio_has_one_presentation(tmp_path: Path) -> None:
    """The history that was made again in 2024 must not hide, or fill up, the figures of before."""
    line = {"dataset": "loan_portfolio", "product_code": "NONFINANCIAL"}
    frames = [
        figure(50e12, measure="debt", definition="SECTOR", **line),
        figure(2e12, measure="other_placed", definition="SECTOR_PERFORMING", **line),
        figure(3e12, measure="other_placed", definition="SECTOR_PERFORMING_2024", **line),
        figure(1e12, measure="acquired_claims", definition="SECTOR_ACQUIRED_PERFORMING_2024", **line),
    ]
    with warehouse(tmp_path / "x.duckdb", *frames) as con:
        rows = con.sql("SELECT debt, other_placed, acquired_claims FROM loan_portfolio").fetchall()
        all_of_them = con.sql("SELECT count(*) FROM observation").fetchall()
    assert (rows, all_of_them) == ([(50e12, 2e12, None)], [(4,)])


@pytest.mark.slow
def test_loans_granted_to_small_enterprises_stand_beside_their_debt(tmp_path: Path) -> None:
    line = {"dataset": "sme_loans", "product_code": "SME"}
    frames = [
        figure(12e12, measure="debt", definition="SME_01_13_F", **line),
        figure(1e12, basis="month", measure="new_loans", definition="RESIDENTS", **line),
    ]
    with warehouse(tmp_path / "x.duckdb", *frames) as con:
        rows = con.sql("SELECT statistics, debt, new_loans FROM sme_loans").fetchall()
    assert rows == [("01_13_F", 12e12, 1e12)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("trade_by_sitc", {"sitc": "SITC_PRIMARY"}),
        ("trade_by_hs", {"hs": "HS_85"}),
        ("trade_by_place", {"province": "CN-GD", "place": "TOTAL", "counted_by": "REGISTRATION"}),
        ("trade_by_specific_area", {"area": "LABEL_ZONE"}),
        ("trade_by_customs_district", {"district": "LABEL_TIANJIN"}),
        ("trade_by_enterprise", {"regime": "REGIME_ORDINARY", "enterprise": "ENTERPRISE_STATE"}),
        ("trade_by_commodity_regime", {"commodity": "COMMODITY_TOYS", "flow": "export", "regime": "REGIME_ORDINARY"}),
    ],
)
def test_each_breakdown_of_the_nations_trade_has_a_table(tmp_path: Path, table: str, key: dict[str, str]) -> None:
    names = {"province": "ref_area", "counted_by": "definition", "enterprise": "definition", "flow": "flow"}
    if "commodity" in key:
        names["regime"] = "definition"
    own = {names.get(name, "product_code"): text for name, text in key.items()}
    line = {"ref_area": "CHN", "counterpart_area": "WORLD", "currency": "USD", "unit": "USD", "flow": "export"} | own
    frames = [
        claims(("_", END, KNOWN, 5e9), release="a", basis="ytd", dataset=table, measure="value", **line),
        claims(("_", END, KNOWN, 7.5), release="b", basis="ytd", dataset=table, measure="growth_yoy",
               **(line | {"unit": "percent"})),
    ]  # fmt: skip
    columns = "value, value_growth_yoy" if "commodity" in key else "exports, exports_growth_yoy"
    with warehouse(tmp_path / "x.duckdb", *frames) as con:
        found = con.sql(f"SELECT {', '.join(key)}, {columns}, has_level FROM {table}").fetchall()
        then = con.sql(f"SELECT count(*) FROM {table}_as_of(DATE '2023-08-01')").fetchall()
    assert (found, then) == ([(*key.values(), 5e9, 7.5, True)], [(1,)])
