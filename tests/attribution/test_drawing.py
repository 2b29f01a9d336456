"""The fast draws held against literal resampling, for every model; and what holds of all draws."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from attribution.chain_influence import ChainInfluence
from attribution.drawing import FEW_PATHS, FEW_STEPS, draw, draw_normal
from attribution.influence import AdditiveInfluence, converting
from attribution.markov import Markov
from attribution.models import MODELS, Model, make_model
from attribution.paths import Draws, Floats, Paths
from attribution.resampling import resample
from attribution.shapley import Shapley
from tests.attribution.oracles import Row, paths_of
from tests.attribution.people import Journey, company, paths_of_people
from workspace.errors import DataError

CUSTOM = {"first": 3.0, "middle": 5.0, "last": 2.0}
EVERY: list[Model] = [
    *(make_model(kind.name, **(CUSTOM if kind.name == "custom" else {})) for kind in MODELS),
    *(Markov(order) for order in (2, 3, 4)),
    Shapley("conversions"),
]
COUNT = 2_000


@pytest.fixture(scope="module")
def medium() -> Paths:
    """1,500 people, 370 of them with conversions, many with several journeys; the smallest channel is in some 70 converting journeys."""
    paths = paths_of_people(company(1_500, seed=2, several=0.6, mean=2), 5, rest=[20.0, 35.0] * 10)
    assert len(paths.codes) > FEW_STEPS
    assert len(converting(paths).keys.key) > 300
    return paths


@pytest.fixture(scope="module")
def small() -> Paths:
    return paths_of_people(company(60, seed=3, mean=2), 5, rest=[20.0, 35.0])


def fast(paths: Paths, model: Model, count: int = COUNT, seed: int = 1) -> Draws:
    credits = model.credit(paths)
    if isinstance(model, Markov):
        return draw_normal(paths, credits, ChainInfluence(paths, model.order), count=count, seed=seed)
    paths = converting(paths)
    model = Shapley() if isinstance(model, Shapley) else model
    return draw_normal(paths, credits, AdditiveInfluence(paths, model), conserves=model.conserves, count=count, seed=seed)


def ends_and_spread(drawn: Floats) -> Floats:
    """The ends of the 95 % intervals, measured from the mean in standard deviations, and these."""
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    spread = drawn.std(axis=0)
    return np.stack([(low - drawn.mean(axis=0)) / spread, (high - drawn.mean(axis=0)) / spread])


@pytest.mark.parametrize("model", EVERY, ids=repr)
def test_fast_intervals_are_the_literal_ones(medium: Paths, model: Model) -> None:
    """Within the error of 2,000 samples: a standard deviation has one of 1.6 %, an end of an interval one of 6 % of a deviation."""
    one, other = fast(medium, model), resample(medium, model, COUNT, seed=2)
    credits = model.credit(medium)
    for quick, literal, estimate in ((one.conversions, other.conversions, credits.conversions), (one.value, other.value, credits.value)):
        spread = literal.std(axis=0)
        assert quick.mean(axis=0) == pytest.approx(estimate)
        assert literal.mean(axis=0) == pytest.approx(estimate, abs=0.12 * spread.max())
        assert quick.std(axis=0) == pytest.approx(spread, rel=0.08)
        assert ends_and_spread(quick) == pytest.approx(ends_and_spread(literal), abs=0.25)
        assert np.corrcoef(quick.T) == pytest.approx(np.corrcoef(literal.T), abs=0.12)
    assert one.unattributed_conversions.std() == pytest.approx(other.unattributed_conversions.std(), rel=0.08)
    totals = [drawn.conversions.sum(axis=1) if model.conserves else drawn.total_conversions for drawn in (one, other)]
    assert totals[0].std() == pytest.approx(totals[1].std(), rel=0.08)
    shares = [drawn.conversions / total[:, None] for drawn, total in zip((one, other), totals, strict=True)]
    assert shares[0].std(axis=0) == pytest.approx(shares[1].std(axis=0), rel=0.12)


@pytest.mark.parametrize("model", [*EVERY, Shapley("rate")], ids=repr)
def test_small_data_is_resampled_literally(small: Paths, model: Model) -> None:
    """With equal seeds even the same samples: rules sum them up all together, which must be what the model says of each."""
    if model.name == "markov" or getattr(model, "game", "") == "rate":
        wanted = resample(small, model, 40, seed=5)
        drawn = draw(small, model, count=40, seed=5)
    else:
        wanted = resample(converting(small), model, 40, seed=5)
        drawn = draw(small, model, count=40, seed=5)
    for field in dataclasses.fields(Draws):
        one, other = getattr(drawn, field.name), getattr(wanted, field.name)
        assert (one is None and other is None) or one == pytest.approx(other, abs=1e-9)


@pytest.mark.parametrize("model", EVERY, ids=repr)
@pytest.mark.parametrize("size", ["small", "medium"])
def test_draws_are_not_negative_and_lie_around_the_estimate(size: str, model: Model, small: Paths, medium: Paths) -> None:
    paths = small if size == "small" else medium
    credits, drawn = model.credit(paths), draw(paths, model, count=400)
    for amounts, estimate in ((drawn.conversions, credits.conversions), (drawn.value, credits.value)):
        assert (amounts >= 0).all()
        assert amounts.mean(axis=0) == pytest.approx(estimate, abs=0.3 * max(amounts.std(axis=0).max(), 1e-9))
        assert not amounts[:, estimate == 0].any()


@pytest.mark.parametrize("model", [model for model in EVERY if model.conserves], ids=repr)
def test_draws_add_up_to_conversions_that_might_have_been(medium: Paths, model: Model) -> None:
    """Their sum varies as the number of conversions does: people with c conversions together add c squared to the variance."""
    total = draw(medium, model, count=4_000).conversions.sum(axis=1)
    keys = medium.keys
    by_key = np.bincount(keys.key, keys.conversions)
    variance = medium.conversions.sum() - keys.conversions.sum() + (by_key**2).sum()
    assert (total.mean(), total.var()) == (pytest.approx(medium.conversions.sum(), rel=0.005), pytest.approx(variance, rel=0.1))


@pytest.mark.parametrize("model", EVERY, ids=repr)
def test_renaming_channels_renames_their_intervals(model: Model) -> None:
    people = company(1_000, seed=6, mean=2)
    new = [2, 0, 3, 1, 4]
    moved = [[dataclasses.replace(journey, path=tuple(new[code] for code in journey.path)) for journey in person] for person in people]
    before, after = (draw(paths_of_people(each, 5), model, count=2_000) for each in (people, moved))
    low, high = np.quantile(before.conversions, [0.025, 0.975], axis=0)
    again = np.quantile(after.conversions[:, new], [0.025, 0.975], axis=0)
    width = high - low
    assert again[0] == pytest.approx(low, abs=0.1 * width.max())
    assert again[1] == pytest.approx(high, abs=0.1 * width.max())


def test_equal_seeds_draw_alike(medium: Paths) -> None:
    for model in (Markov(), make_model("linear")):
        first, again, other = (draw(medium, model, count=20, seed=seed) for seed in (1, 1, 2))
        assert first.conversions.tolist() == again.conversions.tolist()
        assert first.value.tolist() == again.value.tolist()
        assert first.conversions.tolist() != other.conversions.tolist()


def test_more_credits_than_samples_are_drawn_alike(medium: Paths) -> None:
    """Beyond as many credits as samples no covariance is made; the spread is the same."""
    for model in (make_model("linear"), make_model("participation"), Markov(2)):
        few, many = (fast(medium, model, count=count) for count in (9, 4_000))
        assert few.conversions.shape == (9, 5)
        spread = [np.mean([fast(medium, model, count=9, seed=seed).conversions.std(axis=0, ddof=1) for seed in range(60)], axis=0)]
        assert spread[0] == pytest.approx(many.conversions.std(axis=0), rel=0.12)


def test_refunds_may_bring_the_value_below_zero() -> None:
    people = [[Journey((code % 3, (code + 1) % 3), value=(30.0, -20.0, 10.0, -19.0)[code % 4])] for code in range(1_500)]
    paths = paths_of_people(people, 3)
    for model in (make_model("linear"), Markov()):
        one, other = fast(paths, model), resample(paths, model, COUNT, seed=2)
        assert (one.value < 0).any()
        if model.name == "linear":
            assert one.value.std(axis=0) == pytest.approx(other.value.std(axis=0), rel=0.08)
            assert one.value.mean(axis=0) == pytest.approx(model.credit(paths).value, abs=6 * one.value.std() / COUNT**0.5)


def test_few_conversions_among_many_journeys_are_as_skewed_as_counts_are() -> None:
    """Channel 1 is credited with 6 conversions of 6,000, a Poisson number: 2 to 11 in 95 % of samples, and never below 0."""
    paths = paths_of([Row((0,), 2_000, 0, 50_000), *(Row((0, *[2] * extra), 4, 0, 9) for extra in range(1, 1_000)), Row((1,), 6, 0, 90)], 3)
    model = make_model("first")
    assert len(converting(paths).conversions) > FEW_PATHS
    low, high = np.quantile(draw(paths, model, count=20_000).conversions[:, 1], [0.025, 0.975])
    assert (low, high) == (pytest.approx(2, abs=0.5), pytest.approx(11, abs=0.7))


def test_unknown_value_stays_unknown_in_large_data_too(medium: Paths) -> None:
    unknown = dataclasses.replace(medium, value=np.full(len(medium.value), np.nan), unattributed_value=np.nan, recency=None)
    for model in (make_model("linear"), Markov()):
        drawn = draw(unknown, model, count=5)
        assert np.isnan(drawn.value).all()
        assert np.isnan(drawn.unattributed_value).all()
        assert (drawn.conversions > 0).any()


def test_a_model_that_is_not_additive_is_resampled_literally(medium: Paths) -> None:
    @dataclasses.dataclass(frozen=True)
    class Winner:
        """The channel with most last touches takes everything."""

        name = "winner"
        summary = "."
        conserves = True
        credits_touches = False

        def credit(self, paths: Paths):
            credits = make_model("last").credit(paths)
            won = np.arange(len(paths.channels)) == credits.conversions.argmax()
            return dataclasses.replace(credits, conversions=won * credits.conversions.sum(), value=won * credits.value.sum())

    drawn = draw(medium, Winner(), count=10)
    assert ((drawn.conversions > 0).sum(axis=1) == 1).all()


def test_rates_of_too_many_journeys_are_refused_with_the_way_out() -> None:
    paths = dataclasses.replace(paths_of([Row((0, 1), 3)], 2), codes=np.zeros(320_001, dtype=np.int64), offsets=np.array([0, 320_001]))
    with pytest.raises(DataError) as caught:
        draw(paths, Shapley("rate"))
    assert str(caught.value) == (
        "shapley: the game 'rate' is credited anew for every sample, and 320001 touches are too many for that; take the game 'closed', "
        "or a shorter period"
    )
