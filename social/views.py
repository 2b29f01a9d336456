"""How likely a member of an audience is to see a post: from the figures that employees hand in, else from what is published."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from attribution.paths import Floats
from reports.report import Text

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
    relative_error : float
        The standard error of the average chance relative to it; NaN where that cannot be said.
    """

    original: Floats
    repost: Floats
    basis: str
    posts: int
    advocates: int
    relative_error: float

    def unseen(self, originals: Floats, reposts: Floats, factor: float = 1.0) -> Floats:
        """Give the logarithm of the chance to see none of so many posts, every chance times a factor; shape (n_advocates,)."""
        one, other = (np.minimum(chance * factor, MOST) for chance in (self.original, self.repost))
        return np.asarray(originals * np.log1p(-one) + reposts * np.log1p(-other))


def calibrated(advocates: tuple[str, ...], sizes: Floats, measured: pd.DataFrame, given: float | None) -> Chances:
    """Estimate the chances from the members that posts reached.

    Parameters
    ----------
    advocates : tuple of str
    sizes : array of float, shape (n_advocates,)
        Of their audiences.
    measured : pandas.DataFrame
        Posts with a reach: `advocate, kind, reach`. Those of advocates without an audience tell nothing.
    given : float or None
        The chance that the settings name.

    Returns
    -------
    Chances
        Each advocate's own, drawn towards that of all: the less was measured of them, the more.

    Notes
    -----
    Per kind of post the chance is sum of reach / sum of audience over all measured posts (a ratio estimate). An advocate's factor is
    their reach over what that chance expects of their posts, shrunk by v / (v + e / n): v the variance of the factors between advocates
    (by moments, not below 0), e / n that of an advocate's mean over n posts. The error treats advocates as the sample, not posts. Members
    reached that are outside the audience count as if they were in it, so that the chance is rather too high.

    References
    ----------
    J. N. K. Rao and I. Molina, Small Area Estimation, 2015, chapter 7 (empirical best linear unbiased prediction);
    W. G. Cochran, Sampling Techniques, 1977, chapter 6 (ratio estimates).

    Examples
    --------
    >>> import pandas as pd
    >>> posts = pd.DataFrame({"advocate": ["a", "b"], "kind": ["original"] * 2, "reach": [10.0, 30.0]})
    >>> found = calibrated(("a", "b", "c"), np.array([100.0, 100.0, 50.0]), posts, None)
    >>> found.original.round(2).tolist(), found.basis, round(found.relative_error, 2)
    ([0.2, 0.2, 0.2], 'measured', 0.5)
    """
    place = {advocate: number for number, advocate in enumerate(advocates)}
    rows = measured[measured["advocate"].isin(advocates) & measured["reach"].notna()]
    rows = rows.assign(size=[sizes[place[advocate]] for advocate in rows["advocate"]])
    rows = rows[rows["size"] > 0]
    if not len(rows):
        chance = np.full(len(advocates), PRIOR if given is None else given)
        return Chances(chance, chance * REPOST, "prior" if given is None else "settings", 0, 0, float("nan"))
    repost = rows["kind"] == "repost"
    average = {kind: _ratio(rows[mine]) for kind, mine in (("original", ~repost), ("repost", repost))}
    if np.isnan(average["original"]):
        average["original"] = average["repost"] / REPOST
    if np.isnan(average["repost"]):
        average["repost"] = average["original"] * REPOST
    rows = rows.assign(expected=rows["size"] * np.where(repost, average["repost"], average["original"]))
    factor, error = _factors(rows, place)
    capped = {kind: np.minimum(chance * factor, MOST) for kind, chance in average.items()}
    return Chances(capped["original"], capped["repost"], "measured", len(rows), rows["advocate"].nunique(), error)


def _ratio(rows: pd.DataFrame) -> float:
    return float(rows["reach"].sum() / rows["size"].sum()) if len(rows) else float("nan")


def _factors(rows: pd.DataFrame, place: dict[str, int]) -> tuple[Floats, float]:
    """Estimate how much more or less each advocate's posts are seen than the average, and the relative error of the average."""
    by_advocate = rows.groupby("advocate").agg(reach=("reach", "sum"), expected=("expected", "sum"), posts=("reach", "size"))
    ratio = (by_advocate["reach"] / by_advocate["expected"]).to_numpy()
    count = by_advocate["posts"].to_numpy(dtype=np.float64)
    factor = np.ones(len(place))
    if len(ratio) < 2:
        return factor, float("nan")
    single = (rows["reach"] / rows["expected"]).groupby(rows["advocate"]).var(ddof=1).dropna()
    within = float(np.average(single, weights=count[count > 1] - 1)) if len(single) else float("nan")
    # One post of each tells nothing apart: then all that they differ by may be chance.
    between = max(float(ratio.var(ddof=1)) - within * float(np.mean(1 / count)), 0.0) if np.isfinite(within) else 0.0
    kept = between / (between + within / count) if between > 0 else np.zeros(len(ratio))
    for advocate, own, weight in zip(by_advocate.index, ratio, kept, strict=True):
        factor[place[advocate]] = 1 + weight * (own - 1)
    share = by_advocate["expected"].to_numpy() / by_advocate["expected"].sum()
    n = len(ratio)
    error = float(np.sqrt(n / (n - 1) * np.sum((share * (ratio - np.sum(share * ratio))) ** 2)))
    return factor, error
