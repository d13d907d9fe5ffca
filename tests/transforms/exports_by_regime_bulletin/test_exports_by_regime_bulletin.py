"""Bulletin table (17), exports by regime, year to date: every figure of the official page of June 2026."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.transforms.customs_case import refused
from tests.transforms.customs_products import exports_by_regime_bulletin as product
from transforms.model import Payload


@pytest.fixture
def june(shared: Path) -> Payload:
    path = shared.parent / "cases/customs/bulletin17_2026-06.html"
    if not path.exists():
        pytest.skip("the official page is not here")
    return Payload(path.read_bytes(), path.name)


def test_official_page_gives_every_figure(june: Payload) -> None:
    assert product.recognise(june)
    reading = product.read(june)
    assert (reading.release.period, reading.release.currency, len(reading.table), reading.set_aside) == (
        "2026-06", "USD", 31 * 4, ())  # fmt: skip
    steel = reading.table.filter(product_code="COMMODITY_STEEL", regime="REGIME_BONDED_LOGISTICS").row(0, named=True)
    assert (steel["quantity_ytd"], steel["value_ytd"]) == (45 * 10_000_000.0, 415_524_000.0)
    assert (steel["quantity_ytd_yoy"], steel["value_ytd_yoy"]) == (35.5, -18.5)
    rows = reading.observations.filter(product_code="COMMODITY_FOOTWEAR", measure="quantity")
    assert dict(rows.select("definition", "value").iter_rows())["REGIME_OTHER"] == 10 * 100_000_000.0
    assert set(reading.observations["flow"]) == {"export"}


def test_its_regimes_add_up_to_table_5_of_the_same_month(june: Payload, shared: Path) -> None:
    from tests.transforms.customs_products import major_exports_preliminary

    path = shared / "gacc/raw/english_site_2025_2026/gacc_2026-06_exports_usd.html"
    if not path.exists():
        pytest.skip("the official page is not here")
    wanted = major_exports_preliminary.read(Payload(path.read_bytes(), path.name)).table
    sums = product.read(june).table.group_by("product_code").agg(pl.col("value_ytd").sum().alias("sum"))
    both = wanted.join(sums, on="product_code").filter(pl.col("value_ytd").is_not_null())
    assert len(both) >= 30
    assert (abs(both["sum"] - both["value_ytd"]) <= both["precision"] + 4 * 500).all()


def test_exchanged_regimes_show_by_fish(june: Payload) -> None:
    text = june.content.decode()
    for one, other in (("Processing Trade", "@"), ("Bonded logistics", "Processing Trade"), ("@", "Bonded logistics")):
        text = text.replace(one, other)
    assert refused(product, Payload(text.encode(), "page.html")).code == "regimes_exchanged"
