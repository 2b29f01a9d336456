"""Journeys of accounts: every touch and every conversion under the account of its person."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ibis.expr.types import IntegerColumn, Table

LEVELS = ("person", "account")


def _own(person: IntegerColumn) -> IntegerColumn:
    """Make a key that no account has (ids are not negative) for people of no account: they are accounts of one."""
    return -1 - person


def touches_of_accounts(touches: Table, members: Table) -> Table:
    """Put touches under accounts.

    Parameters
    ----------
    touches : Table
        `key` (person) and others.
    members : Table
        `person, account` (`workspace.reading.memberships`).

    Returns
    -------
    Table
        The same with `key` the account, and `person`. A touch of somebody who belongs to several accounts stands under each of them; of
        none, under the person.
    """
    joined = touches.left_join(members.select(member="person", account="account"), [("key", "member")])
    others = [name for name in touches.columns if name != "key"]
    key = joined.account.fill_null(_own(joined.key))
    return joined.select(*others, person=joined.key, account_key=key).rename(key="account_key").select("key", "person", *others)


def conversions_of_accounts(conversions: Table, members: Table) -> Table:
    """Put conversions under accounts: their own, else the main one of their person, else the person.

    Parameters
    ----------
    conversions : Table
        `key` (person) and `account`, null where not known, and others.
    members : Table
        `person, account, main`.
    """
    main = members.filter(members.main == 1).select(member="person", main_account="account")
    joined = conversions.left_join(main, [("key", "member")])
    others = [name for name in conversions.columns if name not in ("key", "account")]
    key = joined.account.fill_null(joined.main_account).fill_null(_own(joined.key))
    return joined.select(*others, key=key).select("key", *others)
