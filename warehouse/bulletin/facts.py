"""Facts for a bulletin: a number with everything needed to stand behind it, asked of the warehouse as of a day.

A value that was not public on that day is taken from a later vintage only where the bulletin asks for it, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import polars as pl
from duckdb import DuckDBPyConnection

from transforms import asof
from transforms.indicators.stated import base_unit, last_day
from transforms.periods import month_end
from warehouse.bulletin import wording
from warehouse.parts import PART, PARTS

DIMENSIONS = ("dataset", "ref_area", "counterpart_area", "flow", "product_code", "measure", "basis", "definition",
              "currency", "unit", "adjustment")  # fmt: skip
INFERRED = "vintage inferred"
BREAK = "compares across a break of its definition"
MANY = 100_000
"""Values of a dataset or indicator that are not fetched before they are asked for: more than any that ships."""
State = Literal["values", "latest", "afterwards"]
Row = dict[str, Any]
Choice = Mapping[str, str | list[str]]


@dataclass(frozen=True)
class Fact:
    """One number of the bulletin. `text` is how it is printed; `later` if it was not public on the bulletin's day."""

    text: str
    value: float | None
    unit: str
    period: str
    series: str  # series_id, or the name of the record table
    release_id: str
    vintage_date: date | None
    vintage_kind: str = "observed"
    later: bool = False
    end: date | None = None  # last day of the period the number speaks of
    broken: bool = False  # obs_status B: compares amounts on either side of a break of the definition
    address: str = ""  # where exactly, if the release has an address in each row
    sentence: str = ""  # of a stated figure or a signal: the words it was read from
    place: str = ""  # and where they stand, such as "paragraph 5"

    @property
    def source(self) -> tuple[str, str]:
        """What the list of sources counts as one: a release, or one address of it."""
        return self.release_id, self.address

    @property
    def remark(self) -> str:
        """What a reader must know about the vintage; empty if the value was seen to be public on that day."""
        if self.later:
            return f"known from {self.vintage_date}"
        return INFERRED if self.vintage_kind == "inferred" else ""


@dataclass
class Known:
    """Everything public on `as_of`, and the newest state of it and of what was not public then.

    Each value has the place of its series among all (sorted by it), and gets their dimensions where it is asked for.
    Datasets and indicators of very many values are fetched when they are first asked for; few bulletins tell of them.
    """

    con: DuckDBPyConnection
    as_of: date
    stated: list[Row] = field(init=False)

    def __post_init__(self) -> None:
        query = f"SELECT {', '.join(DIMENSIONS)}, series_id, {PART} AS part FROM series AS s ORDER BY series_id"
        self._series: pl.DataFrame = self.con.sql(query).pl().with_row_index("place")
        self._by_measure = self._series.partition_by("measure", as_dict=True)
        count = f"SELECT {PART} FROM series AS s GROUP BY ALL HAVING sum(observations) >= {MANY}"
        self._absent = {part for (part,) in self.con.execute(count).fetchall()}
        later = " OR ".join(f"EXISTS (FROM {table} WHERE vintage_date > $day)" for table in PARTS)
        self._more_is_known = bool(self.con.execute(f"SELECT {later}", {"day": self.as_of}).fetchall()[0][0])
        self._frames = self._of_parts(~pl.col("part").is_in(self._absent))
        self.stated = self.records("reported_figure", "published DESC, source")

    def of(self, state: State, choice: Choice) -> pl.DataFrame:
        """Rows that have the given dimensions, with all dimensions, in the order of series and periods: `values` of the
        day, the `latest` of the same periods, or those of them that became known `afterwards`."""
        tests = [
            pl.col(name).is_in(value) if isinstance(value, list) else pl.col(name) == value
            for name, value in choice.items()
        ]
        measure = choice.get("measure")
        among = self._by_measure.get((measure,), self._series.clear()) if isinstance(measure, str) else self._series
        series = among.filter(tests) if tests else among
        if missing := self._absent.intersection(series["part"].unique()):
            self._absent -= missing
            more = self._of_parts(pl.col("part").is_in(missing))
            self._frames = {
                name: pl.concat([frame, more[name]]).sort("place", "period_end") for name, frame in self._frames.items()
            }
        frame = self._frames[state]
        ends = {side: frame["place"].search_sorted(series["place"], side) for side in ("left", "right")}
        runs = pl.DataFrame(ends).filter(pl.col("left") < pl.col("right"))
        rows = frame[runs.select(pl.int_ranges("left", "right")).to_series().explode()] if len(runs) else frame.clear()
        return self._series[rows["place"]].drop("place", "part").hstack(rows.drop("place"))

    def _of_parts(self, parts: pl.Expr) -> dict[State, pl.DataFrame]:
        """The values of some datasets and indicators by state, each with the place of its series."""
        self.con.register("place_", self._series.filter(parts).select("place", "series_id").to_arrow())
        values = self._fetch(self.as_of)
        latest = values.filter(pl.col("period_end") <= self.as_of)
        if self._more_is_known:
            latest = self._fetch(date(9999, 12, 31), f"period_end <= DATE '{self.as_of}'")
        self.con.unregister("place_")
        afterwards = latest.join(values, on=["place", "period_end"], how="anti", maintain_order="left")
        return {"values": values, "latest": latest, "afterwards": afterwards}

    def _fetch(self, day: date, also: str = "") -> pl.DataFrame:
        """Observations and indicators of one day."""
        told = "period_end, value, {}, obs_status, vintage_date, vintage_kind, release_id"
        every = " UNION ALL ".join(
            f"SELECT place AS series_id, {told.format(precision)} FROM {table} JOIN place_ USING (series_id)"
            for table, precision in (("vintage.observation", "precision"), ("vintage.indicator", "NULL AS precision"))
        )
        query = f"""WITH known AS (FROM ({every}) {asof.sql("$day", also=also)})
            SELECT series_id AS place, {told.format("precision")} FROM known WHERE value IS NOT NULL
            ORDER BY place, period_end"""
        frame = pl.from_arrow(self.con.sql(query, params={"day": day}).to_arrow_table())
        assert isinstance(frame, pl.DataFrame)
        return frame

    def rows(self, choice: Choice, *, later: bool = False) -> pl.DataFrame:
        """Known values with the given dimensions, oldest first; with `later` also those known only afterwards."""
        found = self.of("values", choice).with_columns(later=pl.lit(False))
        if later:
            found = pl.concat([found, self.of("afterwards", choice).with_columns(later=pl.lit(True))])
        return found.sort("period_end")

    def row(self, choice: Choice, period: date | None = None, *, later: bool = False) -> Row | None:
        """The value for a period, or the newest one; what was public that day goes before what was not."""
        for lookup in (False, True) if later else (False,):
            found = self.rows(choice, later=lookup)
            if period is not None:
                found = found.filter(pl.col("period_end") == period)
            if found.height:
                return self.with_address(found.row(-1, named=True))
        return None

    def with_address(self, row: Row) -> Row:
        """The row with the address of the stated figure it comes from and its period as stated, where it is stated.

        Of several of one day and definition that is the one of its release and value; a value made of several has the
        address of one of them, and a period as stated only where all that end with its own say the same.
        """

        def near(told: Row) -> tuple[bool, bool]:
            unit, own = base_unit(told["unit"]), told["release_id"] == row["release_id"]
            return own, own and unit is not None and (told["value"] or 0) * unit[1] == row["value"]

        day = (str(row["vintage_date"]), row["definition"]) if row["measure"].startswith("reported_") else None
        told = [r for r in self.stated if (str(r["published_text"]), r["definition"] or "_") == day]
        if not told:
            return row | {"address": "", "said": "", "sentence": "", "place": ""}
        best = max(told, key=near)
        same = {
            r["as_of"]
            for r in told
            if r["as_of"] and last_day(r["as_of"], r["definition"], r["indicator"]) == row["period_end"]
        }
        said = best["as_of"] if all(near(best)) else same.pop() if len(same) == 1 else ""
        words = {name: best[name] if all(near(best)) else "" for name in ("sentence", "place")}
        return row | words | {"address": best["source"] or "", "said": said or ""}

    def records(self, table: str, order: str, where: str = "true", parameters: Row | None = None) -> list[Row]:
        """Rows of a record table as dictionaries."""
        answer = self.con.execute(f"SELECT * FROM {table} WHERE {where} ORDER BY {order}", parameters or {})
        names = [column[0] for column in answer.description or []]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def fact(row: Row, text: str) -> Fact:
    """A row of Known as a fact printed as `text`."""
    return Fact(
        text=text,
        value=row["value"],
        unit=row["unit"],
        period=period_name(row),
        series=row["series_id"],
        release_id=row["release_id"],
        vintage_date=row["vintage_date"],
        vintage_kind=row["vintage_kind"],
        later=row.get("later", False),
        end=row["period_end"],
        broken=row.get("obs_status") == "B",
        address=row.get("address", ""),
        sentence=row.get("sentence") or "",
        place=row.get("place") or "",
    )


def money(row: Row, currency: str = "") -> Fact:
    return fact(row, wording.money(row["value"], currency or row["unit"], row.get("precision")))


def percent(row: Row, *, sign: bool = False) -> Fact:
    """With at most one digit, fewer if it was published with fewer; stated figures as stated."""
    if row["measure"].startswith("reported_"):
        return fact(row, wording.shortest(row["value"]) + "\u00a0%")
    digits = min(wording.digits_of(row.get("precision"), 1.0, 1), 1)
    return fact(row, (wording.signed if sign else wording.number)(row["value"], digits) + "\u00a0%")


def plain(row: Row, digits: int) -> Fact:
    return fact(row, wording.number(row["value"], digits))


def stated(record: Row, table: str, text: str, value: float | None = None, unit: str = "") -> Fact:
    """A row of a record table as a fact, with the address it gives."""
    period = str(record.get("period") or record.get("data_as_of") or record.get("date") or "")
    address, words, place = (str(record.get(name) or "") for name in ("source", "sentence", "place"))
    return Fact(text, value, unit, period, table, record["release_id"], record.get("release_date"), address=address,
                sentence=words, place=place)  # fmt: skip


def period_name(row: Row) -> str:
    """The period of a row in words; of a stated figure as its source states it."""
    if row.get("said"):
        return wording.stated(row["said"])
    end = row["period_end"]
    if row["basis"] in ("ytd", "year"):
        return wording.since_january(end)
    return wording.month(end) if end == month_end(end.year, end.month) else wording.day_of(end)
