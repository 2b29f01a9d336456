"""Bringing the values of conversions into one currency."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workspace.errors import DataError
from workspace.settings import Settings
from workspace.store import Workspace

if TYPE_CHECKING:
    import pyarrow as pa


def in_one_currency(conversions: pa.Table, workspace: Workspace, only: str | None) -> tuple[pa.Table, str, dict[str, int]]:
    """Bring every value into one currency.

    Parameters
    ----------
    conversions : pyarrow.Table
        With `value` and `currency`.
    workspace : Workspace
    only : str or None
        Count only the conversions valued in this currency, and those without a value: the column `counted` is 0 for the others.

    Returns
    -------
    conversions : pyarrow.Table
    currency : str
    left_out : dict of str to int
        Conversions of other currencies that `only` left out.

    Raises
    ------
    DataError
        There are several currencies, and neither a rate nor `only` decides.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    valued = conversions.filter(conversions["value"].is_valid())
    found = {entry["values"]: entry["counts"] for entry in pc.value_counts(valued["currency"]).to_pylist() if entry["values"]}
    money = choose_currency(found, workspace.settings, only)
    if only is not None:
        kept = pc.or_kleene(conversions["value"].is_null(), pc.fill_null(pc.equal(conversions["currency"], only), True))
        # A conversion in another currency is not told, but the touches before it are its own and no other conversion's.
        place = conversions.schema.get_field_index("value")
        valued = conversions.set_column(place, "value", pc.if_else(kept, conversions["value"], pa.scalar(None, pa.float64())))
        conversions = valued.append_column("counted", pc.cast(kept, pa.int64()))
    return _converted(conversions, money.rates) if money.rates else conversions, money.currency, money.left_out


@dataclasses.dataclass(frozen=True, slots=True)
class Money:
    """How values come into one currency.

    Parameters
    ----------
    currency : str
    rates : mapping of str to float
        What one unit of other currencies is worth in it.
    left_out : dict of str to int
        Conversions of other currencies that are not counted.
    """

    currency: str
    rates: Mapping[str, float]
    left_out: dict[str, int]


def choose_currency(found: Mapping[str, int], settings: Settings, only: str | None) -> Money:
    """Decide into which currency values come.

    Parameters
    ----------
    found : mapping of str to int
        Currencies of the known values, each with its conversions.
    settings : Settings
    only : str or None
        Count only the conversions valued in this currency.

    Raises
    ------
    DataError
        There are several currencies, and neither a rate nor `only` decides; or none is `only`.
    """
    if only is not None:
        if found and only not in found:
            raise DataError("No value is in {currency}; there are: {found}", currency=only, found=", ".join(sorted(found)))
        return Money(only, {}, {code: count for code, count in found.items() if code != only})
    ours, rates = settings.currency, settings.rates
    if len(found) == 1 and ours not in found and not rates:
        return Money(next(iter(found)), {}, {})
    unknown = sorted(set(found) - {ours} - set(rates))
    if unknown:
        raise DataError(
            "Values are in several currencies: {found}. Put what one {first} is worth in {ours} into smarketing.toml, under [rates], or "
            "count one currency alone with --currency {ours}",
            found=", ".join(sorted(found)),
            first=unknown[0],
            ours=ours,
        )
    return Money(ours, rates, {})


def _converted(conversions: pa.Table, rates: Mapping[str, float]) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    factor: Any = pa.scalar(1.0)
    for code, rate in rates.items():
        factor = pc.if_else(pc.fill_null(pc.equal(conversions["currency"], code), False), rate, factor)
    place = conversions.schema.get_field_index("value")
    return conversions.set_column(place, "value", pc.multiply(conversions["value"], factor))
