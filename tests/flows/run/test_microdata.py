"""Downloads of the online query: from file to table and back again, without passing through memory."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows.archive import Archive
from flows.archive.long_tables import spool
from flows.run import downloads, freshness, query_goods, reading
from flows.run.dry_run import dry_run
from flows.run.editions import date_releases, refuse_older
from flows.run.ingest import ingest_files
from flows.run.open_points import points
from flows.run.report import Report
from flows.run.steps import note_reads
from flows.settings import Settings
from tests.flows.run.microdata import NOW, SAMPLES, again, content, ingested, publish
from tests.transforms.online_query.test_online_query import HEAD, HERE, ROW, sample
from transforms.customs import online_query
from transforms.model import CLAIM, Spooled
from warehouse.export import write_parquet
from warehouse.files import sha256_of


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "data", now=NOW)


def added_up_by_hand() -> Counter[tuple[str, str]]:
    """Value of the samples by flow and partner, from their lines alone: the partner's code is second, money is last."""
    partners = {"402": "ARG", "410": "BRA", "502": "USA", "210": "CEUTA"}
    sums: Counter[tuple[str, str]] = Counter()
    for name, flow in SAMPLES.items():
        for line in (HERE / name).read_bytes().decode("gb18030").splitlines()[1:]:
            if line.startswith('"2'):  # a name may run over two lines
                sums[flow, partners[line.split('"')[3]]] += int(line.rstrip('",').rpartition('"')[2].replace(",", ""))
    return sums


@pytest.mark.slow
def test_every_row_of_the_samples_reaches_the_table(settings: Settings) -> None:
    made = content(ingested(settings))
    with duckdb.connect(str(publish(settings, made)), read_only=True) as con:
        stored = con.sql("FROM customs_microdata").pl()
        sums = con.sql("SELECT flow, partner, sum(value) FROM customs_microdata GROUP BY ALL").fetchall()
    assert {(flow, partner): value for flow, partner, value in sums} == added_up_by_hand()
    for name, flow in SAMPLES.items():
        path = HERE / name
        wanted = pl.concat(online_query.stream(path, {"flow": flow}, online_query.Summary().aside))
        found = stored.filter(pl.col("release_id").str.ends_with(sha256_of(path)[:12])).drop("release_id")
        assert found.equals(wanted), name
        assert len(found) == sum(1 for line in path.read_bytes().splitlines() if line.startswith(b'"')) - 1


@pytest.mark.slow
def test_the_table_needs_nothing_beside_its_file(settings: Settings, tmp_path: Path) -> None:
    """Copied elsewhere, attached under another name, with everything else gone: the rows are in it."""
    copy = Path(shutil.copy(publish(settings, content(ingested(settings))), tmp_path / "elsewhere.duckdb"))
    shutil.rmtree(settings.root)
    with duckdb.connect(config={"enable_external_access": True}) as con:
        con.execute(f"ATTACH '{copy}' AS other (READ_ONLY)")
        sums = con.execute("""SELECT partner, sum(value) FROM other.customs_microdata
            WHERE flow = 'import' GROUP BY partner ORDER BY partner""").fetchall()
    whole = online_query.read(sample("soybeans_imports_2024.csv")).records["customs_microdata"]
    assert dict(sums) == dict(whole.group_by("partner").agg(pl.col("value").sum()).iter_rows())


@pytest.mark.slow
def test_a_rebuild_has_the_same_digest_and_another_download_another(settings: Settings) -> None:
    first = content(ingested(settings))
    assert content(again(settings)).digest() == first.digest()  # from the cache
    shutil.rmtree(settings.readings)
    rebuilt = content(again(settings))
    assert rebuilt.digest() == first.digest()
    assert replace(rebuilt, spooled=list(reversed(rebuilt.spooled))).digest() == first.digest()
    assert replace(rebuilt, spooled=rebuilt.spooled[1:]).digest() != first.digest()


@pytest.mark.slow
def test_a_row_downloaded_twice_counts_once_as_the_newest_download_has_it(settings: Settings, tmp_path: Path) -> None:
    told = {"2024-02-20": ("5", "7"), "2024-03-20": ("5", "8")}  # the second value is revised
    for day, values in told.items():
        path = tmp_path / f"{day}.csv"
        rows = (ROW.format(hs=f"1201901{n}", value=value) for n, value in enumerate(values))
        path.write_bytes((HEAD + "".join(rows)).encode("gb18030"))
        seen = settings.model_copy(update={"now": datetime.fromisoformat(f"{day}T00:00:00+00:00")})
        assert not ingest_files(seen, [path], options={"flow": "import"})
    reads = again(settings)
    made = content(reads)
    first_seen = pl.Series([read.snapshot.first_seen for read in reads]).dt.replace_time_zone(None)
    with duckdb.connect(
        str(publish(settings, replace(made, releases=made.releases.with_columns(first_seen=first_seen)))),
        read_only=True,
    ) as con:
        assert con.sql("SELECT count(*), sum(value) FROM customs_microdata").fetchall() == [(4, 25.0)]
        assert con.sql("SELECT hs8, value FROM customs_microdata_newest ORDER BY 1").fetchall() == [
            ("12019010", 5.0),
            ("12019011", 8.0),
        ]
        write_parquet(con, settings.parquet)
    beside = pl.read_parquet(settings.parquet / "customs_microdata_newest/*.parquet")
    assert beside.select("hs8", "value").rows() == [("12019010", 5.0), ("12019011", 8.0)]


@pytest.mark.slow
def test_of_two_downloads_that_differ_the_second_says_its_day_or_is_refused(settings: Settings, tmp_path: Path) -> None:
    """Nobody can tell from the rows which is newer: loaded as today's, an old one would take the newer figures back."""
    told = {"newer": ("5", "8"), "older": ("5", "7"), "other rows": ("6",), "same rows": ("8",)}
    for day, (name, values) in enumerate(told.items(), start=1):
        path = tmp_path / f"{name}.csv"
        first = 3 if name == "other rows" else 1 if name == "same rows" else 0
        rows = (ROW.format(hs=f"1201901{n}", value=value) for n, value in enumerate(values, start=first))
        path.write_bytes((HEAD + "".join(rows)).encode("gb18030"))
        seen = settings.model_copy(update={"now": datetime(2024, 4, day, tzinfo=UTC)})
        assert not ingest_files(seen, [path], options={"flow": "import"})
    judged = refuse_older(again(settings), pl.DataFrame(schema=dict(CLAIM)))
    refused = {read.refusal.where for read in judged if not read.reading}
    assert refused == {"older.csv"}
    assert {read.refusal.code for read in judged if not read.reading} == {"older_figures"}
    named = {read.snapshot.sidecar["ingested_name"]: read for read in again(settings)}
    held = publish(settings, content([named["newer.csv"]]))
    dry = {name: downloads.taken_back_from(held, read.reading) for name, read in named.items() if read.reading}
    assert {name for name, refusal in dry.items() if refusal} == {"older.csv"}  # as a dry run says it
    dated = settings.model_copy(update={"now": datetime(2024, 4, 9, tzinfo=UTC)})
    assert not ingest_files(dated, [tmp_path / "older.csv"], options={"flow": "import"}, published=date(2024, 2, 20))
    judged = refuse_older(again(settings), pl.DataFrame(schema=dict(CLAIM)))
    assert all(read.reading for read in judged)


def test_a_download_is_read_once_whatever_asks_for_it(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the ingest, whose rows the run that follows takes as they are: judged, and named as the person names the file."""
    read: list[Path] = []

    def counted(frames: Iterable[pl.DataFrame], target: Path, table: str, release_id: str) -> Spooled:
        read.append(target)
        return spool(frames, target, table, release_id)

    monkeypatch.setattr(reading, "spool", counted)
    first = ingested(settings)
    assert len(read) == len(SAMPLES) and all(one.reading and one.checks for one in first)
    assert [path.name for path in settings.readings.rglob("*.unjudged.json")] == []
    assert not list(settings.readings.glob("*.parquet"))
    shutil.rmtree(settings.readings)
    again_read = again(settings)
    assert [one.reading and one.reading.spooled["customs_microdata"].digest for one in again_read] == [
        one.reading and one.reading.spooled["customs_microdata"].digest for one in first
    ]


@pytest.mark.slow
def test_a_dry_run_says_of_a_download_that_it_would_take_newer_figures_back(settings: Settings, tmp_path: Path) -> None:
    newer, older = tmp_path / "newer.csv", tmp_path / "older.csv"
    for path, value in ((newer, "8"), (older, "7")):
        path.write_bytes((HEAD + ROW.format(hs="12019019", value=value)).encode("gb18030"))
    assert not ingest_files(settings, [newer], options={"flow": "import"})
    publish(settings, content(again(settings)))
    said = dry_run(settings, [newer, older], options={"flow": "import"})
    assert [entry["state"] for entry in said] == ["loads", "refused"]
    assert said[1]["refusal"]["code"] == "older_figures"


def test_a_cache_without_its_rows_is_read_again(settings: Settings) -> None:
    ingested(settings)
    (gone, *_) = settings.readings.rglob("*.customs_microdata.parquet")
    gone.unlink()
    assert sum(rows.rows for *_, rows in content(again(settings)).spooled) > 0 and gone.exists()


@pytest.mark.slow
def test_a_download_of_exactly_the_cap_is_shown_to_the_user(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "cut.csv"
    body = "".join(ROW.format(hs=f"{12_000_000 + i:08d}", value=1) for i in range(online_query.CAP))
    path.write_bytes((HEAD + body).encode("gb18030"))
    assert not ingest_files(settings, [path], options={"flow": "import"})
    reads = again(settings)
    report = Report("test", NOW)
    note_reads(report, reads)
    (note,) = report.notes
    assert "10,000 rows" in note and "possibly cut" in note
    made = content(reads)
    publish(settings, replace(made, releases=made.releases.with_columns(note=pl.lit(note))))
    assert [text for key, text in points(settings, report).items() if key.startswith("cut ")]
    (row,) = [row for row in freshness.current(settings) if row["product"] == online_query.PRODUCT]
    assert row["reason"].startswith("possibly cut at 10,000 rows: 1 loaded; ")


def test_a_refused_download_keeps_its_bytes_and_leaves_nothing_half_read(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "doubled.csv"
    path.write_bytes((HEAD + "".join(ROW.format(hs="12019019", value=value) for value in "12")).encode("gb18030"))
    (reason,) = ingest_files(settings, [path], options={"flow": "import"})
    assert reason["code"] == "duplicate_row"
    assert (settings.quarantine / f"{reason['sha256']}.bin").read_bytes() == path.read_bytes()
    assert not list(settings.readings.rglob("*.parquet")) and not Archive(settings.archive).snapshots()
    (untold,) = ingest_files(settings, [HERE / "soybeans_imports_2024.csv"])
    assert untold["code"] == "flow_unknown" and "flow=import" in untold["hint"]


def test_exports_to_connectors_by_good_go_into_the_indicators_with_the_day_of_the_download(
    settings: Settings, tmp_path: Path
) -> None:
    """Of three rows one is in dollars to Viet Nam by eight digits; what was counted once is not scanned again."""
    path = tmp_path / "exports.csv"
    viet_nam = ROW.replace('"502","美国"', '"141","越南"')
    rows = viet_nam.format(hs="85423110", value="700") + ROW.format(hs="85423110", value="900")
    path.write_bytes((HEAD.replace("人民币", "美元") + rows).encode("gb18030"))
    assert not ingest_files(settings, [path], options={"flow": "export"}, published=date(2024, 3, 20))
    yuan = tmp_path / "yuan.csv"
    yuan.write_bytes((HEAD + viet_nam.format(hs="85423110", value="5000")).encode("gb18030"))
    assert not ingest_files(settings, [yuan], options={"flow": "export"})
    reads = again(settings)
    made = query_goods.of(reads, date_releases(reads), None)
    assert made.select("period_end", "partner", "hs8", "value", "vintage_date").rows() == [
        (date(2024, 1, 31), "VNM", "85423110", 700.0, date(2024, 3, 20))
    ]
    for file in settings.readings.rglob("*.parquet"):
        file.write_bytes(b"")
    dollars = [read for read in reads if read.release_id in set(made["release_id"])]
    assert query_goods.of(dollars, date_releases(reads), made).equals(made)
