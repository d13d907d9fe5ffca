"""Whose definition a stated figure follows: overdue by 90 days is another thing to a bureau and to the bank."""

from __future__ import annotations

import re

from transforms.reports.measures import measures
from transforms.reports.sentence import Found

PRESS = "PRESS"
BY_ORIGINATOR = {
    "problem": {"bank": "PROBLEM_IV_V", "cmasf": "PROBLEM_CMASF"},
    "ninety": {"bank": "NPL90", "bureau": "BUREAU_DPD90"},
    "thirty": {"bureau": "BUREAU_DPD30_90"},
    "overdue": {"bank": "RAS_OVERDUE"},
    "press": {},
}
_NARROW = re.compile(
    r"(?:excluding|without|not counting) risky restructur|\bnarrow"
    r"|(?:без уч[её]та|не считая|исключая) рискованн\w+ реструктур|\bузк\w+ определени",
    re.IGNORECASE,
)
_WIDE = re.compile(
    r"(?:including|counting|with|plus|and) risky restructur"
    r"|(?:с уч[её]том|включая|вместе с|и|плюс) рискованн\w+ реструктур",
    re.IGNORECASE,
)
_CATEGORIES = re.compile(r"IV ?(?:[–—-]|и|and) ?V|4 ?(?:[–—-]|и) ?5 категори", re.I)
_HOMOGENEOUS = re.compile(r"homogeneous|однородн\w+", re.I)
_TWO = ("corporate", "SME", "all", "large corporate")
"""Of these borrowers problem loans are told with and without risky restructurings."""


def definition_of(found: Found, document: str) -> str | None:
    """A code of table definition; PRESS where nobody says what is counted; None where the indicator says it all."""
    name = next((entry.get("definition") for units in measures().values() for entry in units.values()
                 if entry["indicator"] == found.indicator), None)  # fmt: skip
    if name == "restructured":
        return _restructured(found)
    if name is None:
        return None if found.originator else PRESS
    code = BY_ORIGINATOR[name].get(found.originator_kind, PRESS)
    if name == "ninety" and code == "NPL90" and _HOMOGENEOUS.search(document):
        return "DPD90"
    if code == "PROBLEM_IV_V" and found.segment in _TWO:
        if _NARROW.search(found.sentence.text):
            return "PROBLEM_IV_V_NARROW"
        wide = _WIDE.search(found.sentence.text)
        return code if wide or (_CATEGORIES.search(found.sentence.text) and found.segment == "all") else PRESS
    return code


def _restructured(found: Found) -> str | None:
    if found.kind == "flow" and found.as_of:
        return "RESTRUCTURED_FLOW"
    return None if found.originator else PRESS
