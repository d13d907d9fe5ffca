"""The gate: every kind of rule fails when it should, and nothing that could not be judged counts as passed."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from expectations import rules
from expectations.gate import CheckResult, check, judge, passed, suites
from expectations.rules import Rule

FRAME = pl.DataFrame(
    {
        "partner": ["USA", "DEU", None, "USA"],
        "period_end": [date(2026, 3, 31)] * 3 + [date(2027, 1, 31)],
        "export": [1.0, 2.0, None, 500.0],
        "rank": [1, 2, 2, 1],
    }
)
WHY = "the rule that protects the figure"


def verdict(rule: Rule, frame: pl.DataFrame = FRAME) -> CheckResult:
    [result] = judge("test", [rule], frame, where="frame of the test")
    return result


@pytest.mark.parametrize(
    ("good", "bad", "failing"),
    [
        (rules.rows(4, 4, WHY), rules.rows(5, None, WHY), []),
        (rules.within("export", 0, 500, WHY), rules.within("export", 0, 499.9, WHY), [3]),
        (
            rules.within("period_end", date(2026, 1, 1), date(2027, 1, 31), WHY),
            rules.within("period_end", None, date(2026, 3, 31), WHY),
            [3],
        ),
        (rules.one_of("partner", {"USA", "DEU"}, WHY), rules.one_of("partner", {"USA"}, WHY), [1]),
        (rules.includes("partner", {"USA", "DEU"}, WHY), rules.includes("partner", {"USA", "RUS"}, WHY), []),
        (rules.unique("export", why=WHY), rules.unique("rank", why=WHY), [0, 1, 2, 3]),
        (rules.unique("partner", "export", why=WHY), rules.unique("partner", "rank", why=WHY), [0, 3]),
        (rules.of_type("export", "float", WHY), rules.of_type("export", "int", WHY), []),
        (rules.of_type("rank", "int", WHY), rules.of_type("rank", "date", WHY), []),
        (rules.of_type("period_end", "date", WHY), rules.of_type("period_end", "str", WHY), [0, 1, 2, 3]),
        (rules.of_type("partner", "str", WHY), rules.of_type("partner", "float", WHY), []),
        (rules.filled("rank", why=WHY)[0], rules.filled("partner", why=WHY)[0], [2]),
    ],
)
def test_each_kind_of_rule_passes_and_fails_and_shows_the_rows(good: Rule, bad: Rule, failing: list[int]) -> None:
    yes, no = judge("test", [good, bad], FRAME, where="frame of the test")
    assert yes.success, yes
    assert yes.failing_rows == []
    assert not no.success, no
    assert no.failing_rows == FRAME[failing].to_dicts() if failing else no.failing_rows == []
    assert (no.suite, no.severity, no.why, no.where) == ("test", "fail", WHY, "frame of the test")
    assert no.observed not in ("", "None")


def test_a_rule_that_cannot_be_evaluated_is_a_failure_with_its_reason() -> None:
    result = verdict(rules.within("exports", 0, 1, WHY))
    assert not result.success
    assert "could not be evaluated" in result.observed
    assert "exports" in result.observed


def test_column_set_names_the_missing_and_the_leftover_column() -> None:
    types = {"partner": "str", "period_end": "date", "export": "float", "imports": "float"}
    results = judge("test", rules.exactly_columns(types, WHY), FRAME, where="x")
    assert not results[0].success
    assert "imports" in results[0].observed
    assert "rank" in results[0].observed
    assert [r.success for r in results[1:]] == [True, True, True, False]


def test_identity_allows_exactly_the_rounding_of_its_terms() -> None:
    """Official figures, USD 100 m to 0.1: March 2026 could print 41,046.4 = 24,105.2 + 16,941.2 off by at most 0.15."""
    terms = {"export": +1, "import": +1, "total": -1}
    frame = pl.DataFrame(
        {
            "export": [24105.2, 24105.2, 24105.2, None],
            "import": [16941.2, 16941.3, 16941.4, 1.0],
            "total": [41046.4, 41046.4, 41046.4, 1.0],
        }
    ).with_columns([pl.lit(0.05).alias(f"{name}_precision") for name in terms])
    judged = rules.identity(frame, "export + import = total", terms)
    result = verdict(rules.gap_allowed("export + import = total", WHY), judged)
    assert not result.success
    assert [row["import"] for row in result.failing_rows] == [16941.4]


def test_at_most_ten_failing_rows_and_results_in_suite_order() -> None:
    frame = pl.DataFrame({"a": list(range(50)), "b": ["x"] * 50})
    suite = [rules.one_of("b", {"x"}, WHY), rules.within("a", 100, None, WHY), rules.rows(50, 50, WHY)]
    results = judge("test", suite, frame, where="x")
    assert [r.column for r in results] == ["b", "a", "table"]
    assert len(results[1].failing_rows) == 10
    assert results[1].observed.startswith("50 of 50 rows otherwise")


def test_a_warning_is_shown_and_passes() -> None:
    result = verdict(rules.rows(5, None, WHY).warn())
    assert (result.success, result.severity) == (False, "warn")
    assert passed([result])
    assert not passed([verdict(rules.rows(5, None, WHY))])


def test_a_suite_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError, match="no suite 'nonsense'"):
        check("gacc.nonsense", FRAME, where="x")


def test_a_frame_without_what_identities_need_fails_with_the_reason() -> None:
    [result] = check("by_partner_preliminary", FRAME, where="release X")
    assert not result.success
    assert result.severity == "fail"
    assert "ColumnNotFoundError" in result.observed


def test_every_suite_can_be_written_down_and_explains_itself() -> None:
    from importlib import import_module

    assert set(suites()) >= {"by_partner_preliminary", "candidate", "fx_daily", "mortgage"}
    for name in suites():
        for rule in import_module(f"expectations.{name}").expectations({}):
            assert len(rule.why.split()) >= 3, f"{name}: {rule.kind} of {rule.column} does not say why"
            assert rule.severity in ("fail", "warn")


def test_only_the_gate_imports_great_expectations_and_only_when_it_runs() -> None:
    """A run that finds nothing new must not pay the ten seconds of that import."""
    root = Path(__file__).parents[2]
    code = "import expectations.gate as g, sys; [__import__(f'expectations.{s}') for s in g.suites()];"
    code += "print([m for m in ('great_expectations', 'pandas') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
    sources = [p for room in ("flows", "transforms", "warehouse", "expectations") for p in (root / room).rglob("*.py")]
    users = [p.name for p in sources if "import great_expectations" in p.read_text("utf-8")]
    assert users == ["gate.py"]
