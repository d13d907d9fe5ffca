"""What agents may ask of a publication: seven read-only questions, each answered with the releases behind its rows.

Every question becomes one query in the sandbox of warehouse/query.py, so none can write, reach a file or a network.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from transforms import asof
from warehouse.publish import literal
from warehouse.query import run_readonly
from warehouse.vocabulary import WORDS

Answer = dict[str, Any]
MOST = 500
"""Rows of an answer at most, unless less are asked for: more does not fit an agent's attention."""
SOURCES_SHOWN = 50
VALUES = ", ".join(f"({literal(code)}, {literal(words)})" for code, words in WORDS.items())
NAMES = f"""
    SELECT s.*, concat_ws(' ', s.series_id, s.title, s.native_title, s.source, c.name_en, c.name_zh, p.name_en,
        p.name_zh, p.name_ru, a.name_en, a.name_zh, a.name_ru,
        (SELECT string_agg(v.words, ' ') FROM (VALUES {VALUES}) AS v(code, words)
         WHERE v.code IN (s.dataset, s.flow, s.product_code, s.measure, s.basis))) AS words
    FROM series AS s
        LEFT JOIN (SELECT code, any_value(name_en) AS name_en, any_value(name_zh) AS name_zh FROM commodity
                   WHERE version IS NULL GROUP BY code) AS c ON c.code = s.product_code
        LEFT JOIN area AS p ON p.code = s.counterpart_area LEFT JOIN area AS a ON a.code = s.ref_area
"""
COLUMNS = "series_id, period_end, vintage_date, value, obs_status, release_id, vintage_kind, change"
VINTAGES = f"(SELECT {COLUMNS} FROM vintage.observation UNION ALL SELECT {COLUMNS} FROM vintage.indicator)"

LAST = """LEFT JOIN (SELECT coalesce(continues, product) AS product, arg_max(release_id, newest) AS release_id
    FROM ops.release JOIN (SELECT release_id, max(vintage_date) AS newest FROM vintage.observation GROUP BY ALL)
        USING (release_id) GROUP BY ALL) USING (product)"""
"""The release with the newest figures of each product, which an answer about it rests on."""
UNSOURCED = "no column release_id: as_of and revision_history tell the releases behind the figures of a series"


class Warehouse:
    """A publication as agents see it. Raises FileNotFoundError if there is none at `path`."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise FileNotFoundError(f"there is no publication at {path}; run `portvault run` first")
        self.path = path

    def search_series(self, words: str, limit: int = 20) -> Answer:
        """Series whose names, labels (English, Chinese, Russian) or codes have all the words."""
        wanted = [word for word in words.casefold().split() if word]
        if not wanted:
            raise ValueError("say at least one word, such as steel, 钢材, просрочка or trade_total")
        having = " AND ".join(f"contains(lower(words), {literal(word)})" for word in wanted)
        return self._answer(
            f"""SELECT series_id, title, native_title, dataset, unit, freq, first_period, last_period,
                    observations, source, release_id
                FROM ({NAMES}) JOIN (SELECT series_id, arg_max(release_id, (period_end, vintage_date)) AS release_id
                                     FROM {VINTAGES} GROUP BY ALL) USING (series_id) WHERE {having}
                ORDER BY dataset = 'indicator', last_period DESC, observations DESC, series_id""",
            limit,
        )

    def as_of(self, series_id: str, day: str, first_period: str = "", last_period: str = "") -> Answer:
        """A series as it was known on a day."""
        known = _day(day)
        span = _span(first_period, last_period)
        return self._answer(
            f"""SELECT period_end, value, vintage_date, vintage_kind, obs_status, release_id
                FROM {VINTAGES} {asof.sql(known, also=f"series_id = {literal(self._known(series_id))} {span}")}
                ORDER BY period_end DESC""",
            MOST,
        )

    def revision_history(self, series_id: str, first_period: str = "", last_period: str = "") -> Answer:
        """Every vintage of a series, period by period: what was printed first and what it became."""
        return self._answer(
            f"""SELECT period_end, vintage_date, value, change,
                    value - first_value(value) OVER (PARTITION BY period_end ORDER BY vintage_date) AS on_first_print,
                    release_id
                FROM {VINTAGES} WHERE series_id = {literal(self._known(series_id))} {_span(first_period, last_period)}
                ORDER BY period_end DESC, vintage_date""",
            MOST,
        )

    def vintage_dates(self, series_id: str) -> Answer:
        """The days on which values of a series became public."""
        return self._answer(f"FROM vintage_dates({literal(self._known(series_id))})", MOST)

    def freshness(self, product: str = "") -> Answer:
        """How far each product reaches, what is expected next, and why something is missing."""
        where = f"WHERE contains(product, {literal(product)})" if product else ""
        return self._answer(f"FROM freshness {LAST} {where} ORDER BY product", MOST)

    def next_releases(self, limit: int = 20) -> Answer:
        """The releases expected next, soonest first."""
        return self._answer(f"FROM next_release {LAST} ORDER BY date, product", limit)

    def run_select(self, query: str, limit: int = 200) -> Answer:
        """One SELECT of the reader's own; rows with a column release_id have their sources told."""
        answer = self._answer(query, limit)
        if answer["rows"] and "release_id" not in answer["rows"][0]:
            answer["notice"] = "; ".join(filter(None, (answer["notice"], UNSOURCED)))
        return answer

    def _known(self, series_id: str) -> str:
        query = f"SELECT count(*) FROM series WHERE series_id = {literal(series_id)}"
        if not run_readonly(self.path, query).rows[0][0]:
            raise ValueError(f"there is no series {series_id}; search_series finds series by words")
        return series_id

    def _answer(self, query: str, limit: int) -> Answer:
        result = run_readonly(self.path, query, min(max(limit, 1), MOST))
        rows = json.loads(result.json())
        releases = {row["release_id"] for row in rows if isinstance(row.get("release_id"), str)}
        sources = sorted(releases)[:SOURCES_SHOWN]
        facts = self._rows("SELECT run_id, published_at::VARCHAR AS published_at, content_digest FROM publication")[0]
        return {
            "publication": facts,
            "rows": rows,
            "notice": result.notice.split(";")[0],
            "sources": self._sources(sources),
            "sources_left_out": len(releases) - len(sources),
        }

    def _sources(self, releases: list[str]) -> list[dict[str, Any]]:
        """Release, publisher, address and hash behind the rows."""
        if not releases:
            return []
        named = ", ".join(map(literal, releases))
        return self._rows(
            f"""SELECT release_id, title, publisher, url AS address, sha256 AS hash, vintage_rule FROM ops.release
                WHERE release_id IN ({named}) ORDER BY release_id"""
        )

    def _rows(self, query: str) -> list[dict[str, Any]]:
        return list(json.loads(run_readonly(self.path, query).json()))


def _day(text: str) -> str:
    try:
        return f"DATE {literal(str(date.fromisoformat(text)))}"
    except ValueError:
        raise ValueError(f"a day is written 2025-12-08, not {text}") from None


def _span(first: str, last: str) -> str:
    start = f"AND period_end >= {_day(first)}" if first else ""
    return f"{start} AND period_end <= {_day(last)}" if last else start
