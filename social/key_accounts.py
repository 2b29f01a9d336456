"""Which accounts are meant: those of a tier, those of some names, or one alone."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from workspace import social_reading
from workspace.column_names import listed
from workspace.company_names import CompanyNames, bare_name
from workspace.errors import DataError, UsageError
from workspace.store import Workspace


def chosen_accounts(workspace: Workspace, asked: str | None) -> dict[str, str | None]:
    """Find the key accounts by tier, or by name; with their tiers.

    Parameters
    ----------
    workspace : Workspace
    asked : str or None
        A tier, or names or keys of accounts with commas between; all of them by default.

    Raises
    ------
    DataError
        There are no accounts.
    UsageError
        There is none of that tier or name (one that looks like it is named, else those there are), or several of that name.
    """
    known = _known(workspace)
    if asked is None:
        return {account: row["tier"] for account, row in known.items()}
    of_tier = {account: row["tier"] for account, row in known.items() if (row["tier"] or "").casefold() == asked.strip().casefold()}
    if of_tier and asked.strip():
        return of_tier
    wanted = [name for part in asked.split(",") if (name := part.strip())]
    if not wanted:
        raise UsageError("--accounts is empty; name a tier or accounts, or leave it out for every key account")
    found: dict[str, str | None] = {}
    for one in wanted:
        account, near = _named(known, one)
        if account is None:
            tiers = sorted({row["tier"] for row in known.values() if row["tier"]})
            raise UsageError(
                "--accounts {name}: there is no tier and no account of that name; did you mean '{near}'?"
                if near
                else "--accounts {name}: there is no tier and no account of that name; there are {names}",
                name=one,
                **({"near": near} if near else {"names": listed([*tiers, *_names(known)])}),
            )
        found[account] = known[account]["tier"]
    return found


def one_account(workspace: Workspace, asked: str) -> str:
    """Find one key account by its name or key.

    Raises
    ------
    DataError
        There are no accounts.
    UsageError
        There is none of that name (one that looks like it is named, else those there are), or several.
    """
    known = _known(workspace)
    account, near = _named(known, asked.strip())
    if account is None:
        raise UsageError(
            "{name}: there is no key account of that name; did you mean '{near}'?"
            if near
            else "{name}: there is no key account of that name; there are {names}",
            name=asked,
            **({"near": near} if near else {"names": listed(_names(known))}),
        )
    return account


def _known(workspace: Workspace) -> dict[str, dict[str, Any]]:
    known = social_reading.target_accounts(workspace)
    if not known:
        raise DataError("There are no accounts yet; import them with 'smarketing import csv FILE --as accounts'")
    return known


def _names(known: Mapping[str, Mapping[str, Any]]) -> list[str]:
    return sorted(row["name"] or account for account, row in known.items())


def _named(known: Mapping[str, Mapping[str, Any]], one: str) -> tuple[str | None, str | None]:
    """Find an account by key or name, and the name that looks like what was asked for, if one does."""
    pairs = [(account, name) for account, row in known.items() for name in (account, row["name"]) if name]
    account = one if one in known else CompanyNames(pairs).account_of(one)
    if account is None:
        alike = sorted({account for account, name in pairs if bare_name(name) == bare_name(one)})
        if len(alike) > 1:
            raise UsageError("{name}: several accounts bear this name; say which: {accounts}", name=one, accounts=", ".join(alike))
    folded = {name.casefold(): name for _, name in pairs}
    near = difflib.get_close_matches(one.casefold(), folded, n=1)
    return account, folded[near[0]] if near else None
