"""Bulletin table (18): first rows of April 2026; empty quantities keep their places; the regime is in the series."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import pytest

from tests.transforms.customs_case import fault, page, refused
from tests.transforms.customs_pages import Cell
from tests.transforms.customs_products import imports_by_regime_bulletin as product
from tests.transforms.customs_tables import selected_imports_rows


def test_figures_by_regime() -> None:
    payload = page(selected_imports_rows())
    assert product.recognise(payload)
    rows = product.read(payload).observations
    soya = rows.filter(product_code="COMMODITY_SOYBEANS", measure="quantity")
    assert dict(soya.select("definition", "value").iter_rows()) == {
        "REGIME_ORDINARY": 23_370_000_000.0,
        "REGIME_PROCESSING": 960_000_000.0,
        "REGIME_BONDED_LOGISTICS": 590_000_000.0,
        "REGIME_OTHER": 230_000_000.0,
    }
    assert set(soya["period_end"]) == {date(2026, 4, 30)} and set(soya["basis"]) == {"ytd"}


def test_january_to_april_adds_up_to_table_6() -> None:
    """Soya beans: table (6) of May 2026 has 3,694.2 for January-May and 1,179.1 for May (10,000 tons)."""
    rows = product.read(page(selected_imports_rows())).observations
    soya = rows.filter(product_code="COMMODITY_SOYBEANS", measure="quantity")["value"].sum()
    assert abs(soya - (3_694.2 - 1_179.1) * 1e7) <= 4 * 0.5e7


def test_an_empty_quantity_does_not_shift_the_row() -> None:
    table = product.read(page(selected_imports_rows())).table
    meat = table.filter(product_code="COMMODITY_MEAT").select("regime", "quantity_ytd", "value_ytd").rows()
    assert meat == [
        ("REGIME_ORDINARY", 2_000_000_000.0, 8_454_403_000.0),
        ("REGIME_PROCESSING", None, 87_143_000.0),
        ("REGIME_BONDED_LOGISTICS", None, 166_094_000.0),
        ("REGIME_OTHER", None, 186_000.0),
    ]


def test_a_row_without_code_goes_by_its_label_and_is_named() -> None:
    reading = product.read(page(selected_imports_rows(), ("'Coal and lignite", "Unicorn coal")))
    assert any("Unicorn coal" in note and "LABEL_UNICORN_COAL" in note for note in reading.notes)
    coal = product.read(page(selected_imports_rows())).observations.filter(product_code="COMMODITY_COAL")
    unicorn = reading.observations.filter(product_code="LABEL_UNICORN_COAL")
    assert unicorn.drop("product_code", "native_title").equals(coal.drop("product_code", "native_title"))


def test_a_row_whose_label_is_unclear_is_left_out_and_named() -> None:
    reading = product.read(page(selected_imports_rows(), ("'Coal and lignite", "10000T")))
    assert [(row.row, row.code) for row in reading.set_aside] == [("10000T", "unknown_commodity")]
    assert "COAL" not in "".join(reading.observations["product_code"])


def test_a_starred_row_that_nobody_knows_is_a_series_of_its_own() -> None:
    reading = product.read(page(selected_imports_rows(), ("'Coal and lignite", "Unicorn coal*")))
    assert reading.table.filter(product_code="LABEL_UNICORN_COAL")["aggregate"].all() and not reading.set_aside


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("Bonded logistics", "Bonded Logic"), "unknown_header"),
        (("Unit:US$1,000", "Unit:US$100"), "unknown_unit"),
        (("<b>10000T</b>", "<b>10000 bags</b>"), "unknown_unit"),
        (("8,454,403", "-8,454,403"), "negative"),
    ],
)
def test_each_fault_has_its_own_code(change: tuple[str, str], code: str) -> None:
    assert fault(product, page(selected_imports_rows(), change)).code == code


def test_a_table_without_any_known_row_is_refused() -> None:
    """Labels have changed places with units: leaving every row out would be no reading at all."""
    title, rows = selected_imports_rows()
    for row in rows[4:]:
        row[0], row[1] = row[1], row[0]
    assert refused(product, page((title, rows))).code in ("unknown_commodity", "no_label", "unpaired_row")


def test_a_figure_in_the_place_of_a_label_is_refused() -> None:
    title, rows = selected_imports_rows()
    rows[4][0], rows[4][3] = rows[4][3], rows[4][0]
    assert fault(product, page((title, rows))).code == "no_label"


@pytest.mark.parametrize(("one", "other"), combinations(range(4), 2))
def test_regimes_that_changed_places_are_refused(one: int, other: int) -> None:
    """Quantities, values and percents of two regimes, all of them: prices and growth stay as they were."""
    title, rows = selected_imports_rows()
    for row in rows[4:]:
        for column in (2, 3):
            i, j = 2 * one + column, 2 * other + column
            row[i], row[j] = row[j], row[i]
    assert refused(product, page((title, rows))).code == "regimes_exchanged"


def test_without_the_row_that_tells_the_regimes_apart_nothing_is_read() -> None:
    assert refused(product, page(selected_imports_rows(), ("Iron ores", "Golden ores"))).code == "missing_rows"


def _amounts(rows: list[list[Cell]], label: str) -> int:
    return next(i for i, row in enumerate(rows) if label in str(row[0]))


def test_a_row_of_amounts_that_comes_twice_is_not_taken_for_its_percents() -> None:
    title, rows = selected_imports_rows()
    at = _amounts(rows, "Coal and lignite")
    reading = product.read(page((title, [*rows[: at + 1], rows[at], *rows[at + 1 :]])))
    assert [row.code for row in reading.set_aside] == ["unpaired_row"]
    assert reading.observations.equals(product.read(page((title, rows))).observations)


def test_labels_printed_in_both_rows_of_a_good_are_read_but_not_amounts_that_come_twice() -> None:
    title, rows = selected_imports_rows()
    above, twice = rows[0], []
    for row in rows:
        above = row if str(row[0]).strip() else above
        twice.append(row if row is above else [above[0], *row[1:]])
    whole = product.read(page((title, twice)))
    assert whole.observations.drop("native_title").equals(
        product.read(page((title, rows))).observations.drop("native_title")
    )
    at = _amounts(twice, "Coal and lignite")
    assert refused(product, page((title, [*twice[: at + 1], twice[at], *twice[at + 1 :]]))).code == "unpaired_row"
