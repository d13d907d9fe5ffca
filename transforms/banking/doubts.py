"""Rows of a long list that cannot be read: set aside while they are few, else the reason to refuse the whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from transforms.model import ReadError, SetAside

SHARE = 0.05
"""Share of the rows that may be set aside: more means that the list is another one than it is taken for."""
FEW = 2
"""Rows from which one may always be set aside."""


T = TypeVar("T")


@dataclass
class Doubts(Generic[T]):
    """What cannot be read (a bank, a currency, a day), each with its first reason."""

    errors: dict[T, ReadError] = field(default_factory=dict)

    @contextmanager
    def about(self, row: T, *only: str) -> Iterator[None]:
        """Keep a ReadError of what stands inside (of the codes `only`, or any) as the doubt about `row`."""
        try:
            yield
        except ReadError as error:
            if only and error.code not in only:
                raise
            self.errors.setdefault(row, error)

    def within(self, whole: int) -> tuple[SetAside, ...]:
        """The rows to set aside of so many; beyond SHARE of them, the first reason is raised for the whole."""
        if self.errors and len(self.errors) > min(max(SHARE * whole, whole >= FEW), whole - 1):
            raise next(iter(self.errors.values()))
        return self.rows()

    def rows(self) -> tuple[SetAside, ...]:
        return tuple(error.aside(str(row)) for row, error in self.errors.items())
