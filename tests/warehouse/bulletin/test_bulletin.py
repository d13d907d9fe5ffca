"""The bulletin of 8 December 2025: what it says, what it admits, and that its page stands alone."""

from __future__ import annotations

import json
import re
from datetime import date
from html.parser import HTMLParser

import duckdb
import polars as pl
import pytest

from warehouse.bulletin import Bulletin, build, html, json_text, lending, markdown, write
from warehouse.bulletin.facts import Known
from warehouse.bulletin.model import plain


def words(bulletin: Bulletin, section: str) -> str:
    found = next(s for s in bulletin.sections if s.name == section)
    return " ".join(plain(sentence) for sentence in found.sentences)


def test_headline_figures_with_change_and_marks(digest_bulletin: Bulletin) -> None:
    cards = {card.label: card for card in digest_bulletin.cards}
    balance = cards["Trade balance, January to November 2025"]
    assert balance.fact.text == "USD 1.08 trillion"
    assert plain(balance.mark).startswith("first time above USD 1 trillion; higher than in each of the")
    exports = cards["Exports, November 2025"]
    assert exports.fact.text == "USD 330.3 billion"
    assert plain(exports.change) == "+5.9\u00a0% on a year earlier (\u22121.1\u00a0% the month before)"
    america = cards["Exports to the United States, November 2025"]
    assert america.fact.value == pytest.approx(33.8e9, abs=0.05e9)
    assert plain(america.change).startswith("\u221228.6\u00a0%")
    assert cards["Key rate of the Bank of Russia"].fact.text == "16.5\u00a0%"


def test_surprises_name_their_surveyor(digest_bulletin: Bulletin) -> None:
    said = words(digest_bulletin, "surprises")
    assert "Exports: growth 1.9 percentage points above the forecast of Bloomberg (4\u00a0%)." in said
    assert "Imports: growth 1.1 percentage points below the forecast of Bloomberg (3\u00a0%)." in said


def test_rerouting_gives_loss_and_offset(digest_bulletin: Bulletin) -> None:
    said = words(digest_bulletin, "rerouting")
    assert "USD 13.5" in said
    assert "more than offset this: it was 2.4 times the loss" in said


def test_numbers_not_public_then_say_so(digest_bulletin: Bulletin) -> None:
    late = [fact for fact in digest_bulletin.facts() if fact.vintage_date and fact.vintage_date > digest_bulletin.as_of]
    assert late, "the real rate of 2025 is known from 2026 only"
    assert all(fact.later and str(fact.vintage_date) in fact.remark for fact in late)
    assert "June 2025" in words(digest_bulletin, "competitiveness")
    notes = next(s for s in digest_bulletin.sections if s.name == "gaps").notes
    assert any("were not public on 8 December 2025" in note for note in notes)


def test_both_readings_of_the_growth_and_every_dollar_with_its_rate(digest_bulletin: Bulletin) -> None:
    said = words(digest_bulletin, "banking")
    assert "the increase since January was 1.62 times that of the whole year before" in said
    assert "the stock was 1.27 times that of January" in said
    assert "USD 27.8 billion at the official rate of the period end (82.8676 on 30 September 2025)" in said
    assert "USD 29.9 billion at the official rate of the day of publication (76.9708 on 5 December 2025)" in said
    assert "RUB 2.4 trillion" in said
    assert "20\u00a0%, one in five, had been restructured by 30 September 2025" in said


def test_the_stated_share_stands_beside_shares_of_something_named(digest_bulletin: Bulletin) -> None:
    said = words(digest_bulletin, "banking")
    assert (
        "This was stated to be 6.2\u00a0% of the retail portfolio; computed here it is 6.9\u00a0% of the loans" in said
    )
    assert "RUB 532 billion, 1.5\u00a0% of what banks had lent to resident households by December 2024." in said


def test_the_price_of_credit_and_the_spread(publication: duckdb.DuckDBPyConnection) -> None:
    today = build(publication, date(2026, 11, 24))
    assert "by 11.8 points for households and by 3.4 points for companies in December 2025" in words(today, "banking")
    banking = next(s for s in today.sections if s.name == "banking")
    [rates] = [table for table in banking.tables if table.caption.startswith("What credit cost in December 2025")]
    shown = ["".join(plain((cell,)) for cell in row) for row in rates.rows]
    assert shown[0] == "Loans to households, up to a year27.06+10.7–"  # prices of December are not on record


def test_a_composite_with_a_short_past_says_so(digest_bulletin: Bulletin) -> None:
    said = words(digest_bulletin, "composites")
    assert "It is not ranked among its own months: three months of it are known, and 25 are needed." in said
    assert said.count("On a scale from 0, the weakest of the last ten years, to 100, the strongest") == 2


def test_banks_are_listed_by_overdue_where_form_101_was_loaded() -> None:
    end = date(2015, 11, 30)
    shared = {"dataset": "indicator", "ref_area": "RUS", "product_code": "HOUSEHOLD", "currency": "ALL", "basis": "stock",
              "definition": "RAS_OVERDUE", "period_end": end, "vintage_date": end, "vintage_kind": "observed",
              "series_id": "x", "release_id": "form"}  # fmt: skip
    rows = [shared | {"counterpart_area": bank, "measure": measure, "value": value, "unit": unit}
            for bank, amount, share in (("BANK_1", 2e9, 4.0), ("BANK_1481", 300e9, 7.5))
            for measure, value, unit in (("bank_overdue", amount, "RUB"), ("bank_overdue_ratio", share, "percent"))]  # fmt: skip
    known = object.__new__(Known)
    known.values, known.addresses, known.as_of = pl.DataFrame(rows), {}, date(2016, 2, 1)
    table = lending.by_bank(known)
    assert table and table.caption == "Banks with most overdue household loans, 30 November 2015 (form 101, RAS)"
    assert [tuple(plain((cell,)) for cell in row) for row in table.rows] == [
        ("1481", "RUB 300 billion", "7.5\u00a0%"), ("1", "RUB 2 billion", "4.0\u00a0%"),
    ]  # fmt: skip
    assert table.note == "The newest form 101 that was loaded, three months old; missed payments only."
    known.values = known.values.clear()
    assert lending.by_bank(known) is None


def test_a_household_share_is_not_held_against_the_criterion_of_a_crisis(
    digest_bulletin: Bulletin, publication: duckdb.DuckDBPyConnection
) -> None:
    assert "No share of problem assets of the whole banking system was published by that day" in words(
        digest_bulletin, "banking"
    )
    later = words(build(publication, date(2026, 2, 3)), "banking")
    assert "On 31 December 2025 problem assets of the whole banking system were at or above CMASF's criterion" in later


def test_composite_says_weakened_and_why(digest_bulletin: Bulletin) -> None:
    said = words(digest_bulletin, "composites")
    assert "the stability of Russian banking weakened over the year to November 2025" in said
    assert "Pulled down by problem unsecured loans" in said


def test_every_number_has_a_source_with_address_and_rule(digest_bulletin: Bulletin) -> None:
    for fact in digest_bulletin.facts():
        number = digest_bulletin.number_of(fact)
        assert number is not None, fact
        source = digest_bulletin.sources[number - 1]
        assert source.get("url"), source["release_id"]
        assert len(source["sha256"]) == 64, source["release_id"]
        assert source.get("first_seen") or source.get("vintage_rule"), source["release_id"]


class Page(HTMLParser):
    """Collects what a checker wants to know of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.tags: list[str] = []
        self.images: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.requests += [str(given[name]) for name in ("src", "srcset", "poster", "data") if name in given]
        if tag == "link":
            self.requests.append(str(given.get("href")))
        if tag == "a" and str(given.get("href", "")).startswith("#"):
            self.targets.append(str(given["href"])[1:])
        if "id" in given:
            self.ids.append(str(given["id"]))
        if given.get("role") == "img":
            self.images.append(given)


@pytest.fixture(scope="module")
def page(digest_bulletin: Bulletin) -> tuple[str, Page]:
    text = html(digest_bulletin)
    parsed = Page()
    parsed.feed(text)
    return text, parsed


def test_the_page_makes_no_request_and_runs_no_script(page: tuple[str, Page]) -> None:
    text, parsed = page
    assert parsed.requests == []
    assert not {"script", "iframe", "img", "link", "object"} & set(parsed.tags)
    assert "url(" not in text and "@import" not in text


def test_links_lead_somewhere_and_ids_are_unique(page: tuple[str, Page]) -> None:
    _, parsed = page
    assert len(parsed.ids) == len(set(parsed.ids))
    assert set(parsed.targets) <= set(parsed.ids)


def test_every_chart_has_a_text_and_a_table(page: tuple[str, Page], digest_bulletin: Bulletin) -> None:
    charts = [chart for section in digest_bulletin.sections for chart in section.charts]
    assert len(charts) >= 6
    assert len(page[1].images) == len(charts)
    assert all(image.get("aria-label") for image in page[1].images)
    assert all(chart.table.rows for chart in charts)


def test_light_dark_and_print_share_the_drawings(page: tuple[str, Page]) -> None:
    text, _ = page
    assert "prefers-color-scheme: dark" in text and "@media print" in text
    drawings = re.findall(r"<svg.*?</svg>", text, re.S)
    assert drawings and all("var(--" in drawing and not re.search(r"#[0-9a-f]{6}", drawing) for drawing in drawings)


def test_markdown_and_json_carry_the_same_figures(digest_bulletin: Bulletin) -> None:
    text = markdown(digest_bulletin)
    assert "**USD 1.08 trillion [1]**" in text
    content = json.loads(json_text(digest_bulletin))
    assert content["as_of"] == "2025-12-08"
    first = content["headlines"][0]["fact"]
    assert first["value"] == 1.08e12 and content["sources"][first["source"] - 1]["release_id"] == first["release_id"]


def test_a_later_bulletin_shows_revisions_and_the_wider_mirror_gap(publication: duckdb.DuckDBPyConnection) -> None:
    later = build(publication, date(2026, 8, 12))
    said = words(later, "rerouting")
    assert "\u221216.3\u00a0% in January to December 2024 and \u221226.6\u00a0% in January to December 2025" in said
    revisions = next(s for s in later.sections if s.name == "revisions")
    assert revisions.title == "Revisions since 14 July 2026"  # the day June 2026 came out
    assert revisions.tables and revisions.tables[0].rows


def test_the_march_bulletin_is_about_january_and_february_together(publication: duckdb.DuckDBPyConnection) -> None:
    march = build(publication, date(2024, 3, 10))
    assert march.period == date(2024, 2, 29)
    cards = {card.label: card.fact.text for card in march.cards}
    assert cards["Exports on a year earlier, January to February 2024"] == "+7.1\u00a0%"


def test_no_bulletin_before_the_first_figure(publication: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(LookupError, match="1990-01-01"):
        build(publication, date(1990, 1, 1))


def test_files_are_named_by_day(digest_bulletin: Bulletin, tmp_path) -> None:
    paths = write(digest_bulletin, tmp_path, ("md", "json"))
    assert [path.name for path in paths] == ["bulletin-2025-12-08.md", "bulletin-2025-12-08.json"]
    assert not list(tmp_path.glob("*.tmp"))
