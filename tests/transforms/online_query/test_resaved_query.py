"""Downloads that other programs saved again: whatever says the same rows gives them, the rest is told as re-saved."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from datetime import datetime

import polars as pl
import pytest

from tests.transforms.customs_pages import xlsx
from tests.transforms.online_query.test_query_forms import ROWS, ZH, served
from transforms import products
from transforms.customs import online_query as product
from transforms.model import Payload, ReadError

FLOW = {"flow": "import"}
SHOWN = ["period_end", "hs8", "partner", "regime", "region", "quantity", "quantity_unit", "value", "currency"]
Table = list[list[str]]


def written(rows: Table, delimiter: str = "\t") -> bytes:
    return "\n".join(delimiter.join(row) for row in [ZH, *rows]).encode()


def read(content: bytes, name: str = "download.csv") -> pl.DataFrame:
    payload = Payload(content, name, options=FLOW)
    assert product.recognise(payload)
    reading = product.read(payload)
    assert not reading.set_aside
    return reading.records["customs_microdata"].select(SHOWN)


def refused(content: bytes, name: str) -> ReadError:
    with pytest.raises(ReadError) as caught:
        products.recognise(Payload(content, name, options=FLOW)).read(Payload(content, name, options=FLOW))
    assert caught.value.hint
    return caught.value


def page(rows: Table, head: str = "") -> bytes:
    cells = "".join("<tr>" + "".join(f"<td class=xl65>{cell}</td>" for cell in row) + "</tr>\n" for row in [ZH, *rows])
    style = "<style>td{mso-number-format:General}</style>" * 100  # Excel writes more than the first 4,096 bytes of it
    return f"<html><head>{head}{style}</head><body><table>{cells}</table></body></html>".encode("gb18030")


def web_archive(content: bytes) -> bytes:
    head = ('MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n\n--b\nContent-Type: text/html; '
            'charset="gb2312"\nContent-Transfer-Encoding: base64\n\n')  # fmt: skip
    return head.encode() + base64.encodebytes(content) + b"\n--b--\n"


BASE = read(written(ROWS))


def test_a_download_saved_as_a_web_page_is_read() -> None:
    for content, name in ((page(ROWS), "a.htm"), (page(ROWS, "<meta charset=gb2312>"), "b.htm"),
                          (web_archive(page(ROWS)), "c.mht")):  # fmt: skip
        assert read(content, name).equals(BASE)


def test_a_page_of_excel_that_has_lost_zeros_is_told_as_re_saved() -> None:
    lost = [[cell.lstrip("0") if ZH[i] == "商品编码" else cell for i, cell in enumerate(row)] for row in ROWS]
    lost[0][ZH.index("商品编码")] = "2013000"
    assert refused(page(lost), "lost.htm").code == "resaved"


@pytest.mark.parametrize(
    "month",
    ["{0}-{1}", "{0}-{1}-01", "{0}-{1}-01 00:00:00", "{0}M{1}", "{1}/{0}", "01.{1}.{0}", "{0}年{1}月"],
)
def test_a_month_is_read_in_every_writing_that_says_it(month: str) -> None:
    rows = [[month.format(row[0][:4], row[0][4:]), *row[1:]] for row in ROWS]
    assert read(written(rows)).equals(BASE)


@pytest.mark.parametrize(("month", "code"), [("46023", "resaved"), ("02/01/2026", "unknown_period"),
                                             ("2026-01-15", "unknown_period")])  # fmt: skip
def test_a_month_that_may_be_another_is_refused(month: str, code: str) -> None:
    assert refused(written([[month, *row[1:]] for row in ROWS]), "download.csv").code == code


@pytest.mark.parametrize("sign", [".", " ", "\u202f", "\xa0", "'", "’"])
def test_digits_grouped_in_the_way_of_another_country_are_the_same_number(sign: str) -> None:
    place = ZH.index("人民币")
    values = dict(zip(range(len(ROWS)), ("12,315,286", "456", "56,336", "2,000,000", "1,234"), strict=False))
    wanted = [[*row[:place], values.get(i, row[place])] for i, row in enumerate(ROWS)]
    rows = [[*row[:place], row[place].replace(",", sign)] for row in wanted]
    assert read(written(rows)).equals(read(written(wanted)))


def test_cents_behind_a_comma_are_no_thousands_and_a_sign_of_currency_is_none() -> None:
    place = ZH.index("人民币")
    for change in ("{0},00", "¥{1}", "￥{1}"):
        rows = [[*row[:place], change.format(row[place].replace(",", ""), row[place])] for row in ROWS]
        assert read(written(rows)).equals(BASE)


def test_a_quantity_that_may_be_a_fraction_beside_foreign_values_is_refused() -> None:
    value, quantity = ZH.index("人民币"), ZH.index("第一数量")
    rows = [[*row] for row in ROWS]
    for row in rows:
        row[value], row[quantity] = "1.315.286", "12.345"
    assert refused(written(rows), "download.csv").code == "resaved"


def test_characters_without_width_change_nothing() -> None:
    for sign in ("\u200b", "\u200e", "\ufeff", "\u2060"):
        assert read(written([[f"{sign}{cell}{sign}" for cell in row] for row in ROWS])).equals(BASE)
        for content in (served(ZH, [[*row[:-1], sign + row[-1]] for row in ROWS]), served(ZH, ROWS)):
            assert read(content).equals(BASE)  # in the values alone


def test_months_in_sheets_of_their_own_are_joined_and_other_sheets_left_out() -> None:
    one, two = ROWS[:1], ROWS[1:]
    notes: list[list[object]] = [["partner", "sum", "share"], *[["US", i, i] for i in range(5)]]
    content = xlsx(("1月", [ZH, *one]), ("2月", [ZH, *two]), ("pivot", notes))
    assert read(content, "months.xlsx").equals(BASE)
    other = [[*ZH[1:], "x"], *[[*row[1:], ""] for row in two]]
    assert refused(xlsx(("1月", [ZH, *one]), ("2月", other)), "mixed.xlsx").code == "joined_files"


def test_a_merged_month_and_days_of_excel_are_months() -> None:
    rows: list[list[object]] = [[datetime(int(row[0][:4]), int(row[0][4:]), 1), *row[1:]] for row in ROWS]
    assert read(xlsx(("s", [ZH, *rows])), "days.xlsx").equals(BASE)


@pytest.mark.parametrize(
    "name", ["json", "lines", "xml", "wrong code page", "markdown", "zip", "parquet", "own headings"]
)
def test_a_form_that_is_not_read_is_told_as_re_saved_with_advice(name: str) -> None:
    rows = [dict(zip(ZH, row, strict=True)) for row in ROWS]
    text = written(ROWS, ",")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("january.csv", text)
    spooled = io.BytesIO()
    pl.DataFrame(rows).write_parquet(spooled)
    cells = "".join("<Row>" + "".join(f"<Data>{c}</Data>" for c in row) + "</Row>" for row in [ZH, *ROWS])
    content = {
        "json": json.dumps(rows).encode(),
        "lines": "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode(),
        "xml": f'<?xml version="1.0"?><Workbook>{cells}</Workbook>'.encode(),
        "wrong code page": written(ROWS).decode().encode("gb18030").decode("latin-1").encode(),
        "markdown": "\n".join(f"| {' / '.join(row)} |" for row in [ZH, *ROWS]).encode(),
        "zip": packed.getvalue(),
        "parquet": spooled.getvalue(),
        "own headings": "\n".join(",".join(row[:3]) for row in [["month", "code", "goods"], *ROWS]).encode(),
    }[name]
    assert refused(content, f"download.{name}").code == "resaved"
