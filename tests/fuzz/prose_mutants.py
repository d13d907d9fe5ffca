"""Ways in which a text on banks goes wrong: each takes a text with its figures and a random source, and gives a spoiled
text with the figures that it may be read to say; None where it does not apply.

What the spoiled text says is its truth: a changed digit is another figure, a word that is not one leaves the figure as it
is or makes it a listed one. `said` maps a row as it was to the rows it may be now; a row that is none of these is wrong.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.transforms.reports.scoring import month
from transforms.model import Payload, ReadError
from transforms.reports import narrative

Row = tuple[str, str, float, str, str, str]  # indicator, segment, value, unit, as_of, originator
Truth = Callable[[Row], list[Row]]


@dataclass(frozen=True)
class Figure:
    """A loaded figure: where its number stands in the text, where its sentence does, and its row."""

    start: int
    end: int
    sentence: tuple[int, int]
    row: Row


@dataclass(frozen=True)
class Text:
    name: str
    said: str
    language: str
    rows: tuple[Row, ...]
    figures: tuple[Figure, ...]


Spoiled = tuple[bytes, Truth]
Fault = Callable[[Text, random.Random], Spoiled | None]


def states(row: Row, truth: Row) -> bool:
    """Is a row what is true, or less: without its month, or without who says so?"""
    who = truth[5].startswith(row[5]) or row[5] in ("None", "a credit bureau")
    return row[:4] == truth[:4] and who and month(row[4]) in (month(truth[4]), "None")


def as_before(row: Row) -> list[Row]:
    return [row]


def rows_of(table: list[dict[str, str | None]]) -> list[Row]:
    return [(str(row["indicator"]), str(row["segment"]), float(str(row["value"])), str(row["unit"]), str(row["as_of"]),
             str(row["originator"])) for row in table]  # fmt: skip


def text_of(name: str, said: str) -> Text:
    """A text with its figures, each of which has a place where the printed number stands once in its sentence."""
    payload = Payload(said.encode(), name)
    reading = narrative.read(payload)
    table = reading.table.to_dicts()
    figures, traced = [], narrative.trace(payload)
    printed = [found.amount.value for found in traced]
    for found in traced:
        sentence = found.sentence.text
        same = [row for row in table if row["sentence"] == sentence and row["value"] == found.amount.shown()[0]]
        alone = (
            len(same) == 1 and printed.count(found.amount.value) == 1
        )  # what is said twice stands when one is spoiled
        if alone and found.certain and said.count(sentence) == 1:
            at = said.index(sentence)
            start, end = at + found.amount.start, at + found.amount.end
            figures.append(Figure(start, end, (at, at + len(sentence)), rows_of(same)[0]))
    return Text(name, said, reading.release.language, tuple(rows_of(table)), tuple(figures))


def _other(old: Row, new: Row | None) -> Truth:
    """The one row is now another, or none; the others are as they were."""
    return lambda row: ([new] if new else []) if row == old else [row]


def _valued(row: Row, value: float) -> Row:
    return (*row[:2], value, *row[3:])


def _put(text: Text, start: int, end: int, new: str) -> bytes:
    return (text.said[:start] + new + text.said[end:]).encode()


def _number(text: Text, figure: Figure) -> tuple[int, int, str] | None:
    """Where the digits of a figure stand, and how they are printed."""
    found = re.search(r"\d+(?:[.,]\d+)?", text.said[figure.start : figure.end])
    if not found or re.search(r"\d\s\d", text.said[figure.start : figure.end]):
        return None
    start = figure.start + found.start()
    return start, start + len(found[0]), found[0]


def _chosen(text: Text, rng: random.Random) -> tuple[Figure, int, int, str] | None:
    if not text.figures:
        return None
    figure = rng.choice(text.figures)
    place = _number(text, figure)
    if re.search(r"[Кк]ажд|one in|very |треть|четверть|половин|half|third", text.said[slice(*figure.sentence)]):
        return None  # it says the figure twice
    if place is None or abs(float(place[2].replace(",", ".")) - figure.row[2]) > 1e-9:
        return None  # a thousand's comma, or a figure that another one was worked out of
    return figure, *place


def change_digit(text: Text, rng: random.Random) -> Spoiled | None:
    if not (found := _chosen(text, rng)):
        return None
    figure, start, end, number = found
    at = rng.choice([i for i, letter in enumerate(number) if letter.isdigit()])
    new = number[:at] + rng.choice([d for d in "123456789" if d != number[at]]) + number[at + 1 :]
    return _put(text, start, end, new), _other(figure.row, _valued(figure.row, float(new.replace(",", "."))))


SPOILED_DIGITS = ("O", "l", "З", "?", "_", "*", "–", "..", ",,", "x", "#", "\ufffd", "о", "I")


def spoil_digit(text: Text, rng: random.Random) -> Spoiled | None:
    """A digit or the decimal sign is no longer one, as where a page was scanned: the number is none."""
    if not (found := _chosen(text, rng)):
        return None
    figure, start, end, number = found
    at = rng.randrange(len(number))
    new = number[:at] + rng.choice(SPOILED_DIGITS) + number[at + 1 :]
    return _put(text, start, end, new), _other(figure.row, None)


def lose_figure(text: Text, rng: random.Random) -> Spoiled | None:
    """The number is gone, its unit is not."""
    if not (found := _chosen(text, rng)):
        return None
    figure, start, end, _ = found
    return _put(text, start, end, rng.choice(["", "…", "N/A", "[●]"])), _other(figure.row, None)


SCALES = {"ru": {"трлн": 1e12, "млрд": 1e9, "млн": 1e6, "тыс.": 1e3},
          "en": {"trillion": 1e12, "billion": 1e9, "million": 1e6, "trn": 1e12, "bn": 1e9, "mln": 1e6}}  # fmt: skip
_SHOWN = {1e12: "trn", 1e9: "bn", 1e6: "mln", 1e3: "thousand"}
NO_LEVEL = {"ru": ("п.п.", "процентных пункта", "раза", "‰", "б. п."), "en": (" percentage points", " pp", " times", "‰", " bp")}  # fmt: skip


def change_unit(text: Text, rng: random.Random) -> Spoiled | None:
    """Billions become millions, percent become percentage points, roubles dollars."""
    if not (found := _chosen(text, rng)):
        return None
    figure, _, end, _ = found
    row, after = figure.row, text.said[end : figure.end + 12]
    if row[3] == "%":
        if not (sign := re.match(r"\s?(?:%|процент\w*|percent\b|per cent\b)", after)):
            return None
        return _put(text, end, end + len(sign[0]), rng.choice(NO_LEVEL[text.language])), _other(row, None)
    scales = SCALES[text.language]
    if not (old := re.match(r"\s?(" + "|".join(map(re.escape, scales)) + r")(?!\w)", after)):
        return None
    new = rng.choice([word for word, scale in scales.items() if scale != scales[old[1]]])
    unit = f"{_SHOWN[scales[new]]} {row[3].split()[-1]}" if " " in row[3] else _SHOWN[scales[new]]
    start = end + old.start(1)
    return _put(text, start, start + len(old[1]), new), _other(row, (*row[:3], unit, *row[4:]))


CURRENCIES = {"ru": (r"руб(?:\.|л\w+)", ("долл.", "евро", "юаней", "тенге")),
              "en": (r"rou?bles|RUB", ("dollars", "euros", "yuan", "tenge"))}  # fmt: skip


def change_currency(text: Text, rng: random.Random) -> Spoiled | None:
    if not (found := _chosen(text, rng)):
        return None
    figure, _, end, _ = found
    name, others = CURRENCIES[text.language]
    sign = re.compile(rf"\s?(?:\w+\.? )?({name})").match(text.said, end, end + 25)
    if "RUB" not in figure.row[3] or not sign:
        return None
    new = rng.choice(others)
    end_ = "." if sign[1].endswith(".") and not new.endswith(".") else ""
    codes = {"долл.": "USD", "dollars": "USD", "евро": "EUR", "euros": "EUR", "юаней": "CNY", "yuan": "CNY"}
    unit = figure.row[3].replace("RUB", codes[new]) if new in codes else None
    truth = _other(figure.row, (*figure.row[:3], unit, *figure.row[4:]) if unit else None)
    return _put(text, sign.start(1), sign.end(1), new + end_), truth


CLEAR = ("<b></b>", "<i></i>", "\u00ad", "\u200b", "<!-- 7 -->", "<span style='display:none'>9</span>", "<script>8</script>",
         "<sup>1</sup>", "<del>3</del>", "<wbr>", "\u2060", "&shy;", "<a name='x5'></a>", "<style>p{top:1}</style>")  # fmt: skip
SEEN = ("<b>4</b>", "<sub>2</sub>", "<br>6", "&nbsp;2", "</p><p>9", "<ins>3</ins>", "&#57;", "</td><td>9",
        "<table><tr><td>1</td></tr></table>", "&lt;5", "<font size=1>0</font>")  # fmt: skip


def page(said: str) -> str:
    """The text as a page, a paragraph a line."""
    lines = said.replace("&", "&amp;").replace("<", "&lt;").splitlines()
    return "<html><body>" + "\n".join(f"<p>{line}</p>" for line in lines if line.strip()) + "</body></html>"


def mark_up(text: Text, rng: random.Random) -> Spoiled | None:
    """Markup, or what is not seen, stands in a number or behind it."""
    if not (found := _chosen(text, rng)) or "<" in text.said or "&" in text.said:
        return None
    figure, start, end, number = found
    at, markup = rng.randint(1, len(number)), rng.choice(CLEAR + SEEN)
    if markup in CLEAR and not (markup == "<sup>1</sup>" and at < len(number)):
        truth: Truth = as_before
    else:
        seen = re.sub(r"<[^>]*>", "", markup.replace("&#57;", "9")) if markup not in SEEN[3:5] else "|"
        told = number[:at] + seen + number[at:]
        whole = re.fullmatch(r"\d+(?:[.,]\d+)?", told) and "<br>" not in markup and "<t" not in markup
        new = _valued(figure.row, float(told.replace(",", "."))) if whole and "</td>" not in markup else None
        truth = _other(figure.row, new)
    made = page(text.said[:start] + number[:at] + "\ue123" + number[at:] + text.said[end:])
    return made.replace("\ue123", markup).encode(), truth


def misspell(text: Text, rng: random.Random) -> Spoiled | None:
    """A word of a figure's sentence is misspelt or is none: the figure means what it meant, or is listed."""
    if not text.figures:
        return None
    figure = rng.choice(text.figures)
    words = list(re.finditer(r"[A-Za-zА-Яа-яё]{4,}", text.said[slice(*figure.sentence)]))
    if not words:
        return None
    word = rng.choice(words)
    old = word[0]
    at = rng.randrange(1, len(old) - 1)
    new = rng.choice((
        old[:at] + old[at + 1] + old[at] + old[at + 2 :], old[:at] + old[at + 1 :], old[:at] + old[at] + old[at:],
        old[:at] + rng.choice("щzxqъ") + old[at + 1 :], old[:at] + "-\n" + old[at:], old[:at] + " " + old[at:],
        old[:at] + "\u00ad" + old[at:], rng.choice(("бурмулятн", "zorbish", "кваздр")), old[:at] + "?" + old[at + 1 :],
        old.translate(str.maketrans("аеосрхАЕОСРХ", "aeocpxAEOCPX")), old.upper(),
    ))  # fmt: skip
    start = figure.sentence[0]
    return _put(text, start + word.start(), start + word.end(), new), as_before


TURNED = {
    "ru": ("Неверно, что {}", "Банк России опроверг, что {}", "Если рецессия продолжится, {}", "В Финляндии {}", "По прогнозу, {}",
           "В Тульской области {}", "По слухам, {}", "Ожидается, что {}", "В 2014 году, до кризиса, {}"),
    "en": ("It is not true that {}", "The Bank of Russia denies that {}", "If the recession goes on, {}", "In Finland, {}",
           "According to the forecast, {}", "In the Tula oblast, {}", "Rumour has it that {}", "It is expected that {}"),
}  # fmt: skip


def turn(text: Text, rng: random.Random) -> Spoiled | None:
    """Words before a sentence take from its figure what it was: denied, of another country, only expected."""
    if not text.figures:
        return None
    figure = rng.choice(text.figures)
    start, end = figure.sentence
    sentence = text.said[start:end]
    if sum(f.sentence == figure.sentence for f in text.figures) > 1 or re.search("[;:\t\n]", sentence):
        return None
    words = rng.choice(TURNED[text.language]).format(sentence[0].lower() + sentence[1:])
    return _put(text, start, end, words), _other(figure.row, None)


WORDS = {  # what a figure is of: phrases in the same case and number, by the segment they mean
    "ru": ({"mortgage": "ипотечных кредитов", "SME": "кредитов МСП", "car loans": "автокредитов"},
           {"mortgage": "ипотечным кредитам", "SME": "кредитам МСП", "car loans": "автокредитам"}),
    "en": ({"mortgage": "mortgages", "SME": "SME loans", "car loans": "car loans"},
           {"mortgage": "mortgage loans", "SME": "loans to SMEs", "car loans": "car loans"}),
}  # fmt: skip


def change_borrowers(text: Text, rng: random.Random) -> Spoiled | None:
    """A sentence speaks of other loans: so do the figures that go by it, there and below."""
    options = [(figure, forms, segment) for figure in text.figures for forms in WORDS[text.language] for segment, phrase in
               forms.items() if figure.row[1] == segment and phrase in text.said[slice(*figure.sentence)]]  # fmt: skip
    if not options:
        return None
    figure, forms, old = rng.choice(options)
    new = rng.choice([segment for segment in forms if segment != old])
    at = text.said.index(forms[old], figure.sentence[0])

    def truth(row: Row) -> list[Row]:
        moved: Row = (row[0], new, *row[2:])
        return [moved] if row == figure.row else [row, moved] if row[1] == old else [row]

    return _put(text, at, at + len(forms[old]), forms[new]), truth


MONTHS = {
    "ru": ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December"),
}  # fmt: skip


def change_date(text: Text, rng: random.Random) -> Spoiled | None:
    """The first of another month, or another year."""
    if not text.figures:
        return None
    figure = rng.choice(text.figures)
    names = MONTHS[text.language]
    form = rf"\b1 ({'|'.join(names)}),? (20\d\d)\b"
    found = list(re.finditer(form, text.said[slice(*figure.sentence)]))
    if len(found) != 1 or len(re.findall(r"\b20\d\d\b", text.said[slice(*figure.sentence)])) != 1:
        return None
    old = f"{found[0][2]}-{names.index(found[0][1]) + 1:02d}-01"
    if figure.row[4] != old:
        return None
    month, year = names.index(found[0][1]) + 1, int(found[0][2])
    if rng.random() < 0.5:
        month = rng.choice([m for m in range(1, 13) if m != month])
    else:
        year -= rng.randint(1, 3)
    new = f"{year}-{month:02d}-01"
    begin = figure.sentence[0]

    def truth(row: Row) -> list[Row]:
        moved: Row = (*row[:4], new, row[5])
        return [moved] if row == figure.row else [row, moved] if row[4] == old else [row]

    put = _put(text, begin + found[0].start(1), begin + found[0].end(), f"{names[month - 1]} {year}")
    return put, truth


def cut(text: Text, rng: random.Random) -> Spoiled:
    content = text.said.encode()
    return content[: rng.randrange(len(content) // 3, len(content))], as_before


def recode(text: Text, rng: random.Random) -> Spoiled:
    way = rng.choice(("cp1251", "koi8-r", "utf-16", "utf-8-sig", "twice", "cp866", "iso8859-5", "lossy"))
    if way == "twice":
        return text.said.encode().decode("cp1251", "replace").encode(), as_before
    if way == "lossy":
        return text.said.encode("ascii", "replace"), as_before
    return text.said.encode(way, "replace"), as_before


def repeat_sentence(text: Text, rng: random.Random) -> Spoiled | None:
    """A sentence comes twice. (One that is gone, or stands elsewhere, takes along what those behind it go by: a text
    like any other.)"""
    sentences = sorted({figure.sentence for figure in text.figures})
    if not sentences:
        return None
    start, end = rng.choice(sentences)
    return _put(text, end, end, f" {text.said[start:end]}"), as_before


def change_order(text: Text, rng: random.Random) -> Spoiled | None:
    """Two paragraphs change places, neither of which goes by what was said before: each says alone what it says here."""
    lines = text.said.splitlines()
    alone = [at for at, line in enumerate(lines[2:], 2) if _alone(text, line)]
    if len(alone) < 2:
        return None
    one, other = rng.sample(alone, 2)
    lines[one], lines[other] = lines[other], lines[one]
    return "\n".join([*lines, ""]).encode(), as_before


def _alone(text: Text, line: str) -> bool:
    """Does a paragraph below the head of its text say by itself what it says among the others?"""
    own = [
        figure.row
        for figure in text.figures
        if line in text.said and text.said.index(line) <= figure.start < text.said.index(line) + len(line)
    ]
    head = "\n".join(text.said.splitlines()[:2])
    try:
        return bool(own) and sorted(
            rows_of(narrative.read(Payload(f"{head}\n{line}\n".encode(), "x")).table.to_dicts())
        ) == sorted(own)
    except ReadError:
        return False


def change_letter(text: Text, rng: random.Random) -> Spoiled | None:
    """One character anywhere that is no digit and beside none is gone, twice or another."""
    places = [i for i, letter in enumerate(text.said)
              if not re.search(r"\d", text.said[max(i - 1, 0) : i + 2]) and letter != "\n"]  # fmt: skip
    at = rng.choice(places)
    new = rng.choice(("", text.said[at] * 2, rng.choice(";.,-()/ яz«")))
    return _put(text, at, at + 1, new), as_before


FAULTS: dict[str, Fault] = {
    "a digit changed": change_digit,
    "a digit that is none": spoil_digit,
    "figure gone": lose_figure,
    "another unit": change_unit,
    "another currency": change_currency,
    "markup": mark_up,
    "a word misspelt": misspell,
    "denied, expected or elsewhere": turn,
    "other loans": change_borrowers,
    "another date": change_date,
    "file cut": cut,
    "another encoding": recode,
    "a sentence twice": repeat_sentence,
    "paragraphs in another order": change_order,
    "another character": change_letter,
}
