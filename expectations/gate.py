"""Judges tables by suites with Great Expectations, and says in plain words what failed, release by release.

All releases of a product that are new are judged in one batch: Great Expectations has a quarter of a second of
overhead for each batch, however small. Rows that fail lead to their release; the others pass. Great Expectations is
imported on first use: it takes seconds and 260 MB, and a run that finds nothing new needs neither. It takes no polars,
so frames become pandas here and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from expectations.engine import engine, validate
from expectations.suites import names as suites
from expectations.suites import of

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

__all__ = ["CheckResult", "Table", "check", "check_all", "judge", "passed", "suites", "write_suites"]

MAX_ROWS = 1_000_000
"""Rows of one batch: pandas wants about a kilobyte for each while Great Expectations looks at it."""


@dataclass(frozen=True)
class CheckResult:
    suite: str
    expectation: str
    column: str
    success: bool
    severity: str  # fail: the release does not pass; warn: shown, passes
    observed: str
    expected: str
    why: str
    failing_rows: list[dict[str, Any]] = field(default_factory=list)  # at most ten, as they stand in the frame
    where: str = ""  # the release or candidate checked

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def sentence(self) -> str:
        """One line for a report: what was expected of which column, what came, and the first row that shows it."""
        row = f"; first: {self.failing_rows[0]}" if self.failing_rows else ""
        return f"{self.column}: expected {self.expected}, got {self.observed}{row}. Why: {self.why}"


@dataclass(frozen=True)
class Table:
    """A frame to judge. `where` names the release for whoever reads the result; `context` is what the suite may want
    to know beyond the frame (the Release's period, title, currency)."""

    frame: pl.DataFrame
    where: str
    context: Mapping[str, Any] = field(default_factory=dict)


def passed(results: Sequence[CheckResult]) -> bool:
    """True if nothing of severity fail failed."""
    return all(result.success or result.severity == "warn" for result in results)


def check(
    suite: str, frame: pl.DataFrame, *, where: str, context: Mapping[str, Any] | None = None
) -> list[CheckResult]:
    """Judge one `frame` by the suite of that name; see `check_all`."""
    return check_all(suite, [Table(frame, where, context or {})])[0]


def check_all(suite: str, tables: Sequence[Table]) -> list[list[CheckResult]]:
    """Judge `tables` by the suite of that name (product `gacc.by_partner_preliminary` has `by_partner_preliminary`).

    The results of each table, in their order. An expectation that cannot be evaluated, and a frame that lacks what
    `prepare` needs, are failures with their reason. Raises KeyError for a suite that does not exist.
    """
    name = suite.rsplit(".", 1)[-1]
    found = of(suite)
    if found is None:
        raise KeyError(f"no suite {suite!r} in expectations/; there are {', '.join(suites())}")
    results: list[list[CheckResult]] = [[] for _ in tables]
    ready: list[tuple[int, Table]] = []
    for number, table in enumerate(tables):
        try:
            ready.append((number, Table(found.prepare(table.frame), table.where, table.context)))
        except pl.exceptions.PolarsError as error:
            results[number] = [_unprepared(name, table, error)]
    expected = Expected(found.expectations)
    for group in _alike(ready):
        judged = judge_all(name, [expected.of(table.context) for _, table in group], [table for _, table in group])
        for (number, _), one in zip(group, judged, strict=True):
            results[number] = one
    return results


def judge(suite: str, rules: Sequence[Expectation], frame: pl.DataFrame, *, where: str) -> list[CheckResult]:
    """One result an expectation, in their order."""
    return judge_all(suite, [rules], [Table(frame, where)])[0]


def judge_all(suite: str, rules: Sequence[Sequence[Expectation]], tables: Sequence[Table]) -> list[list[CheckResult]]:
    """Judge tables of one schema in one batch, each by its own `rules`. What cannot be evaluated for all of them
    together is evaluated for each alone, so that one odd release harms no other."""
    from expectations.kinds import RELEASE
    from expectations.outcomes import results_of

    numbered = [table.frame.with_columns(pl.lit(number).alias(RELEASE)) for number, table in enumerate(tables)]
    merged = _merged(rules)
    outcomes = validate(suite, [_for_releases(*entry, len(tables)) for entry in merged], pl.concat(numbered))
    if len(tables) > 1 and any(_raised(outcome) for outcome in outcomes):
        return [judge_all(suite, [own], [table])[0] for own, table in zip(rules, tables, strict=True)]
    found: list[dict[str, CheckResult]] = [{} for _ in tables]
    for (rule, releases), outcome in zip(merged, outcomes, strict=True):
        for number, result in results_of(suite, rule, outcome, releases, tables):
            found[number][_key(rule)] = result
    return [[found[number][_key(rule)] for rule in own] for number, own in enumerate(rules)]


class Expected:
    """What a suite expects in a context. It is asked once for contexts that differ only in what it does not look at:
    most suites look at nothing, so that thousands of releases share one list."""

    def __init__(self, make: Any) -> None:
        self.make = make
        self.known: list[tuple[dict[str, Any], list[Expectation]]] = []

    def of(self, context: Mapping[str, Any]) -> list[Expectation]:
        for looked_at, rules in self.known:
            if all(context.get(name) == value for name, value in looked_at.items()):
                return rules
        watched = _Watched(context)
        rules = list(self.make(watched))
        self.known.append((watched.looked_at, rules))
        return rules


class _Watched(Mapping[str, Any]):
    """A context that remembers what was looked at."""

    def __init__(self, context: Mapping[str, Any]) -> None:
        self.context = context
        self.looked_at: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        self.looked_at[name] = self.context.get(name)
        return self.context[name]

    def __iter__(self) -> Iterator[str]:
        self.looked_at |= dict(self.context)
        return iter(self.context)

    def __len__(self) -> int:
        return len(self.context)


def write_suites(folder: Path) -> list[Path]:
    """Write every suite as Great Expectations' own JSON to `folder`/SUITE.json, as it is without a context."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.json"):
        old.unlink()
    written = []
    for name in suites():
        path = folder / f"{name}.json"
        path.write_text(_as_json(name), "utf-8")
        written.append(path)
    return written


@cache
def _as_json(name: str) -> str:
    """A suite as it is written; the code does not change while the process lives."""
    engine()
    from great_expectations import ExpectationSuite

    suite = of(name)
    assert suite is not None
    facts: dict[str, Any] = ExpectationSuite(name=name).to_json_dict()  # without them: it copies each thrice
    facts["expectations"] = [rule.configuration.to_json_dict() for rule in suite.expectations({})]
    for expectation in (facts, *facts["expectations"]):
        expectation.pop("id", None)  # drawn anew each time: the file would differ without a change
    return json.dumps(facts, ensure_ascii=False, indent=1, default=str) + "\n"


def _alike(tables: Sequence[tuple[int, Table]]) -> list[list[tuple[int, Table]]]:
    """Tables that can stand below each other without changing what each of them is: same columns, same types, and
    whole numbers that pandas keeps as such. At most MAX_ROWS rows together."""
    groups: dict[Any, list[list[tuple[int, Table]]]] = {}
    sizes: dict[Any, int] = {}
    for number, table in tables:
        frame = table.frame
        gaps = tuple(c for c, kind in frame.schema.items() if kind.is_integer() and frame[c].null_count())
        key = (tuple(frame.schema.items()), gaps)
        if key not in groups or sizes[key] + len(frame) > MAX_ROWS:
            groups.setdefault(key, []).append([])
            sizes[key] = 0
        groups[key][-1].append((number, table))
        sizes[key] += len(frame)
    return [part for parts in groups.values() for part in parts]


def _key(rule: Expectation) -> str:
    return json.dumps(rule.configuration.to_json_dict(), sort_keys=True, default=str)


def _merged(rules: Sequence[Sequence[Expectation]]) -> list[tuple[Expectation, list[int]]]:
    """Each different expectation with the numbers of the releases that it is about."""
    merged: dict[str, tuple[Expectation, list[int]]] = {}
    keys: dict[int, list[str]] = {}
    for number, own in enumerate(rules):
        for key, rule in zip(keys.setdefault(id(own), [_key(rule) for rule in own]), own, strict=True):
            merged.setdefault(key, (rule, []))[1].append(number)
    return list(merged.values())


def _for_releases(rule: Expectation, releases: Sequence[int], of: int) -> Expectation:
    """The expectation with the condition that it is about `releases`, unless these are all there are."""
    if len(releases) == of:
        return rule
    from great_expectations.expectations.row_conditions import Column

    from expectations.kinds import RELEASE

    own, other = Column(RELEASE).is_in(list(releases)), getattr(rule, "row_condition", None)
    return rule.copy(update={"row_condition": other & own if other else own})


def _raised(outcome: Any) -> bool:
    from expectations.outcomes import trouble

    return bool(trouble(outcome.exception_info))


def _unprepared(suite: str, table: Table, error: Exception) -> CheckResult:
    columns = ", ".join(table.frame.columns)
    reason = f"{type(error).__name__}: {str(error).splitlines()[0]}; columns are {columns}"
    why = "An identity that cannot be computed has not been checked."
    return CheckResult(
        suite, "prepare", "table", False, "fail", reason, "columns the suite needs", why, [], table.where
    )
