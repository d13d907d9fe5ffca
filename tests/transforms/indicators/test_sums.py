"""Sums over columns: the same to the last digit whenever they are made."""

from __future__ import annotations

import polars as pl

from transforms.indicators.sums import total_of


def test_a_sum_of_many_columns_is_that_of_a_plain_loop_to_the_last_digit() -> None:
    table = pl.DataFrame({f"c{i}": [0.1 * (i + 1) * (row + 1) / 3 for row in range(200)] for i in range(24)})
    plain = [sum(row[1:], row[0]) for row in table.iter_rows()]
    for _ in range(200):
        assert table.select(total_of(table.columns)).to_series().to_list() == plain


def test_a_sum_with_an_unknown_part_is_unknown() -> None:
    table = pl.DataFrame({"a": [1.0, None], "b": [2.0, 2.0]})
    assert table.select(total_of(["a", "b"])).to_series().to_list() == [3.0, None]
