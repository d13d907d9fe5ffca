"""What a live reader must survive, on look-alikes of answers with other figures: Russia."""

from __future__ import annotations

from datetime import date

import pytest

from tests.transforms.context.case import one, payload, read, refused, values, vintages
from tests.transforms.context.look_alikes import rosstat
from transforms import identities

NOTE = "  2)март 2030 г. в % к декабрю 2029 г."
SINCE = "price_index:RUS._._.CPI.index.ytd.DECEMBER_LAST_YEAR_100._.index.M.N"


def test_a_footnote_glued_to_a_number_is_told_from_it() -> None:
    reading = read(rosstat("100,902)", NOTE))
    assert one(reading, SINCE, date(2030, 3, 31)) == 100.9
    assert one(reading, SINCE, date(2029, 12, 31)) == 104.91
    assert vintages(reading) == {date(2030, 4, 10)}


@pytest.mark.parametrize(
    ("cell", "note"),
    [("100,903)", NOTE), ("100,90", NOTE), ("100,902)", "2)март 2029 г. в % к декабрю 2028 г."), ("100,9012)", NOTE)],
)
def test_a_number_whose_footnote_is_not_certain_is_set_aside(cell: str, note: str) -> None:
    reading = read(rosstat(cell, note))
    assert [row.code for row in reading.set_aside] == ["unclear_number"]
    assert (SINCE, date(2030, 3, 31)) not in values(reading) and (SINCE, date(2029, 12, 31)) in values(reading)


def budget(*lines: str) -> str:
    return (
        '\ufeffГод,Месяц,"Доходы, всего","Расходы, всего",Дефицит (-)/Профицит (+),Привлечение,Код разреза,Код признака\n'
        + "\n".join(lines)
    )


def test_the_budget_in_other_units_or_contradicting_itself() -> None:
    reading = read(payload(budget("2030,январь,10.0,12.5,-2.5,,OKEI,386", "2030,февраль,20.0,25.0,-2.0,1.0,OKEI,386")))
    assert {row.code for row in reading.set_aside} == {"sum_mismatch"}
    judged = identities.judged(reading.identities)
    assert judged.select("made", "total", "off").rows() == [(-2.5, -2.5, 0.0)], (
        "gate 1 gets the sum of the month that is kept"
    )
    assert set(reading.observations["period_end"]) == {date(2030, 1, 31)} and set(reading.observations["basis"]) == {
        "ytd"
    }
    assert refused(payload(budget("2030,январь,10.0,12.5,-2.5,,OKEI,385"))).code == "unknown_unit"
