"""The words suites are written in: each function gives an expectation of Great Expectations, typed, with its `why`.

`why` (Great Expectations calls it notes) is the fact about the source that makes the expectation true, shown to whoever
sees it fail. Importing this module imports Great Expectations, which takes seconds: suites are imported when there is
something to judge, never before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal

import great_expectations.expectations as gxe
import polars as pl
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.row_conditions import Column

from expectations.kinds import (
    RELEASE,
    ExpectIdentityToHoldWithinRounding,
    ExpectReleaseRowCountToBeBetween,
    ExpectReleaseToContain,
)

__all__ = [
    "Expectation", "exactly_columns", "filled", "has_columns", "holds", "includes", "of_type", "one_of", "rows",
    "unique", "warn", "where", "within",
]  # fmt: skip
Bound = float | date
Relation = Literal["=", "<="]


def told(column: str, expected: str, why: str) -> dict[str, Any]:
    """What every expectation carries for those who read its result: what it is about, and in plain words what holds."""
    return {"notes": why, "meta": {"column": column, "expected": expected}, "severity": "critical"}


def about_of(expectation: Expectation) -> dict[str, str]:
    """`column` and `expected` as `told` put them there."""
    return dict(expectation.meta or {})


def warn(expectation: Expectation) -> Expectation:
    """The same expectation, which is shown where it fails and lets the release pass."""
    return expectation.copy(update={"severity": type(expectation.severity)("warning")})


def where(expectation: Expectation, column: str, value: str, label: str = "") -> Expectation:
    """The same expectation of the rows alone whose `column` is `value`; `label` replaces the column in results."""
    about = about_of(expectation)
    about["column"] = label or f"{about['column']} of {value}"
    return expectation.copy(update={"row_condition": Column(column) == value, "meta": about})


def exactly_columns(types: Mapping[str, str], why: str) -> list[Expectation]:
    """These columns and no others, each of its type: str, float, int, bool or date (nulls allowed)."""
    return _columns(types, why, exactly=True)


def has_columns(types: Mapping[str, str], why: str) -> list[Expectation]:
    """At least these columns, each of its type: str, float, int, bool or date (nulls allowed)."""
    return _columns(types, why, exactly=False)


def _columns(types: Mapping[str, str], why: str, exactly: bool) -> list[Expectation]:
    expected = f"{'exactly ' if exactly else ''}the columns {', '.join(types)}"
    names = [*types, RELEASE]
    return [
        gxe.ExpectTableColumnsToMatchSet(column_set=names, exact_match=exactly, **told("table", expected, why)),
        *[of_type(name, kind, why) for name, kind in types.items()],
    ]


def of_type(column: str, kind: str, why: str) -> Expectation:
    pandas_name = {"float": "float64", "int": "int64"}.get(kind, kind)
    return gxe.ExpectColumnValuesToBeOfType(column=column, type_=pandas_name, **told(column, f"type {kind}", why))


def rows(least: int, most: int | None, why: str) -> Expectation:
    """A release has so many rows."""
    return ExpectReleaseRowCountToBeBetween(least=least, most=most, **told("table", f"{_span(least, most)} rows", why))


def filled(*columns: str, why: str) -> list[Expectation]:
    """No nulls."""
    return [
        gxe.ExpectColumnValuesToNotBeNull(column=column, **told(column, "a value in every row", why))
        for column in columns
    ]


def within(column: str, least: Bound | None, most: Bound | None, why: str) -> Expectation:
    """Every value that is there lies between the bounds, both included."""
    about = told(column, _span(least, most), why)
    return gxe.ExpectColumnValuesToBeBetween(column=column, min_value=least, max_value=most, **about)


def one_of(column: str, values: Iterable[Any], why: str) -> Expectation:
    """Every value that is there is in the set."""
    values = sorted(values)
    expected = "one of " + ", ".join(map(str, values))
    return gxe.ExpectColumnValuesToBeInSet(column=column, value_set=values, **told(column, expected, why))


def includes(column: str, values: Iterable[Any], why: str) -> Expectation:
    """All of these values occur in every release."""
    values = sorted(values)
    expected = "all of " + ", ".join(map(str, values))
    return ExpectReleaseToContain(
        column_list=[RELEASE, column], column=column, value_set=values, **told(column, expected, why)
    )


def unique(*columns: str, why: str) -> Expectation:
    """No two rows of a release alike in these columns; a single column that is empty is like no other."""
    about = told(", ".join(columns), "no value twice" if len(columns) == 1 else "no combination twice", why)
    return gxe.ExpectCompoundColumnsToBeUnique(
        column_list=[RELEASE, *columns],
        ignore_row_if="any_value_is_missing" if len(columns) == 1 else "never",
        **about,
    )


def holds(name: str, gap: str, allowed: str, why: str, *, relation: Relation = "=") -> Expectation:
    """`gap` (SQL over the columns of a row) is no further from zero ("<=": no further above) than `allowed` (SQL)."""
    used = [root for text in (gap, allowed) for root in pl.sql_expr(text).meta.root_names()]
    return ExpectIdentityToHoldWithinRounding(
        column_list=[RELEASE, *dict.fromkeys(used)], identity=name, gap=gap, allowed=allowed, relation=relation,
        **told(name, "gap within the rounding of its terms", why),
    )  # fmt: skip


def _span(least: Bound | None, most: Bound | None) -> str:
    if most is None:
        return f"at least {_plain(least)}"
    if least is None:
        return f"at most {_plain(most)}"
    return _plain(least) if least == most else f"{_plain(least)} to {_plain(most)}"


def _plain(bound: Bound | None) -> str:
    return f"{bound:,}" if isinstance(bound, int | float) else str(bound)
