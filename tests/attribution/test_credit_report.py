"""Credits of several models as one long table."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from attribution.credit_report import credits_frame
from attribution.markov import Markov
from attribution.paths import Credits
from attribution.position_models import Last
from attribution.rule_models import Participation
from tests.attribution.oracles import Row, paths_of

ROWS = [Row((0, 1, 2), 4, 400, 5), Row((2,), 2, 0, 0), Row((1,), nulls=3)]


def test_rows_by_model_and_channel() -> None:
    paths = paths_of(ROWS, 3, rest=4)
    frame = credits_frame({model.name: model.credit(paths) for model in (Last(), Participation())})
    expected = pd.DataFrame(
        [
            ("last", "channel 2", 6.0, 400.0, 0.6, 400 / 440),
            ("last", "channel 0", 0.0, 0.0, 0.0, 0.0),
            ("last", "channel 1", 0.0, 0.0, 0.0, 0.0),
            ("last", "(unattributed)", 4.0, 40.0, 0.4, 40 / 440),
            ("participation", "channel 2", 6.0, 400.0, 0.6, 400 / 440),
            ("participation", "channel 0", 4.0, 400.0, 0.4, 400 / 440),
            ("participation", "channel 1", 4.0, 400.0, 0.4, 400 / 440),
            ("participation", "(unattributed)", 4.0, 40.0, 0.4, 40 / 440),
        ],
        columns=["model", "channel", "conversions", "value", "share_of_conversions", "share_of_value"],
    )
    pd.testing.assert_frame_equal(frame, expected)


def test_removal_effects_stand_where_the_model_has_them() -> None:
    paths = paths_of([Row((0,), 2, 20, 1), Row((1,), 1, 30), Row((0, 1), 1, 50)], 2)
    frame = credits_frame({model.name: model.credit(paths) for model in (Markov(), Last())})
    expected = pd.DataFrame(
        [
            ("markov", "channel 0", 2.4, 100 * 3 / 7, 0.6, 3 / 7, 0.75, 0.6),
            ("markov", "channel 1", 1.6, 100 * 4 / 7, 0.4, 4 / 7, 0.5, 0.8),
            ("last", "channel 0", 2.0, 20.0, 0.5, 0.2, np.nan, np.nan),
            ("last", "channel 1", 2.0, 80.0, 0.5, 0.8, np.nan, np.nan),
        ],
        columns=[
            "model",
            "channel",
            "conversions",
            "value",
            "share_of_conversions",
            "share_of_value",
            "removal_effect",
            "removal_effect_value",
        ],
    )
    pd.testing.assert_frame_equal(frame, expected, rtol=1e-12)


def test_unknown_value_and_no_conversions_have_no_share() -> None:
    frame = credits_frame({"last": Last().credit(paths_of([Row((0, 1), nulls=1)], 2, known=False))})
    assert frame["conversions"].tolist() == [0, 0]
    assert frame[["value", "share_of_conversions", "share_of_value"]].isna().all().all()


def test_only_conversions_without_a_touch() -> None:
    frame = credits_frame({"last": Last().credit(paths_of([], 0, rest=3))})
    assert frame.to_dict("records") == [
        {
            "model": "last",
            "channel": "(unattributed)",
            "conversions": 3.0,
            "value": 30.0,
            "share_of_conversions": 1.0,
            "share_of_value": 1.0,
        }
    ]


def test_no_models() -> None:
    assert credits_frame({}).empty


def test_credits_of_other_channels_are_a_bug() -> None:
    one, other = (Credits((name,), np.ones(1), np.ones(1)) for name in ("ads", "email"))
    with pytest.raises(ValueError, match="the credits are not of the same channels"):
        credits_frame({"last": one, "first": other})
