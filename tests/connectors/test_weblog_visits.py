"""Where visits begin, against a literal reading of the rule."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from connectors.visits import cut_visits


def literal(hits: list[tuple[int, int, int]], gap: float) -> list[bool]:
    """Walk the hits one by one, as one would explain the rule."""
    starts, last, campaign = [], None, 0
    for person, at, origin in hits:
        new = last is None or last[0] != person or at - last[1] > gap or origin not in (0, campaign)
        if new:
            campaign = 0
        campaign = origin or campaign
        starts.append(new)
        last = (person, at)
    return starts


def cut(hits: list[tuple[int, int, int]], gap: float) -> list[bool]:
    table = np.array(hits, np.int64).reshape(-1, 3)
    return cut_visits(table[:, 0], table[:, 1], table[:, 2], gap).tolist()


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40), st.integers(0, 3)), max_size=40), st.integers(1, 10))
def test_like_the_literal_rule(hits, gap):
    hits = sorted(hits, key=lambda hit: hit[:2])
    assert cut(hits, gap) == literal(hits, gap)


def test_worked_by_hand():
    hour = 3600
    hits = [
        (1, 0, 0),  # direct
        (1, 1800, 0),  # 30 minutes to the second: the same visit
        (1, 3601, 0),  # a second more: a new one
        (1, 3700, 5),  # a campaign within it: a new one
        (1, 3800, 5),  # its page reloaded
        (1, 3900, 0),  # browsing on
        (1, 4000, 6),  # another campaign
        (1, 4100, 5),  # and the first again: a click of its own
        (1, 24 * hour - 60, 0),
        (1, 24 * hour + 60, 0),  # past midnight: the same visit
        (2, 24 * hour + 60, 0),  # another person
    ]
    assert cut(hits, 1800) == [True, False, True, True, False, False, True, True, True, False, True]


def test_none():
    assert cut([], 1800) == []
