"""HS codes by year: the names that downloads print, in both languages, and the edition they follow."""

from __future__ import annotations

from datetime import date

import polars as pl

from tests.transforms.online_query.test_online_query import sample
from transforms.customs import hs, online_query


def test_names_come_from_the_downloads_year_by_year() -> None:
    chinese = online_query.read(sample("soybeans_imports_2024.csv")).records["commodity"]
    row = chinese.row(by_predicate=pl.col("code") == "HS_12019019", named=True)
    assert row == {"code": "HS_12019019", "version": 2024, "name_en": None, "name_zh": "转基因黄大豆",
                   "hs_edition": 2022, "aggregate": False}  # fmt: skip
    english = online_query.read(sample("ceuta_exports_2018_10.csv", "export")).records["commodity"]
    assert set(english["hs_edition"]) == {2017} and english["name_en"].null_count() == 0


def test_both_languages_of_a_code_meet_in_one_row() -> None:
    rows = pl.DataFrame({"period_end": [date(2024, 1, 31), date(2024, 5, 31), date(2021, 12, 31)],
                         "hs8": ["12019019"] * 3, "hs_name": ["转基因黄大豆", "Soya beans, GM", "Soya beans"]})  # fmt: skip
    parts = [hs.as_commodities(hs.named(rows[i])) for i in range(3)]
    merged = hs.merged(pl.concat(parts), pl.DataFrame(schema=dict(hs.NAMED)))
    assert merged.select("version", "hs_edition", "name_en", "name_zh").rows() == [
        (2021, 2017, "Soya beans", None),
        (2024, 2022, "Soya beans, GM", "转基因黄大豆"),
    ]
