"""Suites of questions: each is SQL that gives a row a case, bad or not; a suite judges how many cases fail.

`ask` counts the cases in one frame for all questions, `rules` judges that frame, `answered` puts the counts into the
results, so that a reader of ops.check_result sees how many cases there were, of what, and the first that fail.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import polars as pl

from expectations.kinds import ExpectQuestionToHaveCases
from expectations.rules import Expectation, has_columns, includes, told, warn

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from expectations.gate import CheckResult

COLUMNS = {"check": "str", "subject": "str", "tested": "int", "failing": "int", "example": "str"}


@dataclass(frozen=True)
class Check:
    """`cases` and `known` are for figures that never change, the shipped ones: so many cases there are at least, so
    many of them fail for the reason in `why`. Those come out as a warning; any other number fails."""

    sql: str  # columns subject, bad (boolean), example; one row per case tested
    why: str
    severity: str = "fail"
    cases: int = 0
    known: int = 0


def ask(connection: DuckDBPyConnection, checks: Mapping[str, Check]) -> pl.DataFrame:
    """One row per question and subject: check, subject, tested (cases), failing (cases), example (up to three failing).

    A question without a case gives one row with tested 0.
    """
    return pl.concat([_ask(connection, name, check.sql) for name, check in checks.items()])


def counted(name: str, found: pl.DataFrame | None) -> pl.DataFrame:
    """`found` (subject, tested, failing, example) as rows of `ask` for the question `name`."""
    schema = {"subject": pl.String, "tested": pl.Int64, "failing": pl.Int64, "example": pl.String}
    if found is None or found.is_empty():
        found = pl.DataFrame([{"subject": "all", "tested": 0, "failing": 0, "example": ""}], schema=schema)
    return found.select(pl.lit(name).alias("check"), *[pl.col(c).cast(t) for c, t in schema.items()])


def rules(checks: Mapping[str, Check]) -> list[Expectation]:
    """The suite that judges what `ask` gives for `checks`."""
    made = has_columns(COLUMNS, "The questions are asked by measure(), which gives these columns.")
    made.append(includes("check", checks, "A question that was not asked has not been answered."))
    for name, check in checks.items():
        none = _cases(name, name, "failing", 0, 0, "no case that fails", check.why)
        made.append(warn(none) if check.severity == "warn" or check.known else none)
        if check.known:
            known = f"the {check.known} cases that are known to fail"
            made.append(_cases(name, f"{name}: known", "failing", check.known, check.known, known, check.why))
        if check.cases:
            enough = "The shipped figures gave this many; a question of fewer has lost some of them."
            least = f"at least {check.cases} cases"
            made.append(_cases(name, f"{name}: cases", "tested", check.cases, None, least, enough))
    return made


def _cases(
    question: str, label: str, counted: Literal["tested", "failing"], least: int, most: int | None,
    expected: str, why: str,
) -> Expectation:  # fmt: skip
    return ExpectQuestionToHaveCases(
        column_list=["check", "tested", "failing"], question=question, counted=counted, least=least, most=most,
        **told(label, expected, why),
    )  # fmt: skip


def answered(results: Iterable[CheckResult], measured: pl.DataFrame) -> list[CheckResult]:
    """The results with the count of cases and the first failing ones as what was observed."""
    told = {}
    for (name,), rows in measured.group_by("check", maintain_order=True):
        examples = "; ".join(text for text in rows["example"] if text)
        said = f"{rows['failing'].sum()} of {rows['tested'].sum()} cases fail" + (f": {examples}" if examples else "")
        told[name] = f"{said} ({'; '.join(rows['subject'])})"
    return [replace(result, observed=told.get(result.column.partition(":")[0], result.observed)) for result in results]


def _ask(connection: DuckDBPyConnection, name: str, sql: str) -> pl.DataFrame:
    query = f"""SELECT subject, count(*)::BIGINT AS tested, count(*) FILTER (bad)::BIGINT AS failing,
        array_to_string(list_slice(list(example ORDER BY example) FILTER (bad), 1, 3), '; ') AS example
        FROM ({sql}) GROUP BY subject ORDER BY subject"""
    return counted(name, connection.sql(query).pl())
