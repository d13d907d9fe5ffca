"""The shipped history, loaded once, and short ways to pick from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from warehouse import history

Pick = Callable[..., pl.DataFrame]


@pytest.fixture(scope="session")
def shipped() -> history.History:
    return history.load()


@pytest.fixture(scope="session")
def pick(shipped: history.History) -> Pick:
    """Claims of one block, filtered by dimensions: pick("gacc/totals_usd_mirror", flow="export")."""

    def choose(block: str, **filters: Any) -> pl.DataFrame:
        release = pl.col("release_id")
        of_block = (release == f"history/{block}") | release.str.starts_with(f"history/{block}#")
        found = shipped.claims.filter(of_block, *[pl.col(name) == value for name, value in filters.items()])
        assert not found.is_empty(), (block, filters)
        return found

    return choose
