"""One product = one layout, a suite, a test folder of its name; titles tell products apart; errors of layouts are named."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
import yaml

from expectations.suites import of
from transforms import layout
from transforms.customs.query_layout import layout as query_layout
from transforms.customs.table_layout import TableLayout
from transforms.products import all_products

CUSTOMS = {name: product for name, product in all_products().items() if name.startswith("gacc.")}
TABLES = {name: product.layout for name, product in CUSTOMS.items() if hasattr(product, "layout")}
SHARED_TITLES = {"gacc.by_trade_mode_preliminary", "gacc.by_regime_bulletin"}  # told apart by their unit
ROOM = Path(layout.__file__).parent / "customs"


@pytest.mark.parametrize("product", CUSTOMS)
def test_a_product_is_at_home_in_every_room(product: str) -> None:
    name = product.removeprefix("gacc.")
    assert (ROOM / f"{name}.yaml").exists()
    assert of(product) is not None
    assert any((Path(__file__).parent / name).glob("test_*.py"))


def test_no_title_belongs_to_two_products() -> None:
    owners = defaultdict(set)
    for product, plan in TABLES.items():
        for words in plan.titles:
            owners[words].add(product)
    shared = {words: names for words, names in owners.items() if len(names) > 1}
    assert set(map(frozenset, shared.values())) == {frozenset(SHARED_TITLES)}
    assert {name for name, plan in TABLES.items() if plan.shares_title} == SHARED_TITLES


def test_every_table_says_how_many_rows_it_may_lose_and_why() -> None:
    for product, plan in TABLES.items():
        assert isinstance(plan, TableLayout) and plan.set_aside.why, product
        assert plan.identities and plan.status == ("P" if product.endswith("preliminary") else "A"), product
    assert query_layout().set_aside.why


@pytest.mark.parametrize(
    ("change", "field"),
    [({"decimal": 1}, "decimal"), ({"status": "X"}, "status"), ({"identities": ["sums"]}, "identities"),
     ({"set_aside": {"least": 1}}, "set_aside.why"), ({"titles": None}, "titles")],
)  # fmt: skip
def test_an_error_in_a_layout_names_file_and_field(tmp_path: Path, change: dict[str, object], field: str) -> None:
    data = yaml.safe_load((ROOM / "by_partner_preliminary.yaml").read_text("utf-8"))
    path = tmp_path / "wrong.yaml"
    path.write_text(yaml.safe_dump(data | change), "utf-8")
    with pytest.raises(layout.BadLayout, match=rf"wrong\.yaml: .*{field}"):
        layout.load(path)
