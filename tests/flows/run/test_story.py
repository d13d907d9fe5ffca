"""The main job on the shipped history: what an analyst asks on the first day, by the command line alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.http.transfer import Limits
from flows.settings import Settings
from flows.sources import sources
from tests.conftest import Portvault
from tests.replica.addresses import variables

BN, TRN = 1e9, 1e12


def ask(portvault: Portvault, home: Path, query: str) -> list[dict[str, object]]:
    done = portvault("sql", query, "--json", home=home)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


STORY = [
    ("exports of 2025-11 as first printed", "SELECT exports FROM trade_total_as_of(DATE '2025-12-08') WHERE basis = 'month' AND", 330.3 * BN, 0.05 * BN),
    ("imports of 2025-11 as first printed", "SELECT imports FROM trade_total_as_of(DATE '2025-12-08') WHERE basis = 'month' AND", 218.6 * BN, 0.05 * BN),
    ("balance of 2025-11 as first printed", "SELECT balance FROM trade_total_as_of(DATE '2025-12-08') WHERE basis = 'month' AND", 111.68 * BN, 0.005 * BN),
    ("surplus of eleven months as first printed", "SELECT balance FROM trade_total_as_of(DATE '2025-12-08') WHERE basis = 'ytd' AND", 1.08 * TRN, 0.005 * TRN),
    ("published growth of exports", "SELECT exports_growth_yoy FROM trade_total WHERE basis = 'month' AND", 5.9, 0.05),
    ("published growth of imports", "SELECT imports_growth_yoy FROM trade_total WHERE basis = 'month' AND", 1.9, 0.05),
    ("exports of 2025-11 today", "SELECT exports FROM trade_total WHERE basis = 'month' AND", 330.0 * BN, 0.05 * BN),
    ("exports to the US", "SELECT exports FROM trade_by_partner WHERE partner = 'USA' AND basis = 'month' AND", 33.8 * BN, 0.05 * BN),
    ("growth of exports to the US", "SELECT exports_growth_yoy FROM trade_by_partner WHERE partner = 'USA' AND basis = 'month' AND", -28.6, 0.05),
]  # fmt: skip
"""What is asked of November 2025, in dollars: the question, its query, the answer and how near it must be."""


@pytest.fixture(scope="module")
def answers(portvault: Portvault, built_home: Path) -> dict[str, object]:
    """All questions asked at once: a process costs more than the answers."""
    asked = " UNION ALL ".join(
        f"SELECT '{question}' AS question, ({query} currency = 'USD' AND period_end = DATE '2025-11-30') AS answer"
        for question, query, _, _ in STORY
    )
    return {str(row["question"]): row["answer"] for row in ask(portvault, built_home, asked)}


@pytest.mark.parametrize(("question", "query", "answer", "tolerance"), STORY, ids=[row[0] for row in STORY])
def test_china_in_november_2025(
    answers: dict[str, object], question: str, query: str, answer: float, tolerance: float
) -> None:
    assert answers[question] == pytest.approx(answer, abs=tolerance), query


def test_household_debt_of_1_february_2025_is_filed_under_the_last_of_january(
    portvault: Portvault, built_home: Path
) -> None:
    rows = ask(portvault, built_home, "SELECT debt, overdue FROM household_loans WHERE period_end = DATE '2025-01-31' "
               "AND area = 'RUS' AND currency = 'ALL'")  # fmt: skip
    assert rows == [{"debt": 34766903e6, "overdue": 1337460e6}]


def test_key_rate_and_official_dollar_rate_on_a_day(portvault: Portvault, built_home: Path) -> None:
    rate = "SELECT rate AS key_rate FROM key_rate WHERE effective_date <= DATE '2025-12-08' ORDER BY effective_date DESC LIMIT 1"
    assert ask(portvault, built_home, rate) == [{"key_rate": 16.5}]
    dollar = "SELECT rate FROM fx_rate WHERE currency = 'USD' AND effective_date = DATE '2025-09-30'"
    assert ask(portvault, built_home, dollar) == [{"rate": 82.8676}]


def test_imports_of_december_2025_as_known_on_a_day(portvault: Portvault, built_home: Path) -> None:
    known = {"2026-01-14": 243.64, "2026-07-06": 243.64, "2026-07-07": 244.9, "2026-08-11": 245.3}
    asked = " UNION ALL ".join(
        f"""SELECT '{day}' AS day, o.value FROM observation_as_of(DATE '{day}') AS o JOIN series AS s USING (series_id)
        WHERE s.dataset = 'trade_total' AND s.flow = 'import' AND s.measure = 'value' AND s.basis = 'month'
        AND s.currency = 'USD' AND o.period_end = DATE '2025-12-31'"""
        for day in known
    )
    found = [(row["day"], row["value"]) for row in ask(portvault, built_home, asked)]
    assert sorted(found) == [(day, pytest.approx(value * BN)) for day, value in known.items()]


def test_a_run_that_finds_nothing_new_imports_neither_prefect_nor_great_expectations(
    portvault: Portvault, built_home: Path
) -> None:
    before = (built_home / "warehouse.duckdb").stat()
    done = portvault.process("run", "--offline", home=built_home, PYTHONPROFILEIMPORTTIME="1")
    assert done.returncode == 0
    assert "nothing new" in done.stdout
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines() if "|" in line}
    assert "duckdb" in imported
    assert not imported & {"prefect", "great_expectations"}
    after = (built_home / "warehouse.duckdb").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_unreachable_sources_are_said_and_the_run_goes_on(portvault: Portvault, home: Path) -> None:
    """Port 9 of loopback refuses at once: a site that is down."""
    dead = variables("http://127.0.0.1:9")
    done = portvault("run", "--json", home=home, **dead)
    report = json.loads(done.stdout)
    assert done.returncode == 0
    silent = {row["source"] for row in report["sources"] if row["state"] == "unreachable"}
    asked = {source.id for source in sources().values() if (source.url or source.site_of) and source.wanted(Settings())}
    assert silent == asked and "gacc_query" not in asked
    assert report["stages"]["ask the publishers"] < Limits().read, "nobody waited for them"


def test_wrong_usage_is_exit_2(portvault: Portvault, built_home: Path) -> None:
    for arguments in (
        ("run", "--source", "nobody"),
        ("ingest", "no-such-file"),
        ("sql", "SELECT 1", "--format", "xml"),
        ("bulletin", "--as-of", "2999-01-01"),  # nobody knows what will be public
    ):
        done = portvault(*arguments, home=built_home)
        assert done.returncode == 2, arguments
        assert done.stderr
    bad = portvault("status", home=built_home, PORTVAULT_KEEP_PUBLICATIONS="none")
    assert bad.returncode == 2
    assert "keep_publications" in bad.stderr
    secret = portvault("status", home=built_home, PORTVAULT_ALERT_URLS="mailto://user:hunter2@example.org")
    assert (secret.returncode, "alert_urls" in secret.stderr) == (2, True)
    assert "hunter2" not in secret.stderr and "Traceback" not in secret.stderr


def test_sql_cannot_write_or_leave_the_file(portvault: Portvault, built_home: Path) -> None:
    for query in ("DROP TABLE series", "SELECT * FROM read_csv('/etc/passwd')", "SELECT 1; SELECT 2", "INSTALL httpfs"):
        assert portvault("sql", query, home=built_home).returncode == 1, query


@pytest.mark.parametrize("command", ["run", "ingest", "backfill", "status", "diff", "approve", "reject", "bulletin", "sql", "doctor", "serve"])  # fmt: skip
def test_every_command_explains_itself(portvault: Portvault, built_home: Path, command: str) -> None:
    done = portvault(command, "--help", home=built_home)
    assert done.returncode == 0
    assert len(done.stdout) > 200
