"""Downloads of the online query: real samples in both languages, any columns, sums by partner, bounded memory."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tests.transforms.customs_pages import SHARED
from transforms.customs import online_query as product
from transforms.customs import query_split
from transforms.model import Payload, ReadError
from transforms.products import recognise

HERE = Path(__file__).parent
HEAD = '"数据年月","贸易伙伴编码","贸易伙伴名称","商品编码","商品名称","第一数量","第一计量单位","第二数量","第二计量单位","人民币",\n'
ROW = '"202401","502","美国","{hs}","转基因黄大豆","1","千克","0","-","{value}",\n'


def sample(name: str, flow: str = "import", **options: str) -> Payload:
    return Payload((HERE / name).read_bytes(), name, options={"flow": flow, **options})


def made(text: str, encoding: str = "gb18030", **options: str) -> Payload:
    return Payload(text.encode(encoding), "query.csv", options={"flow": "import", **options})


def refused(payload: Payload) -> ReadError:
    with pytest.raises(ReadError) as caught:
        product.read(payload)
    return caught.value


def test_chinese_sample_loads_every_row() -> None:
    payload = sample("soybeans_imports_2024.csv")
    assert recognise(payload).PRODUCT == "gacc.online_query"
    reading = product.read(payload)
    rows = reading.records["customs_microdata"]
    assert (len(rows), reading.release.currency, reading.release.language) == (36, "CNY", "zh")
    first = rows.row(0, named=True)
    assert (first["period_end"], first["partner"], first["hs8"]) == (date(2024, 1, 31), "ARG", "12019019")
    assert (first["quantity"], first["quantity_unit"], first["value"]) == (159_525_200.0, "kg", 639_240_426.0)
    assert first["quantity2"] is None and first["quantity2_unit"] is None  # "0" beside "?"


def test_sums_by_partner_match_the_tidy_table() -> None:
    path = SHARED / "gacc/soybeans_hs8_by_partner_online_query.csv"
    if not path.exists():
        pytest.skip("the tidy table is not here")
    wanted: dict[tuple[str, str], float] = defaultdict(float)
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["period"].startswith("2024"):
                wanted[row["flow"], row["partner_code"]] += float(row["value"].replace(",", ""))
    found: dict[tuple[str, str], float] = {}
    codes = {"ARG": "402", "BRA": "410", "USA": "502"}
    for flow, name in (("import", "soybeans_imports_2024.csv"), ("export", "soybeans_exports_2024.csv")):
        table = product.read(sample(name, flow)).table.group_by("partner").agg(pl.col("value").sum())
        found |= {(flow, codes[partner]): value for partner, value in table.iter_rows() if partner in codes}
    assert found == {key: value for key, value in wanted.items() if key in found}
    assert len(found) >= 4


RAW = [("harukaworks_temp/2023.csv", "import", 40), ("harukaworks_temp/2024in.csv", "import", 36),
       ("harukaworks_temp/2024out.csv", "export", 29), ("sherrisherry_CNprj/e210201810.csv", "export", 3),
       ("sherrisherry_CNprj/i20420186.csv", "import", 3)]  # fmt: skip


@pytest.mark.parametrize(("name", "flow", "rows"), RAW)
def test_every_collected_download_loads_every_row(shared: Path, name: str, flow: str, rows: int) -> None:
    content = (shared / "gacc/raw" / name).read_bytes()
    lines = content.decode("gb18030").splitlines()[1:]
    found = product.read(Payload(content, name, options={"flow": flow})).records["customs_microdata"]
    assert len(found) == len(lines) == rows
    money = [int(line.rstrip('",').rpartition('"')[2].replace(",", "")) for line in lines]
    assert found["value"].to_list() == money
    assert found["hs8"].to_list() == [line.split('"')[7] for line in lines]  # chapter 98 among them


def test_english_sample_with_regimes() -> None:
    rows = product.read(sample("ceuta_exports_2018_10.csv", "export")).records["customs_microdata"]
    first = rows.row(0, named=True)
    assert (first["regime"], first["quantity_unit"], first["quantity2_unit"]) == ("REGIME_ORDINARY", "count", "kg")
    assert (first["currency"], first["value"]) == ("USD", 345.0)


def test_names_may_hold_quotes_and_line_breaks() -> None:
    name = 'Tubes & "pipes",\nwelded, of "stainless" steel'
    text = (HERE / "ceuta_exports_2018_10.csv").read_text().replace("Brassieres, of other textiles", name)
    rows = product.read(made(text, "utf-8")).records["customs_microdata"]
    assert len(rows) == 3 and rows["hs_name"][0] == name
    assert rows["value"].to_list() == [345.0, 1161.0, 683.0]


def test_the_flow_must_be_told() -> None:
    payload = Payload((HERE / "soybeans_imports_2024.csv").read_bytes(), "x.csv")
    assert product.recognise(payload)
    error = refused(payload)
    assert error.code == "flow_unknown" and "flow=import" in error.hint


def test_the_page_of_results_is_no_download() -> None:
    """Rows of `div.th-line`, names shortened; the form of a page of January 2019 that was kept (sherrisherry/CNprj)."""
    line = '<tr class="text-c  mt-10"><td><div class="th-line" style="border-left: hidden">201901</div></td>'
    cell = '<td><div class="th-line" title="Other integrated circuits">Other integrated...</div></td></tr>'
    payload = Payload((line + cell).encode(), "results.html", options={"flow": "import"})
    assert product.recognise(payload)
    error = refused(payload)
    assert error.code == "results_page" and "download" in error.hint


def test_a_file_without_header_row_needs_its_columns() -> None:
    content = (HERE / "soybeans_imports_2024.csv").read_bytes()
    body = content.split(b"\n", 1)[1]
    untold = Payload(body, "x.csv", options={"flow": "import"})
    assert product.recognise(untold) and "columns=" in refused(untold).hint
    served = content.split(b"\n", 1)[0].decode("gb18030").replace('"', "")
    names = "period,partner_code,partner_name,hs_code,hs_name,quantity,quantity_unit,quantity2,quantity2_unit,value_cny"
    whole = product.read(sample("soybeans_imports_2024.csv")).records["customs_microdata"]
    for columns in (served, names):
        payload = Payload(body, "x.csv", options={"flow": "import", "columns": columns})
        assert product.recognise(payload)
        assert product.read(payload).records["customs_microdata"].equals(whole)


@pytest.mark.parametrize("sign", ["-", "—", "?"])
def test_no_second_quantity_has_several_signs(sign: str) -> None:
    row = ROW.format(hs="12019019", value="639,240,426").replace('"-",', f'"{sign}",')
    (found,) = product.read(made(HEAD + row)).records["customs_microdata"].iter_rows(named=True)
    assert (found["quantity2"], found["quantity2_unit"], found["value"]) == (None, None, 639_240_426.0)


def test_regimes_and_regions_by_name_and_low_value_parcels_of_chapter_98() -> None:
    text = '"数据年月","贸易方式名称","注册地编码","注册地名称","商品编码","商品名称","美元",\n'
    text += '"202401","一般贸易","11","北京市","98040000","低值简易通关商品","1,234",\n'
    (row,) = product.read(made(text)).records["customs_microdata"].iter_rows(named=True)
    assert (row["regime"], row["region"], row["hs8"], row["hs_name"], row["currency"]) == (
        "REGIME_ORDINARY", "CN-BJ", "98040000", "低值简易通关商品", "USD",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("columns", "got"),
    [
        ("period,partner,hs_code,value_cny", "unknown: 'partner'"),
        ("period,hs_code,hs_code,value_cny", "twice: 'hs_code', 'hs_code'"),
        ("period,hs_code,quantity", "period, hs_code, quantity"),
    ],
)
def test_columns_that_cannot_be_are_named(columns: str, got: str) -> None:
    payload = Payload(b'"202401","502","12019019","1",\n', "x.csv", options={"flow": "import", "columns": columns})
    error = refused(payload)
    assert (error.code, error.got) == ("unknown_header", got)


def test_columns_may_come_in_any_order_and_choice() -> None:
    text = '"商品编码","美元","数据年月","贸易方式编码",\n"12019019","1,234","202401","14",\n'
    rows = product.read(made(text)).records["customs_microdata"]
    row = rows.row(0, named=True)
    assert (row["hs8"], row["value"], row["currency"]) == ("12019019", 1234.0, "USD")
    assert row["regime"] == "REGIME_PROCESSING_ASSEMBLING"
    assert row["partner"] is None and row["quantity"] is None


def test_a_file_of_exactly_the_cap_is_flagged() -> None:
    body = "".join(ROW.format(hs=f"{12_000_000 + i:08d}", value=1) for i in range(product.CAP))
    reading = product.read(made(HEAD + body))
    assert any("possibly cut" in note for note in reading.notes)
    assert product.read(made(HEAD + body[: -len(ROW.format(hs="12009999", value=1))])).notes == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (HEAD, "no_rows"),
        (HEAD.replace("人民币", "港元"), "unknown_header"),
        (HEAD + ROW.format(hs="12019019", value="1,23"), "not_a_number"),
        (HEAD + ROW.format(hs="12019019", value="1.5"), "not_a_number"),  # money is whole
        (HEAD + ROW.format(hs="12019019", value="1").replace('"1","千克"', '"1,000","千克"'), "not_a_number"),
        (HEAD + ROW.format(hs="1201901", value="1"), "resaved"),
        (HEAD + ROW.format(hs="12019019", value="1").replace("502", "998"), "unknown_partner"),
        (HEAD + ROW.format(hs="12019019", value="1").replace("502", "410"), "partner_mismatch"),
        (HEAD + ROW.format(hs="12019019", value="1").replace("202401", "202413"), "unknown_period"),
        (HEAD + "".join(ROW.format(hs="12019019", value=value) for value in "12"), "duplicate_row"),
        (HEAD + ROW.format(hs="12019019", value="1")[:-12], "wrong_field_count"),
        (HEAD + ROW.format(hs="12019019", value="1").replace('"1",', ""), "wrong_field_count"),
    ],
)
def test_each_fault_has_its_own_code(text: str, code: str) -> None:
    assert refused(made(text)).code == code


def test_another_encoding_is_refused() -> None:
    text = HEAD + ROW.format(hs="12019019", value="1")
    mixed = text.encode("utf-8") + ROW.format(hs="12019020", value="1").encode("gb18030")
    assert refused(Payload(mixed, "x.csv", options={"flow": "import"})).code == "wrong_encoding"


def test_a_row_doubled_in_another_chunk_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(product, "CHUNK", 100)
    body = "".join(ROW.format(hs=f"1201901{i}", value=1) for i in (1, 2, 3, 4, 1))
    reading = product.read(made(HEAD + body))
    assert len(reading.records["customs_microdata"]) == 4 and any("again in full" in note for note in reading.notes)
    assert refused(made(HEAD + body + ROW.format(hs="12019012", value=2))).code == "duplicate_row"


@pytest.mark.parametrize("size", [1, 60, 150, 400])
def test_where_the_file_is_cut_into_blocks_changes_nothing(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    text = HEAD
    for i, name in enumerate(("大豆", 'a "b",\nc\n\nd', 'x",y', "豆\r\n大", "e")):
        text += ROW.format(hs=f"1201901{i}", value=1).replace("转基因黄大豆", name)
    payload = made(text)
    whole = product.read(payload).records["customs_microdata"]
    monkeypatch.setattr(product, "CHUNK", size)
    assert product.read(payload).records["customs_microdata"].equals(whole) and len(whole) == 5


MEASURE = """
import resource, sys
from pathlib import Path
from flows.run.reading import read_file
from transforms.customs import online_query
path = Path(sys.argv[1])
reading = read_file(path, {"flow": "import"}, path.with_suffix(".parquet"), online_query)
stored = reading.spooled["customs_microdata"]
print(stored.rows, int(reading.table["value"].sum()), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.slow
def test_memory_is_bounded_whatever_the_length(tmp_path: Path) -> None:
    """From CSV to Parquet, four times the rows take little more, until the buffers of two blocks are filled; nothing is
    lost on the way. What grows is eight bytes a row, to notice doubles."""
    peaks = []
    for rows in (200_000, 800_000):
        path = tmp_path / f"{rows}.csv"
        with path.open("w", encoding="gb18030") as file:
            file.write(HEAD)
            for i in range(rows):
                file.write(
                    ROW.format(hs=f"{i % 100_000:08d}", value=f"{i:,}").replace("202401", f"2024{1 + i // 100_000:02d}")
                )
        done = subprocess.run([sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True)
        count, total, peak = map(int, done.stdout.split())
        assert (count, total) == (rows, rows * (rows - 1) // 2)
        peaks.append(peak)
    assert peaks[1] - peaks[0] < 150, peaks  # the rows themselves, in memory, are some 400


@pytest.mark.parametrize(("line", "fields"), [
    ('"a","b"c","d",', ["a", 'b"c', "d"]),
    ('"a","","d"', ["a", "", "d"]),
    ('"a",", ","d",', ["a", ", ", "d"]),
    ('"a","b","d",,', None),
    ('"a",",","d",', None),  # one quote could end two fields: such a block is read line by line
    ('"a","d",', None),
    ('"a","b","c","d",', None),
    ('"a","b,"d",', None),
    ('"a",b,"d",', None),
    ('a,"b","d",', None),
    ('"a"b,"c","d",', None),
    ('"a"b,",c","d",', None),
    ('"a",",c","d",', ["a", ",c", "d"]),
    ('"a","","",', ["a", "", ""]),
    ('"a","b","d",\r', ["a", "b", "d"]),
    ('"a","\rb","d",\r', None),
    ('"a","b\x1f","d",', None),
    ('"a","b",","', None),
    ('"a","b","', None),
])  # fmt: skip
def test_a_block_is_split_only_where_each_line_is_a_record(line: str, fields: list[str] | None) -> None:
    found = query_split.whole(f"{line}\n".encode(), ["hs_code", "hs_name", "value_cny"], ",", "utf-8")
    assert (found.row(0) if found else None) == fields
