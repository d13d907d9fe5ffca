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
from transforms.identities import NOISE

__all__ = [
    "Expectation", "adds_up", "exactly_columns", "filled", "has_columns", "holds", "includes", "of_type", "one_of",
    "part_of", "rows", "rows_add_up", "unique", "warn", "where", "within",
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


Precision = str | Mapping[str, str]
"""The column that holds the precision of a term: one for all, a pattern such as `{}_precision`, or one each."""


def adds_up(
    terms: Mapping[str, int], why: str, *, name: str = "", precision: Precision = "precision",
    relation: Relation = "=",
) -> Expectation:  # fmt: skip
    """Columns of a row add up: the sum of sign x term is zero ("<=": at most zero) to the precision of its terms.

    Each printed term is off by at most its precision, so a true identity is off by at most their sum. A null term
    leaves the row unjudged. The name is made of the terms where none is given: `export + import = total`.
    """
    known = precision if isinstance(precision, Mapping) else {term: precision.format(term) for term in terms}
    gap = " ".join(f"{'+' if sign > 0 else '-'} {_times(sign)}{term}" for term, sign in terms.items())
    allowed = " + ".join(f"{_times(sign)}{known[term]}" for term, sign in terms.items())
    size = " + ".join(f"{_times(sign)}abs({term})" for term, sign in terms.items())
    return holds(name or _formula(terms, relation), gap.removeprefix("+ "), f"{allowed} + ({size}) * {NOISE:.15f}",
                 why, relation=relation)  # fmt: skip


def part_of(part: str, whole: str, why: str, *, precision: Precision = "precision") -> Expectation:
    """A part is no larger than its whole, to the precision of both."""
    return adds_up({part: 1, whole: -1}, why, name=f"{part} within {whole}", precision=precision, relation="<=")


def rows_add_up(
    name: str, column: str, why: str, *, sign: str, by: Iterable[str] = (), precision: str = "precision",
    terms: int | None = None, noise: float = NOISE, relation: Relation = "=",
) -> Expectation:  # fmt: skip
    """Like `adds_up` where the terms are rows: `sign` (SQL) gives +1 for a part, -1 for the whole, null for others.

    `by` (SQL) is what the rows of one sum have in common. Sums with other than `terms` values stay unjudged (None: any
    number of parts). `noise` is the share of all terms that is allowed beyond rounding.
    """
    by = list(by)
    group = {"sign": sign, "by": by, "terms": terms, "noise": noise}
    return _identity(name, column, precision, [sign, *by], why, relation, **group)


def holds(name: str, gap: str, allowed: str, why: str, *, relation: Relation = "=") -> Expectation:
    """`gap` (SQL over the columns of a row) is no further from zero ("<=": no further above) than `allowed` (SQL)."""
    return _identity(name, gap, allowed, [], why, relation)


def _identity(
    name: str, gap: str, allowed: str, more: list[str], why: str, relation: Relation, **group: Any
) -> Expectation:  # fmt: skip
    used = [root for text in (gap, allowed, *more) for root in pl.sql_expr(text).meta.root_names()]
    return ExpectIdentityToHoldWithinRounding(
        column_list=[RELEASE, *dict.fromkeys(used)], identity=name, gap=gap, allowed=allowed, relation=relation,
        **group, **told(name, "gap within the rounding of its terms", why),
    )  # fmt: skip


def _times(sign: float) -> str:
    return "" if abs(sign) == 1 else f"{abs(sign)} * "


def _formula(terms: Mapping[str, int], relation: str) -> str:
    sides = {
        positive: " + ".join(f"{_times(sign)}{term}" for term, sign in terms.items() if (sign > 0) == positive)
        for positive in (True, False)
    }
    return f"{sides[True]} {relation} {sides[False] or '0'}"


def _span(least: Bound | None, most: Bound | None) -> str:
    if most is None:
        return f"at least {_plain(least)}"
    if least is None:
        return f"at most {_plain(most)}"
    return _plain(least) if least == most else f"{_plain(least)} to {_plain(most)}"


def _plain(bound: Bound | None) -> str:
    return f"{bound:,}" if isinstance(bound, int | float) else str(bound)
