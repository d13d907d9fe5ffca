"""Figures whose bytes say when they became public, and two states of one file that do not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from flows.archive import Archive
from flows.run.editions import RULES, claims, date_releases
from flows.run.read import Read
from tests.transforms.context.look_alikes import census
from transforms.asof import as_of
from transforms.model import CLAIM, Payload
from transforms.products import recognise
from warehouse.store import resolve


def seen(archive: Archive, content: bytes, day: date, url: str, **facts: str) -> Read:
    product = recognise(Payload(content, url.rpartition("/")[2]))
    reading = product.read(Payload(content))
    moment = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    snapshot = archive.store(content, source=product.SOURCE, product=product.PRODUCT, period=reading.release.period,
                             extension=product.EXTENSION, url=url, now=moment, **facts)  # fmt: skip
    return Read(snapshot, reading)


def vintages(*reads: Read) -> pl.DataFrame:
    return resolve(pl.concat([frame.select(CLAIM.keys()) for frame in claims(reads)]))


def test_one_answer_of_alfred_may_hold_several_vintages(tmp_path: Path) -> None:
    answer = b"observation_date,IMPCH_20300206,IMPCH_20300307\n2030-01-01,100.5,101.25\n"
    read = seen(Archive(tmp_path), answer, date(2030, 4, 1), "", published="2030-03-20")
    assert {(event.day, event.rule) for event in date_releases([read]).values()} == {(date(2030, 3, 7), RULES["told"])}
    assert vintages(read).select("vintage_date", "value", "vintage_kind", "change").rows() == [
        (date(2030, 2, 6), 100.5e6, "observed", "first"), (date(2030, 3, 7), 101.25e6, "observed", "revised"),
    ]  # fmt: skip


def test_an_older_vintage_that_arrives_later_keeps_its_day(tmp_path: Path) -> None:
    """Backfill asks for old vintages after the newest one; a figure that did not change was known since then."""
    archive = Archive(tmp_path)
    new = seen(
        archive, b"observation_date,IMPCH_20300307\n2030-01-01,101.5\n", date(2030, 4, 1), "https://x.invalid/new"
    )
    old = seen(
        archive, b"observation_date,IMPCH_20300206\n2030-01-01,101.5\n", date(2030, 5, 1), "https://x.invalid/old"
    )
    assert vintages(new, old).select("vintage_date", "value").rows() == [(date(2030, 2, 6), 101.5e6)]


def test_two_states_of_the_census_workbook_are_two_vintages(tmp_path: Path) -> None:
    world = ("2030", "0015", "World, Not Seasonally Adjusted", [900.5], [700.0])
    archive, address = Archive(tmp_path), "https://x.invalid/country.xlsx"
    reads = [
        seen(archive, census([world, ("2030", "5700", "China", [imports], [10.0])]).content, day, address)
        for imports, day in ((44.5, date(2030, 3, 19)), (44.75, date(2031, 8, 1)))
    ]
    china = vintages(*reads).filter(counterpart_area="CHN", flow="import")
    assert china.select("vintage_date", "value").rows() == [(date(2030, 3, 19), 44.5e6), (date(2031, 8, 1), 44.75e6)]


def test_october_2022_as_the_census_bureau_said_it_twice(shared: Path, tmp_path: Path) -> None:
    archive, address = Archive(tmp_path), "https://www.census.gov/foreign-trade/balance/country.xlsx"
    states = (("2023-01", date(2023, 3, 19)), ("2024-06", date(2024, 8, 11)))
    reads = [seen(archive, (shared / f"live/census/country_state-{name}_trimmed.xlsx").read_bytes(), day, address)
             for name, day in states]  # fmt: skip
    everything = vintages(*reads)
    october = everything.filter(counterpart_area="CHN", flow="import", period_end=date(2022, 10, 31))
    assert [round(value / 1e6, 3) for value in october["value"]] == [44_571.967, 44_671.193]
    assert october["vintage_date"].to_list() == [day for _, day in states]
    before = as_of(everything, date(2024, 8, 10)).filter(
        counterpart_area="CHN", flow="import", period_end=date(2022, 10, 31)
    )
    assert [round(value / 1e6, 3) for value in before["value"]] == [44_571.967]
