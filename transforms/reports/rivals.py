"""Two values of one figure in one text: what the text says less plainly is not that figure, or not of that date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

from transforms.reports.sentence import Found

_SEVERAL = ("provision_cover", "collateral_cover", "provisions_to_loans")
"""Measures of which one text may tell several of one day: by individual provisions, by all, with collateral."""
_ROUNDED = 0.03
"""Values that differ by less than a thirtieth may be one, rounded: "more than a tenth, 10.4 %"."""


def doubt(numbers: Sequence[Found]) -> None:
    """Of two certain values of one figure that which took more from the text around it is doubted; or both."""
    by_key: dict[tuple[str | None, ...], list[Found]] = defaultdict(list)
    for found in numbers:
        if found.certain and found.indicator and found.as_of and found.indicator not in _SEVERAL:
            by_key[found.indicator, found.segment, found.as_of, found.originator, found.amount.unit, found.kind].append(
                found
            )
    doubted: list[tuple[Found, Found]] = []
    for same in by_key.values():
        for one, other in combinations(same, 2):
            if one.sentence is other.sentence and _rougher(one, other):
                one.doubts.append(f"rounded: {other.amount.surface} follows")
            elif _differ(one, other):
                lead = _said(one) - _said(other)
                doubted += [(one, other)] if lead <= 0 else []
                doubted += [(other, one)] if lead >= 0 else []
    for found, rival in doubted:
        if found.certain:
            found.doubts.append(f"of another date or whose? {rival.amount.surface!r} is the same figure")


def _said(found: Found) -> int:
    """How many of its parts words at the number itself say."""
    own = [line for line in found.trace if line.startswith(("counts ", "of ")) and "'" in line]
    return len(own) + any(line.endswith(": stated") for line in found.trace)


def _differ(one: Found, other: Found) -> bool:
    if one.amount.value is None or other.amount.value is None:
        return False
    largest = max(abs(one.amount.value), abs(other.amount.value))
    return abs(one.amount.value - other.amount.value) > max(_ROUNDED * largest, _half(one), _half(other))


def _rougher(one: Found, other: Found) -> bool:
    """Is a number the rounder way to say the next one: "over 10% (10.4%)", "crossed 10% (10.6%)"?"""
    if one.amount.value is None or other.amount.value is None:
        return False
    if one.amount.value != other.amount.value and not other.amount.bound and _half(one) > _half(other):
        beyond = other.amount.value - one.amount.value
        if (one.amount.bound == "at_least" and beyond > 0) or (one.amount.bound == "at_most" and beyond < 0):
            return True
    return one.amount.value != other.amount.value and not _differ(one, other) and _half(one) > _half(other)


def _half(found: Found) -> float:
    """Half of the last place printed."""
    places = len(found.amount.printed.partition(".")[2])
    return found.amount.scale / 2 / float(10**places)
