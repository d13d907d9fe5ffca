"""Parts of long frames: what tells that a dataset or indicator is what it was, and what is taken over if it is."""

from __future__ import annotations

import polars as pl
import pytest

from transforms.model import CLAIM
from warehouse import history
from warehouse.parts import joined, prints, same, slices
from warehouse.store import settle

SMALL = ("key_rate", "sme_loans", "trade_by_regime", "trade_by_commodity", "trade_by_commodity_regime")


@pytest.fixture(scope="module")
def claims() -> pl.DataFrame:
    return history.shipped().claims.select(CLAIM.keys()).filter(pl.col("dataset").is_in(SMALL))


def test_prints_tell_each_change_and_no_order(claims: pl.DataFrame) -> None:
    before = prints(claims, "dataset")
    assert set(before) == set(SMALL)
    assert prints(claims.sample(fraction=1, shuffle=True, seed=1), "dataset") == before
    one = claims.filter(dataset="key_rate")
    for other in (one.tail(-1), pl.concat([one, one.head(1)]), *(_changed(one, name) for name in CLAIM)):
        now = prints(pl.concat([claims.filter(~(pl.col("dataset") == "key_rate")), other]), "dataset")
        assert same(now, before) >= set(SMALL) - {"key_rate"} and now.get("key_rate") != before["key_rate"]
    assert prints(claims.clear(), "dataset") == {}


def _changed(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """With another word in one cell of the first row."""
    first = pl.int_range(pl.len()) == 0
    kind = frame.schema[name]
    if kind == pl.String:
        other = pl.coalesce(name, pl.lit("")) + "x"
    elif kind in (pl.Date, pl.Datetime("us")):
        other = pl.col(name).dt.offset_by("1d")
    else:
        other = pl.coalesce(name, pl.lit(0.0)) + 1
    return frame.with_columns(pl.when(first).then(other).otherwise(name).alias(name))


def test_slices_joined_are_the_frame(claims: pl.DataFrame) -> None:
    """trade_by_commodity comes before trade_by_commodity_regime, as in the ids of their series."""
    vintages = settle(claims).vintages
    pieces = slices(vintages)
    assert set(pieces) == set(SMALL) and all(set(rows["dataset"]) == {name} for name, rows in pieces.items())
    shuffled = dict(reversed(pieces.items()))
    assert joined(vintages, shuffled).equals(vintages)
    assert joined(vintages, {}).equals(vintages.clear()) and slices(vintages.clear()) == {}


@pytest.mark.parametrize("gone", [None, "sme_loans"])
def test_settling_the_news_gives_what_settling_everything_gives(claims: pl.DataFrame, gone: str | None) -> None:
    """A dataset with another figure, one that went, one that came, the others as they were."""
    last = settle(claims.filter(pl.col("dataset") != "trade_by_regime"))
    mended = pl.when(dataset="key_rate").then(pl.col("value") * 1.01).otherwise("value")
    now = claims.with_columns(value=mended).filter(pl.col("dataset") != (gone or ""))
    news, whole = settle(now, last), settle(now)
    assert news.claimed == whole.claimed
    for name in ("vintages", "confirmations", "replaced", "words"):
        assert getattr(news, name).equals(getattr(whole, name)), name
    assert not whole.confirmations.is_empty()
