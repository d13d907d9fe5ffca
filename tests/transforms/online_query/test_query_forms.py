"""Downloads as people keep them: every form gives the rows of the download as served, or says what the file has lost."""

from __future__ import annotations

import csv
import io
import random
from itertools import product as combinations

import polars as pl
import pytest

from transforms.customs import online_query as product
from transforms.model import Payload, ReadError
from transforms.products import options

ZH = ["数据年月", "商品编码", "商品名称", "贸易伙伴编码", "贸易伙伴名称", "贸易方式编码", "贸易方式名称", "注册地编码", "注册地名称",
      "第一数量", "第一计量单位", "第二数量", "第二计量单位", "人民币"]  # fmt: skip
EN = ["Date of data", "Commodity code", "Commodity", "Trading partner code", "Trading partner", "Customs Regime code",
      "Customs Regime", "Locations of importers and exporters code", "Locations of importers and exporters", "Quantity",
      "Unit", "Supplementary Quantity", "Supplementary Unit", "Renminbi Yuan"]  # fmt: skip
ROWS = [
    [
        "202601",
        "29012920",
        "乙炔",
        "110",
        "中国香港",
        "10",
        "一般贸易",
        "44",
        "广东省",
        "81782",
        "千克",
        "0",
        "?",
        "315,286",
    ],
    [
        "202601",
        "85321000",
        "电容器",
        "502",
        "美国",
        "15",
        "进料加工贸易",
        "31",
        "上海市",
        "1200",
        "千克",
        "3",
        "千个",
        "56,336",
    ],
    [
        "202602",
        "22019010",
        "天然水",
        "133",
        "韩国",
        "10",
        "一般贸易",
        "37",
        "山东省",
        "12",
        "千升",
        "—",
        "—",
        "2,122,403",
    ],
]


def served(head: list[str], rows: list[list[str]], encoding: str = "gb18030") -> bytes:
    return "".join('"' + '","'.join(row) + '",\n' for row in [head, *rows]).encode(encoding)


def saved(head: list[str], rows: list[list[str]], delimiter: str, encoding: str, index: bool, money: bool) -> bytes:
    """As a spreadsheet or pandas writes it: quoted where needed, perhaps an index column, money without separators."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    for number, row in enumerate([head, *rows]):
        cells = row if money else [*row[:-1], row[-1].replace(",", "")]
        writer.writerow([*([str(number - 1) if number else ""] if index else []), *cells, ""])
    return text.getvalue().encode(encoding)


def microdata(content: bytes, **told: str) -> pl.DataFrame:
    payload = Payload(content, "query.csv", options={"flow": "import", **told})
    assert product.recognise(payload)
    return product.read(payload).records["customs_microdata"]


TRUTH = microdata(served(ZH, ROWS))


def refusal(content: bytes, **told: str) -> ReadError:
    with pytest.raises(ReadError) as caught:
        microdata(content, **told)
    return caught.value


def test_rows_are_in_base_units_with_provinces() -> None:
    last = TRUTH.row(2, named=True)
    assert (last["quantity"], last["quantity_unit"], last["quantity2"], last["region"]) == (
        12_000.0,
        "l",
        None,
        "CN-SD",
    )
    assert (TRUTH["quantity2"][1], TRUTH["quantity2_unit"][1], TRUTH["partner"][1]) == (3_000.0, "count", "USA")


@pytest.mark.parametrize(
    ("delimiter", "encoding"), combinations([",", ";", "\t"], ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
)
def test_saved_again_with_nothing_lost(delimiter: str, encoding: str) -> None:
    for head, index, money in combinations((ZH, EN), (False, True), (False, True)):
        assert microdata(saved(head, ROWS, delimiter, encoding, index, money)).equals(TRUTH), (head[0], index, money)


@pytest.mark.parametrize("seed", range(12))
def test_any_choice_and_order_of_columns_and_an_ascii_header_over_gb18030(seed: int) -> None:
    rng = random.Random(seed)
    keep = [0, 1, 13, *rng.sample(range(2, 13), rng.randrange(0, 11))]
    rng.shuffle(keep)
    for head in (ZH, EN):
        found = microdata(served([head[i] for i in keep], [[row[i] for i in keep] for row in ROWS]))
        assert found["value"].to_list() == TRUTH["value"].to_list()
        for name in ("partner", "regime", "region", "quantity", "quantity2"):
            assert found[name].to_list() in (TRUTH[name].to_list(), [None] * 3), name


def test_without_months_the_option_says_what_the_rows_add_up() -> None:
    rows = [row[1:] for row in ROWS]
    error = refusal(served(EN[1:], rows))
    assert error.code == "no_period" and "--option period=" in error.hint
    one = microdata(served(EN[1:], rows), period="2026-01")
    assert set(one.select("period_start", "period_end").rows()) == {(TRUTH["period_start"][0], TRUTH["period_end"][0])}
    several = microdata(served(ZH[1:], rows), period="2026-01/2026-02")
    assert set(several.select("period_start", "period_end").rows()) == {
        (TRUTH["period_start"][0], TRUTH["period_end"][2])
    }
    assert refusal(served(ZH, ROWS), period="2025-12").code == "period_conflict"


@pytest.mark.parametrize(
    ("change", "lost"),
    [((1, "2013000"), "leading zero"), ((13, "3.15E+05"), "digits"), ((9, "8.1782E+04"), "digits")],
)
def test_what_a_spreadsheet_lost_is_named(change: tuple[int, str], lost: str) -> None:
    rows = [list(row) for row in ROWS]
    rows[1][change[0]] = change[1]
    error = refusal(saved(ZH, rows, ",", "utf-8", False, True))
    assert error.code == "resaved" and "re-saved" in error.got and lost in error.got


def test_months_as_spreadsheets_show_them() -> None:
    for first, last in (
        ("2026-01", "2026-02"),
        ("2026/1", "2026/2"),
        ("Jan-26", "Feb-26"),
        ("2026-01-01", "2026-02-01"),
    ):
        rows = [[first if row[0] == "202601" else last, *row[1:]] for row in ROWS]
        assert microdata(saved(ZH, rows, ",", "utf-8", False, False)).equals(TRUTH)


def test_joined_downloads_and_sum_rows() -> None:
    joined = served(ZH, ROWS[:2]) + served(ZH, ROWS[2:])
    assert microdata(joined).equals(TRUTH)
    assert refusal(served(ZH, ROWS[:2]) + served([ZH[1], ZH[0], *ZH[2:]], ROWS[2:])).code == "joined_files"
    total = ["合计", *[""] * 12, "2,494,025"]
    assert microdata(served(ZH, [*ROWS, total])).equals(TRUTH)
    wrong = Payload(served(ZH, [*ROWS, ["合计", *[""] * 12, "9"]]), "q.csv", options={"flow": "import"})
    assert [row.code for row in product.read(wrong).set_aside] == ["sum_row"]


@pytest.mark.parametrize(("place", "text", "code"), [(3, "998", "unknown_partner"), (5, "77", "unknown_regime"),
                                                     (7, "99", "unknown_province"), (13, "1,23", "not_a_number")])  # fmt: skip
def test_a_row_that_cannot_be_read_is_set_aside_alone(place: int, text: str, code: str) -> None:
    many = [[row[0], f"{30_000_000 + i}", *row[2:]] for i in range(4) for row in ROWS]
    truth = microdata(served(ZH, many))
    many[5][place] = text
    reading = product.read(Payload(served(ZH, many), "q.csv", options={"flow": "import"}))
    assert [row.code for row in reading.set_aside] == [code]
    assert reading.records["customs_microdata"].equals(truth.filter(pl.int_range(pl.len()) != 5))


def test_rows_that_come_again_in_full_are_loaded_once_and_others_of_one_key_refused() -> None:
    for joined in (served(ZH, ROWS) * 2, served(ZH, ROWS[:2]) + served(ZH, ROWS[1:]), served(ZH, [*ROWS, ROWS[0]])):
        assert microdata(joined).equals(TRUTH)
    other = [*ROWS[0][:-1], "999"]
    assert refusal(served(ZH, [*ROWS, other])).code == "duplicate_row"
    sums = [["合计", *[""] * 12, text] for text in ("371,622", "2,122,403")]
    assert microdata(served(ZH, [*ROWS[:2], sums[0]]) + served(ZH, [ROWS[2], sums[1]])).equals(TRUTH)
    assert microdata(served(ZH, ROWS[:2]) + served(EN, ROWS[2:])).equals(TRUTH)


def test_columns_that_somebody_added_are_left_out_unless_they_hold_what_is_missing() -> None:
    noted = [[*row, note] for row, note in zip(ROWS, "abc", strict=True)]
    for content in (served([*ZH, "备注"], noted), saved([*EN, "My price"], noted, ";", "utf-8", True, True)):
        reading = product.read(Payload(content, "q.csv", options={"flow": "import"}))
        assert reading.records["customs_microdata"].equals(TRUTH) and any("left out" in note for note in reading.notes)
    for heading in ("贸易伙伴编码", "第一计量单位", "注册地编码"):
        partner = [text for text in ZH if heading[:3] not in text or text == heading]
        rows = [[row[ZH.index(text)] for text in partner] for row in ROWS]
        assert refusal(served([{heading: "别的"}.get(text, text) for text in partner], rows)).code == "unknown_header"


def test_saved_by_spreadsheets_elsewhere() -> None:
    """Groups by blanks, UTF-16 without its mark, lines that end in CR."""
    grouped = [[*row[:-1], row[-1].replace(",", "\xa0")] for row in ROWS]
    assert microdata(saved(EN, grouped, ";", "utf-8", False, True)).equals(TRUTH)
    for encoding in ("utf-16-le", "utf-16-be"):
        assert microdata(saved(EN, ROWS, "\t", encoding, False, False)).equals(TRUTH)
    assert microdata(served(ZH, ROWS).replace(b"\n", b"\r")).equals(TRUTH)


def test_an_unknown_unit_costs_the_quantity_alone() -> None:
    rows = [list(row) for row in ROWS]
    rows[0][10] = "斗"
    reading = product.read(Payload(served(ZH, rows), "q.csv", options={"flow": "import"}))
    found = reading.records["customs_microdata"]
    assert found["value"].equals(TRUTH["value"]) and found["quantity"][0] is None
    assert [row.code for row in reading.set_aside] == ["unknown_unit"]


def test_options_are_declared() -> None:
    assert {"flow", "period", "commodity", "columns"} <= {
        name for name, products in options().items() if product.PRODUCT in products
    }
