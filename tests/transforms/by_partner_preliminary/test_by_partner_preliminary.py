"""Preliminary table (4) by country/region: exact on official pages, and every known fault refused by its own code."""

from __future__ import annotations

import csv
from datetime import date

import polars as pl
import pytest

from tests.transforms.customs_case import fault
from tests.transforms.customs_pages import SHARED, Cell, chinese, english, figures, workbook
from tests.transforms.customs_products import by_partner_preliminary as product
from tests.transforms.customs_tables import by_partner_rows, by_partner_zh_rows
from transforms.model import Payload, ReadError, Reading
from transforms.units import parse_number

OFFICIAL = {
    "2026-03": "release_section4_by_country_mar2026_cny.html",
    "2025-02": "release_section4_by_country_janfeb2025_cny.html",
}
FIGURES = [f"{flow}_{basis}" for flow in ("total", "export", "import") for basis in ("month", "ytd")]
GROWTH = ["total_ytd_yoy", "export_ytd_yoy", "import_ytd_yoy"]


def page(period: str = "2026-03", change: tuple[str, str] | None = None) -> Payload:
    content = english(*by_partner_rows(period))
    if change:
        assert change[0].encode() in content, change
        content = content.replace(change[0].encode(), change[1].encode(), 1)
    return Payload(content, "page.html")


def rebuilt(edit: object) -> Payload:
    """The March 2026 page with its rows changed by `edit(rows)`."""
    title, rows = by_partner_rows()
    edit(rows)  # type: ignore[operator]
    return Payload(english(title, rows), "page.html")


def refusal(payload: Payload) -> ReadError:
    with pytest.raises(ReadError) as caught:
        product.read(payload)
    return caught.value


def assert_equals_tidy(reading: Reading, tidy: list[dict[str, str]]) -> None:
    assert len(reading.table) == len(tidy)
    for row, wanted in zip(reading.table.iter_rows(named=True), tidy, strict=True):
        assert row["label"] == wanted["partner_label"].removeprefix("of which: ")
        for name in FIGURES:
            number = parse_number(wanted[name])
            assert row[name] == (None if number is None else float(number * 10**8)), (row["label"], name)
        for name in GROWTH:
            assert row[name] == float(wanted[f"{name}_pct"]), (row["label"], name)


@pytest.mark.parametrize("period", OFFICIAL)
def test_official_page_gives_the_tidy_figures(period: str) -> None:
    path = SHARED / "gacc/raw/hoyla_meridian" / OFFICIAL[period]
    if not path.exists():
        pytest.skip("the official pages are not here")
    payload = Payload(path.read_bytes(), path.name)
    assert product.recognise(payload)
    with (SHARED / "gacc/by_partner_preliminary.csv").open(encoding="utf-8") as file:
        tidy = [row for row in csv.DictReader(file) if row["period"] == period]
    reading = product.read(payload)
    assert_equals_tidy(reading, tidy)
    built = product.read(page(period))
    assert built.table.drop("indent").equals(reading.table.drop("indent"))


@pytest.mark.parametrize("period", OFFICIAL)
def test_page_in_the_official_layout_gives_the_official_figures(period: str) -> None:
    payload = page(period)
    assert product.recognise(payload)
    reading = product.read(payload)
    assert reading.release.period == period
    assert (reading.release.currency, reading.release.language) == ("CNY", "en")
    assert reading.release.page_stamp == "2026-04-08"
    assert_equals_tidy(reading, figures("by_partner_preliminary_cny", period=period))


def test_observations_are_series_of_the_store() -> None:
    rows = product.read(page()).observations
    germany = rows.filter(counterpart_area="DEU", flow="export", measure="value", basis="month").row(0, named=True)
    assert (germany["value"], germany["precision"], germany["unit"]) == (71_180_000_000.0, 5_000_000.0, "CNY")
    assert (germany["dataset"], germany["period_end"]) == ("trade_by_partner", date(2026, 3, 31))
    assert set(rows["obs_status"]) == {"P"}
    world = rows.filter(counterpart_area="WORLD")
    assert set(world["dataset"]) == {"trade_total"}
    growth = rows.filter(counterpart_area="USA", measure="growth_yoy")
    assert dict(growth.select("flow", "value").iter_rows()) == {"total": -18.7, "export": -18.3, "import": -19.7}
    assert set(growth["basis"]) == {"ytd"} and set(growth["unit"]) == {"percent"}


def test_combined_release_has_no_month_and_ends_in_february() -> None:
    rows = product.read(page("2025-02")).observations
    assert set(rows["basis"]) == {"ytd"}
    assert set(rows["period_end"]) == {date(2025, 2, 28)}


def test_of_which_marks_only_the_first_member_and_the_indent_tells_the_others() -> None:
    table = product.read(page()).table
    members = {
        group: table.filter(pl.col("parent") == group)["counterpart_area"].to_list()
        for group in ("EU", "ASEAN", "LATIN_AMERICA", "AFRICA")
    }
    assert members == {
        "EU": ["DEU", "NLD", "FRA", "ITA"],
        "ASEAN": ["VNM", "MYS", "THA", "SGP", "IDN", "PHL"],
        "LATIN_AMERICA": ["BRA"],
        "AFRICA": ["ZAF"],
    }
    assert table.filter(pl.col("counterpart_area").is_in(["WORLD", "USA", "RCEP", "BRI"]))["parent"].null_count() == 4


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("Unit: CNY 100 Million", "Unit: USD1 Million"), "unit_mismatch"),  # the June 2025 page
        (("Unit: CNY 100 Million", "Unit: CNY 1 Million"), "unexpected_unit"),
        (("Unit: CNY 100 Million", "Unit: bushels"), "unknown_unit"),
        (("Unit: CNY 100 Million", "China Customs"), "no_unit"),
        (("Netherlands", "Neverland"), "unknown_partner"),
        (("Netherlands", "France"), "duplicate_partner"),
        (("655.4", "656.4"), "sum_mismatch"),
        (("1,243.6&nbsp;", ""), "empty_cell"),
        (("1,243.6&nbsp;", "1,24<i></i>3.6"), "split_number"),
        (("1,243.6&nbsp;", "1,243.6<sup>1</sup>"), "marked_up_cell"),
        (("1,243.6&nbsp;", "1.243,6"), "not_a_number"),
        (("Import Source", "Source of Imports"), "duplicate_header"),
        (("1- to-3", "1- to-4"), "header_period"),
        (("<b>Export & Import</b>".replace("&", "&amp;"), "<b>Weight</b>"), "unknown_header"),
        (("<b>Import</b>", "<b>Export</b>"), "duplicate_header"),
        (("<td>\n\t\t\t\t<span><b>655.4", "<td></td><td>\n\t\t\t\t<span><b>655.4"), "wrong_column_count"),
        (("</table>", f"</table><table>{'<tr><td>Japan</td><td>1</td><td>2</td></tr>' * 3}</table>"), "several_tables"),
        (("<tbody>", "<tbody><script>x()</script>"), "foreign_markup"),
        (("<td>\n\t\t\t\t<span><b>655.4", '<td style="display: none"><span><b>655.4'), "hidden_cell"),
        (("Mar 2026 (in CNY)</b>", "Apr 2026 (in CNY)</b>"), "title_conflict"),
        (("655.4", "<table><tr><td>655.4</td></tr></table>"), "nested_table"),
        (('colspan="10"', 'colspan="ten"'), "bad_span"),
    ],
)
def test_each_fault_has_its_own_code(change: tuple[str, str], code: str) -> None:
    assert fault(product, page(change=change)).code == code


def test_a_row_without_a_name_is_no_row_aside_where_it_may_be_the_headline() -> None:
    def rename(rows: list[list[object]]) -> None:
        next(row for row in rows if str(row[0]).strip() == "Total")[0] = "Everything"

    assert refusal(rebuilt(rename)).code == "unknown_partner"


def test_a_bad_row_alone_is_left_out_and_told_with_its_place() -> None:
    right = product.read(page()).observations
    for change, name, code in ((("655.4", "656.4"), "Netherlands", "sum_mismatch"),
                               (("655.4", "#REF!"), "Netherlands", "error_cell"),
                               (("Netherlands", "Neverland"), "Neverland", "unknown_partner")):  # fmt: skip
        reading = product.read(page(change=change))
        assert [(row.row, row.code) for row in reading.set_aside] == [(name, code)]
        assert f"row 8 {name!r}" in reading.set_aside[0].where.replace("of which: ", "")
        assert reading.observations.equals(right.filter(pl.col("counterpart_area") != "NLD"))
        assert reading.table["parent"].to_list().count("EU") == 3  # the others are still members


def test_a_headline_row_or_too_many_rows_refuse_the_release() -> None:
    total = refusal(page(change=("41,046.4", "41,O46.4")))
    assert total.code == "not_a_number" and "headline" in total.hint
    text = page().content.decode()
    for name in ("Japan", "India", "Canada", "Australia"):
        text = text.replace(name, f"{name}x", 1)
    many = refusal(Payload(text.encode(), "page.html"))
    assert many.code == "unknown_partner" and "4 of 30" in many.hint


def test_members_of_groups_are_known_where_nothing_is_indented() -> None:
    text = page().content.decode()
    flat = text.replace("<b>" + "&nbsp;", "<b>")
    while flat != text:
        text, flat = flat, flat.replace("<b>&nbsp;", "<b>")
    found = product.read(Payload(text.encode(), "page.html")).table.select("counterpart_area", "parent")
    assert found.equals(product.read(page()).table.select("counterpart_area", "parent"))


def test_a_level_and_its_growth_must_fit_those_of_the_other_flows() -> None:
    """Year-to-date exports and imports of one row change places: their sum is still the total."""

    def swap(rows: list[list[Cell]]) -> None:
        usa = next(row for row in rows if "United States" in str(row[0]))
        usa[8], usa[9] = "19.9", "7.5"

    assert fault(product, rebuilt(swap)).code == "growth_mismatch"


def test_a_shifted_row_is_set_aside() -> None:
    def shift(rows: list[list[Cell]]) -> None:
        row = next(row for row in rows if str(row[0]).endswith("Japan"))
        row[1:] = [*row[2:], "-"]

    assert fault(product, rebuilt(shift)).code == "sum_mismatch"


def test_bold_shading_and_the_printed_number_carry_no_meaning() -> None:
    """January-February 2020 by country is numbered (3)."""
    text = page().content.decode()
    plain = text.replace("<b>", "").replace("</b>", "").replace("(4) China", "(3) China")
    shaded = text.replace("<td>", '<td style="background:#eee">')
    for other in (plain, shaded):
        assert other != text
        payload = Payload(other.encode(), "page.html")
        assert product.recognise(payload)
        assert product.read(payload).table.equals(product.read(page()).table)


def test_what_stands_around_the_table_is_not_the_table() -> None:
    right = product.read(page()).observations
    inside = page().content.split(b"<table")[1].split(b"</table>")[0]
    for change in (("<tbody>", "<tbody><tr><td>x</td></tr>"), ("</table>", "</table><table><tr><td>1</td></tr></table>"),
                   ("<table", "<table><tr><td>Statistics</td></tr></table><table")):  # fmt: skip
        assert product.read(page(change=change)).observations.equals(right)
    laid_out = (
        page().content.replace(b"<table", b"<table><tr><td><table").replace(b"</table>", b"</table></td></tr></table>")
    )
    for content in (laid_out, b"<table" + inside + b"</table>"):  # a table that lays out the page; a copied table
        assert product.recognise(Payload(content, "copy.html"))
        assert product.read(Payload(content, "copy.html")).observations.equals(right)


def test_a_row_that_says_nothing_costs_itself_alone() -> None:
    def without_figures(rows: list[list[Cell]]) -> None:
        rows.insert(8, [("Japan", 10, 1)])

    def twice(rows: list[list[Cell]]) -> None:
        rows.insert(9, rows[20])

    def sum_below(rows: list[list[Cell]]) -> None:
        rows.insert(-1, ["合计", *rows[20][1:3], *rows[21][3:]])

    right = product.read(page()).observations
    codes = []
    for edit in (without_figures, twice, sum_below):
        reading = product.read(rebuilt(edit))
        codes += [row.code for row in reading.set_aside]
        assert reading.observations.sort(pl.all()).equals(right.sort(pl.all()))
    assert codes == ["row_without_figures", "repeated_row", "sum_mismatch"]


def test_a_mark_of_a_footnote_is_no_part_of_the_name() -> None:
    right = product.read(page()).observations
    for name in ("Japan 1)", "Japan(2)", "Japan①", "Japan<sup>1</sup>"):
        reading = product.read(page(change=("Japan<", f"{name}<")))
        assert reading.observations.drop("native_title").equals(right.drop("native_title")), name


def test_rows_that_are_no_rows_and_headings_that_contradict_are_refused() -> None:
    def below_the_notes(rows: list[list[Cell]]) -> None:
        rows.append(rows[20])

    def two_flows(rows: list[list[Cell]]) -> None:
        rows[3][1] = "Import"

    assert [row.code for row in product.read(rebuilt(below_the_notes)).set_aside] == ["repeated_row"]
    assert refusal(rebuilt(two_flows)).code == "contradictory_header"
    bare = page().content.replace(b"<table", b"<div").replace(b"</table>", b"</div>")
    assert refusal(Payload(bare, "page.html")).code == "no_table"


def test_columns_are_read_by_their_headings() -> None:
    """Export and import columns change places with their headings: the figures stay what they are."""

    def swap(rows: list[list[Cell]]) -> None:
        for row in rows[2:-1]:
            row[3:5], row[5:7] = row[5:7], row[3:5]

    assert product.read(rebuilt(swap)).table.equals(product.read(page()).table)


def test_swapped_figures_under_right_headings_are_refused() -> None:
    def swap(rows: list[list[Cell]]) -> None:
        for row in rows[4:-1]:
            row[3], row[5] = row[5], row[3]

    assert refusal(rebuilt(swap)).code == "month_exceeds_ytd"


def test_a_page_cut_short_is_refused() -> None:
    content = page().content
    assert refusal(Payload(content[: content.index(b"Japan")], "page.html")).code == "truncated"


def test_a_page_without_its_last_rows_is_refused() -> None:
    def drop(rows: list[list[Cell]]) -> None:
        del rows[25:]

    assert refusal(rebuilt(drop)).code == "missing_rows"


def test_image_only_page_of_2018_is_unreadable() -> None:
    title = "(4) China's Total Export & Import Values by Country/Region, Jan. 2018 (in RMB)"
    content = english(title, [["x"]])
    start, end = content.index(b"<table"), content.index(b"</table>") + 8
    payload = Payload(content[:start] + b"<img src='\\Excel\\4-RMB.png'/>" + content[end:], "page.html")
    assert product.recognise(payload)
    assert refusal(payload).code == "unreadable_image"


def test_bytes_in_another_encoding_are_read_where_they_are_whole() -> None:
    text = page().content.decode("utf-8")
    for encoding in ("utf-16", "utf-16-le", "utf-8-sig", "gb18030"):
        other = product.read(Payload(text.encode(encoding), "page.html"))
        assert other.observations.equals(product.read(page()).observations), encoding
    broken = text.encode("utf-8").replace("±".encode(), b"\xff\xff")
    assert refusal(Payload(broken, "page.html")).code == "wrong_encoding"


def test_the_english_xls_reads_like_its_page() -> None:
    _, rows = by_partner_rows()
    sheet = Payload(workbook("Sheet1", rows), "1_7-en.xls")
    assert product.recognise(sheet)
    assert product.read(sheet).observations.equals(product.read(page()).observations)


def test_a_broken_workbook_is_refused() -> None:
    content = workbook("Sheet1", by_partner_rows()[1])
    assert refusal(Payload(content[:1500], "cut.xls")).code == "corrupt_workbook"


def mixed() -> bytes:
    """The attachment of June 2026: figures below 1,000 numeric, larger ones text with a trailing blank."""
    rows = by_partner_zh_rows()[1]
    for row in rows[4:-1]:
        row[1:7] = [float(str(value)) if float(str(value)) < 1000 else f"{value} " for value in row[1:7]]
    return workbook("M139RMBADD", rows, left=1, top=1)


def test_chinese_attachment_is_read_cell_by_cell_to_the_last_decimal() -> None:
    payload = Payload(mixed(), "2026071409284388537.xls")
    assert product.recognise(payload)
    reading = product.read(payload)
    assert (reading.release.period, reading.release.language, reading.release.currency) == ("2026-06", "zh", "CNY")
    rows = reading.observations.filter(measure="value", basis="month")
    assert len(reading.table) == 30
    uk = rows.filter(counterpart_area="GBR", flow="export").row(0, named=True)
    assert (uk["value"], uk["precision"]) == (60_782_118_611.0, 0.5)
    world = rows.filter(counterpart_area="WORLD", flow="total").row(0, named=True)
    assert (world["value"], world["precision"]) == (4_782_291_811_520.0, 5.0)
    assert {"RCEP", "BRI", "HKG", "TWN", "KOR"} <= set(rows["counterpart_area"])


def test_both_sites_give_identical_observations() -> None:
    """June 2026 as an article with an inline table, as a rounded attachment, and as the English page prints it."""
    title, rows = by_partner_zh_rows(decimals=1)
    article = product.read(Payload(chinese(title, rows), "article.html")).observations
    for name in ("M139RMBADD", "M139USDADD"):  # the title and the unit say the currency, the name of the sheet does not
        assert product.read(Payload(workbook(name, rows), "a.xls")).observations.equals(article)
    english_title, official = by_partner_rows()
    for row, translated in zip(official[4:-1], rows[4:-1], strict=True):
        row[1:] = translated[1:]
    text = english(english_title, official).decode().replace("Mar 2026", "Jun 2026")
    for old, new in (("<b>3</b>", "<b>6</b>"), ("1- to-3", "1- to-6"), ("1-to-3", "1-to-6")):
        text = text.replace(old, new)
    page_rows = product.read(Payload(text.encode(), "page.html")).observations
    assert page_rows.drop("native_title").equals(article.drop("native_title"))
    exact = product.read(Payload(mixed(), "a.xls")).observations
    assert ((exact["value"] - page_rows["value"]).abs() <= page_rows["precision"] * (1 + 1e-9)).all()


def test_article_that_only_embeds_a_viewer_is_unreadable() -> None:
    """The real article of July 2026 holds no table: the figures are in its attachment."""
    path = SHARED / "gacc/raw/hoyla_meridian/cn_express_article_tjs_jul2026_s4_cny.html"
    if not path.exists():
        pytest.skip("the official article is not here")
    payload = Payload(path.read_bytes(), path.name)
    assert product.recognise(payload)
    error = refusal(payload)
    assert error.code == "unreadable_viewer" and "attachment" in error.hint
