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
from transforms.banking import form_102
from transforms.model import Payload, ReadError
from transforms.products import recognise

ROWS = [("1.0", "10000", "655314708.00000", "14850042.00000", "670164750.00000"), ("1.0", "01000", "", "", "22247548.00000")]  # fmt: skip


def read(rows: list[tuple[str, ...]], name: str = "42012_P1.DBF", **options: str):
    return form_102.read(Payload(table(form_102.WIDE, rows), name, options=options))


def test_fourth_quarter_of_2012_in_roubles() -> None:
    assert recognise(Payload(table(form_102.WIDE, ROWS), "x")).PRODUCT == "cbr.form_102"
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
        made.writestr("42012_P1.DBF", table(form_102.WIDE, ROWS))
        made.writestr("42012_P.DBF", table(form_102.SHORT, SHORT))
        made.writestr("42012SP1.DBF", table(form_102.CONTROL, [control]))
    return packed.getvalue()


def test_columns_make_the_control_sums_of_their_archive() -> None:
    """Banks that give totals alone are in a table of their own, which the control sums leave out."""
    content = archive(("655314708", "14850042", "692412298"))
    assert recognise(Payload(content)).PRODUCT == "cbr.form_102"
    assert form_102.read(Payload(content, "102-20130101.rar")).table["bank"].unique().sort().to_list() == ["1", "101"]
    with pytest.raises(ReadError, match=r"sum_mismatch.*CONT_SUM_V"):
        form_102.read(Payload(archive(("655314708", "14850043", "692412298")), "102-20130101.rar"))


@pytest.mark.parametrize(("file", "rows"), [("42012_P1.DBF", 5572), ("42012_P.DBF", 5398)])
def test_official_files(file: str, rows: int) -> None:
    reading = form_102.read(Payload(books.official(file).read_bytes(), file))
    assert reading.table.height == rows
    assert reading.release.period == "2012-12"
    if file == "42012_P1.DBF":
        first = reading.table.filter((pl.col("bank") == "1") & (pl.col("symbol") == "10000"))
        assert first["total"].to_list() == [670_164_750e3]
