"""Games over all coalitions against their definitions, coalition by coalition."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.coalitions import best_rate, brought, channel_sets, shapley_values
from attribution.ordered_shapley import credit_by_touchpoint, touch_shares
from attribution.shapley import Shapley
from tests.attribution import oracles
from tests.attribution.oracles import Row, paths_of
from tests.attribution.strategies import N_CHANNELS, journeys
from tests.attribution.test_shapley import WORTH
from workspace.errors import DataError, UsageError

Game = dict[frozenset[int], Fraction]


def coalitions(n: int) -> list[frozenset[int]]:
    return [frozenset(c) for size in range(n + 1) for c in itertools.combinations(range(n), size)]


def test_readme_example_of_dp6() -> None:
    """DP6/Marketing-Attribution-Models: Online 7.6667, Facebook 8.1667, Direct 3.1667."""
    worth = np.zeros(8)
    for coalition, value in WORTH.items():
        worth[sum(1 << player for player in coalition)] = value
    assert shapley_values(worth) == pytest.approx([23 / 3, 49 / 6, 19 / 6], rel=1e-14)


@given(st.integers(0, 5), st.randoms(use_true_random=False))
def test_values_are_those_of_the_definition(n: int, random: object) -> None:
    game = {S: Fraction(random.randint(-50, 50) if S else 0) for S in coalitions(n)}  # type: ignore[attr-defined]
    worth = np.zeros(1 << n)
    for coalition, value in game.items():
        worth[sum(1 << player for player in coalition)] = float(value)
    assert shapley_values(worth) == pytest.approx([float(v) for v in oracles.shapley(game, n)], rel=1e-12, abs=1e-12)


@settings(deadline=None)
@given(journeys(signed=True))
def test_the_full_game_of_conversions_equals_the_closed_form(rows: list[Row]) -> None:
    paths = paths_of(rows, N_CHANNELS)
    closed, full = Shapley().credit(paths), Shapley("conversions").credit(paths)
    assert full.conversions == pytest.approx(closed.conversions, rel=1e-12)
    assert full.value == pytest.approx(closed.value, rel=1e-12, abs=1e-10)


def test_a_game_of_rates_worked_by_hand() -> None:
    """Ads alone: 4 of 8 convert; email alone: 1 of 10; both: 3 of 6. Shrinkage 0.

    v(ads) = .5, v(email) = .1, v(both) = max(.5, .1, .5) = .5. phi(ads) = (.5 + .4) / 2 = .45, phi(email) = (.1 + 0) / 2 = .05.
    8 conversions in proportion: 7.2 and .8. By the game of conversions: 4 + 1.5 and 1 + 1.5.
    With shrinkage 1, m = (8 + 10 + 6) / 3 = 8: 4/16, 1/18, 3/14; phi(ads) = (1/4 + 7/36) / 2 = 2/9, phi(email) = 1/36; 8 x 8/9 and 8/9.
    """
    paths = paths_of([Row((0,), 4, 0, 4), Row((1,), 1, 0, 9), Row((1, 0), 3, 0, 3)], 2)
    assert Shapley("rate", shrinkage=0).credit(paths).conversions == pytest.approx([7.2, 0.8], rel=1e-14)
    assert Shapley("rate").credit(paths).conversions == pytest.approx([64 / 9, 8 / 9], rel=1e-14)
    assert Shapley("conversions").credit(paths).conversions == pytest.approx([5.5, 2.5], rel=1e-14)


def game_of_rates(rows: list[Row], amounts: dict[frozenset[int], Fraction], shrinkage: Fraction) -> Game:
    conversions: Game = {}
    total: Game = {}
    for row in rows:
        met = frozenset(row.path)
        conversions[met] = conversions.get(met, Fraction(0)) + row.conversions
        total[met] = total.get(met, Fraction(0)) + row.conversions + row.nulls
    converted = [met for met in total if conversions[met]]
    if not converted:
        return dict.fromkeys(coalitions(N_CHANNELS), Fraction(0))
    added = shrinkage * sum(total[met] for met in converted) / len(converted)
    rates = {met: amounts[met] / (total[met] + added) for met in converted}
    return {S: max([rate for met, rate in rates.items() if met <= S] or [Fraction(0)]) for S in coalitions(N_CHANNELS)}


@settings(deadline=None)
@given(journeys(signed=True), st.sampled_from([0.0, 0.5, 1.0]))
def test_the_game_of_rates_equals_its_definition(rows: list[Row], shrinkage: float) -> None:
    credits = Shapley("rate", shrinkage=shrinkage).credit(paths_of(rows, N_CHANNELS))
    value = np.zeros(N_CHANNELS)
    for what, sign in (("conversions", 1), ("value", 1), ("value", -1)):
        amounts: Game = {}
        for row in rows:
            amounts[frozenset(row.path)] = amounts.get(frozenset(row.path), Fraction(0)) + getattr(row, what)
        kept = {met: max(amount * sign, Fraction(0)) for met, amount in amounts.items()}
        values = oracles.shapley(game_of_rates(rows, kept, Fraction(shrinkage)), N_CHANNELS)
        scale = sum(kept.values()) / sum(values) if sum(values) else Fraction(0)
        credit = np.array([float(v * scale) for v in values])
        if what == "conversions":
            assert credits.conversions == pytest.approx(credit, rel=1e-11, abs=1e-12)
        else:
            value += sign * credit
    assert credits.value == pytest.approx(value, rel=1e-11, abs=1e-9)


@settings(deadline=None)
@given(journeys())
def test_transforms_equal_sums_and_maxima_over_subsets(rows: list[Row]) -> None:
    found = channel_sets(paths_of(rows, N_CHANNELS))
    sums, best = brought(found, found.conversions), best_rate(found, found.conversions, 1.0)
    for coalition in range(1 << len(found.players)):
        within = [i for i, met in enumerate(found.sets.tolist()) if met & ~coalition == 0]
        assert sums[coalition] == sum(found.conversions[within])
        rates = found.conversions / (found.journeys + found.journeys.mean()) if len(found.sets) else found.conversions
        assert best[coalition] == max(rates[within], default=0)


def test_twenty_channels_at_most() -> None:
    """Those in converting journeys count; any number more may be met in vain."""
    names = 30
    rows = [Row((code, (code + 1) % 20), 1, 5, 2) for code in range(20)] + [Row((code, 3), nulls=4) for code in range(20, names)]
    paths = paths_of(rows, names)
    for game in ("conversions", "rate"):
        assert Shapley(game).credit(paths).conversions == pytest.approx([1] * 20 + [0] * 10, rel=1e-12)
    with pytest.raises(DataError) as error:
        Shapley("rate").credit(paths_of([*rows, Row((20,), 1)], names))
    assert str(error.value) == (
        "shapley: 21 channels took part in conversions, and a game over all coalitions is worked out for 20 at most; ask for the credit "
        "of families (--by family), or for the game 'closed', which takes any number of channels"
    )
    assert Shapley().credit(paths_of([*rows, Row((20,), 1)], names)).conversions.sum() == pytest.approx(21)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"game": "poker"}, "shapley: there is no game 'poker'; the games are: closed, conversions, rate"),
        (
            {"game": "rate", "ordered": True},
            "shapley: a rate belongs to a whole journey, so the game 'rate' has no credit by place; leave out 'ordered' "
            "(--ordered), or take the game 'closed' (--game closed)",
        ),
        ({"shrinkage": -1}, "shapley: a shrinkage of -1 cannot be used; give 0 or more, for example 1"),
    ],
)
def test_parameters_that_cannot_be_used_are_refused(parameters: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError) as error:
        Shapley(**parameters)  # type: ignore[arg-type]
    assert str(error.value) == message


def test_ordered_shapley_worked_by_hand() -> None:
    """A > B > A, 4 conversions: A and B 2 each, A one for each of its places. B alone, 3. B > C, 2: one each."""
    paths = paths_of([Row((0, 1, 0), 4, 40), Row((1,), 3, 3), Row((1, 2), 2, 8), Row((2, 2), nulls=9)], 3)
    assert touch_shares(paths).tolist() == [0.25, 0.5, 0.25, 1, 0.5, 0.5, 0.5, 0.5]
    report = credit_by_touchpoint(paths)
    assert report.frame.to_dict("split", index=False)["data"] == [
        ["channel 1", 1, 4, 7],
        ["channel 1", 2, 2, 20],
        ["channel 0", 1, 1, 10],
        ["channel 0", 3, 1, 10],
        ["channel 2", 2, 1, 4],
    ]
    assert list(report.frame.columns) == ["channel", "step", "conversions", "value"]
    extra = Shapley(ordered=True).credit(paths).extra
    assert {name: share.round(4).tolist() for name, share in extra.items()} == {
        "share_alone": [0, 0.5, 0],
        "share_opening": [0.5, 0.1667, 0],
        "share_between": [0, 0.3333, 0],
        "share_closing": [0.5, 0, 1],
    }


@settings(deadline=None)
@given(journeys(signed=True), st.integers(1, 8))
def test_places_add_up_to_the_shapley_value(rows: list[Row], deepest: int) -> None:
    paths = paths_of(rows, N_CHANNELS)
    frame, credits = credit_by_touchpoint(paths, deepest).frame, Shapley().credit(paths)
    for column, amounts in (("conversions", credits.conversions), ("value", credits.value)):
        sums = frame.groupby("channel")[column].sum().reindex(paths.channels, fill_value=0)
        assert sums.to_numpy() == pytest.approx(amounts, rel=1e-12, abs=1e-9)
    assert frame["step"].max() <= deepest or frame.empty


def test_late_places_are_put_together_and_unknown_value_stays_unknown() -> None:
    report = credit_by_touchpoint(paths_of([Row((0, 1, 0, 1), 4)], 2, known=False), deepest=2)
    assert report.frame[["channel", "step", "conversions"]].values.tolist() == [
        ["channel 0", 1, 1],
        ["channel 0", 2, 1],
        ["channel 1", 2, 2],
    ]
    assert report.frame["value"].isna().all()
    assert [str(note) for note in report.notes] == [
        "A journey's channels share its conversion equally; a channel met several times shares its part among its places.",
        "Touches from place 2 on are counted together.",
    ]
