"""The same work as one would write it without Portvault, and by Portvault's own readers: what the benchmark compares.

`python -m tests.plain_scripts NAME FILE` does one piece of work in a process of its own.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

NOW = datetime(2026, 4, 14, tzinfo=UTC)
HEAD = '"数据年月","贸易伙伴编码","贸易伙伴名称","商品编码","商品名称","第一数量","第一计量单位","第二数量","第二计量单位","人民币",\n'
PARTNERS = {"110": "中国香港", "116": "日本", "133": "韩国", "304": "德国", "344": "俄罗斯", "502": "美国"}
SHORT = ("Янв", "Фев", "Мар", "Апр", "Май", "Июн", "Июл", "Авг", "Сен", "Окт", "Ноя", "Дек")
CODES = 8_000
"""Commodity codes of China's tariff with trade, in round numbers."""


def write_download(path: Path, rows: int) -> None:
    """A download of the online query with `rows` rows, each key once: months x partners x codes."""
    partners = list(PARTNERS.items())
    with path.open("w", encoding="gb18030") as file:
        file.write(HEAD)
        for i in range(rows):
            code, name = partners[i // CODES % len(partners)]
            month = i // (CODES * len(partners))
            when = f"{2000 + month // 12}{1 + month % 12:02}"
            hs8 = 1_000_000 + 11_111 * (i % CODES)
            value = f"{i * 7919 % 99_999_989:,}"
            file.write(f'"{when}","{code}","{name}","{hs8:08}","商品{hs8}","{i % 9973}","千克","0","-","{value}",\n')


def write_daily(folder: Path, pages: int, since: date = date(2020, 1, 1)) -> None:
    """Lists of official rates of the Bank of Russia, one a day."""
    folder.mkdir()
    page = (Path(__file__).parent / "replica" / "XML_daily_2025-12-13.xml").read_bytes()
    for number in range(pages):
        day = since + timedelta(days=number)
        changed = page.replace(b'Date="13.12.2025"', f'Date="{day:%d.%m.%Y}"'.encode())
        (folder / f"{day}.xml").write_bytes(changed)


def write_books(folder: Path, books: int, since: date) -> None:
    """The Bank of Russia's workbook of goods trade as it was month after month, each with one month more."""
    from tests.replica.bank_of_russia import goods_trade

    folder.mkdir()
    months = [
        (since.year + n // 12, SHORT[n % 12], 30_000 + 7 * n, 20_000 + 5 * n, 10_000 + 2 * n) for n in range(books)
    ]
    for number in range(1, books + 1):
        (folder / f"{number:03}.xlsx").write_bytes(goods_trade(months[:number]))


def duckdb_csv(path: Path) -> None:
    import duckdb

    with tempfile.TemporaryDirectory() as folder, duckdb.connect(f"{folder}/raw.duckdb") as con:
        con.execute("CREATE TABLE download AS FROM read_csv(?, encoding = 'utf-8')", [str(_utf8(path, folder))])


def polars_csv(path: Path) -> None:
    import polars as pl

    with tempfile.TemporaryDirectory() as folder:
        pl.read_csv(_utf8(path, folder), infer_schema=False).write_parquet(f"{folder}/raw.parquet")


def portvault_csv(path: Path) -> None:
    import duckdb

    from flows.run.reading import read_file
    from transforms.customs import online_query

    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "download.parquet"
        read_file(path, {"flow": "import"}, table, online_query)
        with duckdb.connect(f"{folder}/ours.duckdb") as con:
            con.execute("CREATE TABLE download AS FROM read_parquet(?)", [str(table)])


def pandas_pages(folder: Path) -> None:
    """A script of thirty lines: parse, validate by a small suite, insert."""
    import duckdb
    import great_expectations as gx
    import pandas as pd

    context = gx.get_context(mode="ephemeral")
    asset = context.data_sources.add_pandas("pages").add_dataframe_asset("page")
    definition = asset.add_batch_definition_whole_dataframe("page")
    suite = gx.ExpectationSuite(
        name="rates",
        expectations=[
            *[gx.expectations.ExpectColumnValuesToNotBeNull(column=name) for name in ("CharCode", "Nominal", "Value")],
            gx.expectations.ExpectColumnValuesToBeUnique(column="CharCode"),
            gx.expectations.ExpectColumnValuesToBeBetween(column="Value", min_value=1e-6, max_value=1e6),
            gx.expectations.ExpectTableRowCountToBeBetween(min_value=3, max_value=120),
            gx.expectations.ExpectColumnDistinctValuesToContainSet(column="CharCode", value_set=["USD", "EUR", "CNY"]),
        ],
    )
    with duckdb.connect() as con:
        for number, path in enumerate(sorted(folder.glob("*.xml"))):
            page = pd.read_xml(path, encoding="windows-1251")
            page["Value"] = page["Value"].str.replace(",", ".").astype(float)
            assert definition.get_batch({"dataframe": page}).validate(suite).success
            con.execute("CREATE TABLE rate AS FROM page" if number == 0 else "INSERT INTO rate FROM page")


def portvault_pages(folder: Path) -> None:
    from flows.archive import Archive, Quarantine
    from flows.run.reading import read_all

    facts: dict[str, Any] = {"source": "cbr", "product": "cbr.fx_daily", "extension": "xml", "url": ""}
    with tempfile.TemporaryDirectory() as home:
        archive = Archive(Path(home) / "archive")
        for path in sorted(folder.glob("*.xml")):
            archive.store(path.read_bytes(), period=path.stem, now=NOW, **facts)
        reads = read_all(archive, Quarantine(Path(home) / "quarantine"), Path(home) / "cache")
        assert all(read.reading for read in reads)


def _utf8(path: Path, folder: str) -> Path:
    """The same text in the encoding that both read without an extension; the copy is part of their work."""
    copy = Path(folder) / "utf8.csv"
    with path.open(encoding="gb18030") as source, copy.open("w", encoding="utf-8") as target:
        while block := source.read(1 << 24):
            target.write(block)
    return copy


SCRIPTS: dict[str, Callable[[Path], None]] = {
    script.__name__: script for script in (duckdb_csv, polars_csv, portvault_csv, pandas_pages, portvault_pages)
}

if __name__ == "__main__":
    SCRIPTS[sys.argv[1]](Path(sys.argv[2]))
