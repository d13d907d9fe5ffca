"""Guarded corrections: known page faults are mended, a mended page is left alone, a surprise stops the release."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

import warehouse
from tests.transforms.banking import books
from tests.transforms.customs_case import page
from tests.transforms.customs_pages import Cell, english, figures
from tests.transforms.customs_products import (
    by_partner_preliminary,
    by_regime_bulletin,
    major_exports_preliminary,
    major_imports_preliminary,
    total_preliminary,
)
from tests.transforms.customs_tables import by_partner_rows, commodity_rows, regime_rows, total_rows
from tests.transforms.fx_daily import test_fx_daily as daily
from transforms import corrections
from transforms.model import Payload, ReadError
from transforms.products import all_products

SHIPPED = corrections.load((Path(warehouse.__file__).parent / "corrections.yml").read_text("utf-8"))
GUARDS = "reason: r\n  source: s\n"


def one(text: str) -> tuple[corrections.Correction, ...]:
    return corrections.load(f"- id: x\n  {GUARDS}  {text}")


def test_the_three_known_page_faults_come_first() -> None:
    assert [entry.id for entry in SHIPPED][:3] == [
        "gacc-2025-06-by-country-unit",
        "gacc-2025-04-exports-shifted",
        "gacc-2026-05-imports-head",
    ]
    assert all(entry.reason and entry.source and entry.expect for entry in SHIPPED)


def test_june_2025_page_that_contradicts_itself_is_dropped_with_its_reason() -> None:
    title, rows = by_partner_rows()
    june = page((title, rows), *[("Mar 2026", "Jun 2025")] * 4, ("Unit: CNY 100 Million", "Unit: USD1 Million"))
    with pytest.raises(ReadError) as caught:
        corrections.read(by_partner_preliminary, june, SHIPPED)
    assert caught.value.code == "known_fault" and "USD 1 million" in caught.value.got


def test_the_true_yuan_page_of_june_2025_is_read() -> None:
    content = english(*by_partner_rows()).decode().replace("Mar 2026", "Jun 2025")
    for old, new in (("<b>3</b>", "<b>6</b>"), ("1- to-3", "1- to-6"), ("1-to-3", "1-to-6")):
        content = content.replace(old, new)
    reading, applied = corrections.read(by_partner_preliminary, Payload(content.encode(), "june.html"), SHIPPED)
    assert reading.release.period == "2025-06" and applied == []


def april(shifted: bool) -> Payload:
    """The layout of table (5), April 2025 in dollars, its rows one place to the left and padded, or mended."""
    title, rows = commodity_rows("export", "2025-03", "USD")
    moved: list[list[Cell]] = [[row[0], *row[2:], ""] if 3 < i < len(rows) - 1 else row for i, row in enumerate(rows)]
    text = english(title, moved if shifted else rows).decode().replace("Mar 2025", "Apr 2025")
    for old, new in (("<b>3</b>", "<b>4</b>"), ("1-3 Total", "1-4 Total")):
        text = text.replace(old, new)
    return Payload(text.encode(), "april.html")


def test_shifted_rows_of_april_2025_are_moved_back_without_quantities() -> None:
    reading, applied = corrections.read(major_exports_preliminary, april(True), SHIPPED)
    assert [entry.id for entry in applied] == ["gacc-2025-04-exports-shifted"]
    mended, right = reading.observations, major_exports_preliminary.read(april(False)).observations
    assert set(mended["measure"]) == {"value", "growth_yoy"}
    assert mended.equals(right.filter(pl.col("measure").is_in(["value", "growth_yoy"])))
    assert any("one place to the left" in note for note in reading.notes)


def official_april() -> Payload:
    """Table (5) of April 2025 in dollars as it stands on the site: no unit cell in any row, an empty one at its end."""
    title = "(5) China's Major Exports by Quantity and Value, April 2025 (in USD)"
    rows: list[list[Cell]] = [[(title, 10, 1)], [("Unit: USD1 Million", 10, 1)]]
    groups = ("4", "1-4 Total", "1-4 Total,2024", "1-4 Total, Year-On-Year(%)")
    rows += [
        [("Commodity", 1, 2), ("Quantity Unit", 1, 2), *((group, 2, 1) for group in groups)],
        ["Quantity", "Value"] * 4,
    ]
    for row in figures("exports_usd_2025_04"):
        label = row["label"].replace("    ", "\xa0" * 4)
        rows.append([label, *(f"{text}\xa0" for name, text in row.items() if name not in ("label", "source")), ""])
    return Payload(english(title, rows), "april.html")


def test_the_official_page_of_april_2025_says_what_that_of_april_2026_says_of_it(shared: Path) -> None:
    reading, applied = corrections.read(major_exports_preliminary, official_april(), SHIPPED)
    assert [entry.id for entry in applied] == ["gacc-2025-04-exports-shifted"] and not reading.set_aside
    values = {code: (month, ytd) for code, month, ytd in
              reading.table.select("product_code", "value_month", "value_ytd").rows()}  # fmt: skip
    assert len(values) == 31 and values["COMMODITY_MOTOR_VEHICLES"] == (11164.1e6, 36897.6e6)
    path = shared / "gacc/raw/english_site_2025_2026/gacc_2026-04_exports_usd.html"
    if not path.exists():
        pytest.skip("the official page of a year later is not here")
    later = major_exports_preliminary.read(Payload(path.read_bytes(), path.name)).table
    beside = dict(later.select("product_code", "value_prior_ytd").rows())
    for code in set(values) & set(beside):
        assert values[code][1] == pytest.approx(beside[code], rel=0.02), code


def test_ton_for_ten_thousand_tons_on_the_official_page_of_june_2025_is_mended(shared: Path) -> None:
    pages = [shared.parent / "cases/customs/preliminary5_2025-06_usd_headings_say_5.html",
             shared / "gacc/raw/english_site_2025_2026/gacc_2026-06_exports_usd.html"]  # fmt: skip
    if not all(path.exists() for path in pages):
        pytest.skip("the official pages are not here")
    june, later = (corrections.read(major_exports_preliminary, Payload(path.read_bytes(), path.name), SHIPPED)[0]
                   for path in pages)  # fmt: skip
    row = {"product_code": "COMMODITY_ALUMINIUM"}
    printed, beside = (reading.table.filter(**row).row(0, named=True) for reading in (june, later))
    assert printed["printed_unit"] == "Ton" and printed["quantity_unit"] == "kg"
    assert printed["quantity_ytd"] == pytest.approx(beside["quantity_prior_ytd"], rel=0.01)
    assert printed["quantity_ytd"] > 2e9, "some 2.9 million tons in half a year"
    assert any("Ton" in note and "misprint" in note for note in june.notes)


def test_a_mended_april_page_is_left_alone() -> None:
    reading, applied = corrections.read(major_exports_preliminary, april(False), SHIPPED)
    assert applied == []
    assert "quantity" in set(reading.observations["measure"])


def test_wrong_year_in_the_head_of_may_2026() -> None:
    right = page(commodity_rows("import", "2026-05"))
    wrong = page(commodity_rows("import", "2026-05"), ("1-5 Total,2025", "1-5 Total, 2024"))
    reading, applied = corrections.read(major_imports_preliminary, wrong, SHIPPED)
    assert [entry.id for entry in applied] == ["gacc-2026-05-imports-head"]
    assert reading.observations.equals(major_imports_preliminary.read(right).observations)
    assert corrections.read(major_imports_preliminary, right, SHIPPED)[1] == []


def test_missing_unit_row_is_given_where_the_figures_prove_it() -> None:
    title, rows = regime_rows("2026-02")
    bare = Payload(english(title, [rows[0], *rows[2:]]), "regime.html")
    with pytest.raises(ReadError, match="no_unit"):
        by_regime_bulletin.read(bare)
    entry = one("product: gacc.by_regime_bulletin\n  period: 2026-02\n  action: override\n"
                "  unit: 'Unit:US$1,000'\n  expect: {contains: ['299,877,987']}")  # fmt: skip
    reading, applied = corrections.read(by_regime_bulletin, bare, entry)
    assert len(applied) == 1
    assert reading.observations.equals(by_regime_bulletin.read(page((title, rows))).observations)


SCALE = """product: gacc.total_preliminary
  period: 2025-12
  currency: USD
  action: {action}
  where: {{flow: import, basis: month, measure: value}}
  {how}
  expect: {{value: {value}}}"""


@pytest.mark.parametrize(
    ("action", "how", "column", "wanted"),
    [
        ("scale", "factor: 10", "value", 2_436_400_000_000.0),
        ("override", "value: 245300000000", "value", 245_300_000_000.0),
        ("flag", "status: U", "obs_status", "U"),
    ],
)
def test_figures_can_be_scaled_set_or_flagged(action: str, how: str, column: str, wanted: object) -> None:
    entries = one(SCALE.format(action=action, how=how, value=243_640_000_000.0))
    reading, applied = corrections.read(total_preliminary, page(total_rows("2025-12")), entries)
    chosen = reading.observations.filter(flow="import", basis="month", measure="value")
    assert chosen[column].to_list() == [wanted] and len(applied) == 1
    others = reading.observations.filter(flow="export")
    assert others.equals(total_preliminary.read(page(total_rows("2025-12"))).observations.filter(flow="export"))


def test_a_figure_that_is_not_as_expected_stops_the_release() -> None:
    entries = one(SCALE.format(action="scale", how="factor: 10", value=1.0))
    with pytest.raises(ReadError) as caught:
        corrections.read(total_preliminary, page(total_rows("2025-12")), entries)
    assert caught.value.code == "correction_outdated" and "243640000000.0" in caught.value.got


def test_other_months_and_products_are_not_touched() -> None:
    entries = one(SCALE.format(action="scale", how="factor: 10", value=243_640_000_000.0))
    for rows in (total_rows("2024-11"), total_rows("2026-03", "CNY")):
        assert corrections.read(total_preliminary, page(rows), entries)[1] == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("product: p\n  action: scale", "lacks"),
        ("product: p\n  action: guess\n  expect: {max: 1}", "action is one of"),
        ("product: p\n  action: drop\n  expect: {max: 1}\n  colour: red", "unknown fields"),
        ("product: p\n  action: scale\n  expect: {max: 1}\n  where: {colour: red}", "not dimensions"),
    ],
)
def test_a_bad_entry_is_named(text: str, what: str) -> None:
    with pytest.raises(ValueError, match=f"correction x: .*{what}"):
        one(text)


def test_june_2025_under_the_headings_of_may_is_read_as_june(shared: Path) -> None:
    path = shared.parent / "cases/customs/preliminary5_2025-06_usd_headings_say_5.html"
    if not path.exists():
        pytest.skip("the official page is not here")
    payload = Payload(path.read_bytes(), path.name)
    reading, applied = corrections.read(major_exports_preliminary, payload, SHIPPED)
    assert [entry.id for entry in applied] == ["gacc-2025-06-exports-head"]
    assert reading.release.period == "2025-06" and len(reading.table) == 31
    month = reading.table.filter(product_code="COMMODITY_INTEGRATED_CIRCUITS").row(0, named=True)
    later = payload.content.replace(b"5,814.7", b"5,815.7")
    assert (month["value_month"] or 0) > 15e9
    with pytest.raises(ReadError, match="header_period"):  # other figures: nobody has looked at them
        corrections.read(major_exports_preliminary, Payload(later, path.name), SHIPPED)


def test_corrections_mend_a_page_in_any_code_page() -> None:
    plain, _ = corrections.read(major_exports_preliminary, april(True), SHIPPED)
    wide = Payload(april(True).content.decode().encode("utf-16"), "april.html")
    reading, applied = corrections.read(major_exports_preliminary, wide, SHIPPED)
    assert len(applied) == 1 and reading.observations.equals(plain.observations)


BOOK_ENTRY = """
- id: household_debt_test
  product: cbr.household_debt
  period: "2024-03"
  action: override
  where: {ref_area: RU-BEL, currency: RUB, measure: debt}
  value: 5
  reason: A test.
  source: tests
  expect: {min: 1}
"""


def test_an_entry_for_a_workbook_changes_the_figures_of_its_period_alone() -> None:
    """A book holds its whole history: the entry of March leaves February and April."""
    product = books.product("household_debt")
    payload = Payload(books.regional(product.layout, {"debt": 10, "overdue": 1}), "02_05.xlsx")
    reading, applied = corrections.read(product, payload, corrections.load(BOOK_ENTRY))
    whole = product.read(payload).observations
    changed = reading.observations.join(whole, on=["ref_area", "currency", "measure", "period_end"], suffix="_was")
    changed = changed.filter(pl.col("value") != pl.col("value_was"))
    assert changed.select("ref_area", "currency", "period_end", "value").rows() == [
        ("RU-BEL", "RUB", date(2024, 3, 31), 5.0)
    ]
    assert [entry.id for entry in applied] == ["household_debt_test"]


def test_an_entry_of_another_period_touches_no_workbook_and_refuses_none() -> None:
    product = books.product("household_debt")
    payload = Payload(books.regional(product.layout, {"debt": 10, "overdue": 1}), "02_05.xlsx")
    entries = corrections.load(BOOK_ENTRY.replace("2024-03", "2019-03"))
    reading, applied = corrections.read(product, payload, entries)
    assert not applied and reading.observations.equals(product.read(payload).observations)


def test_xml_in_windows_1251_is_mended_and_an_entry_without_its_fault_is_told() -> None:
    page = daily.page(daily.valute("USD", 1, "79,7296"))
    entry = """
- id: fx_test
  product: cbr.fx_daily
  action: override
  replace: {find: "79,7296", with: "79,7297"}
  reason: A test.
  source: tests
  expect: {contains: "79,7296"}
"""
    product = all_products()["cbr.fx_daily"]
    reading, applied = corrections.read(product, Payload(page), corrections.load(entry))
    assert reading.observations["value"].to_list() == [79.7297] and len(applied) == 1
    gone = corrections.load(entry.replace("79,7296", "11,1111"))
    reading, applied = corrections.read(product, Payload(page), gone)
    assert not applied and any("fx_test no longer applies" in note for note in reading.notes)
