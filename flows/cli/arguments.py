"""Arguments of the command line, judged before a command does anything: whoever erred is told what there is.

Each function ends the command with exit code 2 and one line where the argument is wrong, and makes no folder.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, NoReturn

import typer
from rich.markup import escape

from flows.cli.output import err
from flows.run.report import RUN_ID
from flows.settings import Settings, unknown_variables


def settings(**given: Any) -> Settings:
    """The settings with those `given` that are not empty; ends with exit code 2 where one of them is wrong."""
    from pydantic import ValidationError
    from pydantic_settings import SettingsError

    try:
        made = Settings(**{name: value for name, value in given.items() if value})
        for name in unknown_variables():
            err.print(f"portvault: {name} is no setting and does nothing", markup=False, highlight=False)
        return made
    except ValidationError as error:
        details = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        usage(f"settings (PORTVAULT_* or portvault.toml): {details}")
    except SettingsError as error:  # quotes the name alone: an alert address holds passwords
        usage(f"settings: {error}; lists are JSON, such as PORTVAULT_ALERT_URLS='[\"mailto://...\"]'")
    except tomllib.TOMLDecodeError as error:
        usage(f"portvault.toml: {error}")


def something(settings: Settings) -> None:
    """Commands that only read make no folder: where there is none, nothing was ever run."""
    if not settings.root.is_dir():
        usage(f"there is nothing at {settings.root} yet; run `portvault run` first, or set PORTVAULT_HOME")


def deciding_on(run_id: str) -> tuple[Settings, str]:
    """The settings and the run whose candidate is held, if `run_id` is that or a later poll that found it held."""
    from flows.run import holding, report_files

    found = settings()
    held = holding.held(found)
    there = held["manifest"]["run_id"] if held else ""
    poll = report_files.load(found, run_id) if RUN_ID.fullmatch(run_id) else None
    if not there or (run_id != there and not (poll and poll["outcome"] == "held" and there in poll["reason"])):
        usage(f"run {run_id} is not held; {f'run {there} is' if there else 'nothing is'}")
    return found, there


def known_product(name: str) -> None:
    from transforms.products import all_products

    if name not in all_products():
        usage(f"unknown product {name}; there are: {', '.join(all_products())}")


def known_options(names: Iterable[str]) -> None:
    from transforms.products import options

    there = options()
    if unknown := sorted(set(names) - set(there)):
        usage(f"no product has an option {', '.join(unknown)}; there are: {'; '.join(told_options())}")


def told_options() -> list[str]:
    """One line for each option that a product declares: its name, what it is, whose it is."""
    from transforms.products import options

    lines = []
    for name, products in options().items():
        for what in dict.fromkeys(products.values()):
            whose = [product for product, said in products.items() if said == what]
            shown = ", ".join(whose[:3]) + (" and others" if len(whose) > 3 else "")
            lines.append(f"{name} ({shown}): {what}")
    return lines


def known_sources(names: list[str]) -> None:
    from flows.sources import sources

    if unknown := [name for name in names if name not in sources()]:
        usage(f"unknown source {', '.join(unknown)}; there are: {', '.join(sources())}")


def pairs(texts: list[str], option: str) -> dict[str, str]:
    """NAME=VALUE arguments as a mapping."""
    if wrong := [text for text in texts if not text.partition("=")[2]]:
        usage(f"{option} wants NAME=VALUE, not {', '.join(wrong)}")
    return {name.strip(): value for name, _, value in (text.partition("=") for text in texts)}


def month(text: str, option: str) -> str:
    try:
        return f"{datetime.strptime(text, '%Y-%m'):%Y-%m}"
    except ValueError:
        usage(f"{option} wants a month such as 2025-11, not {text}")


def day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        usage(f"{option} wants a day such as 2025-12-08, not {text}")


def past(settings: Settings, text: str, option: str) -> date:
    """A day that has begun somewhere: China is ahead of the clock in UTC."""
    stated = day(text, option)
    if stated > settings.clock().date() + timedelta(days=1):
        usage(f"{option} {text} is still to come: it is {settings.clock():%Y-%m-%d}")
    return stated


def usage(message: str) -> NoReturn:
    err.print(f"[red]portvault:[/red] {escape(message)}", highlight=False)
    raise typer.Exit(2)
