"""What a reader in a hurry would take for a figure, and what it is: denied, supposed, older, another's. None is loaded.

Every sentence holds the words of a pattern. Beside them stand sentences that say the same plainly, which are read.
"""

from __future__ import annotations

import pytest

from transforms.model import Payload, ReadError
from transforms.reports import narrative

HEADS = {"en": "08 December 2025\nLoans of banks, bank loans, billion, trillion.\n",
         "ru": "08 декабря 2025\nКредиты банков, ссуды, млрд, трлн.\n"}  # fmt: skip


def read(sentence: str):
    """The reading of a document of one sentence; None if nothing in it is a figure or a signal."""
    language = "ru" if any("а" <= letter <= "я" for letter in sentence.lower()) else "en"
    try:
        return narrative.read(Payload((HEADS[language] + sentence + "\n").encode(), "note.txt"))
    except ReadError as refusal:
        assert refusal.code == "no_numbers"
        return None


def figures(sentence: str) -> list[tuple[object, ...]]:
    columns = ("indicator", "segment", "value", "unit", "as_of", "definition")
    return read(sentence).table.select(columns).rows()


@pytest.mark.parametrize("sentence", [
    # another deed than lending
    "Banks sold 90 billion rubles of overdue household debt.",
    "In the first half banks wrote off 120 billion rubles of bad household loans.",
    "Власти выделили 40 млрд руб. на реструктуризацию кредитов МСП.",
    # another bucket, another time, interest
    "SME loans that are 60-90 days overdue were 0.6 percent of the portfolio, the Bank of Russia says.",
    "Доля кредитов МСП с просрочкой от 60 до 90 дней составила 0,6%, сообщил Банк России.",
    "На 1 октября 2025 года доля проблемной ипотеки снижается, а максимум (1,9%) был в 2016 году.",
    "Of problem mortgages there are fewer on 1 October 2025 than at the maximum (1.9%) in 2016.",
    "Просроченная ипотека выдана под 10,94%.",
    # one bank by its name
    "Банк «Зенит» сообщил, что доля проблемной ипотеки у него достигла 2,4%.",
    "Новикомбанк раскрыл просрочку по корпоративным кредитам: 3,1%.",
    # denied
    "Problem assets have not exceeded 10 percent of total assets.",
    "It is not true that loans to individuals overdue more than 90 days reached 2.1 trillion rubles.",
    "Officials deny that the share of problem mortgages reached 5 percent.",
    "Доля проблемных активов не превысила 10%.",
    "Каждый пятый кредит МСП не был реструктурирован.",
    # supposed: conditions, criteria, forecasts, scenarios
    "A crisis is declared if problem assets of the banks exceeded 10 percent of total assets.",
    "A systemic crisis begins when the share of problem assets exceeds 10 percent of total assets.",
    "If rates stay high, the share of problem mortgages rose to 3 percent in our model.",
    "In 2027, loans to individuals overdue more than 90 days reached 4 trillion rubles in the stress scenario.",
    "Loans to individuals overdue more than 90 days reached 4 trillion rubles by December 2026, the plan says.",
    "Bad loans to Russian households may grow: analysts expect a 1.6-fold increase over nine months.",
    "Кризис наступает, если доля проблемных активов в банковской системе превысила 10% активов.",
    "Каждый пятый кредит МСП может быть реструктурирован.",
    "По прогнозу, доля проблемных ипотечных кредитов составила бы 3%.",
    # of another time
    "A year earlier the share of problem mortgages was 0.8 percent.",
    "The share of problem mortgages was 0.8 percent a year ago.",
    "Годом ранее доля проблемных ипотечных кредитов составила 0,8%.",
    # a change or a difference, not a level
    "The share of problem mortgages rose 20 percent.",
    "The share of problem mortgages is 1.7 percentage points higher than a quarter before.",
    "The share of problem mortgages rose by 0.3 percentage points.",
    "Доля проблемных кредитов МСП составила 1,5 процентного пункта.",
    "Просрочка населения снизилась в 1,6 раза.",
    # a range
    "Loans to individuals overdue more than 90 days reached 2.1 trillion rubles to 2.5 trillion rubles.",
    "The share of problem mortgages was 1.4-1.7 percent.",
    "Долг физлиц с просрочкой более 90 дней составил 2,3 трлн рублей или 2,5 трлн рублей.",
    "Доля проблемных ипотечных кредитов составила 1,4-1,7%.",
    # other borrowers and other loans
    "Banks received 1.6 million applications in Q4 2025 for credit cards.",
    "Banks received 1.6 million applications in Q4 2025.",
    "Bad loans to Russian households rose, and corporate bonds saw a 1.6-fold increase over nine months.",
    "Просрочка по корпоративным кредитам выросла в 1,6 раза.",
    "Просроченные долги растут, а доходы банков упали в 2 раза.",
    # one bank, one place, another country, another currency
    "Problem assets of VTB exceeded 10 percent of total assets.",
    "Sberbank says its share of problem mortgages is 1.1 percent.",
    "The share of problem mortgages is 1.1 percent in Moscow.",
    "In Kazakhstan the share of problem consumer loans rose to 9 percent.",
    "In China loans to individuals overdue more than 90 days reached 1.5 trillion yuan.",
    "Loans to individuals overdue more than 90 days reached 1.5 trillion yuan.",
    "Loans to individuals overdue more than 90 days reached 300 billion hryvnia.",
    "One in five business loans now requires review, say retailers of Germany.",
    "Germany's annual trade surplus soared past $300 billion.",
    "Imports of Japan slowed. Imports rose just 4.9 percent year-on-year in November.",
    "Imports rose just 4.9 percent year-on-year in November.",
    "Доля проблемных корпоративных кредитов Сбербанка составила 4%.",
    "В Белоруссии доля проблемных потребительских кредитов составила 6%.",
    # some borrowers, some banks, another whole
    "The share of problem consumer loans rose to 13 percent among young borrowers.",
    "The share of problem mortgages rose to 1.7 percent at small banks.",
    "The share of problem mortgages rose to 1.7 percent in Siberia.",
    "The share of problem mortgages reached 1.7 percent of income.",
    "Problem assets reached 10 percent of assets at a third of the banks.",
    "Доля проблемных активов достигла 10% в трети банков.",
    "Доля проблемных потребительских кредитов составила 13% у заемщиков с ПДН выше 80%.",
    "Доля проблемных ипотечных кредитов составила 1,7% от дохода.",
    "Каждый пятый кредит МСП в Татарстане был реструктурирован.",
    # said by the way, by nobody, of long ago, of less
    "Bad loans to Russian households hit 2.3 trillion rubles in the worst case.",
    "Loans to individuals overdue more than 90 days reached 2.3 trillion rubles, Reuters wrongly reported.",
    "Nobody claims the share of problem mortgages reached 1.7 percent.",
    "Simulations show that the share of problem mortgages reached 4 percent.",
    "Had rates stayed, the share of problem mortgages reached 4 percent.",
    "Before the war the share of problem mortgages was 1.1 percent.",
    "Before the war, the share of problem mortgages was 1.1 percent.",
    "The share of problem mortgages reached 170 percent, the Bank of Russia says.",
    "Fewer than one in five business loans requires review.",
    "До войны доля проблемных ипотечных кредитов составила 1,1%.",
    "Вряд ли доля проблемных ипотечных кредитов составила 5%.",
    "Якобы доля проблемных ипотечных кредитов составила 5%.",
    "Менее чем каждый пятый кредит МСП был реструктурирован.",
    "Просрочка населения выросла в 1,6 раза меньше, чем ожидалось.",
    "Банки реструктурировали кредиты населению на 532 млрд рублей за полгода и на 326 млрд рублей за квартал.",
    # of a part, by another measure, asked and not said
    "Excluding restructured loans, the share of problem mortgages reached 1.7 percent.",
    "The share of problem mortgages rose to 1.7 percent by number.",
    "The share of problem mortgages is 1.7 percent? Nonsense, says the minister.",
    "Без учета реструктурированных, доля проблемных ипотечных кредитов составила 1,7%.",
    "Доля проблемных ипотечных кредитов составила 1,7%?",
    "Contrary to the Bank of Russia, the share of problem mortgages reached 3 percent, an expert says.",
    "Вопреки Банку России, доля проблемных ипотечных кредитов составила 3%.",
    # two who count differently; a number that is none; a sum without currency
    "The Bank of Russia and a credit bureau say that loans to individuals overdue more than 90 days reached 2.1 trillion rubles.",
    "Loans to individuals overdue more than 90 days reached 2,3 trillion rubles.",
    "Loans to individuals overdue more than 90 days reached 2.3 trillion.",
])  # fmt: skip
def test_a_doubtful_figure_is_not_read(sentence: str) -> None:
    reading = read(sentence)
    assert reading is None or reading.table.is_empty(), reading.table.to_dicts()


@pytest.mark.parametrize("sentence", [
    "CMASF: medium to high probability of recession.",
    "CMASF: medium-high probability of recession.",
    "CMASF said the probability of recession was raised from medium to high.",
    "CMASF: Goldman Sachs sees a high probability of recession in the United States.",
    "CMASF warns that rate hikes could bring a high probability of recession.",
    "CMASF: if oil falls, there is a high risk of recession.",
    "CMASF: last year there was a high probability of recession.",
    "CMASF sees a high risk of recession in Germany.",
    "CMASF: a high probability of a recession has been replaced by a medium one.",
    "Contrary to CMASF, the probability of recession is high, an expert says.",
    "In 2015 CMASF said the composite indicator of a systemic banking crisis stood at 0.106 against a threshold of 0.098.",
    "CMASF: if the composite indicator of a systemic banking crisis reached 0.2 against a threshold of 0.098, banks would fall.",
    "Вопреки ЦМАКП, вероятность рецессии высокая, считает эксперт.",
    "ЦМАКП: вероятность рецессии уже не высокая.",
    "ЦМАКП: вероятность рецессии от средней до высокой.",
    "ЦМАКП: риск рецессии может стать высоким: высокая вероятность рецессии возможна.",
    "ЦМАКП: высокий риск рецессии отсутствует.",
    "В 2022 году ЦМАКП видел высокую вероятность системного банковского кризиса.",
])  # fmt: skip
def test_a_doubtful_signal_is_not_read(sentence: str) -> None:
    reading = read(sentence)
    assert reading is None or reading.records["early_warning_signal"].is_empty()


@pytest.mark.parametrize(("sentence", "row"), [
    ("The share of problem mortgages rose from 1.4 to 1.7 percent as of 1 October 2025, the Bank of Russia says.",
     ("problem_share", "mortgage", "1.7", "%", "2025-10-01", "PROBLEM_IV_V")),
    ("As of October 1, 2025, the share of problem unsecured consumer loans stood at 12.9%, the central bank says.",
     ("problem_share", "unsecured consumer", "12.9", "%", "2025-10-01", "PROBLEM_IV_V")),
    ("Loans to individuals overdue more than 90 days reached 2,300 billion rubles in October 2025, Scoring Bureau said.",
     ("bad_loans_90d", "households", "2300", "bn RUB", "2025-10", "BUREAU_DPD90")),
    ("The Bank of Russia said in November 2025 that the share of problem mortgages reached 1.7%.",
     ("problem_share", "mortgage", "1.7", "%", None, "PROBLEM_IV_V")),
    ("In the third quarter of 2024 the share of problem mortgages was 1.1 percent, the Bank of Russia says.",
     ("problem_share", "mortgage", "1.1", "%", "2024-09-30", "PROBLEM_IV_V")),
    ("Доля проблемных ипотечных кредитов составила 1,7% против 1,4% кварталом ранее, сообщил ЦБ.",
     ("problem_share", "mortgage", "1.7", "%", None, "PROBLEM_IV_V")),
    ("В 2019 году доля проблемных ипотечных кредитов составила 1,1%, по данным Банка России.",
     ("problem_share", "mortgage", "1.1", "%", "2019-12-31", "PROBLEM_IV_V")),
    ("The share of problem mortgages reached 1.7%.", ("problem_share", "mortgage", "1.7", "%", None, "PRESS")),
    ("One in five loans to small and medium-sized enterprises has been restructured.",
     ("restructured_share", "SME", "20", "%", "2025-10-01", "RESTRUCTURED_STOCK")),
    ("Каждый пятый кредит малому и среднему бизнесу был реструктурирован.",
     ("restructured_share", "SME", "20", "%", "2025-10-01", "RESTRUCTURED_STOCK")),
    ("На 1 октября 2025 года доля проблемных кредитов в ипотеке выросла с 1,4% до 1,7%, сообщил Банк России.",
     ("problem_share", "mortgage", "1.7", "%", "2025-10-01", "PROBLEM_IV_V")),
    ("Просрочка населения за девять месяцев 2025 года выросла в 1,6 раза.",
     ("bad_loans_multiple", "households", "1.6", "times", "2025-01/2025-09", "BUREAU_DPD90")),
    ("Loans to individuals overdue more than 90 days rose from 1.8 to 2.3 trillion rubles.",
     ("bad_loans_90d", "households", "2.3", "trn RUB", "2025-10", "BUREAU_DPD90")),
    ("In the corporate sector, 326 billion rubles worth of loans were restructured in Q3 2025.",
     ("restructured", "corporate", "326", "bn RUB", "2025-07/2025-09", "RESTRUCTURED_FLOW")),
    ("Банки в III квартале 2025 года реструктурировали кредиты на 326 млрд рублей крупным компаниям.",
     ("restructured", "large corporate", "326", "bn RUB", "2025-07/2025-09", "RESTRUCTURED_FLOW")),
    ("Loans to individuals overdue more than 90 days reached 1 007 billion rubles, Scoring Bureau said.",
     ("bad_loans_90d", "households", "1007", "bn RUB", None, "BUREAU_DPD90")),
    ("В III квартале 2025 года объем реструктурированных кредитов МСП составил 1 007 млрд руб.",
     ("restructured", "SME", "1007", "bn RUB", "2025-07/2025-09", "RESTRUCTURED_FLOW")),
    ("Ссуды физлиц с просрочкой более 90 дней достигли 2,4 трлн рублей на 1 декабря 2025, по данным ОКБ.",
     ("bad_loans_90d", "households", "2.4", "trn RUB", "2025-12-01", "BUREAU_DPD90")),
])  # fmt: skip
def test_a_plain_figure_is_read_with_its_period_and_definition(sentence: str, row: tuple[object, ...]) -> None:
    assert figures(sentence) == [row]


@pytest.mark.parametrize(("sentence", "definition"), [
    ("Without risky restructurings, the share of problem corporate loans was 4.1 percent, the Bank of Russia says.", "PROBLEM_IV_V_NARROW"),
    ("The share of problem corporate loans was 4.1 percent, excluding risky restructurings, the Bank of Russia says.", "PROBLEM_IV_V_NARROW"),
    ("The share of problem corporate loans reached 10.4 percent including risky restructurings, the Bank of Russia says.", "PROBLEM_IV_V"),
    ("The share of problem corporate loans reached 10.4 percent, the Bank of Russia says.", "PRESS"),
    ("The share of problem corporate loans reached 10.4 percent, CMASF says.", "PROBLEM_CMASF"),
    ("The share of problem mortgages reached 1.7 percent, the Bank of Russia says.", "PROBLEM_IV_V"),
    ("Доля проблемных корпоративных кредитов составила 4,1% без учета рискованных реструктуризаций, сообщил Банк России.", "PROBLEM_IV_V_NARROW"),
    ("Доля проблемных корпоративных кредитов составила 10,4% с учетом рискованных реструктуризаций, сообщил Банк России.", "PROBLEM_IV_V"),
    ("Доля проблемных корпоративных кредитов составила 10,4%, сообщил Банк России.", "PRESS"),
])  # fmt: skip
def test_two_shares_of_problem_loans_of_companies_are_told_apart_or_are_neither(sentence: str, definition: str) -> None:
    """4.1 and 10.4 percent in mid 2025: quality categories alone, and with risky restructurings."""
    assert [row[-1] for row in figures(sentence)] == [definition]


@pytest.mark.parametrize(("amount", "row"), [
    ("2,4 трлн рублей", ("2.4", "2022-2025", "cumulative", "RESTRUCTURED_STOCK")),
    ("2,5 трлн рублей", ("2.5", None, "flow", "PRESS")),
    ("326 млрд рублей в III квартале 2025 года", ("326", "2025-07/2025-09", "flow", "RESTRUCTURED_FLOW")),
])  # fmt: skip
def test_loans_restructured_are_a_flow_only_of_a_period(amount: str, row: tuple[str | None, ...]) -> None:
    """2.4 trn is cumulative; the 326 bn of a quarter may be added to those of others."""
    table = read(f"Банки реструктурировали кредиты населения на {amount}.").table
    assert table.select("value", "as_of", "kind", "definition").rows() == [row]


def test_an_unread_number_says_what_made_it_doubtful() -> None:
    words = "The share of problem mortgages was 1.7 percent. Analysts say it could be that the share of problem mortgages reached 3 percent.\n"
    (unread,) = read(words).unread
    assert (unread.surface, unread.reading) == ("3 percent", "problem_share mortgage")
    assert unread.missing == "forecast: 'could'; analysts: 'Analysts'"


@pytest.mark.parametrize(("words", "unread"), [
    ("One in four loans is late.", "One in four"), ("Bad debts doubled.", "doubled"),
    ("Every loan of 2024 bn rubles is late.", "2024 bn rubles"), ("He and 3500 banks lend.", "3500"),
    ("Каждый шестой кредит просрочен.", "Каждый шестой"), ("Просрочка выросла вдвое.", "вдвое"),
])  # fmt: skip
def test_numbers_in_words_and_numbers_like_years_are_listed_too(words: str, unread: str) -> None:
    reading = read(words)
    assert [u.surface for u in reading.unread] + [row["sentence"] for row in reading.table.to_dicts()] in (
        [unread],
        [words],
    )


def test_a_known_claim_names_nobody_where_the_sentence_names_another() -> None:
    """2.3 trn of October 2025 is the Scoring Bureau's; the same number of another bureau or date is not."""
    words = "Loans to individuals overdue more than 90 days reached 2.3 trillion rubles{}"
    for ending in (", United Credit Bureau says.", " as of 1 January 2025, Scoring Bureau says."):
        table = read(words.format(ending)).table
        assert table["definition"].to_list() == ["BUREAU_DPD90"] and "counted" not in str(table["note"][0])
    assert "not a Bank of Russia number" in read(words.format(".")).table["note"][0]


@pytest.mark.parametrize("sentence", [
    "Scoring Bureau says loans to individuals overdue more than 90 days reached 2.3 trillion rubles in October 2024.",
    "Долг физлиц с просрочкой более 90 дней составил 2,3 трлн рублей в октябре 2024 года, по данным Скоринг Бюро.",
])  # fmt: skip
def test_the_known_figure_under_the_date_that_one_outlet_gave_by_mistake_is_not_read(sentence: str) -> None:
    """2.3 trn is the stock of October 2025; a year before it was half a trillion less."""
    reading = read(sentence)
    assert reading.table.is_empty() and "misdated" in reading.unread[0].missing
    words = sentence.replace("2024", "2023").replace("2.3", "2.2").replace("2,3", "2,2")
    assert figures(words)[0][2:5] == ("2.2", "trn RUB", "2023-10")


def test_a_review_of_the_bank_speaks_for_the_bank() -> None:
    title, line = "Financial Stability Review\n", "The share of problem mortgages reached 1.7%.\n"
    for head, given in ((title, ("Bank of Russia", "PROBLEM_IV_V")), ("", (None, "PRESS"))):
        reading = narrative.read(Payload((head + HEADS["en"] + line).encode(), "review.txt"))
        assert reading.table.select("originator", "definition").rows() == [given]


@pytest.mark.parametrize("torn", ["1.6<i></i>8", "1<br>6.8", "1<!-- 7 -->6.8", "1\u200b6.8", "16.8<sup>1</sup>"])
def test_a_number_that_markup_touches_is_listed(torn: str) -> None:
    """What stands on the other side may belong to it: 1.6<i></i>8 is not 8."""
    plain = "Banks restructured household loans worth {} billion rubles in the third quarter of 2025."
    assert len(figures(plain.format("16.8"))) == 1
    reading = read(plain.format(torn))
    assert reading.table.is_empty() and "8" in "".join(unread.surface for unread in reading.unread)


@pytest.mark.parametrize(("before", "sentence"), [
    ("Since March 2022 banks have restructured RUB 14.6 trillion of corporate loans.",
     "Mortgages grew 3.5% to RUB 16.7 trillion."),
    ("Реструктурировано кредитов компаний на 14,6 трлн руб.", "Ипотека выросла на 3,5% до 16,7 трлн руб."),
])  # fmt: skip
def test_what_grew_at_the_head_of_a_paragraph_is_not_what_the_paragraph_before_counted(
    before: str, sentence: str
) -> None:
    found = {(row[0], row[2]) for row in figures(f"{before}\n{sentence}")}
    assert not {indicator for indicator, value in found if value == "16.7"}
    assert ("restructured", "14.6") in found


@pytest.mark.parametrize(("months", "period"), [
    ("January–JUNE 2025", "2025-01/2025-06"),
    ("JANUARY–JUNE 2025", "2025-01/2025-06"),
    ("between January and June 2025", "2025-01/2025-06"),
    ("May and June 2025", "2025-05/2025-06"),
    ("January and June 2025", None),
    ("April, May and June 2025", None),
    ("May–june 2025", None),
])  # fmt: skip
def test_months_side_by_side_are_one_period_or_none(months: str, period: str | None) -> None:
    found = figures(f"Banks earned RUB 1.7 trillion in {months}.".replace("in between", "between"))
    assert [row[4] for row in found] == ([period] if period else [])


@pytest.mark.parametrize(("sentence", "value"), [
    ("Problem assets crossed 10% of total assets of the banks on 1 November 2025 (10.6%), CMASF says.", "10.6"),
    ("ЦМАКП: доля проблемных активов превысила 10% (10,7% на 1 ноября 2025 г.).", "10.7"),
])  # fmt: skip
def test_a_bound_beside_its_figure_is_no_second_figure(sentence: str, value: str) -> None:
    assert [row[2] for row in figures(sentence)] == [value]


def test_a_date_in_brackets_is_not_that_of_what_stands_outside() -> None:
    told = figures(
        "Просрочка по автокредитам по итогам квартала составила 3–8% (на 1 января 2025 г. – 3,5%), по ипотеке – 3,1%."
    )
    assert not [row for row in told if row[2] == "3.1" and row[4] == "2025-01-01"]
