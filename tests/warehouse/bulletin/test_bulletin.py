"""The bulletin of 8 December 2025: what it says, what it admits, and that its page stands alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import duckdb
import polars as pl
import pytest

from warehouse.bulletin import Bulletin, build, closing, html, json_text, lending, loans, markdown, plot, svg, write
from warehouse.bulletin.facts import Choice, Fact, Known, Row, State, stated
from warehouse.bulletin.model import Section, plain


def words(bulletin: Bulletin, section: str) -> str:
    found = next(s for s in bulletin.sections if s.name == section)
    return " ".join(plain(sentence) for sentence in found.sentences)


def test_headline_figures_with_change_and_marks(digest_bulletin: Bulletin) -> None:
    cards = {card.label: card for card in digest_bulletin.cards}
    balance = cards["Trade balance, January to November 2025"]
    assert balance.fact.text == "USD 1.08 trillion"
    assert plain(balance.mark) == (
        "above USD 1 trillion for the first time in the years from 2021 on; "
        "higher than in each of the four years before, from 2021 on"
    )
    assert plain(balance.change) == "USD 885 billion a year earlier"
    twelve = cards["Trade balance, twelve months to November 2025"]
    assert plain(twelve.mark) == ""  # sums to the months before were not known on that day
    exports = cards["Exports, November 2025"]
    assert exports.fact.text == "USD 330.3 billion"
    assert plain(exports.change) == "+5.9\u00a0% on a year earlier (\u22121.1\u00a0% the month before)"
    america = cards["Exports to the United States, November 2025"]
    assert america.fact.value == pytest.approx(33.8e9, abs=0.05e9)
    assert plain(america.change).startswith("\u221228.6\u00a0%")
    rate = cards["Key rate of the Bank of Russia"]
    assert rate.fact.text == "16.5\u00a0%" and "set from 27 October 2025, 17\u00a0% before" in plain(rate.change)
    bad = cards["Russian household loans overdue over 90 days, October 2025, by a credit bureau"]
    assert plain(bad.change) == "1.27 times that of January"


def test_surprises_name_their_surveyor(digest_bulletin: Bulletin) -> None:
    said = words(digest_bulletin, "surprises")
    above = (
        "Exports rose 5.9\u00a0% on a year earlier: 1.9 percentage points above the 4\u00a0% expected (Bloomberg); 2.1"
    )
    assert above in said
    assert (
        "Imports rose 1.9\u00a0% on a year earlier: 1.1 percentage points below the 3\u00a0% expected (Bloomberg);"
        in said
    )


def test_rerouting_gives_loss_and_offset(digest_bulletin: Bulletin) -> None:
    said = words(digest_bulletin, "rerouting")
    assert "USD 13.5" in said
    assert "more than offset this: it was 2.4 times the loss" in said


def test_numbers_not_public_then_say_so(digest_bulletin: Bulletin) -> None:
    late = [fact for fact in digest_bulletin.facts() if fact.vintage_date and fact.vintage_date > digest_bulletin.as_of]
    assert late, "the real rate of 2025 is known from 2026 only"
    assert all(fact.later and str(fact.vintage_date) in fact.remark for fact in late)
    real = "stood in November 2025 3.0\u00a0% above its lowest value of three years, that of five months before (June 2025) and"
    assert real in words(digest_bulletin, "competitiveness")
    notes = next(s for s in digest_bulletin.sections if s.name == "gaps").notes
    assert any("were not public on 8 December 2025" in note for note in notes)


def test_both_readings_of_the_growth_and_every_dollar_with_its_rate(digest_bulletin: Bulletin) -> None:
    said = words(digest_bulletin, "banking")
    assert "the increase since January was 1.62 times that of the whole year before" in said
    assert "the stock was 1.27 times that of January" in said
    assert (
        "USD 27.8 billion at the official rate of 30 September 2025, where the period is taken to end (82.8676" in said
    )
    assert "USD 29.9 billion at the official rate of the day of publication (76.9708 on 5 December 2025)" in said
    assert "RUB 2.4 trillion" in said
    assert "firms, 1 October 2025, 20\u00a0%, one in five, had been restructured" in said


def test_a_stated_figure_has_the_address_of_whoever_stated_it(publication: duckdb.DuckDBPyConnection) -> None:
    """Two outlets of 5 December 2025: one has the 2.3 trn RUB, the other the 7 percent."""
    known, bureau = Known(publication, date(2025, 12, 8)), {"definition": "BUREAU_DPD90"}
    found = {
        measure: known.row(bureau | {"measure": measure})
        for measure in ("reported_bad_loans", "reported_problem_share")
    }
    hosts = {measure: row["address"].split("/")[2] for measure, row in found.items() if row}
    assert hosts == {"reported_bad_loans": "www.themoscowtimes.com", "reported_problem_share": "zaim.com"}


def test_the_source_of_a_stated_figure_shows_its_sentence_and_place(
    publication: duckdb.DuckDBPyConnection, digest_bulletin: Bulletin
) -> None:
    """A number leads to its release, and there to the words it was read from."""
    known = Known(publication, date(2025, 12, 8))
    (release_id,) = publication.execute("SELECT min(release_id) FROM reported_figure").fetchall()[0]
    record = {"source": "https://example.org/note", "release_id": release_id, "place": "paragraph 5"}
    said = "One in five loans to small firms <was> restructured."
    one = stated(record | {"sentence": said}, "reported_figure", "20 %", 20.0)
    silent = stated(record | {"place": None}, "reported_figure", "7 %", 7.0)
    sources = closing.sources(known, [one, silent, one])
    assert [source["quotes"] for source in sources] == [[{"sentence": said, "place": "paragraph 5"}]]
    page = html(replace(digest_bulletin, sources=sources))
    assert "<blockquote>One in five loans to small firms &lt;was&gt; restructured. <cite>paragraph 5</cite>" in page
    assert "(paragraph 5)" in markdown(replace(digest_bulletin, sources=sources))


def test_the_stated_share_stands_beside_shares_of_something_named(digest_bulletin: Bulletin) -> None:
    said = words(digest_bulletin, "banking")
    assert (
        "Revised household loans were stated to be 6.2\u00a0% of the retail portfolio; computed here it is 6.9\u00a0% of the loans"
        in said
    )
    assert "RUB 532 billion, 1.5\u00a0% of what banks had lent to resident households by December 2024" in said


def test_the_price_of_credit_and_the_spread(publication: duckdb.DuckDBPyConnection) -> None:
    today = build(publication, date(2026, 11, 24))
    assert "by 11.8 points for households and by 3.4 points for companies in December 2025" in words(today, "banking")
    banking = next(s for s in today.sections if s.name == "banking")
    [rates] = [table for table in banking.tables if table.caption.startswith("What credit cost in December 2025")]
    shown = ["".join(plain((cell,)) for cell in row) for row in rates.rows]
    assert shown[0] == "Loans to households, up to a year27.06+10.7+21.5"  # prices rose by 5.59 % in the year


def test_a_composite_is_ranked_and_explained(digest_bulletin: Bulletin) -> None:
    assert "On a scale from 0, the weakest of the last ten years, to 100, the strongest" in words(
        digest_bulletin, "composite-chn"
    )
    notes = [
        note for section in digest_bulletin.sections for note in section.notes if note.startswith("How composites are")
    ]
    assert len(notes) == 1 and "at least six months" in notes[0]


class Given(Known):
    """Some rows as all that is known, without a publication."""

    def __init__(self, rows: list[Row], as_of: date) -> None:
        self.given, self.stated, self.as_of = rows, [], as_of

    def of(self, state: State, choice: Choice) -> pl.DataFrame:
        """All values were known on the day."""
        wanted = {name: value if isinstance(value, list) else [value] for name, value in choice.items()}
        known = self.given if state == "values" else []
        shown = [row for row in known if all(row[name] in values for name, values in wanted.items())]
        return pl.DataFrame(shown, schema=None if shown else {"period_end": pl.Date})


def test_banks_are_listed_by_overdue_where_form_101_was_loaded() -> None:
    end = date(2015, 11, 30)
    shared = {"dataset": "indicator", "ref_area": "RUS", "product_code": "HOUSEHOLD", "currency": "ALL", "basis": "stock",
              "definition": "RAS_OVERDUE", "period_end": end, "vintage_date": end, "vintage_kind": "observed",
              "series_id": "x", "release_id": "form"}  # fmt: skip
    rows = [shared | {"counterpart_area": bank, "measure": measure, "value": value, "unit": unit}
            for bank, amount, share in (("BANK_1", 2e9, 4.0), ("BANK_1481", 300e9, 7.5))
            for measure, value, unit in (("bank_overdue", amount, "RUB"), ("bank_overdue_ratio", share, "percent"))]  # fmt: skip
    known = Given(rows, date(2016, 2, 1))
    table = lending.by_bank(known)
    assert table and table.caption == "Overdue household loans by bank, 30 November 2015, 2 loaded (form 101, RAS)"
    assert [tuple(plain((cell,)) for cell in row) for row in table.rows] == [
        ("1481", "RUB 300 billion", "7.5\u00a0%"), ("1", "RUB 2 billion", "4.0\u00a0%"),
    ]  # fmt: skip
    assert table.note == "The newest form 101 that was loaded, three months old; missed payments only."
    assert lending.by_bank(Given([], date(2016, 2, 1))) is None


def test_a_household_share_is_not_held_against_the_criterion_of_a_crisis(
    digest_bulletin: Bulletin, bulletins: Callable[[date], Bulletin]
) -> None:
    assert "No share of problem assets of the whole banking system was published by that day" in words(
        digest_bulletin, "banking"
    )
    later = words(bulletins(date(2026, 2, 3)), "banking")
    assert "whole banking system, 1 January 2026, were stated at 10\u00a0%, at or above CMASF's criterion" in later


def test_no_composite_is_said_where_too_little_is_known_and_what_is_left_out_is_named(
    digest_bulletin: Bulletin, bulletins: Callable[[date], Bulletin]
) -> None:
    said = words(digest_bulletin, "composite-rus")
    assert "There is no composite of the stability of Russian banking for November 2025" in said
    assert "Left out: problem unsecured loans, stated too rarely for a deviation of its own." in said
    then = words(bulletins(date(2026, 2, 3)), "composite-rus")
    assert "the last one, of July 2025, was \u22120.98 standard deviations" in then


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
    small = [card for card in digest_bulletin.cards if card.spark]
    assert len(page[1].images) == len(charts) + len(small)
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


def test_a_later_bulletin_shows_revisions_and_the_wider_mirror_gap(bulletins: Callable[[date], Bulletin]) -> None:
    later = bulletins(date(2026, 8, 12))
    said = words(later, "rerouting")
    assert "16.3\u00a0% below the exports that China counts to it in 2024 and 26.6\u00a0% below in 2025" in said
    revisions = next(s for s in later.sections if s.name == "revisions")
    assert revisions.title == "Revisions since 14 July 2026"  # the day June 2026 came out
    assert revisions.tables and revisions.tables[0].rows


def test_the_march_bulletin_is_about_january_and_february_together(publication: duckdb.DuckDBPyConnection) -> None:
    march = build(publication, date(2024, 3, 10))
    assert march.period == date(2024, 2, 29)
    cards = {card.label: card.fact.text for card in march.cards}
    assert cards["Exports on a year earlier, January to February 2024"] == "+7.1\u00a0%"
    revisions = next(s for s in march.sections if s.name == "revisions")
    assert revisions.title == "Revisions since 12 January 2024"  # there is no release in February
    growth = next(s for s in march.sections if s.name == "growth")
    assert [row[0] for row in growth.tables[0].rows if "together" in str(row[0])] and growth.notes


def test_the_chart_over_time_takes_january_and_february_together(bulletins: Callable[[date], Bulletin]) -> None:
    rerouting = next(s for s in bulletins(date(2026, 8, 20)).sections if s.name == "rerouting")
    [chart] = [c for c in rerouting.charts if c.name == "growth-over-time"]
    rows = {str(row[0]): ["".join(plain((cell,))) for cell in row[1:]] for row in chart.table.rows}
    assert "January 2026" not in rows
    assert rows["February 2026"][1] == "+21.8\u00a0%"  # as printed for both; February alone: +39.6
    # USD m: 47,794.60 + 27,763.82 against 42,633.06 + 30,786.82; no sum of both is printed for the United States
    assert rows["February 2025"][0] == "+2.9\u00a0%"


def test_months_without_a_figure_of_the_united_states_tell_the_newest_one(
    bulletins: Callable[[date], Bulletin],
) -> None:
    said = words(bulletins(date(2026, 8, 20)), "rerouting")
    assert (
        "In June 2026 exports to the United States were USD 5.29 billion above a year earlier; there was no loss"
        in said
    )


def test_before_any_figure_of_trade_the_banks_alone_are_told(publication: duckdb.DuckDBPyConnection) -> None:
    sparse = build(publication, date(2015, 6, 1))
    assert sparse.period is None and [card.fact.text for card in sparse.cards] == ["12.5\u00a0%"]
    assert "No figure of China's trade was public on that day." in markdown(sparse) and "1 June 2015" in html(sparse)
    assert json.loads(json_text(sparse))["period"] is None and "Newest month" not in markdown(sparse)


def test_no_bulletin_before_the_first_figure(publication: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(LookupError, match="public on 1990-01-01; the first figures are of 2013-09-17"):
        build(publication, date(1990, 1, 1))


def test_growth_across_a_break_of_its_definition_is_marked(digest_bulletin: Bulletin) -> None:
    end = date(2024, 6, 30)
    loans_ = {"ref_area": "RUS", "product_code": "ALL", "currency": "ALL", "basis": "stock", "definition": "SECTOR",
              "adjustment": "N", "period_end": end, "vintage_date": end, "vintage_kind": "observed", "release_id": "r"}  # fmt: skip
    known = Given([
        loans_ | {"dataset": "loan_portfolio", "measure": "debt", "value": 95e12, "unit": "RUB", "obs_status": "A", "series_id": "x"},
        loans_ | {"dataset": "indicator", "measure": "loan_growth", "value": 20.0, "unit": "percent", "obs_status": "B", "series_id": "y"},
    ], date(2024, 8, 1))  # fmt: skip
    table = loans.stocks(known)
    growth = table.rows[0][3]
    assert isinstance(growth, Fact) and growth.broken
    section = Section("banking", "Russian banking", tables=[table])
    gaps = Section("gaps", "Gaps", notes=closing.marked(known, [growth]))
    marked = Bulletin(known.as_of, None, "x", [], [section, gaps], publication=digest_bulletin.publication)
    assert '<abbr title="compares across a break of its definition">‡</abbr>' in html(marked)
    assert "+20.0\u00a0% [‡]" in markdown(marked)
    assert "One number marked ‡ compares amounts on either side of a break of the definition" in html(marked)


def test_a_day_that_all_numbers_of_a_column_share_is_said_once_in_its_head(digest_bulletin: Bulletin) -> None:
    text = markdown(digest_bulletin)
    assert "| From | Period | Growth (known from 2026-02-04) | Newest pace, adjusted (known from 2026-02-04) |" in text
    assert re.search(r"\| Vietnam \| January to November 2025 \| \+38\.3\u00a0% \[\d+\] \|", text)


def test_files_are_named_by_day(digest_bulletin: Bulletin, tmp_path) -> None:
    paths = write(digest_bulletin, tmp_path, ("md", "json"))
    assert [path.name for path in paths] == ["bulletin-2025-12-08.md", "bulletin-2025-12-08.json"]
    assert not list(tmp_path.glob("*.tmp"))


def test_a_mark_of_a_month_stands_under_the_point_of_that_month() -> None:
    """Points are of month ends: a mark at the first would name the column of September October."""
    days = [date(2025, 9, 30), date(2025, 10, 31), date(2025, 11, 30)]
    part = plot.Series("a", [plot.Point(day, 1.0, "") for day in days], "1")
    drawn = svg.stacked([part], part, "", 1040)
    marks = {text: float(x) for x, text in re.findall(r'<text x="([\d.]+)"[^>]*>(\w{3} \d{4})<', drawn)}
    columns = [
        float(x) + float(wide) / 2 for x, wide in re.findall(r'<rect x="([\d.]+)"[^>]*? width="([\d.]+)"', drawn)
    ]
    assert list(marks) == ["Sep 2025", "Oct 2025", "Nov 2025"]
    assert list(marks.values()) == pytest.approx(columns[: len(marks)], abs=0.2)


def test_what_is_stated_of_stability_is_read_without_unfolding(digest_bulletin: Bulletin) -> None:
    """2.3 and 2.4 trillion roubles, one in five, and CMASF's word with its day and the one before."""
    [banking] = [section for section in digest_bulletin.sections if section.name == "banking"]
    shown = [part for sentence in banking.sentences[: banking.lead] for part in sentence if isinstance(part, Fact)]
    assert [part.value for part in shown if part.unit == "RUB"] == [2.3e12, 2.4e12]
    assert 20.0 in [part.value for part in shown if part.unit == "percent"]
    assert [part.text for part in shown if part.series == "early_warning_signal"] == ["medium", "high"]
