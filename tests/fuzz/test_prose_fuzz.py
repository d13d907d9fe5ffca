"""Spoiled texts: a figure is read as the spoiled text states it, or listed; never with another value or meaning.

Nothing in a text contradicts a word that is misspelt where it says of what, when or who: such figures are counted as blind,
and stay few. Each keeps its sentence in the warehouse, so that a person who confirms it sees what it was read from.
"""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import pytest
import yaml

from tests.fuzz import MANY
from tests.fuzz.prose_mutants import FAULTS, Text, rows_of, states, text_of
from tests.fuzz.tally import Tally
from transforms.model import Payload, ReadError
from transforms.reports import narrative

TEXTS = Path(__file__).parents[1] / "transforms/reports"
WORDS = {"a word misspelt", "another character", "a sentence twice", "file cut", "paragraphs in another order",
         "denied, expected or elsewhere", "another unit", "figure gone", "other loans", "markup"}  # fmt: skip
"""Faults of words, and of figures that others go by: what a sentence means may turn on one. With markup a text is a page,
whose lines are paragraphs: a date may be carried on that was in doubt in the text."""
FEW = 0.05
"""Of the mutants of words at most so many may be blind; one in a hundred was."""
tally = Tally()


@cache
def texts() -> list[Text]:
    """The texts of our own, one in thirty for each mutant of each fault."""
    found = []
    for path in sorted(TEXTS.glob("unseen*.yaml")):
        for text in yaml.safe_load(path.read_text("utf-8")):
            if "<html>" not in text["text"]:
                found.append((f"{path.stem}-{text['id']}.txt", text["text"]))
    chosen = range(0, len(found), max(30 // MANY, 1))
    return [text_of(*found[at]) for at in chosen]


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_a_spoiled_text_is_read_as_it_stands_or_listed(fault: str) -> None:
    wrong = []
    for text in texts():
        for turn in range(max(MANY // 30, 1)):
            made = FAULTS[fault](text, random.Random(f"{fault} {text.name} {turn}"))
            if made is None or made[0] == text.said.encode():
                continue
            content, truth = made
            try:
                reading = narrative.read(Payload(content, text.name))
            except ReadError as refusal:
                assert refusal.code and refusal.expected and refusal.got
                tally.count("prose", fault, "refused")
                continue
            got = set(rows_of(reading.table.to_dicts()))
            true = [told for row in text.rows for told in truth(row)]
            if unlike := [row for row in got if not any(states(row, told) for told in true)]:
                wrong.append((text.name, turn, unlike))
                tally.count("prose", fault, "blind")
            elif all(any(states(row, told) for row in got for told in truth(was)) for was in text.rows if truth(was)):
                tally.count("prose", fault, "right")
            else:
                tally.count("prose", fault, "set aside")
    print(*wrong, sep="\n")
    few = 0.15 if fault == "paragraphs in another order" else FEW  # whose leaning neighbours lean on another one now
    assert len(wrong) <= (few * sum(tally.counts["prose", fault].values()) + 1 if fault in WORDS else 0), wrong


@pytest.mark.parametrize(
    ("words", "loaded"),
    [
        ("The share of problem mortgages was 1<b></b>2.9% on 1 October 2025, the Bank of Russia says.", [12.9]),
        ("The share of problem mortgages was 1<del>3</del>2.9% on 1 October 2025, the Bank of Russia says.", [12.9]),
        ("The share of problem mortgages was 1<table><tr><td>1</td></tr></table>2.9% on 1 October 2025.", []),
        ("The share of problem mortgages was 1</p><p>92.9% on 1 October 2025, the Bank of Russia says.", []),
        ("The share of problem mortgages was 1&lt;2.9% on 1 October 2025, the Bank of Russia says.", []),
        *(
            (f"The share of problem mortgages was {number} on 1 October 2025, the Bank of Russia says.", [])
            for number in ("?2.9%", "1?9%", "1O.9%", "#2.9%", "12x9%", "12,,9%", "12.9‰", "1 2.9%", "\ufffd2.9%")
        ),
        ("The share of problem mortgages was N/A% and of problem car loans 7% on 1 October 2025, the Bank of Russia says.", []),
        ("Problem mortgages were RUB 73 ,illion on 1 October 2025, the Bank of Russia says.", []),
        ("The share of problem mortgages was 12.9% on 1 Octbber 2025, the Bank of Russia says.", []),
        ("Banks restructured 96,000 SME loans for 720 mln in October 2025, the Bank of Russia says.", [96000.0]),
    ],
)  # fmt: skip
def test_what_is_torn_is_listed(words: str, loaded: list[float]) -> None:
    text = f"<html><body><p>Loans of banks</p><p>28 November 2025</p><p>{words}</p></body></html>"
    reading = narrative.read(Payload(text.encode(), "note.html"))
    found = [float(value) for value in reading.table["value"]]
    assert found == loaded
    assert loaded or reading.unread


def test_what_became_of_the_texts() -> None:
    tally.show()
