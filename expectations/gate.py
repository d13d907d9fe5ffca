"""Runs a suite of rules on a frame with Great Expectations, and says in plain words what failed.

The only module that imports Great Expectations: the import takes 6 to 14 seconds and 260 MB, so it happens on first
use, or in the background after `warm()`. One ephemeral context serves the process; a suite on a release takes tenths
of a second. Great Expectations takes no polars, so frames become pandas here and nowhere else.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl

from expectations.rules import Rule

__all__ = ["CheckResult", "check", "judge", "passed", "suites", "warm"]

NOT_SUITES = {"__init__", "customs", "docs", "fx", "gate", "losses", "questions", "rules", "shipped", "totals_bulletin",
              "workbooks"}  # fmt: skip
MAX_FAILING_ROWS = 10
_RESULT_FORMAT = {"result_format": "SUMMARY", "partial_unexpected_count": MAX_FAILING_ROWS}
_lock = threading.Lock()  # Great Expectations' context is not made for threads; readers may call from several


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


def passed(results: list[CheckResult]) -> bool:
    """True if nothing of severity fail failed."""
    return all(result.success or result.severity == "warn" for result in results)


def suites() -> list[str]:
    """Names of all suites: by_partner_preliminary, candidate, ..."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in NOT_SUITES)


def warm() -> threading.Thread:
    """Start importing Great Expectations in the background, while downloads run. Safe to call twice."""
    thread = threading.Thread(target=_engine, name="warm-great-expectations", daemon=True)
    thread.start()
    return thread


def check(
    suite: str, frame: pl.DataFrame, *, where: str, context: Mapping[str, Any] | None = None
) -> list[CheckResult]:
    """Judge `frame` by the suite of that name (product `gacc.by_partner_preliminary` has `by_partner_preliminary`).

    `where` names the release for whoever reads the result; `context` is what the suite may want to know beyond the
    frame (the Release's period, title, currency). A rule that cannot be evaluated, and a frame that lacks what
    `prepare` needs, are failures with their reason. Raises KeyError for a suite that does not exist.
    """
    name = suite.rsplit(".", 1)[-1]
    if name not in suites():
        raise KeyError(f"no suite {name!r} in expectations/; there are {', '.join(suites())}")
    module = import_module(f"expectations.{name}")
    rules: list[Rule] = module.expectations(context or {})
    try:
        prepared = module.prepare(frame) if hasattr(module, "prepare") else frame
    except pl.exceptions.PolarsError as error:
        reason = f"{type(error).__name__}: {str(error).splitlines()[0]}; columns are {', '.join(frame.columns)}"
        why = "An identity that cannot be computed has not been checked."
        return [CheckResult(name, "prepare", "table", False, "fail", reason, "columns the suite needs", why, [], where)]
    return judge(name, rules, prepared, where=where)


def judge(suite: str, rules: list[Rule], frame: pl.DataFrame, *, where: str) -> list[CheckResult]:
    """One result a rule, in the order of the rules."""
    return [_result(suite, rule, outcome, frame, where) for rule, outcome in _validate(suite, rules, frame)]


@cache
def _engine() -> tuple[Any, Any]:
    """(the expectations module, an asset that takes pandas frames), made once."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "False")
    import great_expectations
    import great_expectations.expectations as kinds
    from great_expectations.data_context.types.base import DataContextConfig, InMemoryStoreBackendDefaults

    plain = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),  # the default one announces a folder for its own docs
        analytics_enabled=False,
        progress_bars={"globally": False, "metric_calculations": False},  # type: ignore[arg-type]
    )
    context = great_expectations.get_context(project_config=plain, mode="ephemeral")
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset("frame")
    return kinds, asset.add_batch_definition_whole_dataframe("whole")


def _validate(name: str, rules: list[Rule], frame: pl.DataFrame) -> list[tuple[Rule, Any]]:
    """Each rule with Great Expectations' word on it, in the suite's order (Great Expectations regroups them)."""
    with _lock:
        kinds, definition = _engine()
        from great_expectations import ExpectationSuite

        made = [
            getattr(kinds, rule.kind)(
                **rule.arguments,
                notes=rule.why,
                meta={"rule": number},
                severity="critical" if rule.severity == "fail" else "warning",
            )
            for number, rule in enumerate(rules)
        ]
        batch = definition.get_batch({"dataframe": frame.to_pandas(date_as_object=True)})
        outcome = batch.validate(ExpectationSuite(name=name, expectations=made), result_format=_RESULT_FORMAT)
    by_number = {result.expectation_config.meta["rule"]: result for result in outcome.results}
    return [(rule, by_number[number]) for number, rule in enumerate(rules)]


def _result(suite: str, rule: Rule, outcome: Any, frame: pl.DataFrame, where: str) -> CheckResult:
    trouble = _trouble(outcome.exception_info)
    indexes = list(outcome.result.get("partial_unexpected_index_list") or [])[:MAX_FAILING_ROWS]
    return CheckResult(
        suite=suite,
        expectation=outcome.expectation_config.type,
        column=rule.column,
        success=bool(outcome.success) and not trouble,
        severity=rule.severity,
        observed=f"could not be evaluated: {trouble}" if trouble else _observed(outcome.result, rule, frame),
        expected=rule.expected,
        why=rule.why,
        failing_rows=_rows(frame, indexes, rule) if not outcome.success else [],
        where=where,
    )


def _rows(frame: pl.DataFrame, indexes: list[int], rule: Rule) -> list[dict[str, Any]]:
    """The rows as read, with the gap of the identity in question but not those of others."""
    shown = [c for c in frame.columns if not c.endswith((":allowed", ":gap")) or c.startswith(f"{rule.column}:")]
    return frame[indexes].select(shown).to_dicts()


def _trouble(info: Mapping[str, Any]) -> str:
    """Message of the exception inside a result; Great Expectations nests one per metric, or gives it flat."""
    found = [info] if "raised_exception" in info else list(info.values())
    return "; ".join(dict.fromkeys(str(item["exception_message"]) for item in found if item.get("raised_exception")))


def _observed(result: Mapping[str, Any], rule: Rule, frame: pl.DataFrame) -> str:
    if rule.kind == "ExpectColumnDistinctValuesToContainSet":
        missing = sorted(set(rule.arguments["value_set"]) - set(frame[rule.arguments["column"]].unique()))
        return f"no {', '.join(map(str, missing))}" if missing else "all of them"
    details = result.get("details") or {}
    if mismatch := details.get("mismatched"):
        return ", ".join(f"{kind} {', '.join(map(str, names))}" for kind, names in mismatch.items())
    if "unexpected_count" in result:
        count, total = result["unexpected_count"], result.get("element_count", 0)
        sample = ", ".join(str(value) for value in (result.get("partial_unexpected_list") or [])[:3])
        return f"{count} of {total} rows otherwise" + (f": {sample}" if sample else "")
    return str(result.get("observed_value"))
