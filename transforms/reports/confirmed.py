"""A number of a report that a person has looked at and confirmed: who, why, and as which figure.

`portvault confirm` writes it as a small JSON file. It makes one row of reported_figure, of the report's own sentence
and day, with who confirmed it and why in the note. It teaches the reader nothing: the next such sentence is looked at
again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from transforms.model import OBSERVATION, Payload, ReadError, Reading, Release
from transforms.reports.narrative import COLUMNS

PRODUCT, SOURCE, EXTENSION = "reports.confirmed", "reports", "json"
SUITE = "narrative"
KIND = "portvault confirmation of an unread figure"
FIGURE = ("indicator", "segment", "value", "unit", "as_of", "kind", "originator", "definition")
"""What a figure may be told to be; the first five are its least."""
LEAST = ("indicator", "segment", "value", "unit", "kind")


def recognise(payload: Payload) -> bool:
    """A file that `portvault confirm` has written."""
    return payload.content.lstrip()[:1] == b"{" and KIND.encode() in payload.content[:400]


def read(payload: Payload) -> Reading:
    """The confirmed figure. Raises ReadError `unreadable`, `unattributed`."""
    try:
        said: dict[str, Any] = json.loads(payload.content)
        figure: Mapping[str, Any] = said["figure"]
        day = date.fromisoformat(said["published"]).isoformat()
        value = float(figure["value"])
        row = {name: figure.get(name) for name in FIGURE} | {"value": f"{value:.15g}"}
        row |= {"published_date": day, "source": said["document"], "sentence": said["sentence"], "place": said["place"]}
        row["note"] = f"confirmed by {said['who']}: {said['why']} (unread figure {said['figure_id']})"
    except (ValueError, KeyError, TypeError) as error:
        raise ReadError("unreadable", expected="a file of `portvault confirm`", got=repr(error)[:80],
                        where=payload.name) from None  # fmt: skip
    if missing := [name for name in LEAST if not row[name]]:
        raise ReadError("unattributed", expected=f"a figure with {', '.join(LEAST)}", got=f"none for {missing}",
                        where=payload.name)  # fmt: skip
    if not row["originator"]:
        row["definition"] = row["definition"] or "PRESS"
    table = pl.DataFrame([row], schema=dict.fromkeys(COLUMNS, pl.String))
    release = Release(PRODUCT, day, title=f"{KIND} {said['figure_id']}", page_stamp=day)
    nothing = pl.DataFrame(schema=dict(OBSERVATION))
    return Reading(release, table, nothing, records={"reported_figure": table})
