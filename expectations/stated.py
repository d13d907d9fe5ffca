"""What a suite file says, typed: the columns of a table, and one line a rule, each with its why.

A suite is a YAML file in this room, named like the product that it judges or like what several products call their
suite. An error names the file and the field. Great Expectations' own objects are made of it when there is something to
judge (`rules_of`), never before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from transforms import yaml_file
from transforms.layout import BadLayout

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

HERE = Path(__file__).parent
Kind = Literal["str", "float", "int", "bool", "date"]
KINDS = ("filled", "unique", "within", "one_of", "includes", "rows", "holds", "trade", "currency_as_titled")
EXPLAINED = "The reader makes these columns and no others."
POINTS: Mapping[Kind, list[str]] = {
    "str": ["series", "unit"],
    "date": ["period_end"],
    "float": ["printed", "value", "precision"],
}
"""Columns of the table of points that every reader of the context makes."""


class Stated(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(Stated):
    """One expectation, or one a column: exactly one of KINDS."""

    filled: list[str] = []  # columns without nulls
    unique: list[str] = []  # columns in which no two rows of a release are alike
    within: list[str] = []  # columns whose values lie from `least` to `most`
    one_of: str = ""  # a column that holds nothing but `values`
    includes: str = ""  # a column in which all `values` occur in every release
    rows: tuple[int, int | None] | None = None  # fewest and most rows of a release
    holds: str = ""  # name of a comparison: `gap` (SQL) is no further from zero than `allowed` (SQL)
    trade: str = ""  # a column of the nation's trade over `months`, in the row `only`: as large as it always is
    currency_as_titled: str = ""  # a column whose currency is the one that the title names
    least: int | float | date | None = None
    most: int | float | date | None = None
    values: list[str | int] = []
    gap: str = ""
    allowed: str = ""
    relation: Literal["=", "<="] = "="
    months: Literal["month", "ytd"] = "month"
    only: dict[str, str] = Field({}, max_length=1)  # the rows with this value in this column
    label: str = ""  # of these rows, in results
    warn: bool = False  # shown where it fails, and lets the release pass
    why: str = Field("", max_length=400)

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if len(self.kinds) != 1:
            raise ValueError(f"exactly one of {', '.join(KINDS)}, not {self.kinds}")
        if not self.why and self.kinds[0] not in ("trade", "currency_as_titled"):
            raise ValueError("says no why")
        return self

    @property
    def kinds(self) -> list[str]:
        return [kind for kind in KINDS if getattr(self, kind)]


class Points(Stated):
    """The rules of a table of points: complete, one value a period of a series, in its unit's bounds."""

    since: date
    why: str
    bounds: dict[str, tuple[int | float, int | float, str]]  # unit (or several: kg, m) -> least, most, why


class Book(Stated):
    """The rules of the table of a statistical book of the Bank of Russia (workbooks.table)."""

    keys: list[str] = []  # beside period_end and reporting_date
    amounts: list[str]
    since: tuple[date, str]
    most: tuple[int | float, str]
    rows: tuple[int, int | None, str]


class SuiteFile(Stated):
    about: str
    like: str = ""  # another suite, whose rules come first
    columns: dict[Kind, list[str]] = {}  # these and no others; {a,b}_{c,d} stands for four
    has: dict[Kind, list[str]] = {}  # at least these
    types: dict[Kind, list[str]] = {}  # these, where their being there is told by another rule
    explained: str = EXPLAINED
    add: dict[str, str] = {}  # columns that are computed before the table is judged: name -> SQL
    points: Points | None = None
    book: Book | None = None
    rules: list[Rule] = []


@cache
def load(name: str) -> SuiteFile | None:
    """The suite file of that name. BadLayout names the file and each wrong field."""
    path = HERE / f"{name}.yaml"
    if not path.is_file():
        return None
    try:
        file = SuiteFile.model_validate(yaml_file.load(path))
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise BadLayout(f"{path.name}: {wrong}") from error
    if file.like and not (HERE / f"{file.like}.yaml").is_file():
        raise BadLayout(f"{path.name}: like: there is no suite file {file.like!r}")
    return file


def prepare(file: SuiteFile, frame: pl.DataFrame) -> pl.DataFrame:
    """The table with the columns that the suite computes."""
    if file.like and (other := load(file.like)):
        frame = prepare(other, frame)
    said = ", ".join(f'{sql} AS "{name}"' for name, sql in file.add.items())
    return frame.sql(f"SELECT *, {said} FROM self") if said else frame


def rules_of(file: SuiteFile, context: Mapping[str, Any]) -> list[Expectation]:
    """The expectations that a suite file states, of a release with this `context` (its title, period, currency)."""
    from expectations import rules
    from expectations.workbooks import table

    made: list[Expectation] = []
    if file.like and (other := load(file.like)):
        made += rules_of(other.model_copy(update={"columns": {}} if file.columns else {}), context)
    for columns, words in ((file.columns, rules.exactly_columns), (file.has, rules.has_columns)):
        if columns:
            made += words(_types(columns), file.explained)
    made += [rules.of_type(name, kind, file.explained) for name, kind in _types(file.types).items()]
    if file.points:
        made += _points(file.points)
    if (book := file.book) is not None:
        keys = {"period_end": "date", "reporting_date": "date", **dict.fromkeys(book.keys, "str")}
        fewest, most, why = book.rows
        made += table(keys, expanded(book.amounts), since=book.since, most=book.most, least_rows=(fewest, why),
                      most_rows=most)  # fmt: skip
    for rule in file.rules:
        made += _expectations(rule, context)
    return made


def _points(stated: Points) -> list[Expectation]:
    from expectations import rules

    bounds = {unit: said for units, said in stated.bounds.items() for unit in units.split(", ")}
    columns = _types(POINTS)
    return [
        *rules.has_columns(columns, "The reader makes these columns of every point."),
        *rules.filled(*columns, why="A figure without series, period, unit or rounding cannot be joined to another."),
        rules.rows(1, None, "An answer without a value is no data."),
        rules.unique("series", "period_end", "published", why="A series has one value a period, as of one day."),
        rules.one_of("unit", bounds, "The layout knows these units; another one has not been explained."),
        rules.within("period_end", stated.since, None, stated.why),
        *[rules.where(rules.within("value", *said), "unit", unit, f"value in {unit}") for unit, said in bounds.items()],
    ]  # fmt: skip


def _expectations(rule: Rule, context: Mapping[str, Any]) -> Iterator[Expectation]:
    """One rule as expectations, of the rows that it is about."""
    from expectations import rules

    for made in _of_all_rows(rule, context):
        for column, value in rule.only.items():
            made = rules.where(made, column, value, rule.label)
        yield rules.warn(made) if rule.warn else made


def _of_all_rows(rule: Rule, context: Mapping[str, Any]) -> Sequence[Expectation]:
    from expectations import customs, rules

    match rule.kinds[0]:
        case "filled":
            return rules.filled(*expanded(rule.filled), why=rule.why)
        case "unique":
            return [rules.unique(*rule.unique, why=rule.why)]
        case "within":
            return [rules.within(column, rule.least, rule.most, rule.why) for column in expanded(rule.within)]
        case "one_of":
            return [rules.one_of(rule.one_of, rule.values, rule.why)]
        case "includes":
            return [rules.includes(rule.includes, rule.values, rule.why)]
        case "rows":
            assert rule.rows is not None
            return [rules.rows(*rule.rows, rule.why)]
        case "holds":
            return [rules.holds(rule.holds, rule.gap, rule.allowed, rule.why, relation=rule.relation)]
        case "trade":
            return customs.magnitude(rule.trade, rule.months, context)
        case _:
            return [customs.currency_rule(rule.currency_as_titled, context)]


def _types(columns: Mapping[Kind, Sequence[str]]) -> dict[str, str]:
    return {name: kind for kind, names in columns.items() for name in expanded(names)}


def expanded(names: Sequence[str]) -> list[str]:
    """Each name, and for one with alternatives in braces each of them: {total,export}_ytd{,_yoy} stands for four."""
    made = []
    for name in names:
        parts = [part.split(",") if at % 2 else [part] for at, part in enumerate(re.split(r"[{}]", name))]
        made += ["".join(chosen) for chosen in product(*parts)]
    return made
