"""Write transforms/customs/hs_codes.parquet from the code lists of the customs' online query.

`python scripts/hs_codes.py FOLDER`, where FOLDER has hs8_en_YEAR.csv.gz and hs8_zh_YEAR.csv.gz as served (GB18030,
every line ends in a comma). One row for each code and span of years in which names and units stay the same.
"""

from __future__ import annotations

import gzip
import re
import sys
from pathlib import Path

import polars as pl

from transforms.customs import hs

NEXT = re.compile(r'\r?\n(?=\d{8},")')
LINE = re.compile(r'(\d{8}),"(.*)",(\d{4}),(\S*),"(.*)",(\S*),"(.*)",\s*', re.DOTALL)
"""Code, name, year, then code and name of both units; a name may have quotes, commas and line breaks of its own."""
NO_UNIT = {"", "?", "\0"}


def rows(folder: Path, language: str) -> pl.DataFrame:
    """Every code of the lists of a language. ValueError names the file and the place that has none."""
    found = []
    for path in sorted(folder.glob(f"hs8_{language}_*.csv.gz")):
        year = int(path.name[7:11])
        for number, line in enumerate(NEXT.split(gzip.decompress(path.read_bytes()).decode("gb18030"))[1:], 1):
            match = LINE.fullmatch(line)
            if match is None or int(match[3]) != year:
                raise ValueError(f"{path.name}, code {number}: expected a code of {year}, got {line!r}")
            units = [None if match[place] in NO_UNIT else match[place] for place in (5, 7)]
            found.append((match[1], year, " ".join(match[2].split()), *units))
    schema = ["code", "year", f"name_{language}", f"unit_{language}", f"unit2_{language}"]
    return pl.DataFrame(found, schema=schema, orient="row", infer_schema_length=None)


def spans(folder: Path) -> pl.DataFrame:
    """Columns of hs.SPANS. The Chinese lists give the units: those in English misprint some (kilograms as metres)."""
    both = (
        rows(folder, "zh").join(rows(folder, "en"), on=["code", "year"], how="full", coalesce=True).sort("code", "year")
    )
    same = ["name_en", "name_zh", "unit_zh", "unit2_zh"]
    changed = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in same)
    gap = pl.col("year") != pl.col("year").shift() + 1
    begins = (changed | gap | (pl.col("code") != pl.col("code").shift())).fill_null(True).cum_sum()
    found = both.group_by(begins.alias("span"), maintain_order=True).agg(
        pl.col("code").first(), pl.col("year").min().alias("since"), pl.col("year").max().alias("until"),
        *[pl.col(name).first() for name in same],
    )  # fmt: skip
    return found.select(pl.col(name).cast(kind) for name, kind in hs.SPANS.items())


if __name__ == "__main__":
    spans(Path(sys.argv[1])).write_parquet(hs.FILE, compression="zstd", compression_level=19)
