"""The header row of a download of the online query: which field each column is, in either language and any order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from transforms.customs.grid import tight
from transforms.customs.query_layout import layout
from transforms.model import ReadError

TOP = 4
"""Lines that people put above the header: a title, a source, an empty line."""
FEW = 3
"""Headings that tell a download even where others are unknown: no other table here has as many of its words."""
SPACE = "_"  # begins the name of a column without a heading
_IN_UNITS = re.compile(r"\((?:元|人民币元|yuan|rmb|cny|美元|usd|us\$|usdollars?)\)$")
"""What people write behind a heading of values; other units, such as (万元), say that the figures are others."""


TRANSLATED = (
    "The unknown headings may be translated or made up: give each column its heading as served, in Chinese or English "
    "(docs/sources.md), or, if the column is not there, pass --option period=2026-01 and --option commodity=CODE."
)


def named(field: str) -> str | None:
    """The name of a column by its heading."""
    heading = tight(field)
    return _fields().get(heading) or _fields().get(_IN_UNITS.sub("", heading))


@lru_cache(1 << 16)  # names of goods, where they stand first
def is_heading(field: str) -> bool:
    return tight(field) in _fields()


def has_heading(field: str) -> bool:
    """Did a person head the column? An empty heading and those of pandas say nothing."""
    return tight(field) not in ("", "index") and not tight(field).startswith("unnamed:")


@cache
def _fields() -> Mapping[str, str]:
    return {heading: name for name, headings in layout().fields.items() for heading in headings}


def top_of(rows: Sequence[Sequence[str]]) -> int:
    """Where the header stands: below the empty lines and the title that somebody put above it; 0 if it is nowhere."""
    return next((i for i, fields in enumerate(rows[: TOP + 1]) if is_header(fields)), 0)


def is_header(fields: Sequence[str]) -> bool:
    """Is this a header row of the query: a value and one more of its headings, or FEW of them with a month or a code?
    Quantities and units of commodities stand in other tables too."""
    known = {str(named(field)) for field in fields} - {"None"}
    telling = any(name == "period" or name.endswith("_code") for name in known)
    return (len(known) >= FEW and telling) or (len(known) >= 2 and any(name.startswith("value_") for name in known))


def header(fields: Sequence[str], options: Mapping[str, str], name: str) -> list[str] | None:
    """Names of the columns if this is a header row; None if it is a row of data. ReadError `unknown_header`."""
    known = [named(field) for field in fields]
    if not any(known):
        return None
    spare = [i for i, field in enumerate(fields) if not has_heading(field)]
    sure = is_header(fields)  # then what nobody knows is a column that somebody added
    names = [f"{SPACE}{i}" if i in spare or (sure and not own) else own for i, own in enumerate(known)]
    if None in names or len(set(names)) < len(names):
        raise _unknown(fields, names, f"{name} header row")
    strange = [field for field, own in zip(fields, known, strict=True) if has_heading(field) and not own]
    return _complete([own for own in names if own], options, f"{name} header row", strange)


def given(options: Mapping[str, str], name: str) -> list[str]:
    if not options.get("columns"):
        raise ReadError(
            "no_header", expected="a header row of the query", got="a row of data", where=name,
            hint="Pass its columns with --option columns=..., in the order of the file.",
        )  # fmt: skip
    given = [part.strip() for part in options["columns"].replace("，", ",").split(",") if part.strip()]
    names = [part if part in layout().fields else _fields().get(tight(part)) for part in given]
    if None in names or len(set(names)) < len(names):
        raise _unknown(given, names, "option columns")
    return _complete([part for part in names if part], options, f"{name} option columns")


def _unknown(fields: Sequence[str], known: Sequence[str | None], where: str) -> ReadError:
    strange = [field for field, name in zip(fields, known, strict=True) if name is None]
    twice = [field for field, name in zip(fields, known, strict=True) if name and known.count(name) > 1]
    wanted = "each once, of " + ", ".join(headings[0] for headings in layout().fields.values())
    got = ("unknown: " + ", ".join(map(repr, strange))) if strange else "twice: " + ", ".join(map(repr, twice))
    hint = "The headings must be as the query serves them, in Chinese or English."
    return ReadError("unknown_header", expected=wanted, got=got, where=where, hint=hint)


def _complete(names: list[str], options: Mapping[str, str], where: str, strange: Sequence[str] = ()) -> list[str]:
    """The columns, if they and the options say of what month, commodity and currency the rows are. `strange` are
    headings that nobody knows."""
    values = [name for name in names if name.startswith("value_")]
    shown = ", ".join(name for name in names if not name.startswith(SPACE))
    shown += f"; unknown: {', '.join(map(repr, strange))}" if strange else ""
    if len(values) != 1:
        wanted = "one value, in yuan or dollars (人民币, 美元, Renminbi Yuan, US dollar)"
        hint = "Keep the column of one currency, headed as served and in whole yuan or dollars."
        raise ReadError("unknown_header", expected=wanted, got=shown, where=where, hint=hint)
    if "period" not in names and not options.get("period"):
        raise ReadError(
            "no_period", expected="a column of months (数据年月, Date of data)", got=f"columns {shown}", where=where,
            hint=TRANSLATED if strange else "The month box of the query was not ticked, so the file does not say its "
            "months: pass --option period=2026-01 for one month, or --option period=2026-01/2026-03 for their sum.",
        )  # fmt: skip
    if "hs_code" not in names and not options.get("commodity"):
        raise ReadError(
            "no_commodity", expected="a column of commodity codes (商品编码, Commodity code)", got=f"columns {shown}",
            where=where, hint=TRANSLATED if strange else "The file does not say what goods it adds up: pass --option "
            "commodity=CODE, an HS code, or commodity=TOTAL where the query asked for all.",
        )  # fmt: skip
    return names
