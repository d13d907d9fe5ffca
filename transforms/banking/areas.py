"""Areas of Russia: the printed label of a row -> code, level and the area it is part of.

Levels are kept apart because one sheet prints all of them: adding its rows up would count every rouble three times.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from transforms import yaml_file
from transforms.banking.labels import found, plain
from transforms.model import ReadError


@dataclass(frozen=True)
class Area:
    code: str  # RUS, RUS_FD_..., ISO 3166-2
    level: str  # country, federal_district, region, part_of_region
    name: str  # as the publisher writes it
    parent: str  # code of the area it is a part of; empty for the country


@cache
def areas() -> dict[str, Area]:
    """All known areas by code, country first, in the publisher's order."""
    data = yaml_file.load(Path(__file__).with_name("russian_areas.yaml"))
    ((country, name),) = data["country"].items()
    known = [Area(country, "country", name, "")]
    for district, content in data["districts"].items():
        known.append(Area(district, "federal_district", content["name"], country))
        for region, label in content["regions"].items():
            known.append(Area(region, "region", label, district))
            parts = data["parts"].get(region, {})
            known += [Area(code, "part_of_region", text, region) for code, text in parts.items()]
    return {area.code: area for area in known}


@cache
def _labels() -> dict[str, str]:
    data = yaml_file.load(Path(__file__).with_name("russian_areas.yaml"))
    own = {plain(area.name): code for code, area in areas().items()}
    return own | {plain(label): code for label, code in data["aliases"].items()}


def is_area(label: str) -> bool:
    return found(_labels(), label) is not None


def resolve(label: str, where: str = "") -> Area:
    """The area a row label names. Raises ReadError `unknown_area` with the row in `where`."""
    code = found(_labels(), label)
    if code is None:
        raise ReadError(
            "unknown_area",
            expected="an area of transforms/banking/russian_areas.yaml",
            got=repr(label.strip()),
            where=where,
            hint="If the publisher has added an area, add it there with its code and its district.",
        )
    return areas()[code]
