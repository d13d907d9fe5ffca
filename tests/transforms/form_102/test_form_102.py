"""Form 102: symbols by bank; the quarter is in the name of the file; roubles and foreign currency make the total."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import polars as pl
import pytest

from expectations.gate import check
from tests.transforms.banking import books
from tests.transforms.form_101.test_form_101 import table
from transforms.banking import dbf, form_102
from transforms.model import Payload, ReadError
from transforms.products import recognise

WIDE, SHORT_FIELDS = ("REGN", "CODE", *form_102.AMOUNTS), ("REGN", "CODE", "ITOGO")
DATED = (*WIDE, "DT")

ROWS = [("1.0", "10000", "655314708.00000", "14850042.00000", "670164750.00000"), ("1.0", "01000", "", "", "22247548.00000")]  # fmt: skip


def read(rows: list[tuple[str, ...]], name: str = "42012_P1.DBF", **options: str):
    return form_102.read(Payload(table(WIDE, rows), name, options=options))


def test_fourth_quarter_of_2012_in_roubles() -> None:
    assert recognise(Payload(table(WIDE, ROWS), "x")).PRODUCT == "cbr.form_102"
    reading = read(ROWS)
    assert reading.table.row(0, named=True) == {
        "bank": "1", "symbol": "10000", "rub": 655_314_708e3, "fx": 14_850_042e3, "total": 670_164_750e3,
        "period_end": date(2012, 12, 31),
    }  # fmt: skip
    assert reading.table["rub"][1] is None
    assert [r.sentence() for r in check("cbr.form_102", reading.table, where="102") if not r.success] == []
    assert read(ROWS, "unnamed", period="2013-03").release.period == "2013-03"


REFUSED = {
    "no quarter": (lambda: read(ROWS, "unnamed"), "no_date"),
    "digit": (lambda: read([(*ROWS[0][:4], "670164758.00000")]), "sum_mismatch"),
    "digit in an empty field": (lambda: read([("1", "01000", "5", "", "22247548.00000")]), "sum_mismatch"),
    "digit where there is no foreign currency": (lambda: read([("1", "01000", "70", "7", "70")]), "sum_mismatch"),
    "no total": (lambda: read([("1", "01000", "70", "", "")]), "not_a_number"),
    "symbol": (lambda: read([("1", "1000X", "", "", "1")]), "unknown_label"),
    "twice": (lambda: read([ROWS[0], ROWS[0]]), "duplicate_row"),
    "text": (lambda: read([("1", "10000", "", "", "n/a")]), "not_a_number"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    call, code = REFUSED[case]
    with pytest.raises(ReadError) as refusal:
        call()
    assert refusal.value.code == code


SHORT = [("101", "10000", "200277")]


def archive(control: tuple[str, ...]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("42012_P1.DBF", table(WIDE, ROWS))
        made.writestr("42012_P.DBF", table(SHORT_FIELDS, SHORT))
        made.writestr("42012SP1.DBF", table(form_102.CONTROL, [control]))
    return packed.getvalue()


def test_columns_make_the_control_sums_of_their_archive() -> None:
    """Banks that give totals alone are in a table of their own, which the control sums leave out."""
    content = archive(("655314708", "14850042", "692412298"))
    assert recognise(Payload(content)).PRODUCT == "cbr.form_102"
    assert form_102.read(Payload(content, "102-20130101.rar")).table["bank"].unique().sort().to_list() == ["1", "101"]
    with pytest.raises(ReadError, match=r"sum_mismatch.*CONT_SUM_V"):
        books.believed(form_102.read(Payload(archive(("655314708", "14850043", "692412298")), "102-20130101.rar")))


@pytest.mark.parametrize(("file", "rows"), [("42012_P1.DBF", 5572), ("42012_P.DBF", 5398)])
def test_official_files(file: str, rows: int) -> None:
    reading = form_102.read(Payload(books.official(file).read_bytes(), file))
    assert reading.table.height == rows
    assert reading.release.period == "2012-12"
    if file == "42012_P1.DBF":
        first = reading.table.filter((pl.col("bank") == "1") & (pl.col("symbol") == "10000"))
        assert first["total"].to_list() == [670_164_750e3]


def test_the_official_sample_is_a_cut_that_its_control_sums_tell() -> None:
    """42012SP1 has sums over all banks, 42012_P1 a subset of 18: less than the whole, and refused beside it.

    CONT_SUM exceeds CONT_SUM_R + CONT_SUM_V by the symbols that are printed in total alone; so does the subset.
    """
    sample, control = (books.official(f"42012{name}.DBF").read_bytes() for name in ("_P1", "SP1"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("42012_P1.DBF", sample)
        made.writestr("42012SP1.DBF", control)
    with pytest.raises(ReadError, match=r"sum_mismatch.*SIM_R.* 9,161,154,903 against 327,126,700,666"):
        books.believed(form_102.read(Payload(packed.getvalue(), "102-20130101.rar")))
    table = form_102.read(Payload(sample, "42012_P1.DBF")).table
    parts, total_alone = pl.col("rub").sum() + pl.col("fx").sum(), pl.col("total").filter(pl.col("rub").is_null())
    printed = int(table.select(pl.col("total").sum() - parts - total_alone.sum()).item() / 1e3)
    assert abs(printed) <= table.height, "rounding of a thousand roubles a row at most"


def test_the_monthly_form_of_2026_dates_each_bank_and_leaves_blanks() -> None:
    """Fields of the archive of 1 August 2026: roubles and foreign currency empty, some totals too; REGN 1 a month late."""
    rows = [("1", "61101", "", "", "900", "20260701"), ("2", "61101", "", "", "700", "20260801"),
            ("2", "61102", "", "", "", "20260801")]  # fmt: skip
    reading = form_102.read(Payload(table(DATED, rows), "072026_P1.DBF"))
    assert reading.table.select("bank", "total", "period_end").rows() == [
        ("1", 900e3, date(2026, 6, 30)), ("2", 700e3, date(2026, 7, 31)), ("2", None, date(2026, 7, 31)),
    ]  # fmt: skip
    assert reading.release.period == "2026-07"
    assert reading.notes == ["banks 1 report an earlier date", "1 symbols are not disclosed"]
    assert [r.sentence() for r in check("cbr.form_102", reading.table, where="102") if not r.success] == []


def test_a_month_that_ends_no_quarter_is_no_quarter() -> None:
    both = [(bank, symbol, "", "", "900", "20260801" if bank == "2" else "20260701")
            for bank in ("1", "2") for symbol in ("61101", "61102")]  # fmt: skip
    made = form_102.read(Payload(table(DATED, both), "072026_P1.DBF")).observations
    assert set(made.select("period_end", "freq").rows()) == {(date(2026, 6, 30), "Q"), (date(2026, 7, 31), "M")}


def test_a_form_without_its_optional_fields_is_read() -> None:
    fields = ("REGN", "CODE", "SIM_ITOGO", "PRIZ")
    content = table(fields, [("1", "61101", "900", "1")])
    assert recognise(Payload(content, "x")).PRODUCT == "cbr.form_102"
    assert form_102.read(Payload(content, "072026_P1.DBF")).release.period == "2026-07"


def test_profit_and_provisions_of_the_year_by_bank() -> None:
    """Bank of Russia, fourth quarter of 2012, bank 1: 22,247,548 thousand before tax, 18,802,763 after it; provisions of
    32,386,816 made and 33,276,526 released."""
    symbols = {
        "01000": "22247548",
        "02000": "0",
        "31001": "18802763",
        "31002": "0",
        "25302": "32386816",
        "16305": "33276526",
    }
    made = read([("1.0", symbol, "", "", value) for symbol, value in symbols.items()]).observations
    assert made.select("counterpart_area", "measure", "product_code", "value").rows() == [
        ("BANK_1", "profit", "BEFORE_TAX", 22_247_548e3),
        ("BANK_1", "profit", "AFTER_TAX", 18_802_763e3),
        ("BANK_1", "provision_charge", "LOSSES", -889_710e3),
    ]
    later = read([("1", "61101", "", "", "5"), ("1", "61102", "", "", "7")]).observations
    assert later.select("product_code", "value").rows() == [("AFTER_TAX", -2e3)]
    assert read(ROWS).observations.is_empty(), "a profit without its loss is none"


def test_the_symbols_until_2015_are_those_of_the_official_list() -> None:
    payload = Payload(books.official("SPRAV1.DBF").read_bytes(), "SPRAV1.DBF")
    listed = {row["CODE"]: row["NAME"] for table in dbf.tables(payload) for row in table.records()}
    words = {
        ("profit", "BEFORE_TAX"): ("Прибыль до налогообложения", "Убыток до налогообложения"),
        ("profit", "AFTER_TAX"): ("Прибыль после налогообложения", "Убыток после налогообложения"),
        ("provision_charge", "LOSSES"): (
            "Отчисления в резервы на возможные потери",
            "От восстановления сумм резервов на возможные потери",
        ),
    }
    for kind, pairs in form_102.RESULTS.items():
        assert tuple(listed[symbol].startswith(word) for symbol, word in zip(pairs[0], words[kind], strict=True)) == (
            True,
            True,
        )
