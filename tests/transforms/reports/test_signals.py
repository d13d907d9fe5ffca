"""Notes of CMASF, bureau figures and restructuring bulletins, English and Russian: what is stated, by whom, and where."""

from __future__ import annotations

import pytest

from expectations.gate import check
from transforms.banking.definitions import definitions
from transforms.model import Payload
from transforms.products import recognise
from transforms.reports import narrative
from transforms.reports.definitions import BY_ORIGINATOR

NOTE_EN = """Leading indicators of systemic risks
02 February 2026

The Center for Macroeconomic Analysis and Short-Term Forecasting (CMASF) updated its indicators with statistics for January 2026.
They show an average probability of a systemic banking crisis before December 2026 and a high probability of recession by the end of the year.
There is no high risk of depositor flight.
Problem assets of the banks exceeded just over 10 percent of total assets.
The share of problem loans in SME loans reached 19 percent, CMASF says.
"""
NOTE_RU = """31 декабря 2025
ЦМАКП (по данным статистики на 01.12.2025): система подает сигнал о высоком риске возникновения рецессии до конца 2026 года.
Вероятность системного банковского кризиса до октября 2026 года оценивается как средняя.
По оценке ЦМАКП, доля проблемных кредитов в секторе малого и среднего предпринимательства достигает 19%.
"""
COMPOSITE = {  # end of July 2015: 0.106 against 0.098
    "en": "20 August 2015\nCMASF: the composite indicator of a systemic banking crisis stood at 0.106 against a threshold of 0.098.\n",
    "ru": "20 августа 2015\nЦМАКП сообщает: СОИ системного банковского кризиса составил 0,106 при пороговом значении 0,098.\n",
}
BULLETIN_RU = """02 марта 2026
По данным Банка России, в четвертом квартале 2025 года объем реструктурированных кредитов физлиц составил 149 млрд руб.
За IV квартал 2025 года банки получили 1,6 млн заявлений.
"""
BULLETIN_EN = """27 February 2026
Banks restructured loans worth 326 billion rubles in the third quarter of 2025, the Bank of Russia says.
Banks received 1.6 million applications for restructuring in Q4 2025, the central bank says of loans.
"""


def read(words: str, name: str = "note.txt"):
    return narrative.read(Payload(words.encode(), name))


def signals(words: str) -> list[tuple[object, ...]]:
    frame = read(words).records["early_warning_signal"]
    return frame.select("risk", "signal", "horizon", "data_as_of", "published", "place").rows()


def figures(words: str) -> list[tuple[object, ...]]:
    columns = ("indicator", "segment", "value", "unit", "as_of", "originator", "definition")
    return read(words).table.select(columns).rows()


def test_signals_of_an_english_note() -> None:
    assert signals(NOTE_EN) == [
        ("systemic banking crisis", "medium", "until 2026-12", "2026-01", "2026-02-02", "paragraph 5"),
        ("recession", "high", "until 2026-12", "2026-01", "2026-02-02", "paragraph 5"),
    ]
    sentences = read(NOTE_EN).records["early_warning_signal"]["sentence"]
    assert sentences[0].startswith("They show an average probability")


@pytest.mark.parametrize("sentence", [
    "CMASF says the probability of a systemic banking crisis is medium until October 2026 and deposits grow.",
    "CMASF: a medium probability of a systemic banking crisis, until October 2026.",
    "ЦМАКП: вероятность системного банковского кризиса средняя до октября 2026 года.",
])  # fmt: skip
def test_a_horizon_may_stand_behind_the_level(sentence: str) -> None:
    head = "05 декабря 2025" if "ЦМАКП" in sentence else "05 December 2025"
    assert [row[:3] for row in signals(f"{head}\n{sentence}\n")] == [
        ("systemic banking crisis", "medium", "until 2026-10")
    ]


@pytest.mark.parametrize("words", [NOTE_EN, NOTE_RU, COMPOSITE["en"], COMPOSITE["ru"]])
def test_a_note_without_money_is_recognised(words: str) -> None:
    assert recognise(Payload(words.encode(), "note.txt")).PRODUCT == "reports.narrative"


def test_a_denied_signal_is_listed_as_unread_and_never_a_signal() -> None:
    (unread,) = [u for u in read(NOTE_EN).unread if u.unit == "signal_level"]
    assert (unread.place, unread.surface, unread.reading) == ("paragraph 6", "high", "depositor flight: high")
    assert "'no'" in unread.missing


def test_signals_of_a_russian_note() -> None:
    assert signals(NOTE_RU) == [
        ("recession", "high", "until 2026-12", "2025-12-01", "2025-12-31", "paragraph 2"),
        ("systemic banking crisis", "medium", "until 2026-10", "2025-12-01", "2025-12-31", "paragraph 3"),
    ]


@pytest.mark.parametrize("language", COMPOSITE)
def test_the_composite_as_a_number_with_its_threshold(language: str) -> None:
    reading = read(COMPOSITE[language])
    columns = ("risk", "signal", "indicator_value", "threshold", "unit")
    assert reading.records["early_warning_signal"].select(columns).rows() == [
        ("systemic banking crisis", "above threshold", 0.106, 0.098, "index")
    ]
    assert reading.table.select("indicator", "value", "unit").rows() == [("crisis_composite_index", "0.106", "index")]
    assert [(u.surface, "threshold" in u.missing) for u in reading.unread] == [("0.098", True), ("0,098", True)][
        language == "ru" :
    ][:1]
    assert [r.sentence() for r in check("reports.narrative", reading.table, where="note") if not r.success] == []


def test_without_cmasf_a_probability_is_nobodys_signal() -> None:
    words = NOTE_EN.replace("The Center for Macroeconomic Analysis and Short-Term Forecasting (CMASF)", "A blogger")
    assert signals(words.replace("CMASF", "he")) == []


def test_problem_shares_are_of_whoever_counts_them() -> None:
    assert figures(NOTE_EN) == [
        ("problem_share", "all", "10", "%", "2026-01", "CMASF", "PROBLEM_CMASF"),
        ("problem_share", "SME", "19", "%", "2026-01", "CMASF", "PROBLEM_CMASF"),
    ]
    assert figures(NOTE_RU) == [("problem_share", "SME", "19", "%", None, "CMASF", "PROBLEM_CMASF")]


@pytest.mark.parametrize(
    ("who", "originator", "definition"),
    [
        ("United Credit Bureau says", "United Credit Bureau", "BUREAU_DPD90"),
        ("the Bank of Russia says", "Bank of Russia", "NPL90"),
        ("people say", None, "PRESS"),
    ],
)
def test_ninety_days_mean_what_the_one_who_counted_means(who: str, originator: str | None, definition: str) -> None:
    (row,) = figures(
        f"11 November 2025\nLoans to individuals overdue more than 90 days reached 2.1 trillion rubles, {who}.\n"
    )
    assert row == ("bad_loans_90d", "households", "2.1", "trn RUB", None, originator, definition)


def test_bulletins_on_restructuring_give_flows_of_a_quarter() -> None:
    flow = "RESTRUCTURED_FLOW"
    assert figures(BULLETIN_RU) == [
        ("restructured", "households", "149", "bn RUB", "2025-10/2025-12", "Bank of Russia", flow),
        ("restructuring_applications", "households", "1.6", "mln", "2025-10/2025-12", "Bank of Russia", flow),
    ]
    assert figures(BULLETIN_EN) == [
        ("restructured", "all", "326", "bn RUB", "2025-07/2025-09", "Bank of Russia", flow),
        ("restructuring_applications", "all", "1.6", "mln", "2025-10/2025-12", "Bank of Russia", flow),
    ]


def test_a_page_gives_the_same_as_its_text() -> None:
    page = "<html><body>" + "".join(f"<p>{line}</p>" for line in NOTE_RU.splitlines()) + "</body></html>"
    assert signals(page) == signals(NOTE_RU)
    assert figures(page) == figures(NOTE_RU)


def test_every_definition_that_may_be_given_is_documented() -> None:
    given = {code for kinds in BY_ORIGINATOR.values() for code in kinds.values()} | {
        "PRESS",
        "DPD90",
        "RESTRUCTURED_FLOW",
    }
    assert given | {"PROBLEM_IV_V_NARROW"} <= set(definitions()["definition"])
