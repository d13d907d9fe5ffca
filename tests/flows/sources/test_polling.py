"""When an answer of a service says nothing new: figures and records alike."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import cast

import polars as pl
import pytest

from flows.archive import Snapshot
from flows.sources import polling
from transforms.model import OBSERVATION, Payload, Reading, Release


def read(payload: Payload) -> Reading:
    """A product that makes records and no figures of a series: rows of a table as JSON."""
    records = {"policy_event": pl.DataFrame(json.loads(payload.content))}
    return Reading(Release("test.events", "2026-08"), pl.DataFrame(), pl.DataFrame(schema=dict(OBSERVATION)), records)


def test_an_answer_of_records_alone_is_new_where_a_record_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """The order of rows is none; a date that moved, a row more, a row less are news."""
    rows = [{"date": "2026-08-06", "title": "one"}, {"date": "2026-08-07", "title": "two"}]
    monkeypatch.setattr(polling, "recognise", lambda payload: SimpleNamespace(read=read))
    held = cast(
        Snapshot,
        SimpleNamespace(
            read=lambda: json.dumps(rows).encode(), url="https://example.org/events.json", options={}, first_seen=None
        ),
    )
    moved = [rows[0] | {"date": "2026-08-05"}, rows[1]]
    answers = {"turned": rows[::-1], "moved": moved, "more": [*rows, moved[0]], "less": rows[:1]}
    told = {
        name: polling.says_the_same(held, read(Payload(json.dumps(answer).encode())))
        for name, answer in answers.items()
    }
    assert told == {"turned": True, "moved": False, "more": False, "less": False}
