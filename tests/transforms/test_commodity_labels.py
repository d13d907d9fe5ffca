"""One commodity under two names: where two official pages print the same figures for a month, the code is the same."""

from __future__ import annotations

from collections import defaultdict
from itertools import product as pairs
from pathlib import Path

import polars as pl
import pytest

from flows.run.reading import read_payload
from tests.transforms.customs_products import exports_by_regime_bulletin, major_exports_preliminary
from transforms.model import Payload
from transforms.products import Product

ALIKE = 0.005
"""A year later, quantity and value of half a year are revised by less; two goods agree in both by no chance."""


def table(product: Product, path: Path) -> pl.DataFrame:
    if not path.is_file():
        pytest.skip("the official pages are not here")
    return read_payload(product, Payload(path.read_bytes(), path.name))[0].table


@pytest.fixture(scope="module")
def pages(shared: Path) -> dict[str, pl.DataFrame]:
    folder = shared / "gacc/raw/english_site_2025_2026"
    names = ("2025-06", "2026-06")
    found = {name: table(major_exports_preliminary, folder / f"gacc_{name}_exports_usd.html") for name in names}
    return found | {"regimes": table(exports_by_regime_bulletin, folder / "gacc_2026-06_regimes_exports.html")}


def alike(one: float | None, other: float | None) -> bool:
    return bool(one and other and abs(one - other) <= ALIKE * max(one, other))


def test_a_row_of_last_year_and_the_same_row_beside_this_year_have_one_code(pages: dict[str, pl.DataFrame]) -> None:
    then = pages["2025-06"].select("label", "product_code", "quantity_ytd", "value_ytd").rows()
    now = pages["2026-06"].select("label", "product_code", "quantity_prior_ytd", "value_prior_ytd").rows()
    same = [(a, b) for a, b in pairs(then, now) if alike(a[2], b[2]) and alike(a[3], b[3])]
    assert not [(a, b) for a, b in same if a[1] != b[1]]
    renamed = {a[1] for a, b in same if a[0] != b[0]}
    assert {"COMMODITY_STEEL", "COMMODITY_INTEGRATED_CIRCUITS", "COMMODITY_DISPLAY_MODULES"} <= renamed


def test_rows_under_one_code_say_the_same_of_a_month(pages: dict[str, pl.DataFrame]) -> None:
    """What took another's place among the rows (medicines, that of Chinese ones) has a code of its own."""
    now = pages["2026-06"].select("product_code", "value_prior_ytd")
    both = pages["2025-06"].select("product_code", "value_ytd").join(now, on="product_code")
    apart = (pl.col("value_ytd") / pl.col("value_prior_ytd") - 1).abs() > 0.02  # oil products were revised by 1.2 %
    assert both.height == 30 and both.filter(apart).is_empty()


def test_the_bulletin_by_regime_adds_up_to_the_preliminary_rows_of_its_codes(pages: dict[str, pl.DataFrame]) -> None:
    sums: dict[str, float] = defaultdict(float)
    for code, value in pages["regimes"].select("product_code", "value_ytd").drop_nulls().rows():
        sums[code] += value
    rows = dict(pages["2026-06"].select("product_code", "value_ytd").rows())
    assert set(sums) == set(rows)
    assert not {code: (sums[code], rows[code]) for code in rows if not alike(sums[code], rows[code])}
