"""What belongs to what in a document: footnotes and their marks, paragraphs and the one voice that is named at the head."""

from __future__ import annotations

import subprocess
import sys

import pytest

from transforms.model import Payload, Reading
from transforms.reports import narrative


def read(words: str, name: str = "note.txt") -> Reading:
    return narrative.read(Payload(words.encode(), name))


def values(reading: Reading) -> list[tuple[str, ...]]:
    return reading.table.select("segment", "value", "as_of").rows()


def test_what_a_footnote_restricts_is_the_number_with_its_mark() -> None:
    reading = read("""Качество кредитов
28 ноября 2025, Банк России
На 1 октября 2025 года доля проблемных кредитов МСП составила 7,2%¹, доля проблемной ипотеки – 1,7%².
Доля проблемных автокредитов – 4,6%*, кредитов наличными – 12,9%.
¹ По выборке 50 крупнейших банков, их доля – 80%.
² По отчетности кредитных организаций.
* Прогноз.
""")
    assert values(reading) == [("mortgage", "1.7", "2025-10-01"), ("cash loans", "12.9", "2025-10-01")]
    assert {unread.surface for unread in reading.unread} == {"7,2%", "4,6%", "50", "80%"}


def test_a_footnote_leaves_nothing_to_the_text_and_takes_nothing_from_it() -> None:
    reading = read("""Loan quality
28 November 2025, Bank of Russia
On 1 October 2025 problem mortgages made up 1.7% of the portfolio.
Note: in July 2024 problem car loans of microfinance companies were under review; 3% have no date.
In cash loans it was 12.9%.
""")
    assert values(reading) == [("mortgage", "1.7", "2025-10-01"), ("cash loans", "12.9", "2025-10-01")]


def test_raised_digits_of_a_page_are_marks_and_no_numbers() -> None:
    reading = read(
        """<html><body><h1>Loan quality</h1><p>28 November 2025, Bank of Russia</p><p>On 1 October 2025 problem mortgages
made up 1.7%<sup>1</sup> and problem car loans 4.6%<sup>2)</sup> of the portfolio.</p><table><tr><th>Borrowers</th>
<th>Problem loans, %</th></tr><tr><td>SME<sup>2</sup></td><td>7.2</td></tr><tr><td>Large companies</td><td>3.3</td></tr></table>
<p><sup>1</sup> Reporting of credit institutions.</p><p><sup>2</sup> Excluding loans of regional banks.</p></body></html>""",
        "page.html",
    )
    assert [row[:2] for row in values(reading)] == [("mortgage", "1.7"), ("large corporate", "3.3")]
    assert {unread.surface for unread in reading.unread} == {"4.6%", "7.2 %"}


def test_stars_at_several_lines_are_those_of_a_list() -> None:
    reading = read("""Problem loans
28 November 2025, Bank of Russia
Shares of problem loans on 1 October 2025:
* mortgages: 1.7%;
* car loans: 4.6%.
""")
    assert values(reading) == [("mortgage", "1.7", "2025-10-01"), ("car loans", "4.6", "2025-10-01")]


ONE = """NBKI: cards are repaid worse
28 November 2025, City News
On 1 November 9.8% of card loans were more than 90 days overdue, the bureau NBKI reported.

Cash loans more than 90 days overdue came to 1.2 trillion rubles in October.
"""


def test_the_only_voice_of_the_news_is_that_of_its_other_paragraphs() -> None:
    assert read(ONE).table["originator"].to_list() == ["NBKI", "NBKI"]


def test_where_two_are_named_nobody_is_taken_for_a_paragraph_without_a_voice() -> None:
    two = ONE + "\nThe Bank of Russia gives no figures.\n"
    assert read(two).table["originator"].to_list() == ["NBKI", None]


@pytest.mark.slow
def test_a_run_without_a_pdf_does_not_load_its_library() -> None:
    code = """
import sys
from transforms.model import Payload
from transforms.reports import narrative
narrative.read(Payload(b"Loans\\n28 November 2025, Bank of Russia\\nProblem mortgages were 1.7%.", "note.txt"))
print([name for name in ("pypdf", "transforms.reports.pages") if name in sys.modules])
"""
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
