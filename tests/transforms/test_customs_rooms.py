"""One product = one module, one layout, one suite, one test folder, all of the same name; titles tell products apart."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from expectations.gate import suites
from transforms.customs.table import layout
from transforms.products import all_products

CUSTOMS = {name: module for name, module in all_products().items() if name.startswith("gacc.")}
SHARED_TITLES = {"gacc.by_trade_mode_preliminary", "gacc.by_regime_bulletin"}  # told apart by their unit


@pytest.mark.parametrize("product", CUSTOMS)
def test_a_product_is_at_home_in_every_room(product: str) -> None:
    name = product.removeprefix("gacc.")
    path = Path(str(CUSTOMS[product].__file__))  # type: ignore[attr-defined]
    assert path.stem == name
    assert path.with_suffix(".yaml").exists()
    assert name in suites()
    assert any((Path(__file__).parent / name).glob("test_*.py"))


def test_no_title_belongs_to_two_products() -> None:
    owners = defaultdict(set)
    for product, module in CUSTOMS.items():
        for words in layout(str(module.__file__)).get("titles", ()):  # type: ignore[attr-defined]
            owners[words].add(product)
    shared = {words: names for words, names in owners.items() if len(names) > 1}
    assert set(map(frozenset, shared.values())) == {frozenset(SHARED_TITLES)}
