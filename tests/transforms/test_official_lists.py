"""The customs' own lists of partners, regimes, provinces and units: each entry is known, in both languages, by year."""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter
from pathlib import Path

import pytest

from transforms import areas
from transforms.customs import provinces, regimes
from transforms.customs.grid import tight
from transforms.customs.query_layout import layout

YEARS = range(2015, 2024)


def rows(path: Path) -> list[list[str]]:
    if not path.exists():
        pytest.skip("the official lists are not here")
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(csv.reader(io.StringIO(content.decode("gb18030", "replace"))))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_partners_and_regimes(shared: Path, language: str) -> None:
    codes = [row for row in rows(shared / f"gacc/codes/partners_{language}.csv") if row[0].isdigit()]
    assert len(codes) >= 240
    for code, *name in codes:
        area = areas.from_customs_code(code)
        label = ",".join(name).rstrip(",")
        assert not label.strip("\0") or areas.resolve(label) == area, (code, label)
    listed = [row for row in rows(shared / f"gacc/codes/regimes_{language}.csv") if row[0].isdigit()]
    assert len(listed) == 20
    for code, label, *_ in listed:
        assert regimes.resolve(label) == regimes.from_customs_code(code)


def test_provinces_by_code_and_name(shared: Path) -> None:
    listed = [row for row in rows(shared / "gacc/codes/provinces.csv") if row[0].isdigit()]
    assert len(listed) == 31
    for code, label, *_ in listed:
        assert provinces.resolve(label) == provinces.from_customs_code(code)
    for label, code in (("Guangdong Province", "CN-GD"), ("Shanghai Province", "CN-SH"),
                        ("Inner Mongolia Autonomous Region", "CN-NM"), ("广东", "CN-GD")):  # fmt: skip
        assert provinces.resolve(label) == code


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_unit_of_every_year(shared: Path, language: str) -> None:
    units = {label: base for base, scales in layout().units.items() for labels in scales.values() for label in labels}
    unknown: Counter[str] = Counter()
    for year in YEARS:
        for row in rows(shared / f"gacc/codes/hs8_{language}_{year}.csv.gz"):
            if len(row) >= 7 and row[0].isdigit() and len(row[0]) == 8 and row[2] == str(year):
                names = [tight(name.strip("\0")) for name in (row[4], row[6])]
                unknown.update(name for name in names if name not in units and name not in layout().no_unit)
    assert not unknown
