"""How much more or less than the average each advocate's posts are seen: advocates drawn towards their team, teams towards all."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from attribution.paths import Floats, Ints


@dataclasses.dataclass(frozen=True, eq=False)
class Factors:
    """What is known of the advocates' factors, 1 being the average of all.

    Parameters
    ----------
    factor : array of float, shape (n_advocates,)
    teams : array of int, shape (n_advocates,)
        The number of each advocate's team.
    kept : array of float, shape (n_advocates,)
        Which part of what an advocate differs from their team by is taken to be theirs and not chance; 0 where nothing was measured.
    precision : array of float, shape (n_teams,)
        1 / variance of the mean of each team's advocates about the team.
    between_teams, between : float
        The variance of teams about all, and of advocates about their team.
    average_error : float
        Standard error of the average.
    degrees : int
        Measured advocates less one.
    """

    factor: Floats
    teams: Ints
    kept: Floats
    precision: Floats
    between_teams: float
    between: float
    average_error: float
    degrees: int

    def error(self, weights: Floats) -> float:
        """Give the standard error of the weighted mean factor relative to that mean; NaN where it cannot be said.

        Parameters
        ----------
        weights : array of float, shape (n_advocates,)

        Notes
        -----
        The mean squared error of the prediction: `sum over teams of v (sum of w c)^2 + sum of w^2 s + d^2 average_error^2`. v is the
        variance that is left of the team's effect, 1 / (1 / between_teams + precision); c = 1 - kept, by which an advocate hangs on it; s
        what is left of their own, (1 - kept) between; d how much hangs on the average. That the variances are estimates themselves is left
        to Student's t. O(n).
        """
        total = weights.sum()
        if not self.degrees or not total > 0:
            return float("nan")
        weight = weights / total
        hangs = np.bincount(self.teams, weight * (1 - self.kept), len(self.precision))
        told = self.between_teams * self.precision / (1 + self.between_teams * self.precision)
        left = self.between_teams * (1 - told)
        squares = np.sum(left * hangs**2) + np.sum(weight**2 * (1 - self.kept)) * self.between
        squares += (np.sum(hangs * (1 - told)) * self.average_error) ** 2
        return float(np.sqrt(squares) / np.sum(weight * self.factor))


def factors(size: int, teams: Sequence[str], measured: Ints, ratio: Floats, share: Floats, posts: Floats, within: float) -> Factors:
    """Estimate the factors from what was measured.

    Parameters
    ----------
    size : int
        How many advocates there are.
    teams : sequence of str, shape (n_advocates,)
    measured : array of int, shape (n_measured,)
        Which of them are measured.
    ratio : array of float, shape (n_measured,)
        What their posts reached over what the average expects of them.
    share : array of float, shape (n_measured,)
        Of what the average expects of all posts; they add up to 1, and so does `share * ratio`.
    posts : array of float, shape (n_measured,)
    within : float
        The variance of one post's ratio about its advocate's; NaN where nobody has two.

    Returns
    -------
    Factors

    Notes
    -----
    The nested model `ratio = 1 + team + advocate + chance`, chance of the variance `within / posts`. The variances are those that give the
    sums of squares their expectations (analysis of variance by Henderson's method, not below 0):

    - about the unweighted team means, `S_a = sum (ratio - mean of team)^2`, of which
      `E S_a = (n - t) between + within sum over teams of (1 - 1/m) sum of 1/posts`, of n measured advocates in t teams, m in each;
    - of the team means about all, `S_t = sum m (mean of team - mean)^2`, of which
      `E S_t = (n - sum m^2 / n) between_teams + (t - 1) between + within (sum over teams of (1/m) sum of 1/posts - sum of 1/posts / n)`.

    Where `between_teams` comes out at 0 all are one team, as if none were known. Then the best linear unbiased prediction: a team's
    effect is its precision-weighted mean about 1 times `between_teams / (between_teams + 1 / precision)`, an advocate's what is left times
    `between / (between + within / posts)`. Of one post each nothing can be told apart, and all factors are 1.

    References
    ----------
    D. M. Stukel and J. N. K. Rao, On small-area estimation under two-fold nested error regression models, Journal of Statistical
    Planning and Inference 78, 1999, 131-147; S. R. Searle, G. Casella and C. E. McCulloch, Variance Components, 1992, chapters 3 and 7.

    Examples
    --------
    Of four advocates two are of a team that is seen less; the fourth has no figures and is taken for one of the other team.

    >>> ratio = np.array([0.5, 0.7, 1.8])
    >>> found = factors(4, ["a", "a", "b", "b"], np.arange(3), ratio, np.full(3, 1 / 3), np.full(3, 8.0), 0.08)
    >>> found.factor.round(2).tolist()
    [0.55, 0.65, 1.79, 1.78]
    """
    names = sorted(set(teams))
    number = np.array([names.index(team) for team in teams], dtype=np.int64)
    n = len(ratio)
    if n < 2:
        none = np.zeros(len(names))
        return Factors(np.ones(size), number, np.zeros(size), none, 0.0, 0.0, float("nan"), 0)
    squares = float(np.sum((share * (ratio - 1)) ** 2))
    if not np.isfinite(within):
        # One post of each tells nothing apart: all that they differ by may be chance, or all of it may be theirs.
        nothing = np.zeros(len(names))
        error = float(np.sqrt(n / (n - 1) * squares))
        return Factors(np.ones(size), number, np.zeros(size), nothing, 0.0, float(ratio.var(ddof=1)), error, n - 1)
    of = number[measured]
    between_teams, between = _variances(of, ratio, posts, within)
    if not between_teams:
        of, number, names = np.zeros_like(of), np.zeros_like(number), ["all"]
    weight = 1 / (between + within / posts) if between or within else np.full(n, np.inf)
    weight = np.minimum(weight, 1e12)
    precision = np.bincount(of, weight, len(names)).astype(np.float64)
    mean = np.bincount(of, weight * ratio, len(names)) / np.where(precision > 0, precision, 1)
    told = between_teams * precision / (1 + between_teams * precision)
    effect = 1 + told * (mean - 1)
    kept = np.zeros(size)
    kept[measured] = between * weight if between else 0.0
    factor = effect[number]
    factor[measured] += kept[measured] * (ratio - factor[measured])
    together = np.bincount(of, share, len(names))
    error = float(np.sqrt(n / (n - 1) * squares + between_teams * (np.sum(together**2) - np.sum(share**2))))
    return Factors(factor, number, kept, precision, between_teams, between, error, n - 1)


def _variances(of: Ints, ratio: Floats, posts: Floats, within: float) -> tuple[float, float]:
    """Estimate the variances of teams and of advocates; that of teams is 0 where it does not come out above it."""
    count = np.bincount(of).astype(np.float64)
    there = count > 0
    m, rarity = count[there], np.bincount(of, 1 / posts)[there]
    n, t = len(ratio), len(m)
    mean = np.bincount(of, ratio)[there] / m
    together = max(float(ratio.var(ddof=1)) - within * float(np.mean(1 / posts)), 0.0)
    if t < 2 or n == t:
        return 0.0, together
    about = float(np.sum(ratio**2) - np.sum(m * mean**2))
    between = max((about - within * float(np.sum((1 - 1 / m) * rarity))) / (n - t), 0.0)
    apart = float(np.sum(m * (mean - ratio.mean()) ** 2))
    by_chance = (t - 1) * between + within * float(np.sum(rarity / m) - rarity.sum() / n)
    between_teams = (apart - by_chance) / (n - float(np.sum(m**2)) / n)
    return (between_teams, between) if between_teams > 0 else (0.0, together)
