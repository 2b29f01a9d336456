"""The Shapley value of each channel."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

import numpy as np

from attribution.coalitions import best_rate, brought, channel_sets, shapley_values
from attribution.crediting import by_channel, credit_with, credits_from, distinct_channels
from attribution.ordered_shapley import shares_by_place
from attribution.paths import Credits, Floats, Paths
from workspace.errors import UsageError

GAMES = ("closed", "conversions", "rate")


@dataclasses.dataclass(frozen=True)
class Shapley:
    """Share conversions by what each channel adds to the coalitions it can join.

    Parameters
    ----------
    game : {"closed", "conversions", "rate"}
        What a coalition is worth. "closed" and "conversions": the conversions of the journeys that needed no other channel, by the
        closed form or over all coalitions, with the same result. "rate": the rate at which journeys convert that it serves.
    ordered : bool
        Say too at which place of the journeys each channel earned its credit.
    shrinkage : float
        Of the game "rate": how many journeys without conversion are added to each channel set, in mean journeys of a set.

    Notes
    -----
    The players are the channels. In the game of conversions v(S) = sum of the conversions of the journeys whose channels all lie in S.
    That is a sum of unanimity games, one for each journey, and the Shapley value of a unanimity game is an equal split among its
    players. So the value, a sum over 2^n coalitions by definition, costs one sort of n_steps integers.

    In the game of rates v(S) is the best shrunken conversion rate of a channel set within S (`attribution.coalitions.best_rate`); its
    Shapley values are brought to a sum of the conversions. Here journeys that did not convert count, and how often a channel is used
    counts only through the shrinkage: a channel that converts well is credited, not one that is met often. What people do who have
    nearly decided (a meeting) stands out in it, whatever brought them there. For the value, rates are the mean value of a journey;
    channel sets that lose (refunds) are a game of their own, and both credits are added. Up to 20 channels in converting journeys.

    All games keep efficiency (credit adds up to the conversions and to the value), symmetry (channels that take part alike are
    credited alike), the null player (a channel in no converting journey gets nothing). The game of conversions keeps additivity, and
    journeys that did not convert change nothing in it: a channel that is met often without converting is not credited less for it;
    "rate" breaks both. Order and repetition of touches change no credit.

    `ordered` splits a channel's credit in a journey equally among its touches there, after Zhao et al.; summed over the places it is
    the same credit. The whole table is `attribution.ordered_shapley.credit_by_touchpoint`.

    References
    ----------
    L. S. Shapley, A value for n-person games, 1953. K. Zhao, S. H. Mahboobi, S. R. Bagheri, Shapley value methods for attribution
    modeling in online advertising, 2018, arXiv:1804.05327. X. Shao, L. Li, Data-driven multi-touch attribution models, KDD 2011
    (conversion rates by channel set).

    Examples
    --------
    >>> paths = Paths(("ads", "email"), np.array([0, 1, 0, 1]), np.array([0, 3, 4]), np.array([8.0, 1.0]), np.zeros(2),
    ...     np.array([8.0, 1.0]), np.zeros(2, bool))
    >>> Shapley().credit(paths).conversions.tolist(), Shapley("rate").credit(paths).conversions.round(2).tolist()
    ([4.0, 5.0], [3.22, 5.78])
    """

    game: str = "closed"
    ordered: bool = False
    shrinkage: float = 1.0

    name: ClassVar[str] = "shapley"
    summary: ClassVar[str] = "Each channel gets its Shapley value: a journey's channels share its conversion equally."
    conserves: ClassVar[bool] = True
    credits_touches: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if self.game not in GAMES:
            raise UsageError("shapley: there is no game '{game}'; the games are: {games}", game=self.game, games=", ".join(GAMES))
        if self.ordered and self.game == "rate":
            raise UsageError(
                "shapley: a rate belongs to a whole journey, so the game 'rate' has no credit by place; leave out 'ordered' (--ordered), "
                "or take the game 'closed' (--game closed)"
            )
        if not 0 <= self.shrinkage < float("inf"):
            raise UsageError("shapley: a shrinkage of {shrinkage} cannot be used; give 0 or more, for example 1", shrinkage=self.shrinkage)

    def credit(self, paths: Paths) -> Credits:
        """Credit each channel with its Shapley value.

        Returns
        -------
        Credits
            Where `ordered`, `extra` holds "share_alone", "share_opening", "share_between" and "share_closing": of the channel's
            credited conversions, those it earned as the only touch, as the first, in between, and as the last. NaN without credit.
        """
        credits = self._closed(paths) if self.game == "closed" else self._played(paths)
        return dataclasses.replace(credits, extra=shares_by_place(paths)) if self.ordered else credits

    def _closed(self, paths: Paths) -> Credits:
        path, channel = distinct_channels(paths)
        share = 1.0 / np.bincount(path, minlength=len(paths.offsets) - 1)
        return credit_with(paths, lambda amounts: by_channel(paths, channel, (amounts * share)[path]))

    def _played(self, paths: Paths) -> Credits:
        found = channel_sets(paths)

        def spread(amounts: Floats) -> Floats:
            """Credit the channels with what their journeys brought; not negative."""
            credit = np.zeros(len(paths.channels))
            if amounts.any():
                worth = brought(found, amounts) if self.game == "conversions" else best_rate(found, amounts, self.shrinkage)
                # The values of the game add up to what all channels together are worth.
                credit[found.players] = shapley_values(worth) / worth[-1] * amounts.sum()
            return credit

        gains, losses = spread(np.maximum(found.value, 0)), spread(np.maximum(-found.value, 0))
        return credits_from(paths, spread(found.conversions), gains - losses)
