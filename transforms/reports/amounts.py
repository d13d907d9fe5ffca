"""Numbers of a sentence with their unit, and what is no figure: dates, buckets, names, lengths of time."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from transforms import yaml_file
from transforms.reports.times import Time

_DATA: dict[str, Any] = yaml_file.load(Path(__file__).with_suffix(".yaml"))
_SHORT = {1e12: "trn", 1e9: "bn", 1e6: "mln", 1e3: "thousand", 1.0: ""}


@dataclass(frozen=True)
class Amount:
    """A number at a place of a sentence. `unit`: RUB, USD ..., money (no currency said), percent, pp, times, count."""

    start: int
    end: int
    surface: str
    value: float | None
    unit: str
    printed: str  # the number with a point as decimal sign
    scale: float = 1.0
    bound: str = ""  # at_least, at_most, about
    ranged: bool = False  # one end of a range
    signed: bool = False  # printed with + or a minus

    def shown(self) -> tuple[str, str]:
        """Value and unit as reported_figure has them: 2.3 and "trn RUB"."""
        names = {"percent": "%", "count": _SHORT[self.scale] or "count"}
        if self.unit in names:
            return self.printed, names[self.unit]
        return self.printed, f"{_SHORT[self.scale]} {self.unit}".strip()


@dataclass(frozen=True)
class Marked:
    """A place of a sentence that is no figure, and what it is: bucket 90, limit dti_80, name."""

    start: int
    end: int
    what: str


def marked(text: str, language: str) -> list[Marked]:
    """Buckets of days, limits of definitions, names and lengths of time."""
    found: list[Marked] = []
    for name, expression in _limits(language):
        for match in expression.finditer(text):
            limit = "50" if re.match("half|половин", match["n"]) else re.sub(r"\D", "", match["n"])
            found.append(Marked(match.start(), match.end(), f"{name.removesuffix('_half')}_{limit}"))
    for name, expression in _buckets(language):
        for match in expression.finditer(text):
            if not any(m.start < match.end() and match.start() < m.end for m in found):
                start = match.end() - len(match[0].lstrip(" -"))
                found.append(Marked(start, match.end(), f"bucket_{name}"))
    for match in _names(language).finditer(text):
        if not any(m.start < match.end() and match.start() < m.end for m in found):
            found.append(Marked(match.start(), match.end(), "name"))
    return sorted(found, key=lambda m: m.start)


@cache
def _limits(language: str) -> list[tuple[str, re.Pattern[str]]]:
    return [(name, re.compile(find, re.IGNORECASE)) for name, find in _DATA["limits"][language]]


@cache
def _buckets(language: str) -> list[tuple[str, re.Pattern[str]]]:
    return [(name, re.compile(find, re.IGNORECASE)) for name, find in _DATA["buckets"][language].items()]


@cache
def _names(language: str) -> re.Pattern[str]:
    names = _DATA["names"]
    return re.compile(f"{names['both']}|{names[language]}")


@cache
def _expression(language: str) -> re.Pattern[str]:
    scales, after = "|".join(_DATA["scales"][language]), "|".join(_DATA["currency_after"][language])
    groups = _DATA["groups"][language]
    units = "|".join(f"(?P<{name}>{find})" for name, find in _DATA["units"][language].items())
    dot = r"\.?" if language == "ru" else ""
    before = "|".join(find.replace("$", r"\$") if "\\" not in find else find for find in _DATA["currency_before"])
    return re.compile(
        rf"(?P<sign>(?<![\w)])[+−](?=\d)|(?<=[(: ])[-–](?=\d))?(?:(?<!\w)(?P<before>{before})|(?<![\w.,]))"
        rf"(?P<number>{groups})(?!\d|[.,]\d|[eE]\d)"
        rf"(?:[ -]?(?:{units})|[ -]?(?P<scale>{scales})(?![a-zа-я]){dot}(?: (?P<cur>{after})(?![a-zа-я]){dot})?"
        rf"| ?(?P<only>{after})(?![a-zа-я]){dot})?"
    )  # fmt: skip


def amounts(text: str, language: str, times: list[Time], marks: list[Marked]) -> list[Amount]:
    """Every number that may be a figure, in order, with its unit, bound and whether it is one end of a range."""
    taken = [(t.start, t.end) for t in times] + [(m.start, m.end) for m in marks]
    found: list[Amount] = []
    for match in _expression(language).finditer(text):
        start = match.start("number")
        if any(s <= start < e for s, e in taken):
            continue
        found.append(_amount(match, text, language))
    for expression, kind in _DATA["in_words"][language]:
        for match in re.finditer(expression, text, re.IGNORECASE):
            if not any(s < match.end() and match.start() < e for s, e in [*taken, *((a.start, a.end) for a in found)]):
                found.append(_in_words(match, kind))
    covered = bytearray(len(text))
    for start, end in [*taken, *((a.start, a.end) for a in found)]:
        covered[start:end] = b"\1" * (end - start)
    for match in re.finditer(r"(?<!\w)\d[\d.,]*\d|(?<!\w)\d", text):
        if not any(covered[match.start() : match.end()]):  # in no known form: listed, not passed over
            found.append(Amount(match.start(), match.end(), match[0], None, "number", match[0]))
    return _bounded(_ranged(sorted(found, key=lambda a: a.start), text, language), text, language)


def _amount(match: re.Match[str], text: str, language: str) -> Amount:
    number = match["number"]
    if language == "ru":
        plain = re.sub(r" (?=\d{3})", "", number).replace(",", ".")
    else:
        plain = re.sub(r"[, ](?=\d{3}(?!\d))", "", number)
    value = float(plain) if re.fullmatch(r"\d+(?:\.\d+)?", plain) else None  # 2,3 in English is no number
    unit = next((name for name in _DATA["units"][language] if match[name]), "")
    scale = float(_meaning(_DATA["scales"][language], match["scale"]) or 1)
    currency = _meaning(_DATA["currency_before"], match["before"])
    currency = currency or _meaning(_DATA["currency_after"][language], match["cur"] or match["only"])
    sign = match["sign"] or ""
    if (
        sign
        and sign in "-–"
        and text[match.start() - 1 : match.start()] == " "
        and not re.search(r"[(:]\s$", text[: match.start()])
    ):
        sign = ""  # a dash between words
    if unit == "bp" and value is not None:
        value, unit = value / 100, "pp"
    if not unit:
        unit = currency or (
            "money" if scale >= 1e9 else "count" if scale > 1 or re.fullmatch(r"\d+", plain) else "number"
        )
    elif currency:
        unit = currency
    value = None if value is None else float(Decimal(plain) * Decimal(scale))
    value = -value if value is not None and sign in ("−", "-", "–") and sign else value
    surface = match[0].strip()
    return Amount(match.start(), match.end(), surface, value, unit, plain, scale, signed=bool(sign))


def _meaning(words: dict[str, Any], printed: str | None) -> Any:
    """What the expression stands for that matches the printed word; "" for none."""
    return next((meaning for find, meaning in words.items() if printed and re.fullmatch(find, printed)), "")


def _in_words(match: re.Match[str], kind: str) -> Amount:
    words = match[0].lower()
    if kind == "times":
        value = next((float(n) for stem, n in _DATA["multiples"].items() if stem in words), None)
        return Amount(match.start(), match.end(), match[0], value, "times", f"{value:g}" if value else "")
    if kind == "percent":
        if " point " in words:  # "twelve point six percent" is listed
            return Amount(match.start(), match.end(), match[0], None, "percent", match[0])
        parts = [_DATA["cardinals"].get(part) for part in re.split(r"[ -]", words)[:2]]
        value = float(sum(part for part in parts if part))
        return Amount(match.start(), match.end(), match[0], value, "percent", f"{value:g}")
    if kind == "in":
        first, last = re.split(" in ", words)
        value = 100 * {"one": 1, "two": 2, "three": 3}[first.strip()] / _DATA["word_values"][last.strip()]
    else:
        upper = 2 if re.match(r"two|дв", words) else 3 if re.match(r"three|три |тр[её]х ", words) else 1
        tail = words.split(" ", 1)[-1] if upper > 1 or kind == "every" else words
        value = 100 * upper / next((n for stem, n in _DATA["parts"].items() if re.search(rf"\b{stem}", tail)), 1)
        if re.search(r"половин", words):
            value = 50
    value = round(value, 2)
    return Amount(match.start(), match.end(), match[0], value, "percent", f"{value:g}")


@cache
def next_in_range(language: str) -> re.Pattern[str]:
    """What stands between the two ends of a range."""
    return re.compile(_DATA["next"][language])


def _ranged(found: list[Amount], text: str, language: str) -> list[Amount]:
    """Both ends of a range are marked; an end without a unit has that of the other."""
    made = list(found)
    for at in range(len(made) - 2, -1, -1):
        one, two = made[at], made[at + 1]
        bare = one.unit in ("count", "number") and one.scale == 1 and one.value is not None
        if (
            bare
            and two.unit in ("percent", "RUB", "money")
            and re.fullmatch(_DATA["listed"], text[one.end : two.start])
        ):
            same = float(one.value or 0) * two.scale  # "88 and 118%"
            made[at] = replace(one, value=same, unit=two.unit, scale=two.scale)
    for at in range(len(made) - 1):
        one, two = made[at], made[at + 1]
        between = text[one.end : two.start]
        if next_in_range(language).fullmatch(between) and one.surface[:1].isdigit() and not two.signed:
            before = text[: one.start].rstrip()
            joined = between.strip() not in ("and", "to", "or", "до", "или")
            if one.unit != two.unit and one.unit not in ("count", "number", "money"):
                continue
            bare = one.unit in ("count", "number") and not one.scale > 1
            span = re.search(r"\b(?:from|between|от|с|со|между)$", before)
            if not (bare or span or joined):
                if between.strip() in ("or", "или", "to", "до"):
                    made[at], made[at + 1] = replace(one, ranged=True), replace(two, ranged=True)
                continue
            if bare:
                value = None if one.value is None else one.value * two.scale
                one = replace(one, value=value, unit=two.unit, scale=two.scale)
            made[at], made[at + 1] = replace(one, ranged=True), replace(two, ranged=True)
    return made


def _bounded(found: list[Amount], text: str, language: str) -> list[Amount]:
    made = []
    for amount in found:
        before = text[max(0, amount.start - 40) : amount.start]
        bound = ""
        for name, find in _DATA["bounds"][language].items():
            if re.search(rf"(?:^|[^\w]){find} (?:на |в |the |a |к )?$", before, re.IGNORECASE):
                bound = name
        if language == "ru" and bound == "at_most" and re.search(r"(?:^|\W)до $", before, re.IGNORECASE):
            bound = ""  # "rose to": what the verb says decides
        made.append(replace(amount, bound=bound))
    return made
