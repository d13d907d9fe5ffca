"""Pages of a PDF by the places of their words: tables, two columns, running heads and numbers of pages."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.pdf import assembled
from transforms.model import Payload
from transforms.reports import narrative, text

Line = Sequence[tuple[int, str]]
"""Words with their distance from the left edge, in points."""


def pdf(*pages: Sequence[Line]) -> bytes:
    """A PDF of lines of Courier, 10 points, each with its words at their places; the first line is at the top."""
    streams = [
        "".join(
            f"BT /F1 10 Tf 1 0 0 1 {x} {780 - 14 * at} Tm ({words}) Tj ET\n"
            for at, line in enumerate(lines)
            for x, words in line
        ).encode("latin-1")
        for lines in pages
    ]
    return assembled(streams, b"<</Type/Font/Subtype/Type1/BaseFont/Courier>>", width=600, height=800)


def payload(*pages: Sequence[Line]) -> Payload:
    return Payload(pdf(*pages), "review.pdf", options={"published": "2025-11-28"})


HEAD: list[Line] = [[(40, "Financial Stability Review")], [(40, "28 November 2025, Bank of Russia")]]


def test_a_table_is_read_by_the_places_of_its_cells() -> None:
    table: list[Line] = [
        [(40, "Problem loans, share of the portfolio, by segment, as the Bank of Russia counts them.")],
        [(40, "Segment"), (250, "Problem loans, % 01.07.2025"), (450, "Problem loans, % 01.10.2025")],
        [(40, "Mortgage"), (250, "1.4"), (450, "1.7")],
        [(40, "Car loans"), (250, "4.2"), (450, "4.6")],
        [(40, "Banks go on lending, and the total stays as it was in the year before this one.")],
    ]
    reading = narrative.read(payload([*HEAD, *table]))
    columns = ("indicator", "segment", "value", "as_of", "originator", "place")
    assert reading.table.select(columns).rows() == [
        ("problem_share", segment, value, day, "Bank of Russia", f"page 1, row {row}")
        for row, segment, values in ((2, "mortgage", ("1.4", "1.7")), (3, "car loans", ("4.2", "4.6")))
        for value, day in zip(values, ("2025-07-01", "2025-10-01"), strict=True)
    ]
    assert reading.unread == ()


def test_a_cell_that_is_empty_moves_no_other_one() -> None:
    table: list[Line] = [
        [(40, "Problem loans, share of the portfolio, by segment, as the Bank of Russia counts them.")],
        [(250, "Problem loans, % 01.07.2025"), (450, "Problem loans, % 01.10.2025")],
        [(40, "Mortgage"), (250, "1.4"), (450, "1.7")],
        [(40, "Car loans"), (450, "4.6")],
        [(40, "SME loans"), (250, "6.8")],
        [(40, "Cash loans"), (250, "11.1"), (450, "11.9")],
        [(40, "Banks go on lending, and the total stays as it was in the year before this one.")],
    ]
    assert narrative.read(payload([*HEAD, *table])).table.select("segment", "value", "as_of").rows() == [
        ("mortgage", "1.4", "2025-07-01"), ("mortgage", "1.7", "2025-10-01"), ("car loans", "4.6", "2025-10-01"),
        ("SME", "6.8", "2025-07-01"), ("cash loans", "11.1", "2025-07-01"), ("cash loans", "11.9", "2025-10-01"),
    ]  # fmt: skip


def test_two_columns_are_read_one_after_the_other() -> None:
    left = [
        "On 1 October 2025 the share of",
        "problem mortgages was 1.7%,",
        "while the share of problem",
        "car loans reached 4.6%.",
    ]
    right = [
        "At the same date the problem",
        "loans of SMEs stood at 12.6%",
        "of the portfolio, and those",
        "of large companies at 3.3%.",
    ]
    both: list[Line] = [[(40, one), (330, other)] for one, other in zip(left, right, strict=True)]
    reading = narrative.read(payload([*HEAD, [(40, "Both sides of the page are told here.")], *both]))
    assert reading.table.select("segment", "value").rows() == [
        ("mortgage", "1.7"), ("car loans", "4.6"), ("SME", "12.6"), ("large corporate", "3.3"),
    ]  # fmt: skip


@pytest.mark.parametrize("number", ["{}", "- {} -"])
def test_running_heads_and_page_numbers_cut_no_sentence(number: str) -> None:
    """A sentence goes on over the page; the head and the number of the page are no part of it."""
    words = ["On 1 October 2025 the share of problem", "mortgages was 1.7%, the Bank of Russia says. Of car",
             "loans 4.6% were problem ones at the same date, of cash", "loans 12.9%. Banks watch all of them."]  # fmt: skip
    pages: list[list[Line]] = [
        [[(40, "Financial Stability Review No. 2")], [(40, line)], [(290, number.format(at))]]
        for at, line in enumerate(words, start=1)
    ]
    found = text.sentences(payload(*pages))
    said = " ".join(sentence.text for sentence in found)
    assert "Review" not in said and said.split() == " ".join(words).split()


def test_words_far_outside_of_the_page_are_read_without_laying_them_out() -> None:
    far: list[Line] = [[(40, "The share of problem mortgages was 1.7% on 1 October 2025.")], [(900_000_000, "far")]] * 2
    reading = narrative.read(payload([*HEAD, *far]))
    assert reading.table["value"].unique().to_list() == ["1.7"]
