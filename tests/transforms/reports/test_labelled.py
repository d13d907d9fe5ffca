"""The labelled sets: how much of the certain figures is loaded, with which parts wrong, and whether a number is silent.

`unseen*.yaml` were written before the reader was tuned on what they show. The shared set is skipped where it is not on this machine.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.transforms.banking import books
from tests.transforms.reports import scoring
from transforms.model import Payload, Reading
from transforms.products import recognise
from transforms.reports import narrative

LABELLED = books.SHARED.parent / "reports" / "labelled"
OWN = ("unseen", *(f"unseen{number}" for number in range(2, 21)))
LOADED = ("level", "share", "count")
MEASURES = {
    "share_of_problem_loans": "problem_share", "share_of_problem_loans_iv_v": "problem_share",
    "share_of_bad_loans_90d": "bad_loans_share", "share_of_overdue": "overdue_share", "arrears_30_90": "arrears_30_90_days",
    "share_of_arrears_30_90": "arrears_30_90_share", "restructured_cumulative": "restructured",
    "share_of_restructured": "restructured_share", "share_of_restructured_cumulative": "restructured_share",
    "share_of_stage3_loans": "stage3_share", "share_of_problem_assets": "problem_share",
    "share_of_risky_restructured": "risky_restructured_share",
    "low_down_payment_share": "share_of_issues_down_payment_20_or_less",
}  # fmt: skip
BORROWERS = {"unsecured": "unsecured consumer", "sme": "SME", "car": "car loans", "system": "all", "banks": "banking sector",
             "large_corporate": "large corporate", "pos_loans": "POS loans", "cash_loans": "cash loans"}  # fmt: skip
WHO = {"Scoring Bureau": "Scoring Bureau"}


def wanted_of(label: dict[str, Any]) -> dict[str, Any]:
    measure = MEASURES.get(label["measure"], label["measure"])
    if measure == "debt_burden_share":
        measure = f"share_of_issues_dti_over_{label['definition'][-2:]}"
    scale = 100 if label["unit"] == "share" else 1
    return {
        "value": label["value"] * scale,
        "measure": measure,
        "segment": BORROWERS.get(label["borrower"], label["borrower"]),
        "as_of": label["as_of"] or label["period"],
        "originator": label["originator"],
    }


def unlisted(reading: Reading, label: dict[str, Any]) -> bool:
    """Is the number of a label neither loaded nor listed?"""
    surface = re.sub(r"[^\w.,]+", " ", str(label["surface"])).strip()
    loaded = [*reading.table["sentence"], *reading.records["early_warning_signal"]["sentence"]]
    listed = " ".join([*loaded, *(f"{u.sentence} {u.surface}" for u in reading.unread)])
    return surface not in re.sub(r"[^\w.,]+", " ", listed)


@pytest.fixture(scope="module")
def labelled() -> list[tuple[dict[str, Any], list[dict[str, Any]], Reading]]:
    if not LABELLED.exists():
        pytest.skip("the labelled texts are not on this machine")
    labels = defaultdict(list)
    for line in (LABELLED / "labels.jsonl").read_text("utf-8").splitlines():
        label = json.loads(line)
        labels[label["text"]].append(label)
    made = []
    for line in (LABELLED / "texts.jsonl").read_text("utf-8").splitlines():
        text = json.loads(line)
        payload = Payload(
            (LABELLED / text["file"]).read_bytes(), text["file"], options={"published": text["published"]}
        )
        assert recognise(payload) is narrative, text["file"]
        made.append((text, labels[text["text"]], narrative.read(payload)))
    return made


@pytest.mark.slow
def test_the_labelled_texts(labelled: list[tuple[dict[str, Any], list[dict[str, Any]], Reading]]) -> None:
    """At least nine of ten certain figures are loaded, no trap is, and no number is passed over in silence."""
    score = scoring.Score()
    for text, labels, reading in labelled:
        certain = [wanted_of(label) for label in labels if label["kind"] in LOADED and not label["is_doubtful"]]
        traps = {
            label["value"] * (100 if label["unit"] == "share" else 1): (label["doubt"] or [label["kind"]])[0]
            for label in labels
            if isinstance(label.get("value"), int | float) and label["is_doubtful"]
        }
        scoring.add(score, text["text"], reading, certain, text["language"], traps=traps)
        score.silent += [f"{text['text']}: {label['surface']}" for label in labels
                         if label["kind"] in LOADED and unlisted(reading, label)]  # fmt: skip
    print(score.line(), *score.misses, *score.wrong, sep="\n")
    for kind, counts in sorted(score.recall.items()):
        print(f"{kind}: {counts['found']} of {counts['certain']}")
    assert score.found >= 0.95 * score.certain
    assert score.right >= 0.9 * score.certain
    assert score.wrong == []
    assert score.silent == []
    assert score.faulty <= 0.03 * score.loads


def test_the_signals_of_the_labelled_texts(
    labelled: list[tuple[dict[str, Any], list[dict[str, Any]], Reading]],
) -> None:
    """Every level of a risk is read with its horizon; no denied state is."""
    for text, labels, reading in labelled:
        given = Counter(
            (str(row["signal"]), (row["horizon"] or "").removeprefix("until "))
            for row in reading.records["early_warning_signal"].iter_rows(named=True)
            if row["indicator_value"] is None
        )
        certain = [label for label in labels if label["kind"] == "signal" and not label["is_doubtful"]]
        wanted = Counter(
            (
                label["value"],
                f"{label['horizon']}-12" if len(label.get("horizon") or "") == 4 else label.get("horizon") or "",
            )
            for label in certain
        )
        assert given == wanted, text["text"]


@pytest.mark.slow
@pytest.mark.parametrize("name", OWN)
def test_texts_of_our_own(name: str) -> None:
    """Written before each round of tuning: 66, 89, 94, 83, 96, 79, 95, 95, 81, 72, 86, 83, 94, 88, 83, 89, 79, 75, 74 and 86 percent were found
    before it, with 6, 1, 3, 11, 2, 2, 7, 2, 7, 3, 1, 2, 1, 0, 5, 4, 2, 4, 1 and 1 wrong loads; from the fourth set on a third of the
    numbers and more are traps."""
    score = scoring.Score()
    for text in yaml.safe_load(Path(__file__).with_name(f"{name}.yaml").read_text("utf-8")):
        kind = "html" if "<html>" in text["text"] else "txt"
        payload = Payload(text["text"].encode(), f"{text['id']}.{kind}")
        assert narrative.recognise(payload) or text["id"] == "u11"  # two short lines with two numbers
        reading = narrative.read(payload)
        wanted = [
            {"value": float(value), "measure": measure, "segment": segment, "as_of": as_of, "originator": who}
            for value, measure, segment, as_of, who in text["figures"]
        ]
        scoring.add(score, text["id"], reading, wanted, reading.release.language, text.get("either", ()))
        signals = [(row["risk"], row["signal"], (row["horizon"] or "").removeprefix("until ") or None)
                   for row in reading.records["early_warning_signal"].iter_rows(named=True)]  # fmt: skip
        assert signals == [tuple(signal) for signal in text.get("signals", [])], text["id"]
    print(score.line(), *score.misses, *score.wrong, sep="\n")
    assert score.found >= 0.86 * score.certain
    assert score.right >= 0.79 * score.certain
    assert score.wrong == []
    assert score.faulty <= 0.025 * score.loads
