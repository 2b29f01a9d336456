"""The Shapley value by touchpoint: at which place of the journeys a channel earns its credit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from attribution.crediting import by_channel, distinct_channels, value_is_known
from attribution.paths import Credits, Floats, Ints, Paths
from reports.report import Chart, Pivot, Report, Text

PLACES = ("share_alone", "share_opening", "share_between", "share_closing")
"""Shares of a channel's credit: earned as the only touch of a journey, as the first, in between, and as the last."""
SHARED_EQUALLY = Text("A journey's channels share its conversion equally; a channel met several times shares its part among its places.")


def touch_shares(paths: Paths) -> Floats:
    """Say which share of a journey each of its touches earns, shape (n_steps,).

    Notes
    -----
    A journey's distinct channels share it equally, and a channel's touches in it share what the channel gets.

    Examples
    --------
    >>> paths = Paths(("ads", "email"), np.array([0, 1, 0]), np.array([0, 3]), np.ones(1), np.ones(1), np.zeros(1), np.zeros(2, bool))
    >>> touch_shares(paths).tolist()
    [0.25, 0.5, 0.25]
    """
    n_channels = max(len(paths.channels), 1)
    pair = np.repeat(np.arange(len(paths.offsets) - 1) * n_channels, np.diff(paths.offsets)) + paths.codes
    path, channel = distinct_channels(paths)
    # The pairs of path and channel are in ascending order.
    number = np.searchsorted(path * n_channels + channel, pair)
    touches = np.bincount(number, minlength=len(path))
    channels = np.bincount(path, minlength=len(paths.offsets) - 1)
    return np.asarray(1.0 / (channels[path] * touches)[number])


def shares_by_place(paths: Paths) -> dict[str, Floats]:
    """Say which share of its credited conversions each channel earns alone, opening, in between and closing; NaN without credit."""
    length = np.diff(paths.offsets)
    earned = touch_shares(paths) * np.repeat(paths.conversions, length)
    place = np.full(len(paths.codes), 2)
    place[paths.offsets[:-1]] = 1
    place[paths.offsets[1:] - 1] = 3
    place[paths.offsets[:-1][length == 1]] = 0
    sums = [by_channel(paths, paths.codes[place == kind], earned[place == kind]) for kind in range(4)]
    total = np.sum(sums, axis=0)
    return {name: np.divide(part, total, out=np.full(len(total), np.nan), where=total > 0) for name, part in zip(PLACES, sums, strict=True)}


def places_report(credits: Credits, by: str = "channel", meta: Mapping[str, Any] | None = None) -> Report:
    """Say at which place of the journeys each channel earned its Shapley value.

    Parameters
    ----------
    credits : Credits
        Of the model `shapley`, ordered: with `shares_by_place`.
    by : str
        What the names are.
    meta : mapping or None
        What the report is to state besides.

    Returns
    -------
    Report
        `channel` (or the cut's name), `conversions` (credited), and of these the shares earned as the only touch, as the first, in between
        and as the last; the channel credited most stands first. Shares are missing where nothing is credited.
    """
    import pandas as pd

    frame = pd.DataFrame({by: credits.channels, "conversions": credits.conversions, **{name: credits.extra[name] for name in PLACES}})
    frame = frame.iloc[np.lexsort((frame[by], -frame["conversions"]))].reset_index(drop=True)
    notes = (SHARED_EQUALLY, Text("Of what each channel is credited with; a journey of one touch is earned alone."))
    title = Text("Where in the journey the Shapley value is earned")
    return Report("shapley_places", title, frame, notes, meta or {}, charts=(Chart("stacked", by, PLACES, title),))


def credit_by_touchpoint(paths: Paths, deepest: int = 10, by: str = "channel", meta: Mapping[str, Any] | None = None) -> Report:
    """Credit each channel at each place of the journeys by the ordered Shapley value.

    Parameters
    ----------
    paths : Paths
    deepest : int
        Touches from this place on are put together.
    by : str
        What the names are.
    meta : mapping or None
        What the report is to state besides.

    Returns
    -------
    Report
        One row for each channel and place with credit: `channel` (or the cut's name), `step` (1 is the first touch), `conversions`,
        `value`. Its sums over the places are the credit of the model `shapley`.

    Notes
    -----
    Zhao et al. split the simplified Shapley value, in which a journey's channels share it equally, by the place at which the channel
    stood; where it stood at several, they share here equally. O(n_steps log n_steps).

    References
    ----------
    K. Zhao, S. H. Mahboobi, S. R. Bagheri, Shapley value methods for attribution modeling in online advertising, 2018,
    arXiv:1804.05327.
    """
    import pandas as pd

    length = np.diff(paths.offsets)
    sums = _by_place(paths, length, deepest)
    met = np.flatnonzero((sums["conversions"] != 0) | (sums["value"] != 0))
    frame = pd.DataFrame(
        {
            by: [paths.channels[code] for code in met // deepest],
            "step": met % deepest + 1,
            "conversions": sums["conversions"][met],
            "value": sums["value"][met] if value_is_known(paths) else np.nan,
        }
    )
    total = frame.groupby(by)["conversions"].transform("sum")
    frame = frame.iloc[np.lexsort((frame["step"], frame[by], -total))].reset_index(drop=True)
    notes = [SHARED_EQUALLY]
    if len(length) and length.max() > deepest:
        notes.append(Text("Touches from place {deepest} on are counted together.", deepest=deepest))
    title = Text("Shapley value by place in the journey")
    chart = Chart("stacked", "step", ("conversions",), title, series=by)
    pivot = Pivot(by, "step", "conversions")
    return Report("shapley_by_touchpoint", title, frame, tuple(notes), meta or {}, pivot, charts=(chart,))


def _by_place(paths: Paths, length: Ints, deepest: int) -> dict[str, Floats]:
    """Sum what the touches of each channel earn at each place, shape (n_channels * deepest,); value is 0 where it is not known."""
    share = touch_shares(paths)
    place: Ints = np.minimum(np.arange(len(paths.codes)) - np.repeat(paths.offsets[:-1], length), deepest - 1)
    cell = paths.codes * deepest + place
    value = paths.value if value_is_known(paths) else np.zeros(len(length))
    size = len(paths.channels) * deepest
    return {
        name: np.bincount(cell, weights=share * np.repeat(amounts, length), minlength=size).astype(np.float64, copy=False)
        for name, amounts in (("conversions", paths.conversions), ("value", value))
    }
