"""Every official file of ../shared/cases/customs and what it gives: docs/reliability.md shows the same table."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.run.reading import read_payload
from transforms.model import Payload, ReadError
from transforms.products import recognise

IMPORT = {"flow": "import"}
JANUARY = IMPORT | {"period": "2026-01"}
GIVES: dict[str, tuple[dict[str, str], str, int]] = {
    # file: options, product or code of the refusal, observations (rows of a download)
    "bulletin13_2022-01_leading_empty_column.html": ({}, "gacc.major_exports_bulletin", 27),
    "bulletin13_2026-07_error_cell.html": ({}, "gacc.major_exports_bulletin, partial", 51),
    "bulletin14_2026-01_trimmed.html": ({}, "gacc.major_imports_bulletin", 110),
    "bulletin17_2026-06.html": ({}, "gacc.exports_by_regime_bulletin", 372),
    "bulletin2_2026-01_trimmed.html": ({}, "missing_rows", 0),
    "index/gacc_index_2025.html": ({}, "index_page", 0),
    "index/gacc_index_2026.html": ({}, "index_page", 0),
    "index/monthly2018_trimmed.html": ({}, "index_page", 0),
    "preliminary5_2025-06_usd_headings_say_5.html": ({}, "gacc.major_exports_preliminary", 192),
    "preliminary5_2025-12_usd.html": ({}, "gacc.major_exports_preliminary", 192),
    "preliminary5_2026-06.mhtml": ({}, "gacc.major_exports_preliminary", 192),
    "preliminary5_2026-06_utf16.html": ({}, "gacc.major_exports_preliminary", 192),
    "regimes_2019-12_first_save.html": ({}, "gacc.by_regime_bulletin", 118),
    "regimes_2019-12_second_save.html": ({}, "gacc.by_regime_bulletin", 118),
    "query_en_full_headings.csv": (IMPORT, "gacc.online_query", 5),
    "query_en_no_month.csv": (JANUARY, "gacc.online_query", 3),
    "query_zh_no_month.csv": (JANUARY, "gacc.online_query", 5),
    "query_resaved/a_excel_gbk_zero_lost.csv": (IMPORT, "resaved", 0),
    "query_resaved/b_excel_utf8_bom.csv": (IMPORT, "resaved", 0),
    "query_resaved/c_excel_semicolon.csv": (IMPORT, "resaved", 0),
    "query_resaved/d_excel_unicode_text_utf16.txt": (IMPORT, "resaved", 0),
    "query_resaved/e_quoted_all_gbk_crlf_bare_money.csv": (IMPORT, "gacc.online_query", 2),
    "query_resaved/f_pandas_to_csv_utf8.csv": (IMPORT, "gacc.online_query", 2),
    "query_resaved/g_quoted_all_zero_lost.csv": (IMPORT, "resaved", 0),
    "query_resaved/h_quoted_zero_lost_no_empty_column.csv": (IMPORT, "resaved", 0),
    "query_resaved/i_quoted_ok_control.csv": (IMPORT, "gacc.online_query", 2),
    "query_resaved/j_quoted_money_without_commas.csv": (IMPORT, "gacc.online_query", 2),
    "query_resaved/joined_two_downloads_header_twice.csv": (IMPORT, "gacc.online_query", 2),
    "query_resaved/k_period_with_dash.csv": (IMPORT, "gacc.online_query", 2),
    "query_resaved/saved_as_xlsx.xlsx": (IMPORT, "gacc.online_query", 1),
    "query_resaved/with_total_row.csv": (IMPORT, "gacc.online_query", 2),
    **{f"query_units/{name}.csv": (IMPORT, "gacc.online_query", 1) for name in (
        "en_22019010", "en_27160000", "en_28441000", "en_64061000", "en_84061000", "en_85321000", "en_95064010",
        "zh_22019010", "zh_24021000", "zh_28441000", "zh_69041000", "zh_84061000", "zh_85321000", "zh_95064010",
        "zh_96091010")},
}  # fmt: skip


def given(payload: Payload) -> tuple[str, int]:
    """(product, `, partial` where rows are set aside, or the code of the refusal; observations or rows)."""
    try:
        product = recognise(payload)
        reading = read_payload(product, payload)[0]
    except ReadError as error:
        assert error.expected and error.got and error.hint, "a refusal says what came and what to do"
        return error.code, 0
    rows = len(reading.records.get("customs_microdata", reading.observations))
    return product.PRODUCT + (", partial" if reading.set_aside else ""), rows


def test_every_case_is_in_the_table(shared: Path) -> None:
    folder = shared.parent / "cases/customs"
    if not folder.is_dir():
        pytest.skip("the cases are not here")
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert files == set(GIVES)


@pytest.mark.slow
@pytest.mark.parametrize("name", GIVES)
def test_a_case_gives_what_the_table_says(name: str, shared: Path) -> None:
    path = shared.parent / "cases/customs" / name
    if not path.is_file():
        pytest.skip("the cases are not here")
    options, what, rows = GIVES[name]
    assert given(Payload(path.read_bytes(), path.name, options=options)) == (what, rows)


def test_a_download_without_months_asks_for_them(shared: Path) -> None:
    path = shared.parent / "cases/customs/query_zh_no_month.csv"
    if not path.is_file():
        pytest.skip("the cases are not here")
    assert given(Payload(path.read_bytes(), path.name, options=IMPORT)) == ("no_period", 0)
