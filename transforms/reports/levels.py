"""Is a number a level? What speaks against it: a difference, a growth, a forecast, a norm, a denial, one bank."""

from __future__ import annotations

import re

from transforms.reports.amounts import Amount
from transforms.reports.lexicon import pattern, words

_CLAUSE = re.compile(r"[;:,(—–]|[.!?](?= [A-ZА-ЯЁ])")
_SENTENCE_SCOPES = ("sentence", "carried")


def last_clause(lead: str) -> str:
    """The words from the last comma, colon, bracket or dash on; a dash right before the number parts nothing."""
    trimmed = re.sub(r"[\s(—–:-]+$", "", lead)
    return lead[max((m.end() for m in _CLAUSE.finditer(trimmed)), default=0) :]


def change(amount: Amount, lead: str, tail: str, before: str, language: str, concept: str | None) -> str:
    """What makes the number a difference, a growth or a multiple; "" for a level. `lead`: the words before it since the
    last number; `tail`: those after it up to the next clause."""
    if amount.unit == "times":
        return "multiple"
    if amount.unit == "pp":
        return "difference"
    name = "growth" if amount.unit == "percent" else "difference"
    if amount.signed or re.search(r"\b(?:минус|плюс|minus|plus) $", lead, re.IGNORECASE):
        return f"{name}: it has a sign"
    interest = pattern(language, "interest", "lead").search(lead) or pattern(language, "interest", "tail").match(tail)
    if interest and amount.unit == "percent" and concept not in ("key_rate", "cost_of_risk"):
        return "rate: of interest"
    own = last_clause(lead)
    own_words = own.rstrip() + " "
    if found := pattern(language, "change", "after").search(tail):
        return f"{name}: {found[0].strip()!r} after it"
    if pattern(language, "change", "added").search(own_words):
        return f"{name}: by so much"
    if language == "en" and pattern(language, "change", "by").search(lead):
        return f"{name}: by so much"
    if language == "ru" and pattern(language, "change", "by").search(lead):
        verb = list(pattern(language, "change", "verbs").finditer(own_words))
        level = list(pattern(language, "change", "restructured").finditer(lead))
        if concept == "restructured" and not pattern(language, "change", "verbs").search(before):
            return ""
        if verb and not (level and level[-1].start() > verb[-1].start() and level[-1].end() > len(lead) - 60):
            return f"{name}: by so much ({verb[-1][0]!r})"
        level = [] if amount.unit == "percent" else level  # "restructured for 5 billion" is one, "fell by 5%" is not
        covers = concept in ("provisions", "collateral") and not verb  # "covered by 71%"
        worth = re.search(
            r"(?:кредит|ссуд|за[ий]м|ипотек)\w* (?:(?:был|стал)\w+ |выдан\w* )?на (?:\w+ )?$", before[-60:]
        )  # "loans for 2.2 trillion"
        late = (
            concept == "overdue"
            and amount.unit != "percent"
            and re.search(r"просрочен\w* (?:\w+ )?на (?:\w+ )?$", before[-40:])
        )
        if not level and not covers and not worth and not late:
            return f"{name} or level: 'на'"
    to = pattern(language, "change", "to").search(lead)
    until = to and re.match(r"до|to", to[0].strip(), re.IGNORECASE)
    nouns = list(pattern(language, "change", "nouns").finditer(own_words))
    if nouns and until and pattern(language, "change", "paced").search(own_words[nouns[-1].start() :]):
        return f"{name}: {nouns[-1][0]!r} itself moved"
    if nouns and not until:
        before = own_words[: nouns[-1].start()]
        if not pattern(language, "change", "not_after").search(before):
            return f"{name}: {nouns[-1][0]!r}"
    return ""


def bound(amount: Amount, lead: str, language: str) -> str:
    """ "below 5%" is no level."""
    if amount.bound == "at_most" and not pattern(language, "change", "to").search(lead):
        return "bound_only: at most"
    return ""


def doubts(
    lead: str, before: str, tail: str, after: str, whole: str, language: str, carried: set[str]
) -> tuple[list[str], set[str]]:
    """Names of doubts with their words, and those that go on to the next sentences.

    `lead`: words since the last number; `before`: the sentence up to the number; `tail`: words right after it;
    `after`: the rest of the sentence, "" if another number follows.
    """
    found: list[str] = []
    go_on: set[str] = set()
    near = last_clause(lead)[-90:]
    for name, entry in words(language)["doubts"].items():
        expression = pattern(language, "doubts", name, "find")
        scope = entry["scope"]
        if (unless := entry.get("unless")) and re.search(unless, whole, re.IGNORECASE):
            continue
        release, own = entry.get("release"), last_clause(lead)
        if release and re.search(release, own, re.IGNORECASE) and not expression.search(own):
            continue
        if scope == "whole":
            hit = expression.search(whole)
        elif scope == "near":
            hit = expression.search(near) or expression.search(tail)
        elif scope == "lead":
            bracket = before[before.rfind("(") + 1 :] if before.count("(") > before.count(")") else ""
            hit = expression.search(last_clause(lead)) or expression.search(tail) or expression.search(bracket)
        elif scope == "clause":
            hit = expression.search(re.split(r"[:;.!?] ", lead)[-1])
        elif scope == "before":
            hit = expression.search(before)
        elif scope == "onward":
            hit = expression.search(before) or _noun_after(expression, name, tail, after)
        else:
            hit = expression.search(before) or expression.search(tail) or expression.search(after)
        if hit:
            found.append(f"{name}: {hit[0].strip()!r}")
            if scope == "carried":
                go_on.add(name)
    released = {name for name, entry in words(language)["doubts"].items()
                if entry.get("release") and re.search(entry["release"], last_clause(lead), re.IGNORECASE)}  # fmt: skip
    found += [f"{name}: carried" for name in sorted(carried - released) if not any(f.startswith(name) for f in found)]
    return found, go_on | carried


_NOUNS = re.compile(
    r"plan\w*|scenario\w*|forecast\w*|projection\w*|сценари\w+|прогноз\w*|план(?:а|у|ом)?\b|\bif\b|если", re.I
)


def _noun_after(expression: re.Pattern[str], _name: str, tail: str, after: str) -> re.Match[str] | None:
    """Words for a forecast behind the last number weigh if they are nouns ("the plan says") or right behind it."""
    return expression.search(tail) or _NOUNS.search(after)
