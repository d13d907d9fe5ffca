"""A publication of the shipped history and the bulletin of the day the press digest came out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import pytest

from warehouse.bulletin import Bulletin, build

DIGEST_DAY = date(2025, 12, 8)


@pytest.fixture(scope="session")
def publication(built_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(built_home / "warehouse.duckdb"), read_only=True) as con:
        yield con


@pytest.fixture(scope="session")
def bulletins(publication: duckdb.DuckDBPyConnection) -> Callable[[date], Bulletin]:
    """The bulletin of a day, built once."""
    return cache(lambda day: build(publication, day))


@pytest.fixture(scope="session")
def digest_bulletin(bulletins: Callable[[date], Bulletin]) -> Bulletin:
    return bulletins(DIGEST_DAY)
