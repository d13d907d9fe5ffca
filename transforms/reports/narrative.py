"""Narrative reports: reviews, bulletins, early-warning notes, press digests, as PDF, HTML or text.

Table and record table `reported_figure`: one row a figure with the sentence it came from. These are statements of
somebody (originator) under some definition, not observations of a series. Record table `early_warning_signal`: what a
note of CMASF, or one that retells it, says of each risk. Every other number of the text is an Unread of the reading.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache

import polars as pl

from transforms.model import OBSERVATION, Payload, ReadError, Reading, Release, Unread
from transforms.reports import claims, footnotes, lexicon, rivals, signals, tables, text, torn, trade
from transforms.reports.definitions import definition_of
from transforms.reports.figures import Reader, language_of
from transforms.reports.lexicon import Mention
from transforms.reports.sentence import INSTITUTIONS, Found
from transforms.reports.text import HEAD, Sentence

PRODUCT, SOURCE, EXTENSION = "reports.narrative", "reports", "txt"
COLUMNS = ("indicator", "segment", "value", "unit", "as_of", "kind", "published_date", "originator", "definition",
           "source", "note", "sentence", "place")  # fmt: skip
_SUBJECT = re.compile(
    r"\bloans?\b|кредит|ссуд|за[ий]м|\bbank|банк|\bdebts?\b|долг|задолженн|ипоте|mortgage|lend|borrow|заемщик|заёмщик|rate\b|ставк|arrears|просроч"
    r"|restructur|реструктур"
    r"|overdue|past due|delinquen|портфел|portfolio"
    r"|бюро|bureau|достаточност|capital adequacy"
    r"|стоимост\w+ риска|cost of risk|прибыл|profit"
    r"|\bcards\b|\bкарт(?:ам|ах)\b|\bNBKI\b|НБКИ|\bОКБ\b", re.IGNORECASE)  # fmt: skip
_AMOUNT = re.compile(
    r"\b(?:trillion|billion|million|thousand|trn|bn|mln|трлн|млрд|млн|тыс(?:яч\w*)?|(?:три|ми)лл?и(?:он|ард)\w*"
    r"|percent|per cent|pct|процент\w*|п\. ?п)\b|%",
    re.IGNORECASE,
)
_CAPTION = re.compile(r"<(?:caption|th)\b[^>]*>([^<]{0,300})<", re.IGNORECASE)
_SENTENCE = re.compile(r"[A-ZА-ЯЁ][^.!?]{25,}[.!?]")
_DENIES = re.compile(
    r"(?:(?:A|Answer|Ответ): ?|[–—-] )?"
    r"(?:(?:That|This|It) is (?:simply |just |plainly )?(?:wrong|untrue|false|not (?:true|so|correct))"
    r"|(?:No|Not at all)(?=[.,;:!])|Это (?:не так|неверно|неправда|не соответствует)|Нет(?=[.,;:!]))"
    r"|(?:The )?(?:correct|right) (?:figure|number|value|share|ratio)\b"
    r"|(?:Верн|Правильн)\w+ (?:цифра|значение|доля|число|показатель)\b",
    re.IGNORECASE)  # fmt: skip
_ASKS_TRUTH = re.compile(r"\b(?:right|true|correct|agree|really|так|верно|правда|соглас\w+|неужели)\b", re.IGNORECASE)
_LEGAL = re.compile(r"\b(?:АО|ПАО|ООО|ЗАО|JSC|LLC|PJSC)\b|[«»\"“”(), ]")
Span = tuple[int, int]


def recognise(payload: Payload) -> bool:
    """A PDF, or prose, outside of tables: on loans and banks with amounts, or on a risk that CMASF sees."""
    if text.is_pdf(payload):
        return True
    page = text.decode(payload)
    plain = text.outside_tables(page)[0].lstrip()
    if not plain or plain[0] in "{[" or plain.startswith("<?xml"):
        return False
    plain = re.sub(r"<[^>]*>", " ", plain)
    if signals.of_cmasf(plain):
        return True
    captions = " ".join(_CAPTION.findall(page))
    if "<table" in page.lower() and _dated(re.sub(r"<[^>]*>", "\n", text.outside_tables(page)[0])):
        whole = re.sub(r"<[^>]*>", " ", page)  # a dated note may be little more than its table
        return len(_SUBJECT.findall(f"{plain} {captions}")) >= 3 and bool(_AMOUNT.search(whole))
    return (
        len(_SUBJECT.findall(plain)) >= 3
        and len(_AMOUNT.findall(f"{plain} {captions}")) >= (1 if _dated(page) else 2)
        and bool(_SENTENCE.search(plain))
    )


def _dated(page: str) -> bool:
    """Has a plain text a dateline at its head? Then one amount is enough for a short note."""
    lines = [line for line in page.splitlines() if line.strip()][:HEAD]
    return not re.search(r"<\w", page) and any(text.dateline(line) for line in lines)


def read(payload: Payload) -> Reading:
    """Every figure that is certain; every other number is unread. Raises ReadError `no_date`, `no_numbers`.

    Option `explain` (of a dry run): the notes say of each number which words made it what.
    """
    return _read(payload.content, payload.name, payload.url, tuple(sorted(payload.options.items())), payload.seen)


@lru_cache(maxsize=1)  # recognition reads a document with tables in full, to tell whether it is prose
def _read(content: bytes, name: str, url: str, options: tuple[tuple[str, str], ...], seen: datetime | None) -> Reading:
    payload = Payload(content, name, url, dict(options), seen)
    parts = text.sentences(payload)
    published = published_date(payload, parts)
    language, source = language_of(parts), payload.url or payload.name
    warned, denied = signals.read(parts, published, language, source)
    rows: list[dict[str, str | None]] = []
    unread: list[Unread] = list(denied)
    explained: list[str] = []
    for found, row in _figures(parts, published, language):
        if found is None or row is None:
            rows += [row] if row else []
            continue
        loaded = _loaded(found, row, published)
        rows += [loaded] if loaded else []
        unread += [] if loaded else [_unread(found, row)]
        if payload.options.get("explain"):
            explained.append(_explained(found, row, loaded is not None))
    if not rows and warned.is_empty() and not unread:
        got = f"none in {len(parts)} sentences"
        raise ReadError("no_numbers", expected="prose on loans and banks with numbers", got=got, where=payload.name)
    day = published.isoformat()
    table = pl.DataFrame(
        [row | {"published_date": day, "source": source} for row in rows], schema=dict.fromkeys(COLUMNS, pl.String)
    )
    release = Release(PRODUCT, day, title=_title(parts), language=language, page_stamp=day)
    records = {"reported_figure": table, "early_warning_signal": warned}
    return Reading(
        release,
        table,
        pl.DataFrame(schema=dict(OBSERVATION)),
        records=records,
        notes=tuple(explained),
        unread=tuple(unread),
    )


def trace(payload: Payload) -> list[Found]:
    """Every number of a document with all that was understood of it."""
    parts = text.sentences(payload)
    published, language = published_date(payload, parts), language_of(parts)
    return [found for found, _ in _figures(parts, published, language) if found]


def _figures(
    parts: list[Sentence], published: date, language: str
) -> list[tuple[Found | None, dict[str, str | None] | None]]:
    publisher = publisher_of(parts, language)
    reader = Reader(language, published, publisher, _lone(parts, language))
    document = " ".join(part.text for part in parts)
    made: list[tuple[Found | None, dict[str, str | None] | None]] = []
    paragraph: tuple[int, str] = (-1, "")
    before: Sentence | None = None
    asked, losses = "", torn.Losses(language)
    for part, given in tables.expanded(parts, language):
        said = paragraph[1] if paragraph[0] == part.block else ""
        spans: list[Span] = []
        if language == "en" and part.kind != "row":
            for row, span in trade.read(part.text, said, published):
                made.append((None, row | {"sentence": part.text, "place": part.place}))
                spans.append(span)
        paragraph = (part.block, f"{said} {part.text}")
        answers = asked and not _ASKS_TRUTH.search(asked) and re.match(r"\W*(?:A: |Ответ: )?(?:No|Нет)\b", part.text)
        if _DENIES.match(part.text) and made and not answers:
            for found, _ in made:
                if found and found.sentence is before:
                    found.doubts.append(f"contradicted: {part.text[:40]!r} after it")
        if part.kind == "note":
            numbers = reader.read_note(part)
        else:
            numbers = given.read(reader) if given else reader.read(part, spans)
        losses.weigh(part, numbers)
        made += [(found, _row(found, document)) for found in numbers]
        asked = part.text if part.text.endswith("?") else ""
        if not asked or any(found and found.sentence is part for found, _ in made[-3:]):
            before = part
    losses.end()
    numbers = [found for found, _ in made if found]
    footnotes.tie(numbers, parts, language)
    rivals.doubt(numbers)
    _date_titles(numbers, made, document)
    return made


def _date_titles(
    numbers: list[Found], made: list[tuple[Found | None, dict[str, str | None] | None]], document: str
) -> None:
    """A title leaves out the date that the text gives with the same figure."""
    for at, (found, _) in enumerate(made):
        if found is None or found.sentence.kind != "title" or found.as_of or not found.indicator:
            continue
        again = {
            other.as_of: other
            for other in numbers
            if other.sentence.kind != "title"
            and other.as_of
            and other.certain
            and (other.indicator, other.segment, other.amount.value, other.amount.unit)
            == (found.indicator, found.segment, found.amount.value, found.amount.unit)
        }
        if len(again) == 1:
            found.as_of, other = next(iter(again.items()))
            found.kind, found.time = other.kind, other.time
            found.trace.append(f"at {found.as_of}, as {other.sentence.place} has it")
            made[at] = (found, _row(found, document))


def _row(found: Found, document: str) -> dict[str, str | None]:
    value, unit = found.amount.shown()
    bounds = {"at_least": "at least", "at_most": "at most", "about": "about"}
    return {"indicator": found.indicator, "segment": found.segment, "value": value, "unit": unit, "as_of": found.as_of,
            "kind": found.kind, "originator": found.originator, "definition": definition_of(found, document),
            "note": bounds.get(found.amount.bound), "sentence": found.sentence.text.replace("\t", " "),
            "place": found.sentence.place}  # fmt: skip


def _loaded(found: Found, row: dict[str, str | None], published: date) -> dict[str, str | None] | None:
    """The row as it is loaded; None for one that is not certain."""
    if found.indicator and (reason := claims.misdated(row, published)):
        found.doubts.append(reason)
    if known := claims.identified(row, published, found.doubts):
        return known
    return row if found.certain else None


def _unread(found: Found, row: dict[str, str | None]) -> Unread:
    reading = " ".join(str(row[name]) for name in ("indicator", "segment", "as_of", "originator") if row[name])
    amount, why = found.amount, "; ".join(found.doubts)
    return Unread(str(row["sentence"]), found.sentence.place, amount.surface, amount.value, amount.unit, reading, why)


def _explained(found: Found, row: dict[str, str | None], loaded: bool) -> str:
    what = " ".join(
        str(row[name]) for name in ("indicator", "segment", "value", "unit", "as_of", "originator", "definition")
    )
    why = "; ".join([*found.trace, *(f"but {doubt}" for doubt in found.doubts)])
    return f"{found.sentence.place}: {found.amount.surface} is {'' if loaded else 'not certainly '}{what} ({why})"


def publisher_of(parts: list[Sentence], language: str) -> Mention | None:
    """Who publishes: named in the dateline, else in the title of a known publication, else in a line of its own."""
    head = parts[:HEAD]
    for part in head:
        if part.kind == "dateline" and (named := lexicon.originators(part.text, language)):
            return named[0]
    for part in head:
        if part.kind in ("title", "heading") and (by_title := signals.publisher_by_title(part.text, language)):
            return by_title
    for part in head:
        if part.kind in ("title", "heading"):
            named = lexicon.originators(part.text, language)
            plain = _LEGAL.sub("", part.text)
            if named and len(part.text) < 90 and (named[0].end - named[0].start) > 0.6 * len(plain):
                return named[0]
    return None


def _lone(parts: list[Sentence], language: str) -> Mention | None:
    """The only one whom a text names as a source, if its title or first paragraph does."""
    said = [(at, named) for at, part in enumerate(parts) for named in lexicon.originators(part.text, language)]
    first = next((at for at, part in enumerate(parts) if part.kind in ("text", "item", "row")), 0)
    lead = [at for at, part in enumerate(parts) if part.block <= parts[first].block] if parts else []
    if len({named.code for _, named in said}) != 1 or said[0][0] not in lead or said[0][1].kind not in INSTITUTIONS:
        return None
    tells = any(
        lexicon.pattern(language, "said").search(parts[at].text) or parts[at].text[named.end : named.end + 1] == ":"
        for at, named in said
        if at in lead
    )
    return said[0][1] if tells else None


def published_date(payload: Payload, parts: list[Sentence]) -> date:
    """The day the person ingesting stated, else that of the dateline."""
    if stated := payload.options.get("published"):
        return date.fromisoformat(stated)
    lines = [(part.text, day) for part in parts[:HEAD] if part.kind == "dateline" and (day := text.dateline(part.text))]
    alone = [day for line, day in lines if text.is_date(line)]
    if lines:
        return (alone or [day for _, day in lines])[0]
    raise ReadError("no_date", expected="a dateline such as '08 December 2025' at the head of the text",
                    got=f"{[part.text[:30] for part in parts[:3]]}", where=payload.name,
                    hint="Pass the day of publication.")  # fmt: skip


def _title(parts: list[Sentence]) -> str:
    """The title, or the longest of the first lines without a full stop."""
    titles = [part.text for part in parts[:HEAD] if part.kind == "title"]
    return (titles or [max((p.text for p in parts[:HEAD] if not p.text.endswith(".")), key=len, default="")])[0][:200]
