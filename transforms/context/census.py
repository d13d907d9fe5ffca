"""Partners of US trade by the Census Bureau's code, with the name beside it as a check."""

from __future__ import annotations

from collections.abc import Mapping

from transforms import areas
from transforms.context.points import Points, layout
from transforms.model import ReadError

US = {"dataset": "mirror_trade", "ref_area": "USA", "currency": "USD", "unit": "USD"}
"""What all figures of this publisher have in common: not seasonally adjusted, customs value, US dollars."""


def area(code: str) -> str | None:
    """The area of a partner code: "5700" is CHN, "0015" WORLD; None for groups that are left out, and unknown ones."""
    book = layout("census")
    made: str | None = book["countries"].get(code) or book["groups"].get(code)
    return made


def is_group(code: str) -> bool:
    """Sums of countries have codes below 1000 (and a dash stands for all)."""
    return code.startswith("0") or code == "-"


def partner(code: str, name: str, points: Points, where: str) -> str | None:
    """The area that code and name stand for; sets the row aside where they are unknown or contradict each other."""
    by_code = area(code)
    try:
        by_name = areas.resolve(name, where) if name and not is_group(code) else None
    except ReadError:
        by_name = None
    if by_code and by_name and by_code != by_name:
        points.leave(
            f"{code} {name}", "unknown_partner", f"expected {by_code} by its code, got {by_name} by its name", where
        )
        return None
    if found := by_code or by_name:
        return found
    if not is_group(code):
        points.leave(
            f"{code} {name}", "unknown_partner", "expected a partner that census.yaml or areas.yaml names", where
        )
    return None


def measures() -> Mapping[str, Mapping[str, str]]:
    """The API's variables and what they measure."""
    made: Mapping[str, Mapping[str, str]] = layout("census")["measures"]
    return made
