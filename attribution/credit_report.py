"""The credits of several models as one long table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from attribution.calibration import NOT_EXPLAINED
from attribution.crediting import shares_of
from attribution.intervals import COLUMNS, interval_columns
from attribution.paths import Credits, Draws, Floats

if TYPE_CHECKING:
    import pandas as pd

UNATTRIBUTED = "(unattributed)"
"""Stands in the channel column for conversions without a touch; the catalogue of words translates it where people read it."""
BESIDE = [name for credit, interval in COLUMNS.items() for name in (credit, *interval)]


def credits_frame(results: Mapping[str, Credits], draws: Mapping[str, Draws] | None = None, journeys: Floats | None = None) -> pd.DataFrame:
    """Lay the credits of several models out in rows.

    Parameters
    ----------
    results : mapping of str to Credits
        By the model's name, all of the same paths; models keep this order.
    draws : mapping of str to Draws or None
        What intervals are taken from; models that are not in it have none.
    journeys : array of float, shape (n_channels,), or None
        Of `attribution.intervals.converting_journeys`; needed with `draws`.

    Returns
    -------
    pandas.DataFrame
        One row for each model and channel: `model`, `channel`, `conversions`, `value`, `share_of_conversions`, `share_of_value`, and
        the models' further columns (`removal_effect`), missing for models that have none. Channels stand in the same order for
        every model: by mean credit, highest first, equal ones by name, `(not explained)` last. Conversions without a touch have a row
        of their own, `(unattributed)`, after the channels, where there are any. With draws, each of the four has its interval beside it
        (`conversions_low`, ...: `attribution.intervals.COLUMNS`), and `probability_first` and `reliability` come last.

    Notes
    -----
    Shares are of all conversions, those without a touch included: a model's shares add up to 1. Where a model does not conserve
    (participation) they are still of the true total, so a share is the share of conversions a channel took part in. Shares of a
    total that is not known, or is nothing (gains and losses that cancel out), are missing.

    Examples
    --------
    >>> ads = Credits(("email", "ads"), np.array([1.0, 2.0]), np.array([50.0, 50.0]), unattributed_conversions=1.0)
    >>> credits_frame({"last": ads})[["model", "channel", "conversions", "share_of_conversions"]]
      model         channel  conversions  share_of_conversions
    0  last             ads          2.0                  0.50
    1  last           email          1.0                  0.25
    2  last  (unattributed)          1.0                  0.25
    """
    import pandas as pd

    extras = list(dict.fromkeys(name for credits in results.values() for name in credits.extra))
    columns = ["model", "channel", *(["conversions", "value", "share_of_conversions", "share_of_value"] if draws is None else BESIDE)]
    columns += [*extras, *([] if draws is None else ["probability_first", "reliability"])]
    if not results:
        return pd.DataFrame(columns=columns)
    names = next(iter(results.values())).channels
    if any(credits.channels != names for credits in results.values()):
        raise ValueError("the credits are not of the same channels")
    order = channel_order(results)
    rest = any(credits.unattributed_conversions for credits in results.values())
    frames = []
    for model, credits in results.items():
        frame = _model_rows(model, credits, order, rest, extras)
        if draws is not None and model in draws and journeys is not None:
            for name, (amounts, unattributed) in interval_columns(credits, draws[model], journeys).items():
                frame[name] = [*amounts[order], *([unattributed] if rest else [])]
        frames.append(frame)
    return pd.concat(frames, ignore_index=True).reindex(columns=columns)


def channel_order(results: Mapping[str, Credits]) -> list[int]:
    """Put the channels in the order of the report: by mean credit, highest first, equal ones by name, `(not explained)` last."""
    names = next(iter(results.values())).channels
    mean = np.mean([credits.conversions for credits in results.values()], axis=0)
    return sorted(range(len(names)), key=lambda code: (names[code] == NOT_EXPLAINED, -mean[code], names[code]))


def _model_rows(model: str, credits: Credits, order: list[int], rest: bool, extras: list[str]) -> pd.DataFrame:
    """Lay one model's credits out; `rest` adds the row of what is unattributed."""
    import pandas as pd

    def column(amounts: Floats, unattributed: float) -> Floats:
        return np.append(amounts[order], [unattributed] if rest else [])

    conversions = column(credits.conversions, credits.unattributed_conversions)
    value = column(credits.value, credits.unattributed_value)
    unknown = np.full(len(order), np.nan)
    return pd.DataFrame(
        {
            "model": model,
            "channel": [*(credits.channels[code] for code in order), *([UNATTRIBUTED] if rest else [])],
            "conversions": conversions,
            "value": value,
            "share_of_conversions": _shares(conversions, credits.diagnostics.get("total_conversions")),
            "share_of_value": _shares(value, credits.diagnostics.get("total_value")),
            **{name: column(credits.extra.get(name, unknown), np.nan) for name in extras},
        }
    )


def _shares(amounts: Floats, total: float | None) -> Floats:
    return shares_of(amounts, float(amounts.sum()) if total is None else total, float(np.abs(amounts).sum()))
