"""The words suites are written in: each function makes one Rule, a Great Expectations expectation as plain data.

Every rule carries `why`: the fact about the source that makes it true, shown to whoever sees it fail.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl

Bound = float | date


@dataclass(frozen=True)
class Rule:
    kind: str  # class name in great_expectations.expectations
    arguments: Mapping[str, Any]
    column: str  # what it is about: a column, several, or "table"
    expected: str
    why: str
    severity: str = "fail"  # fail stops the release; warn is shown and lets it pass

    def warn(self) -> Rule:
        return replace(self, severity="warn")

    def where(self, column: str, value: str, label: str = "") -> Rule:
        """The same rule for the rows alone whose `column` is `value`; `label` replaces the column in results."""
        condition = {"row_condition": f"{column}=={value!r}", "condition_parser": "pandas"}
        return replace(self, arguments={**self.arguments, **condition}, column=label or f"{self.column} of {value}")


def exactly_columns(types: Mapping[str, str], why: str, identities: Iterable[str] = ()) -> list[Rule]:
    """These columns and no others, each of its type: str, float, int, bool or date (nulls allowed).

    `identities` names those that `prepare` has added columns for.
    """
    names = [*types, *(f"{name}:{part}" for name in identities for part in ("allowed", "gap"))]
    rules = [Rule("ExpectTableColumnsToMatchSet", {"column_set": names, "exact_match": True}, "table",
                  "exactly the columns " + ", ".join(types), why)]  # fmt: skip
    return rules + [of_type(name, kind, why) for name, kind in types.items()]


def has_columns(types: Mapping[str, str], why: str) -> list[Rule]:
    """At least these columns, each of its type: str, float, int, bool or date (nulls allowed)."""
    names = list(types)
    rules = [Rule("ExpectTableColumnsToMatchSet", {"column_set": names, "exact_match": False}, "table",
                  "the columns " + ", ".join(names), why)]  # fmt: skip
    return rules + [of_type(name, kind, why) for name, kind in types.items()]


def of_type(column: str, kind: str, why: str) -> Rule:
    pandas_name = {"float": "float64", "int": "int64"}.get(kind, kind)
    return Rule("ExpectColumnValuesToBeOfType", {"column": column, "type_": pandas_name}, column, f"type {kind}", why)


def rows(least: int, most: int | None, why: str) -> Rule:
    arguments = {"min_value": least, "max_value": most}
    return Rule("ExpectTableRowCountToBeBetween", arguments, "table", f"{_span(least, most)} rows", why)


def filled(*columns: str, why: str) -> list[Rule]:
    """No nulls."""
    return [Rule("ExpectColumnValuesToNotBeNull", {"column": c}, c, "a value in every row", why) for c in columns]


def within(column: str, least: Bound | None, most: Bound | None, why: str) -> Rule:
    """Every value that is there lies between the bounds, both included."""
    arguments = {"column": column, "min_value": least, "max_value": most}
    return Rule("ExpectColumnValuesToBeBetween", arguments, column, _span(least, most), why)


def one_of(column: str, values: Iterable[Any], why: str) -> Rule:
    """Every value that is there is in the set."""
    values = sorted(values)
    return Rule("ExpectColumnValuesToBeInSet", {"column": column, "value_set": values}, column,
                "one of " + ", ".join(map(str, values)), why)  # fmt: skip


def includes(column: str, values: Iterable[Any], why: str) -> Rule:
    """All of these values occur."""
    values = sorted(values)
    return Rule("ExpectColumnDistinctValuesToContainSet", {"column": column, "value_set": values}, column,
                "all of " + ", ".join(map(str, values)), why)  # fmt: skip


def total(column: str, least: float, most: float | None, why: str) -> Rule:
    """The sum of the column lies between the bounds, both included."""
    arguments = {"column": column, "min_value": least, "max_value": most}
    return Rule("ExpectColumnSumToBeBetween", arguments, column, f"a sum of {_span(least, most)}", why)


def unique(*columns: str, why: str) -> Rule:
    """No two rows alike in these columns."""
    if len(columns) == 1:
        return Rule("ExpectColumnValuesToBeUnique", {"column": columns[0]}, columns[0], "no value twice", why)
    return Rule("ExpectCompoundColumnsToBeUnique", {"column_list": list(columns)}, ", ".join(columns),
                "no combination twice", why)  # fmt: skip


def gap_allowed(name: str, why: str) -> Rule:
    """An identity added by `identity(frame, name, ...)`: its gap is no larger than rounding explains."""
    arguments = {
        "column_A": f"{name}:allowed",
        "column_B": f"{name}:gap",
        "or_equal": True,
        "ignore_row_if": "either_value_is_missing",
    }
    return Rule("ExpectColumnPairValuesAToBeGreaterThanB", arguments, name, "gap within the rounding of its terms", why)


def identity(
    frame: pl.DataFrame, name: str, terms: Mapping[str, int], precision: str | Mapping[str, str] = "{}_precision"
) -> pl.DataFrame:
    """Add `name:gap` = |sum of sign x term| and `name:allowed` = sum of the terms' precisions, in base units.

    `terms` maps a column to +1 or -1; `precision` names each term's precision column, by a pattern or one by one.
    Each printed term is off by at most its precision, so a true identity has a gap of at most their sum. Binary
    floating point adds about 1e-15 of each term, allowed for a thousandfold. A null term leaves the row unjudged.
    """
    known = precision if isinstance(precision, Mapping) else {column: precision.format(column) for column in terms}
    noise = pl.sum_horizontal([pl.col(c).abs() for c in terms]) * 1e-12
    gap = sum((pl.col(c) * sign for c, sign in terms.items()), start=pl.lit(0.0))
    allowed = sum((pl.col(known[c]) for c in terms), start=pl.lit(0.0))
    return frame.with_columns((allowed + noise).alias(f"{name}:allowed"), gap.abs().alias(f"{name}:gap"))


def group_identity(
    frame: pl.DataFrame, name: str, column: str, *, by: Sequence[str | pl.Expr], signs: pl.Expr, precision: str,
    terms: int | None = None, share: float = 1e-12,
) -> pl.DataFrame:  # fmt: skip
    """Like `identity` where the terms are rows: add `name:gap` and `name:allowed` to the row with sign -1 (the whole).

    `signs` gives +1 for a part, -1 for the whole, null for rows that take no part; `by` is what the rows of one sum
    have in common. Groups with other than `terms` values stay unjudged (None: any number of parts). `share` of all
    terms is allowed beyond rounding.
    """
    term = pl.col(column) * signs
    count = term.is_not_null().sum().over(by)
    complete = (count > 1 if terms is None else count == terms) & (signs == -1)
    allowed = pl.when(term.is_not_null()).then(pl.col(precision)).sum().over(by)
    noise = term.abs().sum().over(by) * share
    return frame.with_columns(
        pl.when(complete).then(allowed + noise).alias(f"{name}:allowed"),
        pl.when(complete).then(term.sum().over(by).abs()).alias(f"{name}:gap"),
    )


def part_of(frame: pl.DataFrame, part: str, whole: str, precision: str = "precision") -> pl.DataFrame:
    """Add the gap of `part within whole`: how far the part exceeds the whole, allowed the rounding of both."""
    name = f"{part} within {whole}"
    return frame.with_columns(
        (2 * pl.col(precision)).alias(f"{name}:allowed"),
        (pl.col(part) - pl.col(whole)).clip(lower_bound=0).alias(f"{name}:gap"),
    )


def _span(least: Bound | None, most: Bound | None) -> str:
    if most is None:
        return f"at least {_plain(least)}"
    if least is None:
        return f"at most {_plain(most)}"
    return _plain(least) if least == most else f"{_plain(least)} to {_plain(most)}"


def _plain(bound: Bound | None) -> str:
    return f"{bound:,}" if isinstance(bound, int | float) else str(bound)
