"""Journeys for Hypothesis to play with."""

from __future__ import annotations

from hypothesis import strategies as st

from attribution.paths import CLOSE, ENGAGED, FIRST_TOUCH, LEAD, OPPORTUNITY
from tests.attribution.oracles import Row

N_CHANNELS = 4


@st.composite
def rows(draw: st.DrawFn, *, signed: bool = False) -> Row:
    """Journeys along one path; worth something only where some converted, at a loss only if `signed`."""
    path = tuple(draw(st.lists(st.integers(0, N_CHANNELS - 1), min_size=1, max_size=6)))
    conversions = draw(st.integers(0, 9))
    value = draw(st.integers(-100 if signed else 0, 100)) if conversions else 0
    ages = tuple(draw(st.lists(st.integers(0, 60), min_size=len(path), max_size=len(path))))
    return Row(path, conversions, value, draw(st.integers(0, 9)), ages, draw(positions(len(path))))


@st.composite
def positions(draw: st.DrawFn, length: int) -> tuple[int, ...]:
    """Milestones of a journey's steps: each held by one step or by none, several maybe by the same; any step more than a visit or not."""
    held = [draw(st.sampled_from([0, ENGAGED])) for _ in range(length)]
    for bit in (FIRST_TOUCH, LEAD, OPPORTUNITY, CLOSE):
        holder = draw(st.integers(-1, length - 1))
        if holder >= 0:
            held[holder] |= bit
    return tuple(held)


def journeys(*, signed: bool = False, min_size: int = 0) -> st.SearchStrategy[list[Row]]:
    return st.lists(rows(signed=signed), min_size=min_size, max_size=7)


directs = st.frozensets(st.integers(0, N_CHANNELS - 1)).map(tuple)
