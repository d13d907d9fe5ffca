"""HS codes by year: the names that downloads print, in both languages, and the edition they follow."""

from __future__ import annotations

import gzip
import re
from datetime import date
from pathlib import Path

import polars as pl

from tests.transforms.online_query.test_online_query import sample
from transforms.customs import hs, online_query
from transforms.customs.query_fields import SCHEMA


def test_names_come_from_the_downloads_year_by_year() -> None:
    chinese = online_query.read(sample("soybeans_imports_2024.csv")).records["commodity"]
    row = chinese.row(by_predicate=pl.col("code") == "HS_12019019", named=True)
    assert row == {"code": "HS_12019019", "version": 2024, "name_en": None, "name_zh": "转基因黄大豆",
                   "hs_edition": 2022, "aggregate": False}  # fmt: skip
    english = online_query.read(sample("ceuta_exports_2018_10.csv", "export")).records["commodity"]
    assert set(english["hs_edition"]) == {2017} and english["name_en"].null_count() == 0


def test_both_languages_of_a_code_meet_in_one_row() -> None:
    rows = pl.DataFrame({"period_end": [date(2024, 1, 31), date(2024, 5, 31), date(2021, 12, 31), date(2022, 1, 31)],
                         "hs8": ["12019019"] * 4, "hs_name": ["转基因黄大豆", "Soya beans, GM", "Soya beans", "Soya"]})  # fmt: skip
    rows = rows.cast({name: SCHEMA[name] for name in ("hs8", "hs_name")})
    parts = []
    for i in range(4):
        named = hs.Named()
        named.add(rows[i])
        named.add(rows[i])
        parts.append(hs.as_commodities(named.frame()))
    merged = hs.merged(pl.concat(parts), pl.DataFrame(schema=dict(hs.NAMED))).filter(code="HS_12019019")
    shown = merged.select("version", "hs_edition", "name_en", "name_zh", "unit").rows()
    assert (shown[0], shown[-1]) == (
        (2021, 2017, "Soya beans", None, None),
        (2024, 2022, "Soya beans, GM", "转基因黄大豆", None),
    )
    assert [row[0] for row in shown] == [2021, 2022, 2023, 2024]
    assert {row[3:] for row in shown[1:3]} == {("转基因黄大豆", "kg")} and "Soya" not in shown[
        1
    ]  # the lists have both years


def test_every_code_of_the_official_lists_is_there(shared: Path) -> None:
    """Code, name in both languages and units of each year, as plain regular expressions read the lists."""
    for year in (2015, 2019, 2023):
        found = {}
        for language in ("en", "zh"):
            text = gzip.decompress((shared / f"gacc/codes/hs8_{language}_{year}.csv.gz").read_bytes()).decode("gb18030")
            for code, name, unit in re.findall(
                r'(?s)^(\d{8}),"(.*?)",' + str(year) + r',[^,]*,"(.*?)",', text, re.MULTILINE
            ):
                found.setdefault(code, {})[language] = (" ".join(name.split()), unit)
        rows = hs.listed().filter(version=year).select("code", "name_en", "name_zh", "unit_zh").rows()
        assert {code.removeprefix("HS_"): (en, zh, unit) for code, en, zh, unit in rows} == {
            code: (both["en"][0], *both["zh"]) for code, both in found.items()
        }


def test_codes_change_every_january() -> None:
    """Modules of solar cells got a code of their own in 2022; they count in pieces, wine in litres."""
    units = dict(hs.listed().filter(version=2023).select("code", "unit").iter_rows())
    assert (units["HS_85414300"], units["HS_22042100"], units["HS_01012100"]) == ("count", "l", "kg")
    assert "HS_85414300" not in hs.listed().filter(version=2021)["code"]
