"""Form 101 and DBF: code page 866 under a language byte of 0, totals that accounts must make, truncation seen."""

from __future__ import annotations

import bz2
import csv
import io
import struct
import sys
import zipfile
import zlib
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from expectations.gate import check
from tests.transforms.banking import books
from transforms.banking import dbf, form_101
from transforms.model import Payload, ReadError
from transforms.products import recognise

WIDTHS = {"REGN": 4, "PLAN": 1, "NUM_SC": 5, "A_P": 1, "DT": 8, "PRIZ": 1, "C1": 15, "C3": 16, "C1_3": 6, "C2_3": 19,
          "C3_3": 19, "C4_3": 12}  # fmt: skip


def table(fields: tuple[str, ...], rows: list[tuple[object, ...]], wide: int = 20) -> bytes:
    """A DBF as the archives hold it: language byte 0, text in code page 866."""
    widths = [WIDTHS.get(name, wide) for name in fields]
    head = struct.pack("<B3BIHH20x", 3, 15, 12, 10, len(rows), 33 + 32 * len(fields), 1 + sum(widths))
    described = b"".join(struct.pack("<11sc4xB15x", n.encode(), b"C", w) for n, w in zip(fields, widths, strict=True))
    body = b"".join(
        b" " + b"".join(str(v).rjust(w).encode("cp866") for v, w in zip(row, widths, strict=True)) for row in rows
    )
    return head + described + b"\r" + body + b"\x1a"


def full(
    bank: int, plan: str, account: str, side: int, closing: int, day: str = "20151201", moved: bool = True
) -> tuple[object, ...]:
    """A record of the full form: all of the closing balance came in during the month, but for files packed long ago."""
    balance, nothing = (closing - 1, 1, closing), (0, 0, 0)
    debit, credit = (balance, nothing) if side == 1 else (nothing, balance)
    turnovers = (*debit, *credit) if moved else (0,) * 6
    return (bank, plan, account, side, *nothing, *turnovers, *balance, day, 1)


ROWS = [full(1, "А", "45812", 1, 700), full(1, "А", "45815", 1, 300), full(1, "А", "ITGAP", 1, 1000),
        full(1, "А", "45818", 2, 1000), full(1, "А", "ITGAP", 2, 1000)]  # fmt: skip
SHORT = [(1326, "А", "45815", "737096.0000", 1, "20151201"), (1326, "А", "20309", "737096.0000", 2, "20151201")]


def read(rows: list[tuple[object, ...]], fields: tuple[str, ...] = form_101.FIELDS):
    return form_101.read(Payload(table(fields, rows), "112015B1.DBF"))


def test_a_bank_whose_accounts_do_not_make_its_totals_is_set_aside() -> None:
    wrong = [full(2, "А", "45815", 1, 310), full(2, "А", "ITGAP", 1, 300)]
    reading = read([*ROWS, *wrong])
    assert [(row.row, row.code) for row in reading.set_aside] == [("bank 2", "sum_mismatch")]
    assert reading.observations.equals(read(ROWS).observations)


def test_overdue_accounts_by_bank_in_roubles_at_the_end_of_november() -> None:
    """The file of 2015-12-01 holds November; provisions (45818) stand on the other side and are no overdue debt."""
    assert recognise(Payload(table(form_101.FIELDS, ROWS), "x")).PRODUCT == "cbr.form_101"
    made = read(ROWS).observations.filter(pl.col("currency") == "ALL", pl.col("dataset") == "bank_overdue")
    assert made.select("counterpart_area", "product_code", "period_end", "value").rows() == [
        ("BANK_1", "45812", date(2015, 11, 30), 700_000.0), ("BANK_1", "45815", date(2015, 11, 30), 300_000.0),
    ]  # fmt: skip
    assert [r.sentence() for r in check("cbr.form_101", read(ROWS).table, where="101") if not r.success] == []


def test_loans_not_overdue_are_summed_by_borrower_without_provisions() -> None:
    rows = [full(1, "А", "45507", 1, 600), full(1, "А", "45509", 1, 50), full(1, "А", "45523", 1, 50),
            full(1, "А", "45815", 1, 300), full(1, "А", "ITGAP", 1, 1000), full(1, "А", "45515", 2, 1000),
            full(1, "А", "ITGAP", 2, 1000)]  # fmt: skip
    made = read(rows).observations.filter(pl.col("currency") == "ALL")
    shown = made.select("measure", "product_code", "definition", "value", "precision").sort("measure").rows()
    assert shown == [
        ("assets", "TOTAL", "RAS_BALANCE_SHEET", 1_000_000.0, 2000.0),
        ("debt", "455", "RAS_NOT_OVERDUE", 650_000.0, 1000.0),
        ("overdue", "45815", "RAS_OVERDUE", 300_000.0, 500.0),
        ("provisions", "455", "RAS_PROVISIONS", 1_000_000.0, 500.0),
    ]


def test_expenses_and_what_branches_owe_each_other_are_no_assets() -> None:
    rows = [full(1, "А", "45507", 1, 600), full(1, "А", "30302", 1, 300), full(1, "А", "70606", 1, 100),
            full(1, "А", "ITGAP", 1, 1000), full(1, "А", "45818", 2, 1000), full(1, "А", "ITGAP", 2, 1000)]  # fmt: skip
    made = read(rows).observations.filter(pl.col("dataset") == "bank_balance").sort("measure")
    assert made.select("measure", "product_code", "value").rows() == [
        ("assets", "TOTAL", 600_000.0), ("provisions", "458", 1_000_000.0)
    ]  # fmt: skip


def test_same_table_compressed_or_zipped_or_short() -> None:
    content = table(form_101.FIELDS, ROWS)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("112015B1.DBF", content)
        archive.writestr("112015NP1.DBF", table(("REGN", "NAME_B"), [(1, "ЮниКредит")]))
    for form in (bz2.compress(content), packed.getvalue()):
        assert recognise(Payload(form)).PRODUCT == "cbr.form_101"
        assert form_101.read(Payload(form, "101-20151201.zip")).table.height == 3
    short = read(SHORT, form_101.SHORT)
    assert short.table["closing_all"].to_list() == [737_096_000.0] * 2
    assert short.table["closing_rub"].null_count() == 2


REFUSED = {
    "digit": ([full(1, "А", "45812", 1, 709), *ROWS[1:]], "sum_mismatch"),
    "total lost": (ROWS[:-1], "truncated"),
    "account": ([full(1, "А", "458X2", 1, 700), *ROWS[1:]], "unknown_label"),
    "side": ([full(1, "А", "45812", 3, 700), *ROWS[1:]], "unknown_label"),
    "chapter": ([full(1, "1", "45812", 1, 700), *ROWS[1:]], "unknown_label"),
    "date": ([full(1, "А", "45812", 1, 700, "20151301"), *ROWS[1:]], "bad_period"),
    "day": ([full(1, "А", "45812", 1, 700, "20151215"), *ROWS[1:]], "bad_period"),
    "roubles": ([(*ROWS[0][:13], 698, *ROWS[0][14:]), *ROWS[1:]], "sum_mismatch"),
    "turnover": ([(*ROWS[0][:9], 709, *ROWS[0][10:]), *ROWS[1:]], "sum_mismatch"),
    "own funds in foreign currency": ([*ROWS[:3], full(1, "А", "10207", 2, 1000), ROWS[4]], "sum_mismatch"),
    "opening": ([(*ROWS[0][:4], 5, 0, 5, *ROWS[0][7:]), *ROWS[1:]], "sum_mismatch"),
    "account twice": ([full(1, "А", "45815", 1, 700), *ROWS[1:]], "duplicate_row"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    rows, code = REFUSED[case]
    with pytest.raises(ReadError) as refusal:
        read(rows)
    assert refusal.value.code == code


def test_a_short_form_that_does_not_balance_is_refused() -> None:
    with pytest.raises(ReadError, match="sum_mismatch"):
        read([SHORT[0], (1326, "А", "20309", "737097.0000", 2, "20151201")], form_101.SHORT)


def test_cut_files_are_refused() -> None:
    content = table(form_101.FIELDS, ROWS)
    for cut in (content[:-40], bz2.compress(content)[:-10], rar(("112015B1.DBF", content))[:-60]):
        with pytest.raises(ReadError):
            form_101.read(Payload(cut, "112015B1.DBF"))


def test_bytes_too_many_are_refused_as_those_too_few() -> None:
    """All the bank's files end with their last record and one end mark; bytes in between would move every field."""
    content = table(form_101.FIELDS, ROWS)
    at = content.index(b"45815")
    for spoiled in (
        content[:-1] + b" \x1a",
        content[:at] + b"  " + content[at:],
        content[:at] + content[at + 1 :] + b" ",
    ):
        with pytest.raises(ReadError, match="truncated"):
            form_101.read(Payload(spoiled, "112015B1.DBF"))


def rar(*members: tuple[str, bytes]) -> bytes:
    """A RAR archive (format 1.5 to 4) of files stored as they are."""

    def header(kind: int, flags: int, rest: bytes) -> bytes:
        body = struct.pack("<BHH", kind, flags, 7 + len(rest)) + rest
        return struct.pack("<H", zlib.crc32(body) & 0xFFFF) + body

    out = b"Rar!\x1a\x07\x00" + header(0x73, 0, bytes(6))
    for name, content in members:
        facts = struct.pack("<IIBIIBBHI", len(content), len(content), 2, zlib.crc32(content), 0x45000000, 20, 0x30,
                            len(name), 0x20)  # fmt: skip
        out += header(0x74, 0x8000, facts + name.encode()) + content
    return out + header(0x7B, 0x4000, b"")


def without_libarchive() -> bool:
    try:
        import libarchive  # noqa: F401
    except (ImportError, OSError, AttributeError):
        return True
    return False


unpacks = pytest.mark.skipif(without_libarchive(), reason="the system has no libarchive")


@unpacks
def test_a_rar_archive_gives_what_its_dbf_gives() -> None:
    """All forms since 2009 come as RAR, the file named by the month before the reporting date."""
    content = table(form_101.FIELDS, ROWS)
    archive = rar(("112015B1.DBF", content), ("READ.ME", b"nothing to read"))
    assert recognise(Payload(archive, "101-20151201.rar")).PRODUCT == "cbr.form_101"
    packed = form_101.read(Payload(archive, "101-20151201.rar"))
    assert packed.observations.equals(form_101.read(Payload(content, "112015B1.DBF")).observations)


@unpacks
@pytest.mark.parametrize("form", ["RAR 4", "RAR 5"])
def test_a_changed_byte_of_a_stored_member_is_refused(form: str) -> None:
    """libarchive reads it: members that are stored as they are are not held against their checksum there.

    packed/stored5.rar: the DBF of ROWS as 112015B1, packed with `rar a -m0` of RAR 7.01.
    """
    content = table(form_101.FIELDS, [full(*row[:4], row[-3], moved=False) for row in ROWS])
    made = {"RAR 4": rar(("READ.ME", b"x"), ("112015B1.DBF", content)),
            "RAR 5": (Path(__file__).parent / "packed" / "stored5.rar").read_bytes()}  # fmt: skip
    archive = made[form]
    assert dbf.tables(Payload(archive, "101-20151201.rar")) == dbf.tables(Payload(content, "112015B1.DBF"))
    at = archive.index(b"45815") + 4
    with pytest.raises(ReadError, match=r"truncated.*112015B1.DBF"):
        dbf.tables(Payload(archive[:at] + b"2" + archive[at + 1 :], "101-20151201.rar"))


MANY = [full(bank, "А", account, side, number * bank, moved=False) for bank in range(1, 41) for account, side, number in (
    ("45812", 1, 700), ("45815", 1, 300), ("45817", 1, 11), ("45507", 1, 5000), ("ITGAP", 1, 6011), ("45818", 2, 6011),
    ("ITGAP", 2, 6011),
)]  # fmt: skip


@unpacks
@pytest.mark.parametrize("name", ["rar4.rar", "rar5.rar"])
def test_a_really_compressed_archive_gives_the_same(name: str) -> None:
    """packed/: the DBF of MANY as 112015B1 with names of banks (112015NP1), packed with `rar a -m5` of RAR 6.23 (-ma4,
    the format of the bank's archives) and 7.01; 75 kB became 2."""
    packed = (Path(__file__).parent / "packed" / name).read_bytes()
    content = table(form_101.FIELDS, MANY)
    assert len(packed) < len(content) / 30
    assert dbf.tables(Payload(packed, "101-20151201.rar"))[0] == dbf.tables(Payload(content, "112015B1.DBF"))[0]
    for cut in (packed[:1800], packed[:900] + b"?" + packed[901:]):  # within the balances
        with pytest.raises(ReadError):
            dbf.tables(Payload(cut, "101-20151201.rar"))


@unpacks
def test_one_archive_holds_banks_that_report_in_full_and_in_short() -> None:
    archive = rar(("112015B1.DBF", table(form_101.FIELDS, ROWS)), ("112015_B.DBF", table(form_101.SHORT, SHORT)),
                  ("NAMES.DBF", table(("PLAN", "NUM_SC", "NAME", "TYPE"), [])))  # fmt: skip
    assert recognise(Payload(archive)).PRODUCT == "cbr.form_101"
    assert form_101.read(Payload(archive)).table["bank"].unique().sort().to_list() == ["1", "1326"]
    twice = rar(*[(f"112015B{n}.DBF", table(form_101.FIELDS, ROWS)) for n in (1, 2)])
    with pytest.raises(ReadError, match="unknown_sheet"):
        form_101.read(Payload(twice))


COMPANIONS = {
    "chart of accounts": ("PLAN", "NUM_SC", "NAME", "TYPE"),
    "names of banks": ("REGN", "NAME_B"),
    "names of banks of 2019": ("REGN", "NAME_B", "PRIZ", "PRIZ_P"),
    "names of banks with another mark": ("REGN", "NAME_B", "DT", "PRIZ_X"),
    "control sums of form 102": ("CONT_SUM_R", "CONT_SUM_V", "CONT_SUM"),
    "control sum of the short form": ("CONT_SUM",),
    "symbols of form 102": ("NOM", "PRSTR", "CODE", "NAME"),
    "names of rows": ("C1", "C2_1", "C2_2", "C2_3"),
}


@pytest.mark.parametrize("what", COMPANIONS)
def test_a_table_that_only_explains_a_form_is_refused_as_that(what: str) -> None:
    """Names of accounts and banks and control sums come beside the figures; by themselves they are no release."""
    fields = COMPANIONS[what]
    content = table(fields, [("1",) * len(fields)])
    assert recognise(Payload(content, "NAMES.DBF")).PRODUCT == "cbr.form_101"
    with pytest.raises(ReadError, match="companion_table") as refusal:
        form_101.read(Payload(content, "NAMES.DBF"))
    assert all(field in refusal.value.got for field in fields)


def test_a_bank_has_one_number_in_every_form_and_year() -> None:
    """The form of 2012 prints REGN with five decimals: bank 1.00000 is bank 1."""
    rows = [(f"{row[0]}.00", *row[1:]) for row in ROWS]
    made = form_101.read(Payload(table(form_101.FIELDS, rows), "122012B1.DBF"))
    assert made.table["bank"].to_list() == form_101.read(Payload(table(form_101.FIELDS, ROWS))).table["bank"].to_list()
    assert all(code.removeprefix("BANK_").isdigit() for code in made.observations["counterpart_area"])


@unpacks
def test_a_rar_archive_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dbf, "LARGEST", 1000)
    with pytest.raises(ReadError, match="too_large"):
        dbf.tables(Payload(rar(("112015B1.DBF", table(form_101.FIELDS, ROWS))), "x.rar"))
    monkeypatch.setattr(dbf, "MOST", 2)
    with pytest.raises(ReadError, match="too_large"):
        dbf.tables(Payload(rar(*[(f"{n}.TXT", b"x") for n in range(3)]), "x.rar"))


def test_a_rar_archive_without_libarchive_is_refused_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "libarchive", None)
    with pytest.raises(ReadError) as refusal:
        dbf.tables(Payload(b"Rar!\x1a\x07\x00", "101-20151201.rar"))
    assert (refusal.value.code, "libarchive13" in refusal.value.hint) == ("unsupported_archive", True)


def test_official_short_form_equals_the_bulk_copy() -> None:
    """112015_B: 754 rows of three banks, as in the tab-separated copy kept beside it."""
    reading = form_101.read(Payload(books.official("112015_B.DBF.bz2").read_bytes(), "112015_B.DBF.bz2"))
    bulk = bz2.decompress(books.official("bulk_f101_b.112015_B.bz2").read_bytes()).decode()
    copy = sorted((r["REGN"], r["NUM_SC"], r["A_P"], Decimal(r["ITOGO"]) * 1000) for r in csv.DictReader(io.StringIO(bulk), delimiter="\t"))  # fmt: skip
    sides = {"asset": "1", "liability": "2"}
    ours = sorted((r["bank"], r["account"], sides[r["side"]], r["closing_all"]) for r in reading.table.to_dicts())
    assert [row[:3] for row in ours] == [row[:3] for row in copy]
    assert all(abs(float(theirs[3]) - mine[3]) <= 1000 for mine, theirs in zip(ours, copy, strict=True))


@unpacks
def test_official_chart_of_accounts_names_the_series_of_its_archive() -> None:
    short = bz2.decompress(books.official("112015_B.DBF.bz2").read_bytes())
    archive = rar(("112015_B.DBF", short), ("NAMES.DBF", books.official("NAMES.DBF").read_bytes()))
    made = form_101.read(Payload(archive)).observations.filter(pl.col("dataset") == "bank_overdue")
    titles = dict(made.select("product_code", "native_title").rows())
    overdue = "Просроченная задолженность по предоставленным кредитам и прочим размещенным средствам"
    assert titles["45815"] == f"{overdue}: Гражданам"
    assert titles["455"] == "Кредиты и прочие средства, предоставленные физическим лицам"


REDUCED = (
    "REGN",
    "PLAN",
    "NUM_SC",
    "A_P",
    "VR",
    "VC",
    "VG",
    "VM",
    "VITG",
    "IR",
    "IC",
    "IG",
    "IM",
    "IITG",
    "DT",
    "PRIZ",
)


def reduced(bank: int, account: str, side: int, closing: object) -> tuple[object, ...]:
    return (bank, "А", account, side, "", "", "", "", 700, "", "", "", "", closing, "20260801", "")


def balanced(*banks: int) -> list[tuple[object, ...]]:
    return [row for bank in banks for row in (
        reduced(bank, "458", 1, 800), reduced(bank, "202", 1, 50), reduced(bank, "102", 2, 850))]  # fmt: skip


def test_the_combined_accounts_of_today_are_read_where_a_bank_balances() -> None:
    """Fields of the archive of 1 August 2026: balances of all currencies, accounts combined, no turnovers."""
    content = table(REDUCED, balanced(1, 1481))
    assert recognise(Payload(content)).PRODUCT == "cbr.form_101"
    reading = form_101.read(Payload(content, "072026B1.DBF"))
    made = reading.observations.select("counterpart_area", "product_code", "measure", "currency", "value").rows()
    assert made == [("BANK_1", "458", "overdue", "ALL", 800_000.0), ("BANK_1481", "458", "overdue", "ALL", 800_000.0)]
    assert reading.release.period == "2026-07" and not reading.set_aside
    assert [r.sentence() for r in check("cbr.form_101", reading.table, where="101") if not r.success] == []


def test_a_bank_that_does_not_balance_is_set_aside_and_many_refuse_the_form() -> None:
    rows = [*balanced(*range(1, 30)), reduced(40, "458", 1, 900), reduced(40, "102", 2, 850)]
    reading = form_101.read(Payload(table(REDUCED, rows), "072026B1.DBF"))
    assert [(row.row, row.code) for row in reading.set_aside] == [("bank 40", "sum_mismatch")]
    assert "BANK_40" not in set(reading.observations["counterpart_area"]) and len(reading.observations) == 29
    with pytest.raises(ReadError, match="too_many_set_aside"):
        form_101.read(Payload(table(REDUCED, [reduced(b, "458", 1, b) for b in range(1, 30)]), "072026B1.DBF"))
