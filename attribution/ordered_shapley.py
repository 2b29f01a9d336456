"""The Shapley value by touchpoint: at which place of the journeys a channel earns its credit."""

from __future__ import annotations

import numpy as np

from attribution.crediting import by_channel, distinct_channels, value_is_known
from attribution.paths import Floats, Ints, Paths
from reports.report import Chart, Report, Text


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
    names = ("share_alone", "share_opening", "share_between", "share_closing")
    return {name: np.divide(part, total, out=np.full(len(total), np.nan), where=total > 0) for name, part in zip(names, sums, strict=True)}


def credit_by_touchpoint(paths: Paths, deepest: int = 10) -> Report:
    """Credit each channel at each place of the journeys by the ordered Shapley value.

    Parameters
    ----------
    paths : Paths
    deepest : int
        Touches from this place on are put together.

    Returns
    -------
    Report
        One row for each channel and place with credit: `channel`, `step` (1 is the first touch), `conversions`, `value`. Its sums over
        the places are the credit of the model `shapley`.

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
    share = touch_shares(paths)
    place: Ints = np.minimum(np.arange(len(paths.codes)) - np.repeat(paths.offsets[:-1], length), deepest - 1)
    cell = paths.codes * deepest + place
    known = value_is_known(paths)
    amounts = {"conversions": paths.conversions, "value": paths.value if known else np.zeros(len(length))}
    size = len(paths.channels) * deepest
    sums = {name: np.bincount(cell, weights=share * np.repeat(each, length), minlength=size) for name, each in amounts.items()}
    met = np.flatnonzero((sums["conversions"] != 0) | (sums["value"] != 0))
    frame = pd.DataFrame(
        {
            "channel": [paths.channels[code] for code in met // deepest],
            "step": met % deepest + 1,
            "conversions": sums["conversions"][met],
            "value": sums["value"][met] if known else np.nan,
        }
    )
    total = frame.groupby("channel")["conversions"].transform("sum")
    frame = frame.iloc[np.lexsort((frame["step"], frame["channel"], -total))].reset_index(drop=True)
    notes = [Text("A journey's channels share its conversion equally; a channel met several times shares its part among its places.")]
    if len(length) and length.max() > deepest:
        notes.append(Text("Touches from place {deepest} on are counted together.", deepest=deepest))
    title = Text("Shapley value by place in the journey")
    chart = Chart("stacked", "step", ("conversions",), title, series="channel")
    return Report("shapley_by_touchpoint", title, frame, tuple(notes), charts=(chart,))
