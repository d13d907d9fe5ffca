"""Files made to exhaust memory or disk are refused before a parser opens them."""

from __future__ import annotations

import contextlib
import io
import struct
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from functools import cache

import pytest

from flows.sources import gacc_en, gacc_zh
from transforms.banking import dbf
from transforms.model import Payload, ReadError
from transforms.products import recognise
from transforms.refusals import refuse_bomb
from transforms.reports import narrative, text


def workbook(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in members.items():
            book.writestr(name, content)
    return buffer.getvalue()


def lying(content: bytes, claimed: int) -> bytes:
    """The same zip, its directory and headers claiming that members unpack to `claimed` bytes."""
    data = bytearray(content)
    for magic, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.find(magic)
        while at >= 0:
            struct.pack_into("<I", data, at + offset, claimed)
            at = data.find(magic, at + 4)
    return bytes(data)


def sheet(rows: bytes) -> bytes:
    return workbook({"xl/worksheets/any.xml": b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>"})


@cache
def huge() -> bytes:
    return workbook({"xl/worksheets/sheet1.xml": b"0" * 300_000_000})


BOMBS: dict[str, Callable[[], bytes]] = {  # made where they are thrown: packing the huge ones takes seconds
    "one huge member": huge,
    "directory that lies": lambda: lying(huge(), 1000),
    "very many members": lambda: workbook({f"{i}": b"" for i in range(3000)}),
    "one cell far away": lambda: sheet(b'<row><c r="A1"><v>1</v></c></row><row><c r="XFD1048576"><v>1</v></c></row>'),
    "one row far away": lambda: sheet(b"<row r='1048576'>" + b"<c><v>1</v></c>" * 20 + b"</row>"),
    "far away behind a quoted bracket": lambda: sheet(b'<x:row><x:c s=">" r = "ZZZ999999"><v>1</v></x:c></x:row>'),
    "entities": lambda: (
        b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]><ValCurs Date="&b;"/>'
    ),
    "external entity": lambda: (
        b'<?xml version="1.0"?>\n<!DOCTYPE x [<!entity a SYSTEM "file:///etc/passwd">]><ValCurs>&a;</ValCurs>'
    ),
    "deep page": lambda: b"<html>" + b"<div>" * 200_000 + b"<table></table>",
    "tables in tables": lambda: b"<table><tr><td>" * 50_000,
    "huge page": lambda: b"<html><table>" + b"<tr><td>1</td></tr>" * 500_000 + b"</table></html>",
}

HUGE = ("one huge member", "directory that lies")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name in HUGE else name for name in BOMBS]
)
def test_bomb_is_refused_quickly_and_in_little_memory(name: str) -> None:
    content = BOMBS[name]()
    tracemalloc.start()
    began = time.thread_time()  # of the processor: others may use it as well
    with pytest.raises(ReadError) as caught:
        recognise(Payload(content, "02_05_Debt_ind.xlsx"))
    seconds, (_, peak) = time.thread_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.value.code == "bomb"
    assert seconds < 5
    assert peak < 20_000_000


def test_a_format_of_empty_cells_takes_no_room() -> None:
    """Spreadsheets format whole columns; what stands in no cell is not laid out."""
    refuse_bomb(
        Payload(sheet(b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="3"/></row>'))
    )


@pytest.mark.parametrize("member", ["content.xml", "xl/workbook.bin"])
def test_other_kinds_of_workbooks_are_refused_with_advice(member: str) -> None:
    with pytest.raises(ReadError, match=r"re-saved.* save it as \.xlsx") as caught:
        recognise(Payload(workbook({member: b"<x/>"}), "book.ods"))
    assert caught.value.code == "unsupported_workbook"


def test_a_table_of_banks_that_claims_more_records_than_there_are_banks() -> None:
    """A .bz2 of some hundred bytes may unpack to a hundred million records of one byte."""
    field = b"REGN".ljust(11, b"\0") + b"C" + bytes(4) + b"\1" + bytes(15)
    table = b"\3\0\0\0" + struct.pack("<IHH", 100_000_000, 65, 2) + bytes(20) + field + b"\r"
    with pytest.raises(ReadError) as caught:
        dbf.tables(Payload(table, "112015B1.DBF"))
    assert caught.value.code == "too_large"


def pdf(pages: int, stream: bytes) -> bytes:
    """A PDF whose pages all show the same packed stream."""
    packed = zlib.compress(stream, 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, b" ".join([b"3 0 R"] * pages)),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj%sendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(body)
    return body + b"xref\n0 6\n0000000000 65535 f \n" + table + tail


@pytest.mark.slow
def test_pdf_that_unpacks_without_end_or_has_pages_without_end() -> None:
    began = time.thread_time()
    with pytest.raises(ReadError, match="Limit reached"):
        text.sentences(Payload(pdf(1, bytes(200_000_000)), "x.pdf"))
    with pytest.raises(ReadError, match="500 pages"):
        text.sentences(Payload(pdf(5000, b"BT /F1 9 Tf (A.) Tj ET\n"), "x.pdf"))
    with pytest.raises(ReadError, match="3,000,000 characters"):
        text.sentences(Payload(b"A word. " * 500_000, "x.txt"))
    assert time.thread_time() - began < 10


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", ["loans to Russian households ", "просрочка ", "доля проблемных активов ", "1,234 ", "1 234,5 "]
)
def test_text_without_a_full_stop_takes_no_time_that_grows_with_its_square(words: str) -> None:
    def seconds(length: int) -> float:
        long = words * (length // len(words))
        began = time.thread_time()
        for language in ("Report of 2025. ", "Отчет за 2025 год. "):
            with contextlib.suppress(ReadError):  # that it has no figures is another question
                narrative.read(Payload((language + long).encode(), "x.txt", options={"published": "2025-12-05"}))
        return time.thread_time() - began

    seconds(1_000)  # what is loaded once
    assert seconds(160_000) < 3 * seconds(80_000) + 0.5, "four times as long where it grows with the square"


def test_ordinary_workbook_passes() -> None:
    refuse_bomb(Payload(workbook({"xl/worksheets/sheet1.xml": b"<row/>" * 100_000, "xl/styles.xml": b""})))


@pytest.mark.parametrize(
    "index", [lambda c: gacc_en.listing(c, 2026, "http://x/"), lambda c: gacc_zh.news_list(c, "http://x/")]
)
@pytest.mark.parametrize("name", ["deep page", "tables in tables", "huge page"])
def test_index_made_to_exhaust_the_parser_is_refused_quickly(index: Callable[[bytes], object], name: str) -> None:
    content = BOMBS[name]()
    began = time.thread_time()
    with pytest.raises(ReadError, match="bomb"):
        index(content)
    assert time.thread_time() - began < 5


def test_page_of_ordinary_depth_passes() -> None:
    refuse_bomb(Payload(b"<html>" + b"<div>" * 30 + b"<b>1</b>" * 20_000 + b"</div>" * 30))


def test_broken_zip_is_left_to_its_reader() -> None:
    refuse_bomb(Payload(workbook({"a": b"b"})[:-10]))
    refuse_bomb(Payload(b"PK\x03\x04cut"))
