"""Suites as files: what is wrong in one is told by file and field, every product has one, rules become expectations."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import yaml

from expectations import stated
from expectations.gate import judge
from expectations.suites import names, of
from transforms.layout import BadLayout
from transforms.products import all_products

REFUSES_ALL = {"inbox.event_dates"}
"""Products of which nothing is ever loaded."""


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"rules": [{"filled": ["a"], "rows": [1, None], "why": "two kinds in one"}]}, "rules.0"),
        ({"rules": [{"filled": ["a"]}]}, "rules.0"),
        ({"rules": [{"fillled": ["a"], "why": "a misprint"}]}, "rules.0.fillled"),
        ({"columns": {"text": ["a"]}}, "columns.text"),
        ({"like": "another"}, "like: .*'another'"),
        ({"points": {"since": "yesterday", "why": "no day", "bounds": {}}}, "points.since"),
    ],
)
def test_what_is_wrong_in_a_file_is_told(
    wrong: dict[str, object], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "odd.yaml").write_text(yaml.safe_dump({"about": "A suite of the test.", **wrong}), "utf-8")
    monkeypatch.setattr(stated, "HERE", tmp_path)
    with pytest.raises(BadLayout, match=rf"odd\.yaml: .*{told}"):
        stated.load.__wrapped__("odd")


def test_names_with_alternatives_stand_for_each_of_them() -> None:
    assert stated.expanded(["a", "{total,export}_ytd{,_yoy}"]) == [
        "a", "total_ytd", "total_ytd_yoy", "export_ytd", "export_ytd_yoy",
    ]  # fmt: skip


def test_every_product_has_a_suite_by_its_id_and_by_its_name() -> None:
    for product in set(all_products()) - REFUSES_ALL:
        assert of(product) is not None, product
    assert of("cfets.central_parity") is not None and of("inbox.event_dates") is None
    assert of("fx_export") is of("cbr.fx_export"), "the short name of a product that calls its suite otherwise"
    assert {"confirmed", "consensus", "candidate", "cbr.fx_soap", "gacc.total_preliminary"} <= set(names())
    assert not {"stated", "rules", "forecasts", "fx", "event_dates"} & set(names())


def test_rules_of_a_file_judge_a_table() -> None:
    file = stated.SuiteFile.model_validate(
        {
            "about": "Prices.",
            "columns": {"str": ["pair"], "float": ["{low,high}", "twice"]},
            "add": {"twice": "low * 2"},
            "rules": [
                {"within": ["{low,high}"], "least": 0, "most": 9, "why": "no price is more"},
                {"within": ["twice"], "most": 4, "only": {"pair": "a"}, "label": "twice of a", "why": "of one pair alone"},
                {"holds": "low within high", "gap": "low - high", "allowed": "0", "relation": "<=", "warn": True,
                 "why": "by what they are called"},
            ],
        }
    )  # fmt: skip
    table = stated.prepare(file, pl.DataFrame({"pair": ["a", "b"], "low": [3.0, 4.0], "high": [2.0, 5.0]}))
    found = judge("prices", stated.rules_of(file, {}), table, where="x")
    failed = {result.column: (result.severity, len(result.failing_rows)) for result in found if not result.success}
    assert failed == {"twice of a": ("fail", 1), "low within high": ("warn", 1)}
