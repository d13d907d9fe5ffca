"""From what Great Expectations says of a batch to what is said of each release in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl
from great_expectations.expectations.expectation import ColumnMapExpectation, Expectation, MulticolumnMapExpectation

from expectations.gate import CheckResult, Table
from expectations.kinds import (
    RELEASE,
    ExpectIdentityToHoldWithinRounding,
    ExpectReleaseRowCountToBeBetween,
    ExpectReleaseToContain,
)
from expectations.rules import about_of

MAX_FAILING_ROWS = 10
SAMPLE = 3


def trouble(info: Mapping[str, Any]) -> str:
    """Message of the exception inside a result; Great Expectations nests one per metric, or gives it flat."""
    found = [info] if "raised_exception" in info else list(info.values())
    return "; ".join(dict.fromkeys(str(item["exception_message"]) for item in found if item.get("raised_exception")))


def results_of(
    suite: str, rule: Expectation, outcome: Any, releases: Sequence[int], tables: Sequence[Table]
) -> Iterator[tuple[int, CheckResult]]:
    """The result of one expectation for each of `releases` (numbers of `tables`, one below the other in the batch)."""
    failing = _by_release(outcome, tables)
    for number in releases:
        bad = failing.get(number, [])
        yield number, _result(suite, rule, outcome, tables[number], bad)


def _by_release(outcome: Any, tables: Sequence[Table]) -> dict[int, list[int]]:
    """Failing rows, counted within their release, by its number."""
    rows = sorted(outcome.result.get("unexpected_index_list") or [])
    found: dict[int, list[int]] = {}
    number, start = 0, 0
    for row in rows:
        while row >= start + len(tables[number].frame):
            start += len(tables[number].frame)
            number += 1
        found.setdefault(number, []).append(row - start)
    return found


def _result(suite: str, rule: Expectation, outcome: Any, table: Table, bad: list[int]) -> CheckResult:
    about, failure = about_of(rule), trouble(outcome.exception_info)
    by_row = isinstance(rule, ColumnMapExpectation | MulticolumnMapExpectation) and "element_count" in outcome.result
    missing_rows = table.frame.is_empty() and _wants_rows(rule)
    success = not failure and not missing_rows and (not bad if by_row else bool(outcome.success))
    return CheckResult(
        suite=suite,
        expectation=outcome.expectation_config.type,
        column=about["column"],
        success=success,
        severity="warn" if rule.severity == "warning" else "fail",
        observed=f"could not be evaluated: {failure}" if failure else _observed(rule, outcome, table.frame, bad),
        expected=about["expected"],
        why=str(rule.notes),
        failing_rows=_shown(rule, table.frame, bad),
        where=table.where,
    )


def _wants_rows(rule: Expectation) -> bool:
    """What a release without a row cannot meet, though none of its rows fails."""
    counted = isinstance(rule, ExpectReleaseRowCountToBeBetween) and rule.least > 0
    return counted or (isinstance(rule, ExpectReleaseToContain) and bool(rule.value_set))


def _observed(rule: Expectation, outcome: Any, frame: pl.DataFrame, bad: list[int]) -> str:
    if isinstance(rule, ExpectReleaseRowCountToBeBetween):
        return f"{len(frame):,} rows"
    if isinstance(rule, ExpectReleaseToContain):
        missing = [value for value in rule.value_set if value not in set(frame[rule.column])]
        return f"no {', '.join(map(str, missing))}" if missing else "all of them"
    if mismatch := (outcome.result.get("details") or {}).get("mismatched"):
        kinds = {kind: [n for n in names if n != RELEASE] for kind, names in mismatch.items()}
        return ", ".join(f"{kind} {', '.join(map(str, names))}" for kind, names in kinds.items() if names)
    if "element_count" not in outcome.result:
        return str(outcome.result.get("observed_value"))
    sample = ", ".join(_sample(rule, frame, bad[:SAMPLE]))
    return f"{len(bad)} of {_judged(rule, frame)} rows otherwise" + (f": {sample}" if sample else "")


def _judged(rule: Expectation, frame: pl.DataFrame) -> int:
    """Rows that the expectation is about."""
    condition = getattr(rule, "row_condition", None)
    return frame.filter(pl.col(condition.column.name) == condition.parameter).height if condition else frame.height


def _sample(rule: Expectation, frame: pl.DataFrame, bad: list[int]) -> list[str]:
    if isinstance(rule, ExpectIdentityToHoldWithinRounding):
        gaps = rule.judged(frame)[bad]
        return [f"off by {gap:,.10g}, allowed {allowed:,.10g}" for gap, allowed in gaps.iter_rows()]
    if isinstance(rule, ColumnMapExpectation):
        return [str(value) for value in frame[rule.column][bad]]
    columns = [name for name in getattr(rule, "column_list", []) if name != RELEASE]
    return [" ".join(map(str, row)) for row in frame[bad].select(columns).iter_rows()]


def _shown(rule: Expectation, frame: pl.DataFrame, bad: list[int]) -> list[dict[str, Any]]:
    """The first failing rows as read, with gap and allowance of an identity; none where the whole release fails."""
    if isinstance(rule, ExpectReleaseRowCountToBeBetween | ExpectReleaseToContain) or not bad:
        return []
    bad = bad[:MAX_FAILING_ROWS]
    rows = frame[bad]
    if isinstance(rule, ExpectIdentityToHoldWithinRounding):
        rows = rows.hstack(rule.judged(frame)[bad])
    return rows.to_dicts()
