"""Reading the APIs that the settings name, each from where it was left off."""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
import functools
from collections.abc import Callable, Iterable
from typing import Any

from connectors import importing
from connectors.base import Option
from connectors.registry import connectors
from reports.report import N_, Text
from workspace import reading
from workspace.column_names import CLOSE, fold
from workspace.errors import DataError, SettingsError, SmarketingError, UsageError
from workspace.settings import FILE_NAME, Settings, shown
from workspace.store import Workspace

DAY = "YYYY-MM-DD"
"""How the command line names the value of an option that is a day."""
SYNCED = ("api", "both", "pages", "tables")
"""What a connector may take for `sync` to run it."""
SECRETIVE = ("secret", "token", "password", "key", "passwd", "pwd")
"""Words in the name of a setting that holds what has no place in a file."""


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """A source that the settings name: its name there, its connector, the options it is read with."""

    name: str
    connector: type[Any]
    options: dict[str, Any]


@dataclasses.dataclass(slots=True)
class Outcome:
    """Sources that could not be read, and rows refused, or kept without a cell, over all the others."""

    failed: int = 0
    rejected: int = 0


def chosen(settings: Settings, names: Iterable[str], complain: Callable[[SmarketingError], None]) -> list[Source]:
    """Find the sources to read: those named, or all that the settings hold.

    Parameters
    ----------
    settings : Settings
    names : iterable of str
    complain : callable
        Takes each error of the settings but the last, which is raised: who mends them sees all at once.

    Raises
    ------
    DataError
        The settings hold none.
    UsageError
        A name is not among them.
    SettingsError
        A source has an unknown connector or option, or holds a secret.
    """
    if not settings.sync:
        raise DataError(
            "{file} names no API to read. Add a table for each, such as [sync.hubspot], with its connector's options; see "
            "'smarketing connectors'",
            file=FILE_NAME,
        )
    wanted = tuple(dict.fromkeys(names)) or tuple(settings.sync)
    for name in wanted:
        if name not in settings.sync:
            near = difflib.get_close_matches(name, settings.sync, n=1, cutoff=0.0)[0]
            raise UsageError(
                "{file} has no [sync.{name}]; there is {known}. Did you mean '{near}'?",
                file=FILE_NAME,
                name=name,
                known=", ".join(settings.sync),
                near=near,
            )
    wrong: list[SettingsError] = []
    found = [_source(name, settings.sync[name], wrong) for name in wanted]
    for error in wrong[:-1]:
        complain(error)
    if wrong:
        raise wrong[-1]
    return [source for source in found if source is not None]


def _source(name: str, table: dict[str, Any], wrong: list[SettingsError]) -> Source | None:
    """Read one source's table; what is wrong with it is added to what is known to be wrong."""
    readable = {found.name: found for found in connectors() if found.takes in SYNCED}
    called = table.get("connector", name)
    if called not in readable:
        template = N_('{file}: [sync.{name}] is no connector that reads an API; add connector = "…" with one of {known}')
        wrong.append(SettingsError(template, file=FILE_NAME, name=name, known=", ".join(readable)))
        return None
    options = {option.name.replace("_", "-"): option for option in readable[called].options}
    given: dict[str, Any] = {}
    for key, value in table.items():
        if key == "connector":
            continue
        option = options.get(key.replace("_", "-"))
        if option is None:
            wrong.append(_unknown(name, key, options))
            continue
        # One that is there and wrong is not missing too.
        given[option.name] = None
        try:
            given[option.name] = _value(option, value, f"sync.{name}.{key}")
            if option.metavar == DAY and not _is_day(given[option.name]):
                raise SettingsError(
                    "{file}: {key} = {seen} is not a day, such as 2026-01-31 (without quotes)",
                    file=FILE_NAME,
                    key=f"sync.{name}.{key}",
                    seen=shown(value),
                )
        except SettingsError as error:
            wrong.append(error)
    for option in options.values():
        if option.required and option.name not in given:
            template = N_("{file}: [sync.{name}] needs '{key}': {help}")
            wrong.append(SettingsError(template, file=FILE_NAME, name=name, key=option.name, help=Text(option.help)))
    return Source(name, readable[called], given)


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _unknown(name: str, key: str, options: dict[str, Option]) -> SettingsError:
    if any(word in key.lower() for word in SECRETIVE):
        return SettingsError(
            "{file}: sync.{name}.{key} looks like a secret, which has no place in a settings file; take it out and put it into the "
            "environment or the keyring ('smarketing import {name} --help' says under which name)",
            file=FILE_NAME,
            name=name,
            key=key,
        )
    if not options:
        return SettingsError("{file}: there is no setting 'sync.{name}.{key}'; this connector has none", file=FILE_NAME, name=name, key=key)
    close = difflib.get_close_matches(key.replace("_", "-"), options, n=1) or [
        option for option in options if fold(key) in CLOSE.get(option.replace("-", "_"), ())
    ]
    if not close:
        return SettingsError(
            "{file}: there is no setting '{key}'; here there are: {known}",
            file=FILE_NAME,
            key=f"sync.{name}.{key}",
            known=", ".join(option.replace("-", "_") for option in options),
        )
    near = close[0].replace("-", "_")
    return SettingsError(
        "{file}: there is no setting '{key}'; did you mean '{near}'?", file=FILE_NAME, key=f"sync.{name}.{key}", near=f"sync.{name}.{near}"
    )


def _value(option: Option, value: Any, key: str) -> Any:
    """Check one option's value as the settings have it; days are texts to a connector."""
    if option.multiple:
        if not isinstance(value, list):
            raise SettingsError('{file}: {key} = {seen} is not a list, such as ["example.com"]', file=FILE_NAME, key=key, seen=shown(value))
        return tuple(_value(dataclasses.replace(option, multiple=False), entry, key) for entry in value)
    if hasattr(value, "isoformat"):
        value = value.isoformat()
    fits = isinstance(value, option.type) and not (option.type is not bool and isinstance(value, bool))
    if option.type is float and isinstance(value, int) and not isinstance(value, bool):
        fits, value = True, float(value)
    if not fits:
        example = {str: f'"{value}"' if isinstance(value, int | float) else '"example"', int: "90", float: "0.5", bool: "true"}[option.type]
        raise SettingsError(
            "{file}: {key} = {seen} cannot be used; write it as {example}", file=FILE_NAME, key=key, seen=shown(value), example=example
        )
    if option.choices and value not in option.choices:
        raise SettingsError(
            "{file}: {key} = {seen} is not there; choose one of {choices}",
            file=FILE_NAME,
            key=key,
            seen=shown(value),
            choices=", ".join(option.choices),
        )
    return value


def run(
    workspace: Workspace,
    sources: Iterable[Source],
    progress: Callable[[int, int | None], None],
    say: Callable[[Text], None],
    complain: Callable[[SmarketingError], None],
    *,
    everything: bool = False,
    strict: bool = False,
    dry: bool = False,
) -> Outcome:
    """Read sources one after the other; one that fails stays as it was, and the next is read.

    Parameters
    ----------
    workspace : Workspace
    sources : iterable of Source
    progress, say, complain : callables
        Take how far it is, what is to be told, and what went wrong.
    everything : bool
        Begin anew in place of where each was left off.
    strict, dry : bool
        As in `importing.run`.
    """
    outcome = Outcome()
    for source in sources:
        left_off = None if everything else reading.cursor(workspace, source.name)
        context = importing.context_of(workspace, progress, source.name, left_off)
        try:
            told = functools.partial(_tell, complain, source.name)
            connector = importing.made(source.connector, context, (), source.options, told)
            summary, lines = importing.run(workspace, connector, strict, source=source.name, keep_cursor=True, dry=dry)
        except SmarketingError as error:
            _tell(complain, source.name, error)
            outcome.failed += 1
            continue
        heading = (
            Text("{source}: what would come; nothing was stored.", source=source.name) if dry else Text("{source}:", source=source.name)
        )
        for line in (heading, *lines):
            say(line)
        outcome.rejected += summary.rejected + summary.incomplete
    return outcome


def _tell(complain: Callable[[SmarketingError], None], name: str, error: SmarketingError) -> None:
    """Pass an error on; of options that are wrong it is said in which table they stand."""
    if isinstance(error, UsageError):
        complain(SettingsError("{file}: [sync.{name}]: {problem}", file=FILE_NAME, name=name, problem=error))
    else:
        complain(error)
