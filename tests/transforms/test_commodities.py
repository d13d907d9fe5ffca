"""Commodity labels of both languages lead to one code; aggregates are known; units are exact or refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from transforms.customs import commodities
from transforms.model import ReadError
from transforms.units import Unit


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("钢材", "COMMODITY_STEEL"),
        ("Products, of steel or iron", "COMMODITY_STEEL"),
        ("机电产品*", "COMMODITY_MECHANICAL_ELECTRICAL"),
        ("Hi-tech products*", "COMMODITY_HI_TECH"),
        ("汽车(包括底盘）", "COMMODITY_MOTOR_VEHICLES"),
        ("汽车（包括底盘）", "COMMODITY_MOTOR_VEHICLES"),
        ("\xa0\xa0Meat(including\xa0\xa0meat offal)", "COMMODITY_MEAT"),
        ("Rare Earth", "COMMODITY_RARE_EARTHS"),
        ("'Copper ores and concentrates", "COMMODITY_COPPER_ORE"),
        ("中药材及中式成药", "COMMODITY_CHINESE_MEDICINE"),
        ("Petroleum products", "COMMODITY_REFINED_OIL"),  # of 2025
        ("LCD panels", "COMMODITY_DISPLAY_MODULES"),
        ("Lamps and light fittings and parts thereof", "COMMODITY_LAMPS"),
        ("医药品", "COMMODITY_MEDICINE"),  # replaced the row above in 2026: another commodity, another code
    ],
)
def test_labels_of_both_languages_resolve(label: str, code: str) -> None:
    assert commodities.resolve(label) == code


def test_a_label_that_the_file_does_not_name_makes_its_own_code() -> None:
    assert commodities.by_label("\xa0Solar water-heaters, household") == "LABEL_SOLAR_WATER_HEATERS_HOUSEHOLD"
    assert commodities.by_label("太阳能热水器") == "LABEL_太阳能热水器"
    assert [commodities.by_label(text) for text in ("", "-", "1,234", "10000T", "万吨", "W?nders")] == [None] * 6


def test_an_unknown_commodity_is_refused_with_its_row() -> None:
    with pytest.raises(ReadError, match="unknown_commodity at row 9"):
        commodities.resolve("Unicorns", where="row 9")


def test_starred_rows_are_the_only_aggregates() -> None:
    table = commodities.names()
    assert table.filter(aggregate=True)["name_zh"].to_list() == ["农产品", "机电产品", "高新技术产品"]
    assert not table["code"].is_duplicated().any()


@pytest.mark.parametrize(
    ("printed", "unit"),
    [
        ("万吨", Unit("kg", Decimal(10_000_000))),
        ("10,000 Tons", Unit("kg", Decimal(10_000_000))),
        ("Ton", Unit("kg", Decimal(1000))),
        ("亿个", Unit("count", Decimal(100_000_000))),
        ("10,000 CBM", Unit("m3", Decimal(10_000))),
    ],
)
def test_quantity_units(printed: str, unit: Unit) -> None:
    assert commodities.quantity_unit(printed) == unit


def test_the_english_edition_misprints_the_unit_of_footwear() -> None:
    truth = Unit("pair", Decimal(100_000_000))
    assert commodities.quantity_unit("亿双") == truth
    assert commodities.true_units("10,000 Pairs", "COMMODITY_FOOTWEAR") == [truth]


@pytest.mark.parametrize("printed", ["62.0", "", "-", "Bushels"])
def test_a_number_or_an_unknown_word_is_no_unit(printed: str) -> None:
    with pytest.raises(ReadError, match="unknown_unit"):
        commodities.quantity_unit(printed)
