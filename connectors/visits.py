"""Cut the page views of people into visits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def cut_visits(person: NDArray[np.int64], at: NDArray[np.int64], origin: NDArray[np.int64], gap: float) -> NDArray[np.bool_]:
    """Find where visits begin.

    A visit ends after more than `gap` seconds without a page view, and where its campaign changes: where a page view names an origin
    (UTM tags, an ad's click id, an external referrer) other than the last one named in the visit. A page view that names none goes on
    with the visit it falls in. Midnight does not end a visit.

    Parameters
    ----------
    person, at : arrays of shape (n,)
        A number for each person and the second of each page view, sorted by person, then by time.
    origin : array of shape (n,)
        A number for each origin, 0 where a page view names none.
    gap : float
        Seconds.

    Returns
    -------
    array of bool of shape (n,)
        True at the first page view of each visit.

    Notes
    -----
    O(n). The rules are those of Universal Analytics but for midnight, which there ended a visit and in GA4 no longer does.

    References
    ----------
    "How a web session is defined in Universal Analytics", support.google.com/analytics/answer/2731565: 30 minutes of inactivity,
    midnight, and "each time a user's campaign source changes"; "About Analytics sessions", support.google.com/analytics/answer/9191807.

    Examples
    --------
    >>> import numpy as np
    >>> person, at = np.array([1, 1, 1, 1, 2]), np.array([0, 60, 120, 4000, 4000])
    >>> cut_visits(person, at, origin=np.array([0, 5, 5, 5, 0]), gap=1800)
    array([ True,  True, False,  True,  True])
    """
    if not len(at):
        return np.zeros(0, np.bool_)
    place = np.arange(len(at))
    fresh = np.ones(len(at), np.bool_)
    fresh[1:] = (person[1:] != person[:-1]) | (at[1:] - at[:-1] > gap)
    stretch = np.maximum.accumulate(np.where(fresh, place, 0))
    named = np.maximum.accumulate(np.where(origin != 0, place, -1))
    before = np.concatenate(([-1], named[:-1]))
    last_named = np.where(before >= stretch, origin[before], 0)
    starts: NDArray[np.bool_] = fresh | ((origin != 0) & (origin != last_named))
    return starts
