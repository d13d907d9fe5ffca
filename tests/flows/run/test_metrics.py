"""Figures about the operation, and its health, as monitors read them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import requests

from flows.metrics_endpoint import endpoint
from flows.run import extract, metrics, report_files
from flows.run.report import Report
from flows.settings import Settings
from flows.sources import SourceReport

LINE = re.compile(r"^[a-z_]+(\{[a-z]+=\"[^\"\n]*\"(,[a-z]+=\"[^\"\n]*\")*\})? [-+0-9.e]+$")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "data", metrics_port=0, now="2026-04-14T03:00:00Z")


def save(settings: Settings, outcome: str, number: int = 1) -> None:
    run = Report(f"2026041{number}T000000Z-0001", settings.clock(), outcome=outcome, stages={'say "so"': 1.5})
    report_files.save(settings, run)


def test_every_line_is_of_the_format_and_every_figure_is_described(settings: Settings) -> None:
    save(settings, "published")
    extract.remember(settings, [SourceReport("cbr", requests=1), SourceReport("gacc_en", "blocked", requests=1)])
    text = metrics.text(settings)
    assert text.endswith("# EOF\n")
    told = [line for line in text.splitlines() if not line.startswith("#")]
    assert [line for line in told if not LINE.match(line.replace(r"\"", ""))] == []
    assert 'portvault_source_reachable{source="gacc_en"} 0' in told
    assert 'portvault_source_reachable{source="cbr"} 1' in told
    assert "portvault_run_success 1" in told and "portvault_held 0" in told
    assert any(line.startswith('portvault_product_days_late{product="cbr.') for line in told)
    assert {line.partition("{")[0].partition(" ")[0] for line in told} <= set(metrics.TYPES)
    assert (settings.root / "metrics.txt") == metrics.write(settings)


def test_health_is_lost_with_the_publication_a_failure_or_silence(settings: Settings) -> None:
    assert len(metrics.health(settings).problems) == 1, "there is no publication"
    save(settings, "failed")
    assert len(metrics.health(settings).problems) == 2
    save(settings, "unchanged", 2)
    assert len(metrics.health(settings).problems) == 1
    later = settings.model_copy(update={"now": settings.clock() + metrics.STALE * 2})
    assert len(metrics.health(later).problems) == 2


def test_the_endpoint_answers_what_the_file_says(settings: Settings) -> None:
    with endpoint(settings) as port:
        base = f"http://127.0.0.1:{port}"
        answer = requests.get(f"{base}/metrics", timeout=10)
        assert answer.text.endswith("# EOF\n") and answer.headers["Content-Type"].startswith("application/openmetrics")
        assert requests.get(f"{base}/health", timeout=10).status_code == 503
        assert requests.get(f"{base}/x", timeout=10).status_code == 404
