"""The catalogue: everything named, explained and referenced; derive() on nothing makes nothing."""

from __future__ import annotations

import json

import polars as pl
import pytest

from transforms.indicators import CATALOG, derive, described
from transforms.model import CLAIM, DIMENSIONS


def test_every_indicator_is_explained() -> None:
    for indicator in CATALOG:
        for text in (indicator.title, indicator.formula, indicator.unit, indicator.caveat, indicator.reference):
            assert text.strip(), indicator.id
        inputs = described(indicator.inputs)
        assert inputs and json.loads(json.dumps(inputs)) == inputs, indicator.id
        for selection in inputs:
            assert set(selection) <= {*DIMENSIONS, "record", "indicator"}, indicator.id
        assert set(indicator.by) <= set(DIMENSIONS), indicator.id


def test_ids_are_unique() -> None:
    ids = [indicator.id for indicator in CATALOG]
    assert len(ids) == len(set(ids))


@pytest.mark.slow
def test_nothing_known_nothing_derived() -> None:
    empty = pl.DataFrame(schema={**CLAIM, "series_id": pl.String})
    result = derive(empty, {})
    assert result.is_empty()
    assert result.schema == pl.Schema(CLAIM)
