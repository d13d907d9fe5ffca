"""Files made to exhaust memory or disk are refused before a parser opens them."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest

from flows.sources import gacc_en, gacc_zh
from transforms.model import Payload, ReadError
from transforms.products import recognise
from transforms.refusals import refuse_bomb


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


HUGE = workbook({"xl/worksheets/sheet1.xml": b"0" * 300_000_000})
BOMBS = {
    "one huge member": HUGE,
    "directory that lies": lying(HUGE, 1000),
    "very many members": workbook({f"{i}": b"" for i in range(3000)}),
    "entities": b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]><ValCurs Date="&b;"/>',
    "external entity": b'<?xml version="1.0"?>\n<!DOCTYPE x [<!entity a SYSTEM "file:///etc/passwd">]><ValCurs>&a;</ValCurs>',
    "deep page": b"<html>" + b"<div>" * 200_000 + b"<table></table>",
    "tables in tables": b"<table><tr><td>" * 50_000,
    "huge page": b"<html><table>" + b"<tr><td>1</td></tr>" * 500_000 + b"</table></html>",
}


@pytest.mark.parametrize("content", BOMBS.values(), ids=BOMBS.keys())
def test_bomb_is_refused_quickly_and_in_little_memory(content: bytes) -> None:
    tracemalloc.start()
    began = time.thread_time()  # of the processor: others may use it as well
    with pytest.raises(ReadError) as caught:
        recognise(Payload(content, "02_05_Debt_ind.xlsx"))
    seconds, (_, peak) = time.thread_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.value.code == "bomb"
    assert seconds < 5
    assert peak < 20_000_000


def test_ordinary_workbook_passes() -> None:
    refuse_bomb(Payload(workbook({"xl/worksheets/sheet1.xml": b"<row/>" * 100_000, "xl/styles.xml": b""})))


@pytest.mark.parametrize(
    "index", [lambda c: gacc_en.listing(c, 2026, "http://x/"), lambda c: gacc_zh.news_list(c, "http://x/")]
)
@pytest.mark.parametrize("name", ["deep page", "tables in tables", "huge page"])
def test_index_made_to_exhaust_the_parser_is_refused_quickly(index: Callable[[bytes], object], name: str) -> None:
    began = time.thread_time()
    with pytest.raises(ReadError, match="bomb"):
        index(BOMBS[name])
    assert time.thread_time() - began < 5


def test_page_of_ordinary_depth_passes() -> None:
    refuse_bomb(Payload(b"<html>" + b"<div>" * 30 + b"<b>1</b>" * 20_000 + b"</div>" * 30))


def test_broken_zip_is_left_to_its_reader() -> None:
    refuse_bomb(Payload(workbook({"a": b"b"})[:-10]))
    refuse_bomb(Payload(b"PK\x03\x04cut"))
