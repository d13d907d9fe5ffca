"""Bytes that no product reads: told by their own words; errors, empty answers and copies as what they are."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.transforms.customs_pages import Cell, english
from tests.transforms.form_101.test_form_101 import table
from transforms import unrecognised
from transforms.model import Payload, ReadError
from transforms.products import recognise
from transforms.reports import narrative

ENVELOPE = (
    '<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
    "<s:Body>{}</s:Body></s:Envelope>"
)


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Лист отчёта"
    book.active.append(["Сведения о погоде", None])
    book.active.append(["Дата", "Температура"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("letter.txt", "hello")
    return buffer.getvalue()


def page(cells: int) -> str:
    rows = "".join(f"<tr><td>{i}.05.2026</td><td>{i * 7},5</td></tr>" for i in range(1, cells))
    return f"<html><title>Погода</title><h1>Осадки</h1><table><tr><th>День</th><th>Мм</th></tr>{rows}</table></html>"


OWN_WORDS = {
    "workbook": (workbook(), ("Лист отчёта", "Сведения о погоде", "Температура")),
    "page": (page(9).encode(), ("Погода", "Осадки", "День", "Мм")),
    "text": ("День;Осадки\n1.05;7\n".encode(), ("semicolons", "День;Осадки")),
    "Chinese text of Excel": ("商品编码,商品名称,数量\n0101,马,3\n".encode("gb18030"), ("商品编码,商品名称",)),
    "text of Excel": ("День;Осадки\n1.05;7\n".encode("cp1251"), ("День;Осадки",)),
    "xml": (b'<?xml version="1.0"?><a:rain xmlns:a="urn:weather"><a:day/></a:rain>', ("rain", "urn:weather", "day")),
    "dbf": (table(("DAY", "RAIN"), [("1", "2")]), ("DAY", "RAIN")),
    "zip": (zipped(), ("letter.txt",)),
    "json": (b'{"rain": [1, 2], "days": 3}', ("rain", "days")),
}


@pytest.mark.parametrize("what", OWN_WORDS)
def test_a_refusal_says_what_the_file_is_by_its_own_words(what: str) -> None:
    content, words = OWN_WORDS[what]
    with pytest.raises(ReadError) as refusal:
        recognise(Payload(content, "weather"))
    assert refusal.value.code in ("unrecognised", "no_reader")
    assert all(word in refusal.value.got for word in words)
    assert "\\x" not in str(refusal.value) and "b'" not in str(refusal.value)


KNOWN = {
    "SOAP 1.1 fault": (
        ENVELOPE.format("<s:Fault><faultcode>s:Client</faultcode><faultstring>no such method</faultstring></s:Fault>"),
        "soap_fault", "no such method",
    ),
    "SOAP 1.2 fault": (
        ENVELOPE.format("<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code><s:Reason><s:Text>bad date</s:Text>"
                        "</s:Reason></s:Fault>"),
        "soap_fault", "bad date",
    ),
    "error page": (
        "<html><title>Object reference not set</title><body><h1>Server Error in '/' Application.</h1>"
        "<h2><i>Object reference not set to an instance</i></h2></body></html>",
        "server_error", "Object reference not set",
    ),
    "empty answer": (ENVELOPE.format("<RuoniaResponse><RuoniaResult/></RuoniaResponse>"), "empty", "Ruonia"),
    "list of currencies": (
        '<?xml version="1.0"?><Valuta name="x"><Item ID="R01235"><Name>USD</Name></Item></Valuta>',
        "companion_table", "list of currencies",
    ),
    "copy": ('{"Date": "2023", "PreviousURL": "//www.cbr-xml-daily.ru/x", "Valute": {}}', "third_party_copy",
             "cbr-xml-daily.ru"),
}  # fmt: skip


@pytest.mark.parametrize("what", KNOWN)
def test_what_holds_no_figures_is_told_as_what_it_is(what: str) -> None:
    content, code, words = KNOWN[what]
    with pytest.raises(ReadError) as refusal:
        recognise(Payload(content.encode(), "answer"))
    assert refusal.value.code == code and words in refusal.value.got and refusal.value.hint


def test_a_page_of_tables_without_a_reader_is_no_prose() -> None:
    """Menus and footers speak of banks and credit; the figures stand in the table, and nothing reads it."""
    around = "<p>банк кредит банка, 5% и 3% по кредитам банков</p>"
    with pytest.raises(ReadError, match="no_reader") as refusal:
        recognise(Payload(page(25).replace("<table>", around + "<table>").encode(), "page"))
    assert "День | Мм" in refusal.value.hint


TABLE = """Bank of Russia: loans of households, monthly table, 1 September 2016
Date\tLoans, RUB mln\tof which 90+ overdue, RUB mln\t90+ share, %
01.06.2016\t10,501,200\t1,003,414\t9.6
01.07.2016\t10,537,020\t1,010,311\t9.6
01.08.2016\t10,588,777\t1,021,205\t9.6
01.09.2016\t10,602,345\t1,030,017\t9.7
"""


def test_a_document_with_tables_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read, sentences = [], narrative.text.sentences
    monkeypatch.setattr(narrative.text, "sentences", lambda payload: read.append(1) or sentences(payload))
    payload = Payload(TABLE.replace("2016", "2017").encode(), "table.txt", options={"published": "2017-09-20"})
    recognise(payload).read(payload)
    assert len(read) == 1


def test_a_table_in_text_whose_columns_are_known_is_read() -> None:
    """It is refused as a table without reader only if the reader of reports cannot read it either."""
    told = {"published": "2016-09-20"}
    payload = Payload(TABLE.encode(), "table.txt", options=told)
    assert recognise(payload).read(payload).records["reported_figure"].height == 12
    strange = TABLE.replace("overdue", "painted").replace("Loans", "Chairs").replace("90+ share", "Height")
    with pytest.raises(ReadError, match="no_reader"):
        recognise(Payload(strange.encode(), "table.txt", options=told))


def test_a_code_page_that_is_not_the_declared_one_is_called_that() -> None:
    content = page(9).replace("<title>", '<meta charset="utf-8"><title>').encode("cp1251")
    with pytest.raises(ReadError, match="wrong_code_page") as refusal:
        recognise(Payload(content, "page"))
    assert "utf-8" in refusal.value.got and "cp1251" in refusal.value.got


def test_cases(shared: Path) -> None:
    """Official and other people's files that hold no figures of their own."""
    codes = {
        "val.xml": "companion_table", "keyrate_empty_soap.xml": "empty", "daily_json.js": "third_party_copy",
        "122019N1.dbf": "companion_table", "42012SP1.DBF": "companion_table", "42012_SP.DBF": "companion_table",
    }  # fmt: skip
    for name, code in codes.items():
        path = shared.parent / "cases" / "banking" / name
        with pytest.raises(ReadError, match=code):
            payload = Payload(path.read_bytes(), name)
            recognise(payload).read(payload)


def test_long_words_are_cut() -> None:
    assert len(unrecognised.describe(Payload(b"x" * 5000))) < 300


@pytest.mark.parametrize(
    "title", ["（12）2026年5月外商投资企业进出口总值表（人民币值）", "（15）2026年5月对部分国家（地区）出口商品类章金额表（美元值）",
              "(7) Statistics Bulletin on Freight Supervision, May 2026"])  # fmt: skip
def test_a_table_without_a_layout_is_told_by_name(title: str) -> None:
    rows: list[list[Cell]] = [[(title, 3, 1)], *[[f"row {i}", "1,234", "5,678"] for i in range(12)]]
    with pytest.raises(ReadError) as caught:
        recognise(Payload(english(title, rows), "page.html"))
    assert caught.value.code == "no_layout" and "table (" in caught.value.got and caught.value.hint
