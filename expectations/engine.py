"""Great Expectations itself: one context for the process, and one validation of a frame by a list of expectations."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

_lock = threading.Lock()  # Great Expectations' context is not made for threads; readers may call from several


@cache
def engine() -> tuple[Any, Any]:
    """(a context, what takes pandas frames), made once."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "False")
    import great_expectations
    from great_expectations.data_context.types.base import DataContextConfig, InMemoryStoreBackendDefaults

    plain = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),  # the default one announces a folder for its own docs
        analytics_enabled=False,
        progress_bars={"globally": False, "metric_calculations": False},  # type: ignore[arg-type]
    )
    context = great_expectations.get_context(project_config=plain, mode="ephemeral")
    # Nobody asks for a result again: kept, each would stay for ever as JSON, which takes a tenth of the time.
    context.validation_results_store.store_validation_results = lambda **_: True  # type: ignore[method-assign]
    asset = context.data_sources.add_pandas("readings").add_dataframe_asset("table")
    return context, asset.add_batch_definition_whole_dataframe("new releases")


def validate(name: str, rules: Sequence[Expectation], frame: pl.DataFrame) -> list[Any]:
    """Great Expectations' word on each of `rules`, in their order (it regroups them), by a checkpoint of its own."""
    with _lock:
        context, definition = engine()
        from great_expectations import Checkpoint, ExpectationSuite, ValidationDefinition

        numbered = [
            rule.copy(update={"meta": {**(rule.meta or {}), "number": number}, "id": None})
            for number, rule in enumerate(rules)
        ]
        with ExitStack() as forget:  # to add and delete takes two thirds of the time of an update, which compares all
            forget.enter_context(_as_added())
            suite = context.suites.add(ExpectationSuite(name=name, expectations=numbered))
            forget.callback(context.suites.delete, name)
            validation = ValidationDefinition(name=name, data=definition, suite=suite)
            validation = context.validation_definitions.add(validation)
            forget.callback(context.validation_definitions.delete, name)
            checkpoint = Checkpoint(name=name, validation_definitions=[validation], result_format="COMPLETE")
            checkpoint = context.checkpoints.add(checkpoint)
            forget.callback(context.checkpoints.delete, name)
            outcome = checkpoint.run(batch_parameters={"dataframe": frame.to_pandas(date_as_object=True)})
    (results,) = outcome.run_results.values()
    by_number = {result.expectation_config.meta["number"]: result for result in results.results}
    return [by_number[number] for number in range(len(rules))]


@contextmanager
def _as_added() -> Iterator[None]:
    """Take suite, definition and checkpoint for what they were when they were added, and let each expectation make its
    configuration once. Great Expectations reads each of them from its store again and compares whenever it is looked
    at, and makes a configuration anew for a single argument of it, a hundred times for each expectation: half of its
    time, though nothing changes what is being validated."""
    from great_expectations import Checkpoint, ExpectationSuite, ValidationDefinition
    from great_expectations.core.freshness_diagnostics import (
        CheckpointFreshnessDiagnostics,
        ExpectationSuiteFreshnessDiagnostics,
        ValidationDefinitionFreshnessDiagnostics,
    )
    from great_expectations.expectations.expectation import Expectation

    made: property = vars(Expectation)["configuration"]
    known: dict[int, tuple[Expectation, Any]] = {}

    def configuration(rule: Expectation) -> Any:
        if id(rule) not in known:
            known[id(rule)] = rule, made.__get__(rule)  # with the rule, whose id would else become that of another one
        return known[id(rule)][1]

    instead: dict[tuple[type, str], Any] = {
        (Expectation, "configuration"): property(configuration),
        (ExpectationSuite, "is_fresh"): lambda _: ExpectationSuiteFreshnessDiagnostics(errors=[]),
        (ValidationDefinition, "is_fresh"): lambda _: ValidationDefinitionFreshnessDiagnostics(errors=[]),
        (Checkpoint, "is_fresh"): lambda _: CheckpointFreshnessDiagnostics(errors=[]),
    }
    own = {(kind, name): vars(kind)[name] for kind, name in instead}
    try:
        for (kind, name), value in instead.items():
            setattr(kind, name, value)
        yield
    finally:
        for (kind, name), value in own.items():
            setattr(kind, name, value)
