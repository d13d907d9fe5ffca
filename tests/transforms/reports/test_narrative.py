"""Narrative reports: figures by declared patterns with sentence and definition; the rest is listed, never guessed."""

from __future__ import annotations

from pathlib import Path
from textwrap import fill

import pytest

from expectations.gate import check
from tests.conftest import ROOT
from tests.transforms.banking import books
from tests.transforms.household_lending_risk import test_household_lending_risk as risk
from transforms.banking.definitions import definitions
from transforms.model import Payload, ReadError
from transforms.products import recognise
from transforms.reports import early_warning, narrative

DIGEST = books.SHARED.parent / "reports" / "press_digest_2025-12-08.txt"
HEAD = "Economy\n08 December 2025\n\n"
STORY = (
    'The volume of so-called "bad" loans to Russian households hit approximately 2.3 trillion rubles—about $27 billion'
    "—representing a 1.6-fold increase over just nine months. Even more concerning, more than 2.4 trillion rubles worth "
    "of loans were forcibly restructured, a move that hides defaults.\n"
    "Small and medium-sized businesses are also feeling the squeeze: one in five business loans now requires review.\n"
)


def read(words: str, encoding: str = "utf-8", **options: str):
    return narrative.read(Payload(words.encode(encoding), "digest.txt", options=options))


def rows(reading) -> dict[tuple[str, str], dict[str, str]]:
    return {(row["indicator"], row["unit"]): row for row in reading.table.iter_rows(named=True)}


def test_the_story_has_the_definitions_that_the_evidence_gives() -> None:
    """Whose 2.3 trn, which 1.6, what 27 bn implies, cumulative 2.4 trn, a fifth of SME loans."""
    got = rows(read(HEAD + STORY))
    brief = {key: (row["value"], row["definition"], row["as_of"]) for key, row in got.items()}
    assert brief == {
        ("bad_loans_90d", "trn RUB"): ("2.3", "BUREAU_DPD90", "2025-10"),
        ("bad_loans_90d", "bn USD"): ("27", "BUREAU_DPD90", "2025-10"),
        ("bad_loans_multiple", "times"): ("1.6", "BUREAU_DPD90", "2025-01/2025-09"),
        ("restructured", "trn RUB"): ("2.4", "RESTRUCTURED_STOCK", "2022-2025"),
        ("restructured_share", "%"): ("20", "RESTRUCTURED_STOCK", "2025-10-01"),
    }
    assert "Scoring Bureau" in got["bad_loans_90d", "trn RUB"]["originator"]
    assert "implies 85.2 RUB per USD" in got["bad_loans_90d", "bn USD"]["note"]
    assert "Ratio of increments" in got["bad_loans_multiple", "times"]["note"]
    assert "at least" in got["restructured", "trn RUB"]["note"]
    assert got["restructured", "trn RUB"]["sentence"].startswith("Even more concerning, more than 2.4 trillion")


def test_a_note_of_one_number_is_recognised_by_its_dateline() -> None:
    line = "Household debt overdue by more than 90 days stood at 2.31 trillion rubles, according to Scoring Bureau."
    for head, product in (("13 November 2025, The Wire\n", "reports.narrative"), ("", None)):
        payload = Payload(f"Arrears on loans grow\n{head}{line}\n".encode(), "note.txt")
        assert narrative.recognise(payload) == (product is not None)


def test_every_definition_is_one_of_the_table() -> None:
    made = read(HEAD + STORY).table["definition"].drop_nulls()
    assert set(made) <= set(definitions()["definition"])


def test_the_same_words_in_another_year_are_not_identified() -> None:
    """What is known about December 2025 is not known about December 2023: press, no definition of 90+."""
    got = rows(read(HEAD.replace("2025", "2023") + STORY))
    assert ("bad_loans_90d", "trn RUB") not in got
    assert got["problem_loans", "trn RUB"]["definition"] == "PRESS"
    assert got["problem_loans", "trn RUB"]["as_of"] is None, "the sentence gives no date, and none is made up"


def test_every_other_number_is_listed_as_unread() -> None:
    reading = read(HEAD + STORY + "Deposits grew by 12.5 percent to 60 trillion rubles in 2025.\n")
    assert [(u.place, u.surface, u.value, u.unit) for u in reading.unread] == [
        ("paragraph 6", "12.5 percent", 12.5, "percent"), ("paragraph 6", "60 trillion rubles", 60e12, "RUB"),
    ]  # fmt: skip
    assert all(u.missing and u.sentence.startswith("Deposits grew") for u in reading.unread)


def test_russian_words_and_units() -> None:
    words = (
        "05 декабря 2025\n"
        "Объем кредитов населения с просрочкой более 90 дней достиг 2,3 трлн руб. в октябре 2025.\n"
        "По данным ЦБ, доля проблемных необеспеченных потребительских кредитов выросла до 12,9%.\n"
        "За III квартал банки реструктурировали кредиты населению на 326 млрд рублей.\n"
    )
    for encoding in ("utf-8", "cp1251"):
        reading = read(words, encoding)
        got = [(r["indicator"], r["segment"], r["value"], r["unit"], r["definition"]) for r in reading.table.to_dicts()]
        assert got == [
            ("bad_loans_90d", "households", "2.3", "trn RUB", "BUREAU_DPD90"),
            ("problem_share", "unsecured consumer", "12.9", "%", "PROBLEM_IV_V"),
            ("restructured", "households", "326", "bn RUB", "RESTRUCTURED_FLOW"),
        ]
        assert reading.release.language == "ru"
        assert reading.unread == ()


def test_reported_and_not_measured() -> None:
    reading = read(HEAD + STORY)
    assert reading.observations.is_empty()
    assert reading.records["reported_figure"].height == 5
    assert [r.sentence() for r in check("reports.narrative", reading.table, where="digest") if not r.success] == []


def test_day_of_publication_is_stated_or_in_the_text() -> None:
    assert read(STORY, published="2025-12-09").release.period == "2025-12-09"
    with pytest.raises(ReadError) as refusal:
        read(STORY)
    assert refusal.value.code == "no_date"


def pdf(words: str) -> bytes:
    """A one-page PDF with text, as small as the format allows."""
    lines = "".join(f"({line}) Tj 0 -14 Td " for line in words.splitlines())
    stream = f"BT /F1 10 Tf 40 780 Td {lines}ET".encode("latin-1")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]  # fmt: skip
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (number, body)
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + table + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(out)


def test_a_pdf_is_read_and_says_its_page() -> None:
    content = pdf(
        "In October loans to individuals overdue more than 90 days reached 2.3 trillion\nrubles, a bureau says."
    )
    payload = Payload(content, "note.pdf", options={"published": "2025-12-05"})
    assert recognise(payload).PRODUCT == "reports.narrative"
    row = narrative.read(payload).table.row(0, named=True)
    assert (row["value"], row["unit"], row["definition"], row["place"]) == ("2.3", "trn RUB", "BUREAU_DPD90", "page 1")


REFUSED = {
    "cut": (pdf("Loans")[:120], "truncated"),
    "no text": (pdf(""), "no_text"),
    "no number": (pdf("Banks talk about loans."), "no_numbers"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    content, code = REFUSED[case]
    with pytest.raises(ReadError) as refusal:
        narrative.read(Payload(content, "note.pdf", options={"published": "2025-12-05"}))
    assert refusal.value.code == code


def test_ten_percent_of_the_system_is_never_held_against_a_household_share() -> None:
    """CMASF: problem assets of the whole banking system; the 7 percent of October 2025 is a share of household loans."""
    assert early_warning.threshold("problem_assets", "banking_system_assets") == 10.0
    for scope in ("household_loans", "number_of_banks"):
        with pytest.raises(ValueError, match=f"a share of {scope} cannot be held against it"):
            early_warning.threshold("problem_assets", scope)
    with pytest.raises(ValueError, match="is an event"):
        early_warning.threshold("deposit_run", "banking_system_deposits")
    assert early_warning.as_table()["threshold"].to_list() == [10.0, None, 10.0, 2.0]


def test_any_one_criterion_of_a_crisis_is_enough() -> None:
    """One outlet asked for all three at once: the table says that it is wrong."""
    table = early_warning.as_table().select("criterion", "threshold", "scope").rows()
    assert table == [
        ("problem_assets", 10.0, "banking_system_assets"), ("deposit_run", None, "banking_system_deposits"),
        ("reorganised_banks", 10.0, "number_of_banks"), ("recapitalisation", 2.0, "gdp"),
    ]  # fmt: skip
    comment = (ROOT / "warehouse/schema/crisis_criterion.sql").read_text("utf-8")
    assert "any one criterion is enough" in comment and "asks for all of them at once is wrong" in comment


@pytest.mark.parametrize("form", ["wrapped", "page of lines", "page of blocks"])
def test_the_digest_comes_out_the_same_however_its_lines_are_broken(form: str) -> None:
    lines = (HEAD + STORY).splitlines()
    words = {"wrapped": "\n".join(fill(line, 60) for line in lines),
             "page of lines": f"<html><body><div>{'<br>'.join(lines)}</div></body></html>",
             "page of blocks": "<html><body>" + "".join(f"<div><b>{line}</b></div>" for line in lines)}  # fmt: skip
    plain, broken = (read(text).table.drop("place") for text in (HEAD + STORY, words[form]))
    assert broken.rows() == plain.rows() and len(broken) == 5


@pytest.mark.parametrize("lines", [
    ["It is not true that", "the share of problem mortgages reached 17 percent."],
    ["The share of problem mortgages reached 1.7 percent", "of income."],
    ["Nobody in the ministry would confirm today what was claimed by the", "Bank of Russia, that the share of problem mortgages is 17 percent."],
])  # fmt: skip
def test_half_a_sentence_is_not_read(lines: list[str]) -> None:
    """Cut at a line, each would be a plain figure."""
    assert read(HEAD + "\n".join(lines)).table.is_empty()


def test_a_sentence_cut_by_the_end_of_a_block_is_whole() -> None:
    """As by that of a page; what goes on in small letters is no sentence of its own."""
    page = "<p>08 December 2025</p><p>It is not true that</p><p>the share of problem mortgages reached 17 percent.</p>"
    assert read(f"<html><body>{page}</body></html>").table.is_empty()


def test_a_figure_a_line_is_a_sentence_a_line() -> None:
    words = (
        "Problem loans\n• The share of problem mortgages rose to 1.7%\n• The share of problem car loans rose to 4.2%\n"
    )
    assert read(HEAD + words).table["value"].to_list() == ["1.7", "4.2"]


@pytest.mark.skipif(not DIGEST.exists(), reason="the digest is not on this machine")
def test_the_real_digest_comes_out_whole() -> None:
    """Thirteen figures of 8 December 2025, eight of trade and five of banks; nothing is left unread."""
    payload = Payload(Path(DIGEST).read_bytes(), DIGEST.name)
    assert recognise(payload).PRODUCT == "reports.narrative"
    reading = narrative.read(payload)
    got = [(r["indicator"], r["segment"], r["value"], r["unit"], r["as_of"]) for r in reading.table.to_dicts()]
    assert got == [
        ("trade_balance", "China", "1", "trn USD", "2025"),
        ("exports_growth", "China to USA", "-28.6", "% y/y", "2025-11"),
        ("exports", "China to USA", "33.8", "bn USD", "2025-11"),
        ("exports_growth", "China", "5.9", "% y/y", "2025-11"),
        ("exports_growth_forecast", "China", "4", "% y/y", "2025-11"),
        ("trade_balance", "China", "1.08", "trn USD", "2025-01/2025-11"),
        ("imports_growth", "China", "1.9", "% y/y", "2025-11"),
        ("imports_growth_forecast", "China", "3", "% y/y", "2025-11"),
        ("bad_loans_90d", "households", "2.3", "trn RUB", "2025-10"),
        ("bad_loans_90d", "households", "27", "bn USD", "2025-10"),
        ("bad_loans_multiple", "households", "1.6", "times", "2025-01/2025-09"),
        ("restructured", "households", "2.4", "trn RUB", "2022-2025"),
        ("restructured_share", "SME", "20", "%", "2025-10-01"),
    ]
    assert reading.unread == ()
    assert reading.release.period == "2025-12-08"


def test_prose_around_a_table_says_nothing_of_the_numbers_in_it() -> None:
    """The cell names no borrowers; those of the sentence before are none of its."""
    page = "<html><body>{}<p>8 December 2025</p>{}<table><tr><td>Bad loans</td><td>9.9 trillion rubles</td></tr></table></body></html>"
    story = "".join(f"<p>{line}</p>" for line in STORY.splitlines())
    payload = Payload(page.format("<h1>Banks</h1>", story).encode(), "review.html")
    assert recognise(payload).PRODUCT == narrative.PRODUCT
    reading = narrative.read(payload)
    assert rows(reading).keys() == rows(read(HEAD + STORY)).keys()
    assert [(u.surface, u.missing) for u in reading.unread] == [("9.9 trillion rubles", "of whom?")]
    assert "9.9" not in str(reading.table.to_dicts())


def test_a_known_table_with_a_story_around_it_stays_that_table() -> None:
    story = f"<p>8 December 2025</p><p>{STORY}</p></body>"
    payload = Payload(risk.page(risk.rows_of("2017")).replace(b"</body>", story.encode()), "risk.html")
    assert story.encode() in payload.content
    assert narrative.recognise(payload) and recognise(payload).PRODUCT == "cbr.household_lending_risk"
