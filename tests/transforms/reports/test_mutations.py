"""Sentences varied by rule: numbers, units, months, synonyms, word order. The right value follows, or the number is listed;
where a word makes it no level any more, it is never loaded. Nothing is passed over in silence."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from tests.transforms.reports.scoring import loads, month, near
from transforms.model import Payload, Reading
from transforms.reports import narrative

HEADS = {"en": "Loans of banks\n28 November 2025\n", "ru": "Кредиты банков\n28 ноября 2025\n"}
MONTHS = {"en": (("1 October", "2025-09"), ("1 March", "2025-02"), ("1 August", "2025-07")),
          "ru": (("1 октября", "2025-09"), ("1 марта", "2025-02"), ("1 августа", "2025-07"))}  # fmt: skip
SHARES = {
    "en": (
        "As of {day} 2025, the share of problem {whose} {verb} {value}%, the Bank of Russia says.",
        "The Bank of Russia says: the share of problem {whose} {verb} {value} percent as of {day} 2025.",
        "According to the Bank of Russia, {value}% of {whose} were problem loans on {day} 2025.",
    ),
    "ru": (
        "На {day} 2025 года доля проблемных {whose} {verb} {value}%, сообщил Банк России.",
        "По данным Банка России, доля проблемных {whose} на {day} 2025 года {verb} {value} процента.",
        "Банк России сообщил, что проблемными на {day} 2025 года были {value}% {whose}.",
    ),
}
WHOSE = {"en": (("mortgages", "mortgage"), ("SME loans", "SME"), ("car loans", "car loans")),
         "ru": (("ипотечных кредитов", "mortgage"), ("кредитов МСП", "SME"), ("автокредитов", "car loans"))}  # fmt: skip
VERBS = {"en": ("was", "reached", "stood at", "rose to", "fell to"),
         "ru": ("составила", "достигла", "равнялась", "выросла до", "снизилась до")}  # fmt: skip
VALUES = (1.7, 12.9, 0.8, 5.35)
AMOUNTS = {"en": ("{} billion rubles", "RUB{}bn", "{} bn roubles", "RUB {} billion"),
           "ru": ("{} млрд руб.", "{} млрд рублей", "{}\xa0миллиардов рублей", "{} млрд ₽")}  # fmt: skip
TRAPS = {
    "en": (
        "The Bank of Russia denies that the share of problem mortgages reached {}%.",
        "The share of problem mortgages rose by {} percentage points to October 2025.",
        "The share of problem mortgages may reach {}% by December 2026, the Bank of Russia says.",
        "The share of problem mortgages at Example Bank was {}% on 1 October 2025.",
        "In Finland the share of problem mortgages was {}% on 1 October 2025.",
        "If rates stay, the share of problem mortgages would be {}%.",
        "The share of problem mortgages must not exceed {}%.",
        "In the Tula oblast the share of problem mortgages was {}% on 1 October 2025.",
        "The share of problem microfinance loans was {}% on 1 October 2025.",
        "The share of problem mortgages is {} times what it was in October 2024.",
        "Holders of zebra cards have {}% of problem mortgages.",
    ),
    "ru": (
        "Банк России опроверг, что доля проблемных ипотечных кредитов достигла {}%.",
        "Доля проблемных ипотечных кредитов выросла на {} процентного пункта за октябрь 2025 года.",
        "Доля проблемных ипотечных кредитов может достичь {}% к декабрю 2026 года, сообщил Банк России.",
        "Доля проблемных ипотечных кредитов в Примербанке составила {}% на 1 октября 2025 года.",
        "В Финляндии доля проблемных ипотечных кредитов составила {}% на 1 октября 2025 года.",
        "Если ставка сохранится, доля проблемных ипотечных кредитов составит {}%.",
        "Доля проблемных ипотечных кредитов не должна превышать {}%.",
        "В Тульской области доля проблемных ипотечных кредитов составила {}% на 1 октября 2025 года.",
        "Доля проблемных микрозаймов составила {}% на 1 октября 2025 года.",
        "Доля проблемных ипотечных кредитов выросла в {} раза с октября 2024 года.",
        "У владельцев полосатых карт {}% проблемных ипотечных кредитов.",
    ),
}


def read(sentence: str, language: str) -> Reading:
    return narrative.read(Payload((HEADS[language] + sentence + "\n").encode(), "note.txt"))


def printed(value: float, language: str) -> str:
    return f"{value:g}".replace(".", "," if language == "ru" else ".")


def shares(language: str) -> Iterator[tuple[str, float, str, str]]:
    """Every order of words with every verb, and the other parts in turn."""
    others = itertools.cycle(itertools.product(VALUES, WHOSE[language], MONTHS[language]))
    for form, verb in itertools.product(SHARES[language], VERBS[language]):
        value, (whose, segment), (day, as_of) = next(others)
        words = form.format(day=day, whose=whose, verb=verb, value=printed(value, language))
        yield words, value, segment, as_of


@pytest.mark.parametrize("language", SHARES)
def test_the_value_follows_the_words(language: str) -> None:
    for words, value, segment, as_of in shares(language):
        reading = read(words, language)
        rows = [(row["base"], row["indicator"], row["segment"], month(row["as_of"])) for row in loads(reading)]
        assert rows == [(value, "problem_share", segment, as_of)], words
        assert reading.unread == (), words


@pytest.mark.parametrize("language", AMOUNTS)
def test_amounts_are_the_same_in_every_unit_and_spelling(language: str) -> None:
    forms = {"en": "As of 1 October 2025, problem loans of households reached {}, the Bank of Russia says.",
             "ru": "На 1 октября 2025 года проблемные кредиты граждан достигли {}, сообщил Банк России."}  # fmt: skip
    for form, value in itertools.product(AMOUNTS[language], (2.4, 960, 1450.5)):
        (row,) = loads(read(forms[language].format(form.format(printed(value, language))), language))
        assert near(row["base"], value * 1e9) and row["indicator"] == "problem_loans"
    (row,) = loads(
        read(forms[language].format({"en": "1,450 billion rubles", "ru": "1 450 млрд рублей"}[language]), language)
    )
    assert near(row["base"], 1450e9)


@pytest.mark.parametrize("language", TRAPS)
def test_what_is_no_level_is_listed_and_never_loaded(language: str) -> None:
    for form, value in itertools.product(TRAPS[language], (2.4, 7.0)):
        words = form.format(printed(value, language))
        reading = read(words, language)
        assert reading.table.is_empty(), words
        assert any(unread.value is not None and near(unread.value, value) for unread in reading.unread), words


@pytest.mark.parametrize("language", SHARES)
def test_an_unknown_word_at_the_number_makes_it_a_listed_one(language: str) -> None:
    """Whatever it means, it may make the number another thing."""
    odd = {"en": "the share of problem zorbish", "ru": "доля проблемных бурмулятных"}[language]
    plain = {"en": "the share of problem", "ru": "доля проблемных"}[language]
    for words, value, _, _ in shares(language):
        if plain not in words:
            continue
        reading = read(words.replace(plain, odd), language)
        assert reading.table.is_empty(), words
        assert [unread.value for unread in reading.unread] == [value], words
