"""Gate 2: a derived series may neither cross a change of method unseen nor be of a definition nobody documents."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from expectations.measures import measure
from tests.expectations.small import claims
from transforms.banking.definitions import breaks, definitions
from transforms.indicators import Build
from transforms.indicators.banking import growth
from transforms.model import series_id
from warehouse.candidate import write_candidate
from warehouse.content import Content
from warehouse.publish import new_manifest
from warehouse.store import settle

SEEN = date(2023, 8, 21)
BILLION = 1e9
CORPORATE = [  # obs_tabl20c, row 1.1.1 in bn RUB, by period end
    (date(2019, 12, 31), 39_003.692009), (date(2020, 1, 31), 38_823.737714), (date(2020, 12, 31), 44_760.189911),
    (date(2021, 1, 31), 46_412.345875), (date(2022, 1, 31), 52_557.981744),
]  # fmt: skip


def failing(path: Path, definition: str = "SECTOR", lookback: int | None = 12, honest: bool = True) -> dict[str, int]:
    """Failing cases of the two checks in a warehouse of growth rates across February 2021."""
    amounts = claims(
        *[("_", end, SEEN, value * BILLION) for end, value in CORPORATE],
        dataset="loan_portfolio", ref_area="RUS", counterpart_area="_", product_code="CORPORATE", measure="debt",
        basis="stock", definition=definition, currency="ALL", unit="RUB",
    )  # fmt: skip
    settled = settle(amounts)
    derived = growth(Build(settled.vintages)).with_columns(series_id(), change=pl.lit("first"))
    if not honest:
        derived = derived.with_columns(obs_status=pl.lit("E"))
    catalog = pl.DataFrame([{"indicator_id": "loan_growth", "title": "t", "formula": "f", "unit": "percent", "inputs": "i",
                             "freq": "M", "lookback": lookback, "caveat": "c", "reference": "r"}],
                           schema_overrides={"lookback": pl.Int64})  # fmt: skip
    releases = pl.DataFrame([{"release_id": "first", "product": "cbr.loan_portfolio", "publisher": "Bank of Russia",
                              "state": "loaded"}])  # fmt: skip
    books = {"definition": definitions(), "definition_break": breaks(), "indicator_catalog": catalog}
    content = Content(settled, derived, releases, tables=books)
    write_candidate(path / "w.duckdb", content, new_manifest("t", content, "none", datetime(2026, 11, 23, tzinfo=UTC)))
    with duckdb.connect(str(path / "w.duckdb"), read_only=True) as con:
        asked = measure(con, None).filter(
            pl.col("check").is_in(["breaks_are_marked", "banking_figures_have_one_definition"])
        )
    return {row["check"]: row["failing"] for row in asked.group_by("check").agg(pl.col("failing").sum()).to_dicts()}


@pytest.mark.slow
def test_growth_across_the_move_of_acquired_claims_says_so(tmp_path: Path) -> None:
    """December 2020 on December 2019 compares like with like; January 2021 on January 2020 does not, and is B."""
    assert failing(tmp_path) == {"breaks_are_marked": 0, "banking_figures_have_one_definition": 0}


@pytest.mark.slow
@pytest.mark.parametrize("case", [{"honest": False}, {"lookback": None}])
def test_growth_that_hides_the_break_or_its_lookback_fails(tmp_path: Path, case: dict[str, bool]) -> None:
    assert failing(tmp_path, **case)["breaks_are_marked"] > 0


@pytest.mark.slow
def test_a_loan_series_of_no_documented_definition_fails(tmp_path: Path) -> None:
    assert failing(tmp_path, definition="BAD_LOANS")["banking_figures_have_one_definition"] > 0
