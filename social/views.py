"""How likely a member of an audience is to see a post: from the figures that employees hand in, else from what is published."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from attribution.paths import Floats, Ints
from reports.report import Text
from social.shrinkage import Factors, factors

if TYPE_CHECKING:
    import pandas as pd

PRIOR = 0.06
PRIOR_SOURCE = Text("published shares of connections that see a post organically, 5 to 8 % and 5 to 7 %, neither with a method")
"""Two blogs' figures (polytraffic.com; practicalsmm.com), so weak that they are only used where nothing was measured, and said so."""
REPOST = 0.3
"""What a repost is seen, relative to an original, where nothing was measured: 379 against 1,258 and 162 against 1,192 engagements of two
executives (arikhanson.com), about 0.14 to 0.30."""
MOST = 0.95
"""A chance above this would be a figure that counts people who are not in the audience."""


@dataclasses.dataclass(frozen=True, eq=False)
class Chances:
    """The chance that a member of an advocate's audience sees one of their posts.

    Parameters
    ----------
    original, repost : array of float, shape (n_advocates,)
    basis : {"measured", "settings", "prior"}
        Where the chance of an average advocate is from.
    posts, advocates : int
        How many posts, and of how many advocates, it was measured on.
    factors : Factors or None
        How sure they are; None where nothing was measured.
    places : array of int, shape (n_advocates,)
        Which of the advocates of `factors` they are of.
    averages : (float, float)
        The chances of an average advocate's original and repost.
    """

    original: Floats
    repost: Floats
    basis: str
    posts: int
    advocates: int
    factors: Factors | None
    places: Ints
    averages: tuple[float, float]

    def range(self, originals: Floats, reposts: Floats, sizes: Floats) -> tuple[float, float]:
        """Give the factors by which the chances of so many posts may be lower and higher, 95 %; NaN where that cannot be said.

        Parameters
        ----------
        originals, reposts : array of float, shape (n_advocates,) or (n_networks, n_advocates)
        sizes : array of float, of the same shape
            Of the audiences: an advocate's chances weigh as many views as an average one's would bring of these posts.
        """
        from scipy.special import stdtrit

        if self.factors is None:
            return float("nan"), float("nan")
        of_all = np.zeros(len(self.factors.factor))
        of_all[self.places] = np.atleast_2d((originals * self.averages[0] + reposts * self.averages[1]) * sizes).sum(axis=0)
        error = self.factors.error(of_all)
        width = error * float(stdtrit(self.factors.degrees, 0.975)) if np.isfinite(error) else float("nan")
        return max(1 - width, 0.0) if np.isfinite(width) else width, 1 + width

    def of(self, there: np.ndarray[Any, np.dtype[np.bool_]]) -> Chances:
        """Keep the chances of some advocates; how sure they are stays that of all."""
        return dataclasses.replace(self, original=self.original[there], repost=self.repost[there], places=self.places[there])

    def unseen(self, originals: Floats, reposts: Floats, factor: float = 1.0) -> Floats:
        """Give the logarithm of the chance to see none of so many posts, every chance times a factor; shape (n_advocates,)."""
        one, other = (np.minimum(chance * factor, MOST) for chance in (self.original, self.repost))
        return np.asarray(originals * np.log1p(-one) + reposts * np.log1p(-other))


def calibrated(
    advocates: tuple[str, ...], sizes: Floats, measured: pd.DataFrame, given: float | None, teams: Sequence[str] | None = None
) -> Chances:
    """Estimate the chances from the members that posts reached.

    Parameters
    ----------
    advocates : tuple of str
    sizes : array of float, shape (n_advocates,)
        Of their audiences.
    measured : pandas.DataFrame
        Posts with a reach: `advocate, kind, reach`, and `size` of the audience that could see the post, where it is not the whole one
        (that of one network). Those of advocates without an audience tell nothing.
    given : float or None
        The chance that the settings name.
    teams : sequence of str or None
        The team of each advocate; all are of one by default.

    Returns
    -------
    Chances
        Each advocate's own, drawn towards that of their team, and the team's towards that of all: the less was measured, the more.

    Notes
    -----
    Per kind of post the chance is sum of reach / sum of audience over all measured posts (a ratio estimate). An advocate's factor is
    their reach over what that chance expects of their posts, shrunk (`social.shrinkage.factors`). Members reached that are outside the
    audience count as if they were in it, so that the chance is rather too high.

    References
    ----------
    W. G. Cochran, Sampling Techniques, 1977, chapter 6 (ratio estimates).

    Examples
    --------
    >>> import pandas as pd
    >>> posts = pd.DataFrame({"advocate": ["a", "b"], "kind": ["original"] * 2, "reach": [10.0, 30.0]})
    >>> found = calibrated(("a", "b", "c"), np.array([100.0, 100.0, 50.0]), posts, None)
    >>> found.original.round(2).tolist(), found.basis
    ([0.2, 0.2, 0.2], 'measured')
    """
    everybody = np.arange(len(advocates))
    place = {advocate: number for number, advocate in enumerate(advocates)}
    rows = measured[measured["advocate"].isin(advocates) & measured["reach"].notna()]
    if "size" not in rows:
        rows = rows.assign(size=[sizes[place[advocate]] for advocate in rows["advocate"]])
    rows = rows[rows["size"] > 0]
    if not len(rows):
        chance = np.full(len(advocates), PRIOR if given is None else given)
        return Chances(
            chance, chance * REPOST, "prior" if given is None else "settings", 0, 0, None, everybody, (float("nan"), float("nan"))
        )
    repost = rows["kind"] == "repost"
    average = {kind: _ratio(rows[mine]) for kind, mine in (("original", ~repost), ("repost", repost))}
    if np.isnan(average["original"]):
        average["original"] = average["repost"] / REPOST
    if np.isnan(average["repost"]):
        average["repost"] = average["original"] * REPOST
    rows = rows.assign(expected=rows["size"] * np.where(repost, average["repost"], average["original"]))
    found = _factors(rows, place, teams if teams is not None else [""] * len(advocates))
    # A team that is seen little may be drawn below nothing.
    capped = {kind: np.clip(chance * found.factor, 0.0, MOST) for kind, chance in average.items()}
    averages = average["original"], average["repost"]
    return Chances(capped["original"], capped["repost"], "measured", len(rows), rows["advocate"].nunique(), found, everybody, averages)


def _ratio(rows: pd.DataFrame) -> float:
    return float(rows["reach"].sum() / rows["size"].sum()) if len(rows) else float("nan")


def _factors(rows: pd.DataFrame, place: dict[str, int], teams: Sequence[str]) -> Factors:
    """Estimate how much more or less than the average each advocate's posts are seen."""
    by_advocate = rows.groupby("advocate").agg(reach=("reach", "sum"), expected=("expected", "sum"), posts=("reach", "size"))
    count = by_advocate["posts"].to_numpy(dtype=np.float64)
    single = (rows["reach"] / rows["expected"]).groupby(rows["advocate"]).var(ddof=1).dropna()
    within = float(np.average(single, weights=count[count > 1] - 1)) if len(single) else float("nan")
    return factors(
        len(place),
        teams,
        np.array([place[advocate] for advocate in by_advocate.index], dtype=np.int64),
        (by_advocate["reach"] / by_advocate["expected"]).to_numpy(),
        (by_advocate["expected"] / by_advocate["expected"].sum()).to_numpy(),
        count,
        within,
    )
