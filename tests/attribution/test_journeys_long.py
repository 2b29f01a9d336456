"""One person with more touches than anybody has: a monitoring script, a shared address. Its journey takes no more than its length."""

import numpy as np
import pyarrow as pa
import pytest

from attribution import engine
from attribution.journeys import Window

DAY = 86_400
LAST = 1_750_000_000


@pytest.mark.parametrize("converts", [True, False])
def test_a_journey_of_200_000_touches(converts):
    n = 200_000
    codes = np.random.default_rng(0).integers(0, 12, n)
    ages = np.arange(n)[::-1] * 30
    touches = pa.table({"key": np.ones(n, np.int64), "at": LAST - ages, "origin_id": codes, "tie": np.zeros(n, np.int64)})
    conversions = pa.table({"key": pa.array([1 if converts else 2]), "at": pa.array([LAST]), "value": pa.array([10.0])})
    found = engine.run(touches, conversions, {code: f"{code:02}" for code in range(12)}, frozenset(), Window(90 * DAY))
    paths = found.paths
    assert paths.codes.tolist() == codes.tolist()
    assert paths.offsets.tolist() == [0, n]
    assert (paths.conversions.tolist(), paths.nulls.tolist()) == (([1.0], [0.0]) if converts else ([0.0], [1.0]))
    weights = 0.5 ** (ages / (7 * DAY)) if converts else np.zeros(n)
    assert paths.recency is not None
    np.testing.assert_allclose(paths.recency.conversions, weights / (weights.sum() or 1), rtol=1e-9)
    np.testing.assert_allclose(paths.recency.value, 10 * weights / (weights.sum() or 1), rtol=1e-9)
