"""How likely people are still on the market, told by how touches recur.

Nobody says that they stopped looking. But while people look, touches follow one another, and those who stopped get no more: among all who
were touched a month ago and not since, further touches come at half the rate of those touched last week when half of them have left. Where
touches recur at the same rate however long ago the last one was, nobody leaves, and presence is 1 throughout.

People on the market convert without any touch, and are touched meanwhile: without presence in the baseline these conversions would be
credited to the touches.
"""

from __future__ import annotations

import numpy as np

from attribution.paths import Floats

EDGES = (0.0, 1.0, 7.0, 14.0, 21.0, 28.0, 42.0, 56.0, 84.0, 112.0, 168.0, 240.0)
"""Where the classes of days since the last touch begin."""
COUNTS = (1, 2, 3, 5, 9)
"""Where the classes of touches so far begin; before them is the class of those without any."""
AT_FIRST = 1
"""The class of days, 1 to 7, in which a person counts as present; touches within a day are one visit's."""
PRIOR = 50.0
"""The classes of a channel begin with so many touches as all channels' have them."""
POWER = 0.8
"""The rate of touches falls faster than presence, as those of many touches are seen again sooner: presence is that rate to this power.
In the simulated companies the likelihood of the conversions was highest from 0.7 to 1."""


def presence(days: Floats, touches: Floats) -> Floats:
    """Say how likely people are present, relative to the days after a touch.

    Parameters
    ----------
    days, touches : array of float, shape (n_channels + 1, len(COUNTS) + 1, len(EDGES))
        Time that people spent so long after their last touch, by its channel and the number of touches so far, and the touches that came
        then. People without any touch stand in the last row, class of count 0, the days counted from when they were first known.

    Returns
    -------
    array of float, of the same shape
        From 0 to 1.

    Notes
    -----
    The rate of a channel's class is the product of two factors, as few touches fall in most classes: that of the number of touches,
    relative    to its own first week, and that of the channel, relative to all. The first is at most 1.

    Examples
    --------
    Touches come at 0.1 a day for 14 days, then at a tenth of it: presence is 1, then 0.1 to the power 0.8.

    >>> days = np.full((2, len(COUNTS) + 1, len(EDGES)), 1e6)
    >>> told = presence(days, days * np.where(np.array(EDGES) < 14, 0.1, 0.01))
    >>> told[0, 1, :4].round(3).tolist()
    [1.0, 1.0, 1.0, 0.158]
    """
    touched_days, touched = days[:-1, 1:], touches[:-1, 1:]
    usual = touched.sum() / max(touched_days.sum(), 1e-300)
    if not usual > 0:
        return np.ones_like(days)

    def rates(count: Floats, time: Floats, like: Floats | float) -> Floats:
        return np.asarray((count + PRIOR) / (time + PRIOR / np.maximum(like, 1e-300)))

    everyone = rates(touched.sum(axis=(0, 1)), touched_days.sum(axis=(0, 1)), usual)
    by_count = rates(touched.sum(axis=0), touched_days.sum(axis=0), everyone)
    fades = np.minimum(by_count / by_count[:, [AT_FIRST]], 1.0)
    by_channel = rates(touched.sum(axis=1), touched_days.sum(axis=1), everyone) / everyone
    told = np.ones_like(days)
    told[:-1, 1:] = fades * by_channel[:, None, :]
    told[-1, 0] = rates(touches[-1, 0], days[-1, 0], everyone) / everyone[AT_FIRST]
    return np.asarray(np.minimum(told, 1.0) ** POWER)
