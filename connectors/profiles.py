"""Whose posts a social connector reads: our own pages, and employees who take part, under codes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from connectors.base import Option
from reports.report import N_
from workspace.errors import UsageError

PAGE = Option("page", N_("An account of our own."), multiple=True, metavar="ACCOUNT")
ADVOCATE = Option(
    "advocate",
    N_("An account of an employee who has agreed to take part, with the code that stands for them in reports."),
    multiple=True,
    metavar="CODE=ACCOUNT",
)
FOLLOWERS = Option(
    "followers", N_("Keep who follows the employees, as keyed hashes: to count whom several reach once."), type=bool, default=False
)


@dataclasses.dataclass(frozen=True, slots=True)
class Profile:
    """An account on a network: ours (`page`), or an employee's (`advocate`, a code)."""

    handle: str
    page: str | None = None
    advocate: str | None = None


def named(pages: Iterable[str], advocates: Iterable[str], form: str) -> list[Profile]:
    """Read the accounts that the options name.

    Raises
    ------
    UsageError
        There is none, or an employee's has no code.
    """
    found = [Profile(handle, page=handle) for handle in pages]
    for entry in advocates:
        code, equals, handle = entry.partition("=")
        if not equals or not code.strip() or not handle.strip():
            raise UsageError("--advocate {entry}: write a code and the account, as A7={form}", entry=entry, form=form)
        found.append(Profile(handle.strip(), advocate=code.strip()))
    if not found:
        raise UsageError("Whose posts? Name our own account with --page {form}, an employee's with --advocate A7={form}", form=form)
    return found


def checked_code(code: str) -> str:
    """Check the code of an employee: it is what reports show.

    Raises
    ------
    UsageError
        It is empty, or an address.
    """
    if not code.strip() or "@" in code:
        raise UsageError("--advocate {code}: write a code such as A7, not a name or an address", code=code.strip())
    return code.strip()
