"""The gate: every kind of rule fails when it should, and nothing that could not be judged counts as passed."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest

from expectations import gate, rules
from expectations.gate import CheckResult, Table, check, check_all, judge, passed, suites, write_suites
from expectations.rules import Expectation
from expectations.suites import of
from tests.conftest import ROOT

FRAME = pl.DataFrame(
    {
        "partner": ["USA", "DEU", None, "USA"],
        "period_end": [date(2026, 3, 31)] * 3 + [date(2027, 1, 31)],
        "export": [1.0, 2.0, None, 500.0],
        "rank": [1, 2, 2, 1],
    }
)
WHY = "the rule that protects the figure"


def verdict(rule: Expectation, frame: pl.DataFrame = FRAME) -> CheckResult:
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
def test_each_kind_of_rule_passes_and_fails_and_shows_the_rows(
    good: Expectation, bad: Expectation, failing: list[int]
) -> None:
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


def test_a_comparison_within_a_row_shows_gap_and_what_is_allowed() -> None:
    frame = pl.DataFrame({"part": [1.0, 5.9, 5.95, 6.11, None], "whole": [6.0] * 5})
    result = verdict(rules.holds("part within whole", "part - whole", "0.1", WHY, relation="<="), frame)
    assert (result.success, result.column) == (False, "part within whole")
    assert [row["part"] for row in result.failing_rows] == [6.11], "a row without a part is not judged"
    assert result.failing_rows[0]["gap"] == pytest.approx(0.11) and result.failing_rows[0]["allowed"] == 0.1
    equal = verdict(rules.holds("part = whole", "part - whole", "0.1", WHY), frame)
    assert [row["part"] for row in equal.failing_rows] == [1.0, 6.11]


PAGES = [
    Table(FRAME, "good", {"period": "2026-03"}),
    Table(FRAME.with_columns(export=pl.lit(-1.0)), "negative", {"period": "2026-03"}),
    Table(FRAME.head(1), "short", {"period": "2026-03"}),
    Table(FRAME.clear(), "empty", {"period": "2026-03"}),
    Table(FRAME.with_columns(rank=pl.lit("first")), "another type", {"period": "2026-03"}),
    Table(FRAME.drop("export"), "lacks a column", {"period": "2026-03"}),
    Table(FRAME, "another month", {"period": "2026-04"}),
]


@pytest.fixture
def suite_of_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """A suite `pages`: types, two rows or more, USA among them, no negative exports, and in March no rank above one."""
    types = {"partner": "str", "period_end": "date", "export": "float", "rank": "int"}

    def expectations(context: dict[str, str]) -> list[rules.Expectation]:
        march = [rules.within("rank", None, 1, WHY)] if context.get("period") == "2026-03" else []
        made = [*rules.exactly_columns(types, WHY), rules.rows(2, None, WHY), rules.includes("partner", {"USA"}, WHY)]
        return [*made, rules.unique("partner", "export", why=WHY), rules.within("export", 0, None, WHY), *march]

    monkeypatch.setitem(sys.modules, "expectations.pages", ModuleType("expectations.pages"))
    sys.modules["expectations.pages"].expectations = expectations  # type: ignore[attr-defined]
    monkeypatch.setattr(gate, "suites", lambda: ["pages"])


@pytest.mark.slow
def test_releases_judged_in_one_batch_fare_as_each_alone(suite_of_pages: None) -> None:
    together = check_all("pages", PAGES)
    assert together == [check("pages", page.frame, where=page.where, context=page.context) for page in PAGES]
    failed = {
        page.where: {r.column for r in found if not r.success} for page, found in zip(PAGES, together, strict=True)
    }
    assert failed == {
        "good": {"rank"},  # two rows of the frame have rank 2
        "negative": {"export", "rank", "partner, export"},
        "short": {"table"},
        "empty": {"table", "partner"},
        "another type": {"rank"},
        "lacks a column": {"table", "export", "partner, export", "rank"},
        "another month": set(),
    }


def test_one_batch_is_one_validation_whatever_the_number_of_releases(
    suite_of_pages: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    validate = gate.validate
    monkeypatch.setattr(
        gate, "validate", lambda name, made, frame: asked.append(len(frame)) or validate(name, made, frame)
    )
    check_all("pages", [Table(FRAME, str(number)) for number in range(50)])
    assert asked == [200]


@pytest.mark.slow
def test_suites_are_written_as_json_that_great_expectations_reads_back(tmp_path: Path) -> None:
    from great_expectations import ExpectationSuite

    written = write_suites(tmp_path)
    assert {path.stem for path in written} == set(suites())
    mortgage = of("cbr.mortgage")
    assert mortgage is not None
    told = json.loads((tmp_path / "cbr.mortgage.json").read_text("utf-8"))
    before = [path.read_bytes() for path in written]
    gate._as_json.cache_clear()
    assert [path.read_bytes() for path in write_suites(tmp_path)] == before
    again = ExpectationSuite(**told)
    made = mortgage.expectations({})
    assert [each.configuration.type for each in again.expectations] == [each.configuration.type for each in made]
    assert {each.notes for each in again.expectations} == {each.notes for each in made}


def test_at_most_ten_failing_rows_and_results_in_suite_order() -> None:
    frame = pl.DataFrame({"a": list(range(50)), "b": ["x"] * 50})
    suite = [rules.one_of("b", {"x"}, WHY), rules.within("a", 100, None, WHY), rules.rows(50, 50, WHY)]
    results = judge("test", suite, frame, where="x")
    assert [r.column for r in results] == ["b", "a", "table"]
    assert len(results[1].failing_rows) == 10
    assert results[1].observed.startswith("50 of 50 rows otherwise")


def test_a_warning_is_shown_and_passes() -> None:
    result = verdict(rules.warn(rules.rows(5, None, WHY)))
    assert (result.success, result.severity) == (False, "warn")
    assert passed([result])
    assert not passed([verdict(rules.rows(5, None, WHY))])


def test_a_suite_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError, match=r"no suite 'gacc\.nonsense'"):
        check("gacc.nonsense", FRAME, where="x")


def test_a_frame_without_what_identities_or_prepare_need_fails_with_the_reason() -> None:
    found = check("cbr.loan_portfolio", FRAME, where="release X")
    (near,) = [result for result in found if " near " in result.column]
    assert (near.success, near.severity, "could not be evaluated" in near.observed) == (False, "fail", True)
    [result] = check("fx_dynamic", FRAME, where="release X")
    assert not result.success
    assert result.severity == "fail"
    assert "ColumnNotFoundError" in result.observed


def test_every_suite_explains_itself() -> None:
    assert set(suites()) >= {
        "gacc.by_partner_preliminary",
        "candidate",
        "key_rate",
        "cbr.fx_daily",
        "cbr.mortgage",
        "cbr.ruonia",
    }
    for name in suites():
        suite = of(name)
        assert suite is not None
        for rule in suite.expectations({}):
            assert len(rule.notes.split()) >= 3, f"{name}: {rule.meta['column']} does not say why"


@pytest.mark.slow
def test_the_gate_imports_great_expectations_only_when_it_judges() -> None:
    """A run that finds nothing new must not pay the seconds of that import; see also flows/run/test_story.py."""
    code = "import expectations.gate as g, sys; g.suites();"
    code += "print([m for m in ('great_expectations', 'pandas') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
