"""Portvault's own kinds of expectations, for what Great Expectations has no word for.

All of them judge rows, so that a row that fails leads to its release: a batch holds all new releases of a product, one
below the other, told apart by the column RELEASE.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import pandas as pd
import polars as pl
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import ColumnMapExpectation, MulticolumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider import (
    ColumnMapMetricProvider,
    MulticolumnMapMetricProvider,
    column_condition_partial,
    multicolumn_condition_partial,
)

RELEASE = "release_number"
"""The column that tells the releases of a batch apart: 0, 1, 2 ..."""
_DOMAIN = ("batch_id", "table", "column_list", "row_condition", "condition_parser", "ignore_row_if")


def gap_and_allowed(frame: pl.DataFrame, gap: str, allowed: str) -> pl.DataFrame:
    """Per row of `frame`: `gap`, how far a comparison is off, and `allowed`, what rounding explains (SQL over the
    columns); null: not judged."""
    return frame.select(gap=pl.sql_expr(gap).cast(pl.Float64),
                        allowed=pl.sql_expr(allowed).cast(pl.Float64) + pl.lit(0.0))  # fmt: skip


class _Identity(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.identity_within_rounding"
    condition_domain_keys = _DOMAIN
    condition_value_keys = ("gap", "allowed", "relation")

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list: pd.DataFrame, **kwargs: Any) -> pd.Series:
        judged = gap_and_allowed(pl.from_pandas(column_list), kwargs["gap"], kwargs["allowed"])
        off = pl.col("gap") if kwargs["relation"] == "<=" else pl.col("gap").abs()
        holds = judged.select((off <= pl.col("allowed")).fill_null(True)).to_series()
        return pd.Series(holds.to_numpy(), index=column_list.index)


class ExpectIdentityToHoldWithinRounding(MulticolumnMapExpectation):
    """What a row says of one thing in two ways agrees, to the rounding of what is printed; see `gap_and_allowed`.

    `relation`: "=" the gap is zero; "<=" it is not above zero (a part within its whole).
    """

    identity: str
    gap: str
    allowed: str
    relation: Literal["=", "<="] = "="
    ignore_row_if: Literal["all_values_are_missing", "any_value_is_missing", "never"] = "never"

    map_metric: ClassVar[str] = _Identity.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = (*_Identity.condition_value_keys, "mostly")
    args_keys: ClassVar[tuple[str, ...]] = ("column_list", "identity")

    def judged(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Gap and allowance of every row of `frame`."""
        return gap_and_allowed(frame, self.gap, self.allowed)


class _Question(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.question"
    condition_domain_keys = _DOMAIN
    condition_value_keys = ("question", "counted", "least", "most")

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list: pd.DataFrame, **kwargs: Any) -> pd.Series:
        of_it = column_list["check"] == kwargs["question"]
        counted = column_list[kwargs["counted"]]
        found = counted.where(of_it, 0).sum()
        holds = (kwargs["least"] or 0) <= found and (kwargs["most"] is None or found <= kwargs["most"])
        return ~of_it | (holds | ((counted == 0) & (found > 0)))


class ExpectQuestionToHaveCases(MulticolumnMapExpectation):
    """Of the cases that a question found, those that are `counted` (tested, failing) number `least` to `most`."""

    question: str
    counted: Literal["tested", "failing"]
    least: int = 0
    most: int | None = None
    ignore_row_if: Literal["all_values_are_missing", "any_value_is_missing", "never"] = "never"

    map_metric: ClassVar[str] = _Question.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = (*_Question.condition_value_keys, "mostly")
    args_keys: ClassVar[tuple[str, ...]] = ("column_list", "question")


class _Rows(ColumnMapMetricProvider):
    condition_metric_name = "column_values.release_row_count"
    condition_value_keys = ("least", "most")

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series, **kwargs: Any) -> pd.Series:
        size = column.groupby(column).transform("size")
        return (size >= kwargs["least"]) & (kwargs["most"] is None or size <= kwargs["most"])


class ExpectReleaseRowCountToBeBetween(ColumnMapExpectation):
    """Every release has `least` to `most` rows."""

    column: str = RELEASE
    least: int
    most: int | None = None

    map_metric: ClassVar[str] = _Rows.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = (*_Rows.condition_value_keys, "mostly")
    args_keys: ClassVar[tuple[str, ...]] = ("column", "least", "most")


class _Contains(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.release_contains"
    condition_domain_keys = _DOMAIN
    condition_value_keys = ("column", "value_set")

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list: pd.DataFrame, **kwargs: Any) -> pd.Series:
        wanted = set(kwargs["value_set"])
        there = column_list.groupby(RELEASE)[kwargs["column"]].agg(lambda values: wanted <= set(values))
        return column_list[RELEASE].map(there).astype(bool)


class ExpectReleaseToContain(MulticolumnMapExpectation):
    """In every release all of `value_set` occur in `column`."""

    column: str
    value_set: list[Any]
    ignore_row_if: Literal["all_values_are_missing", "any_value_is_missing", "never"] = "never"

    map_metric: ClassVar[str] = _Contains.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = (*_Contains.condition_value_keys, "mostly")
    args_keys: ClassVar[tuple[str, ...]] = ("column_list", "column", "value_set")
