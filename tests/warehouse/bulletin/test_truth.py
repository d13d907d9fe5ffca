"""What the bulletin says is so: its numbers are those of its facts, and each record it claims is proved by SQL.

The proof asks the observations and the press calendar, never the indicators that the claim was made from.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from datetime import date

import duckdb
import pytest

from warehouse.bulletin import Bulletin, json_text, rerouting, wording
from warehouse.bulletin.facts import Fact, Known
from warehouse.bulletin.model import OLD_MONTHS, Card, plain

DAYS = [
    date(2022, 12, 9), date(2023, 2, 1), date(2024, 1, 12), date(2024, 12, 12), date(2025, 1, 14), date(2025, 7, 15),
    date(2025, 12, 8), date(2025, 12, 18), date(2026, 1, 15), date(2026, 8, 12),
]  # fmt: skip
NUMBER = re.compile(r"[+\u2212]?\d[\d,]*(?:\.\d+)?")
SCALES = {word: scale for scale, word in wording.SCALES if word}
NO_CHANGE = {"did not change", "no different from", "not above"}


@pytest.fixture(scope="module", params=DAYS, ids=str)
def bulletin(request: pytest.FixtureRequest, bulletins: Callable[[date], Bulletin]) -> Bulletin:
    return bulletins(request.param)


WORD = re.compile(rf"\b({'|'.join(wording.WORDS)})\b")


def shown(text: str) -> tuple[float, float] | None:
    """The first number a text shows and half of its last place; None if it shows none."""
    found, word = NUMBER.search(text), WORD.search(text)
    if word and (not found or word.start() < found.start()):
        return float(wording.WORDS.index(word[0])), 0.0
    if not found:
        return None
    scale = next((s for word, s in SCALES.items() if f" {word}" in text), 1.0)
    digits = len(found[0].partition(".")[2])
    return float(found[0].replace(",", "").replace("\u2212", "-")) * scale, 0.5 * 10**-digits * scale


def test_every_number_of_a_text_is_the_value_of_its_fact(bulletin: Bulletin) -> None:
    """By size: the sign is in the words (fell, below)."""
    wrong = []
    for fact in bulletin.facts():
        if fact.value is None:
            continue
        number = shown(fact.text)
        if number is None:
            wrong += [fact] if fact.text not in NO_CHANGE else []
        elif abs(abs(number[0]) - abs(fact.value)) > number[1] * (1 + 1e-6):
            wrong.append(fact)
    assert wrong == []


def test_the_json_has_the_facts_of_every_headline(bulletin: Bulletin) -> None:
    cards = json.loads(json_text(bulletin))["headlines"]
    for card, told in zip(bulletin.cards, cards, strict=True):
        texts = [part.text for part in (*card.change, *card.mark) if isinstance(part, Fact)]
        assert [fact["text"] for fact in told["facts"]] == texts
        assert told["fact"]["period"] and told["fact"]["source"]


def test_old_figures_say_their_age(bulletin: Bulletin) -> None:
    for section in bulletin.sections:
        for sentence in section.sentences:
            ends = [part.end for part in sentence if isinstance(part, Fact) and part.end]
            if ends and wording.months_between(max(ends), bulletin.as_of) > OLD_MONTHS:
                assert re.search(r"is \d+ months old\.$", plain(sentence)), plain(sentence)


def test_nothing_is_called_current(bulletin: Bulletin) -> None:
    reach = next(s for s in bulletin.sections if s.name == "gaps").tables[0]
    states = {str(row[0]): str(row[3]) for row in reach.rows}
    assert not [state for state in states.values() if "current" in state]
    last = {str(row[0]): str(row[1]) for row in reach.rows}
    if bulletin.as_of == date(2026, 8, 12):
        assert last["Russian household loans"] == "January 2025"
        assert states["Russian household loans"] == "overdue: February 2025 was expected on 25 March 2025"


CLAIMS = r"above USD 1 trillion for the first time|higher than"
BALANCES = """
WITH known AS (
    SELECT s.flow, s.basis, o.period_end, arg_max(o.value, (o.vintage_date, o.first_seen, o.release_id)) AS value
    FROM vintage.observation AS o JOIN series AS s USING (series_id)
    WHERE s.dataset = 'trade_total' AND s.measure = 'value' AND s.currency = 'USD' AND s.definition = '_'
        AND o.vintage_date <= $day GROUP BY ALL),
press AS (
    SELECT last_day(strptime(period, '%Y-%m')::DATE) AS period_end, covers AS basis, any_value(actual) AS value
    FROM consensus_forecast WHERE indicator = 'trade_balance' AND currency = 'USD' AND actual IS NOT NULL
        AND release_date <= $day GROUP BY ALL),
flows AS (
    SELECT e.basis, period_end, e.value - i.value AS value FROM known AS e JOIN known AS i USING (basis, period_end)
    WHERE e.flow = 'export' AND i.flow = 'import'),
told AS (
    SELECT basis, period_end, value, 1 AS rank FROM known WHERE flow = 'balance'
    UNION ALL SELECT basis, period_end, value, 2 FROM flows UNION ALL SELECT basis, period_end, value, 3 FROM press),
one AS (
    SELECT CASE basis WHEN 'year' THEN 'ytd' ELSE basis END AS basis, period_end, arg_min(value, rank) AS value
    FROM told GROUP BY ALL),
months AS (SELECT period_end, value FROM one WHERE basis = 'month'),
added AS (
    SELECT a.period_end, sum(b.value) AS value FROM months AS a JOIN months AS b
        ON year(a.period_end) = year(b.period_end) AND b.period_end <= a.period_end
    GROUP BY a.period_end HAVING count(*) = month(a.period_end)),
ytd AS (
    SELECT period_end, coalesce(one.value, added.value) AS value
    FROM (SELECT * FROM one WHERE basis = 'ytd') AS one FULL JOIN added USING (period_end)),
twelve AS (
    SELECT y.period_end, CASE WHEN month(y.period_end) = 12 THEN y.value ELSE y.value + d.value - b.value END AS value
    FROM ytd AS y LEFT JOIN ytd AS d ON d.period_end = make_date(year(y.period_end) - 1, 12, 31)
        LEFT JOIN ytd AS b ON b.period_end = last_day(y.period_end - INTERVAL 1 YEAR)
    WHERE month(y.period_end) = 12 OR (d.value IS NOT NULL AND b.value IS NOT NULL))
"""
TABLES = {"months": 1, "twelve": 1, "ytd": 12}
"""The samples of claims, each with the months between two of its periods."""


def sample(con: duckdb.DuckDBPyConnection, table: str, day: date, period: date) -> dict[date, float]:
    """Balances known on a day up to `period`, by their period."""
    query = f"{BALANCES} SELECT period_end, value FROM {table} WHERE period_end <= $period ORDER BY 1"
    return dict(con.execute(query, {"day": day, "period": period}).fetchall())


def gaps(periods: list[date], step: int) -> list[date]:
    """Periods before which one is missing."""
    return [b for a, b in itertools.pairwise(sorted(periods)) if (b.year - a.year) * 12 + b.month - a.month != step]


def claims(bulletin: Bulletin) -> list[tuple[Card, str]]:
    """What the headlines claim of records: the card and the words of one claim."""
    marks = [(card, words) for card in bulletin.cards for words in plain(card.mark).split("; ") if words]
    assert all(re.match(CLAIMS, words) for _, words in marks)
    return marks


def table_of(card: Card) -> str:
    if "twelve months" in card.label:
        return "twelve"
    return "months" if re.fullmatch(r"Trade balance, [A-Z]\w+ \d{4}", card.label) else "ytd"


def test_each_record_is_proved_by_sql(bulletin: Bulletin, publication: duckdb.DuckDBPyConnection) -> None:
    assert bulletin.period
    for card, words in claims(bulletin):
        table = table_of(card)
        known = sample(publication, table, bulletin.as_of, bulletin.period)
        value = known.pop(bulletin.period)
        if words.startswith("above"):
            assert value > 1e12 and all(v <= 1e12 for v in known.values()), words
            ends = [end for end in known if table == "twelve" or end.month == 12]
            assert gaps(ends, TABLES[table]) == [], words
            continue
        alike = {end: v for end, v in known.items() if table != "ytd" or end.month == bulletin.period.month}
        assert all(v < value for v in alike.values()), f"{card.label}: {words}"
        said = re.search(r"each of the (\w+) (?:month|year)s before, from (.+) on$", words)
        assert said, words
        n = wording.WORDS.index(said[1]) if said[1] in wording.WORDS else int(said[1])
        span = [*sorted(alike)[-n:], bulletin.period]
        assert gaps(span, TABLES[table]) == [] and len(span) == n + 1, f"{card.label}: {words}"
        assert said[2] in (str(span[0].year), wording.month(span[0]))


def test_some_records_are_claimed(bulletins: Callable[[date], Bulletin]) -> None:
    """Or the proof above would prove nothing."""
    said = [words for day in DAYS for _, words in claims(bulletins(day))]
    assert len(said) >= 3 and any(words.startswith("above") for words in said), said


def test_no_other_words_claim_a_record(bulletin: Bulletin) -> None:
    """Superlatives are said of cards (proved above), of the real rate, and of tables that say of how many they show most."""
    said = [plain(s) for section in bulletin.sections for s in section.sentences]
    superlative = re.compile(r"\b(highest|record|first time|most|best|worst|ever|largest|lowest)\b")
    allowed = re.compile(r"lowest value of three years|the largest contributions")
    assert [text for text in said if superlative.search(allowed.sub("", text))] == []


def test_november_2025_was_no_record(publication: duckdb.DuckDBPyConnection, digest_bulletin: Bulletin) -> None:
    """June 2025 had 114.77, public on 2025-07-14."""
    rows = sample(publication, "months", date(2025, 12, 8), date(2025, 11, 30))
    assert rows[date(2025, 6, 30)] == 114.77e9 and rows[date(2025, 11, 30)] == 111.68e9
    cards = {card.label: card for card in digest_bulletin.cards}
    assert cards["Trade balance, November 2025"].mark == ()


def test_revised_months_are_counted(digest_bulletin: Bulletin, publication: duckdb.DuckDBPyConnection) -> None:
    query = """SELECT count(DISTINCT period_end) FROM (
            SELECT o.period_end, o.value, o.precision, first_value(o.value) OVER w AS first,
                first_value(o.precision) OVER w AS first_precision
            FROM vintage.observation AS o JOIN series AS s USING (series_id)
            WHERE s.dataset = 'trade_total' AND s.basis = 'month' AND s.currency = 'USD' AND s.measure = 'value'
                AND s.flow = ? AND o.vintage_date <= DATE '2025-12-08'
            WINDOW w AS (PARTITION BY series_id, period_end ORDER BY vintage_date, first_seen))
        WHERE abs(value - first) > (coalesce(precision, 0) + coalesce(first_precision, 0)) * (1 + 1e-9)"""
    counted = [publication.execute(query, [flow]).fetchall()[0][0] for flow in ("export", "import")]
    [sentence] = next(s for s in digest_bulletin.sections if s.name == "revisions").sentences
    said = re.findall(r"\((\w+) months revised\)", plain(sentence))
    assert said == [wording.WORDS[n] for n in counted]


def test_periods_are_named_as_their_source_names_them() -> None:
    assert wording.stated("2025-10") == "October 2025"
    assert wording.stated("2025-10-01") == "1 October 2025"
    assert wording.stated("2025H1") == wording.stated("2025-H1") == "the first half of 2025"
    assert wording.stated("2025-01/2025-09") == "January to September 2025"
    assert wording.stated("2024-12/2025-02") == "December 2024 to February 2025"
    assert wording.stated("2022-2025") == "2022 to 2025"
    assert wording.stated("spring") == "spring"


def test_the_bureau_spoke_of_october(digest_bulletin: Bulletin) -> None:
    [card] = [card for card in digest_bulletin.cards if "credit bureau" in card.label]
    assert "October 2025" in card.label and card.fact.period == "October 2025"


def test_all_are_not_the_largest(publication: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    known = Known(publication, date(2025, 12, 8))

    def told(most: int) -> str:
        monkeypatch.setattr(rerouting, "GAINERS", most)
        return plain(rerouting.gainers(known, date(2025, 11, 30))[0])

    some, every = told(3), told(99)
    assert some.startswith("Of the five markets whose amounts are known, the largest contributions")
    assert some.count("points)") == 3 < every.count("points)") < 6
    assert every.startswith("Of the five markets whose amounts are known, those that added")
