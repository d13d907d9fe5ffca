"""Figures that many outlets repeat without saying who counted what: identified by known_claims.yaml."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from transforms import yaml_file

Row = dict[str, str | None]


@cache
def _claims() -> list[dict[str, Any]]:
    return list(yaml_file.load(Path(__file__).with_name("known_claims.yaml"))["claims"])


@cache
def _open(published: date) -> list[tuple[dict[str, Any], list[tuple[str, frozenset[str | None]]]]]:
    """The claims of the time of a document, each with what a row must have in its columns."""
    return [
        (
            claim,
            [
                (name, frozenset(value if isinstance(value, list) else [value]))
                for name, value in claim["match"].items()
            ],
        )
        for claim in _claims()
        if claim["window"][0] <= published <= claim["window"][1]
    ]


def _of(row: Row, published: date) -> list[dict[str, Any]]:
    return [claim for claim, wanted in _open(published) if all(row[name] in values for name, values in wanted)]


def misdated(row: Row, published: date) -> str:
    """Why the date of a figure is a known mistake; "" if it is not."""
    for claim in _of(row, published):
        if "misdated" in claim and (row["as_of"] or "").startswith(claim["misdated"]):
            return f"misdated: it is of {claim['as_of']}, see {claim['evidence']}"
    return ""


def identified(row: Row, published: date, doubts: list[str]) -> Row | None:
    """The row with what is known about it; None if no claim knows it, or a doubt speaks against it that the claim does
    not explain (`despite`)."""
    for claim in _of(row, published):
        dated = (not row["as_of"] and "must" not in claim) or str(row["as_of"]).startswith(str(claim["as_of"]))
        attributed = not row["originator"] or str(row["originator"]) in str(claim["originator"])
        explained = all(any(doubt.startswith(word) for word in claim.get("despite", [])) for doubt in doubts)
        if dated and attributed and explained:
            words = [row["note"], " ".join(claim["note"].split()), f"evidence: {claim['evidence']}"]
            known: Row = {name: str(claim[name]) for name in ("as_of", "originator", "definition")}
            known |= {name: claim.get(name, row[name]) for name in ("indicator", "segment", "kind")}
            return row | known | {"note": "; ".join(filter(None, words))}
    return None
