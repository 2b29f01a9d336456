"""People with their journeys, one by one: what aggregated paths with keys are made of, and the most literal way to resample them."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from attribution.paths import CLOSE, FIRST_TOUCH, LEAD, OPPORTUNITY, Keys, Paths, Recency


@dataclasses.dataclass(frozen=True)
class Journey:
    """One journey; a conversion of unknown value is worth 0."""

    path: tuple[int, ...]
    conversions: float = 1
    value: float = 0
    nulls: float = 0


Person = Sequence[Journey]


def paths_of_people(people: Sequence[Person], n_channels: int, *, rest: Sequence[float] = (), times: Sequence[int] | None = None) -> Paths:
    """Sum journeys up by path, with the keys of people who have several; `rest` are the values of conversions without a touch.

    `times` says how often each person counts, for resampling; then there are no keys.
    """
    times = [1] * len(people) if times is None else times
    where: dict[tuple[int, ...], int] = {}
    for person in people:
        for journey in person:
            where.setdefault(journey.path, len(where))
    sums = np.zeros((3, len(where)))
    squares = np.zeros((len(where), 3))
    several = []
    for number, (person, often) in enumerate(zip(people, times, strict=True)):
        for journey in person:
            place = where[journey.path]
            sums[:, place] += np.array([journey.conversions, journey.value, journey.nulls]) * often
            c, v = journey.conversions, journey.value
            squares[place] += [c * c, c * v, v * v]
            if len(person) > 1:
                several.append((number, place, c, v, journey.nulls))
    columns = np.array(several, dtype=np.float64).reshape(-1, 5).T
    worth = np.array(rest, dtype=np.float64)
    keys = Keys(
        columns[0].astype(np.int64),
        columns[1].astype(np.int64),
        *columns[2:],
        squares,
        np.array([len(worth), worth.sum(), (worth**2).sum()]),
    )
    lengths = [len(path) for path in where]
    share = np.repeat(1 / np.array(lengths), lengths)
    return Paths(
        channels=tuple(f"channel {code}" for code in range(n_channels)),
        codes=np.array([code for path in where for code in path], dtype=np.int64),
        offsets=np.cumsum([0, *lengths]).astype(np.int64),
        conversions=sums[0],
        value=sums[1],
        nulls=sums[2],
        direct=np.arange(n_channels) == n_channels - 1,
        unattributed_conversions=float(len(rest)),
        unattributed_value=float(worth.sum()),
        recency=Recency(7.0, np.repeat(sums[0], lengths) * share, np.repeat(sums[1], lengths) * share),
        positions=np.concatenate([[], *(_positions(length) for length in lengths)]).astype(np.int64),
        keys=keys if set(times) == {1} else None,
    )


def _positions(length: int) -> np.ndarray:
    """Place the milestones: the lead a third of the way, the opportunity two thirds, the close at the end."""
    held = np.zeros(length, dtype=np.int64)
    for place, bit in ((0, FIRST_TOUCH), (length // 3, LEAD), (2 * length // 3, OPPORTUNITY), (length - 1, CLOSE)):
        held[place] |= bit
    return held


def company(
    n_people: int, seed: int, *, n_channels: int = 5, converting: float = 0.25, several: float = 0.4, mean: int = 3
) -> list[Person]:
    """Draw people who each have a taste for some channels and may have several journeys; who converts once is likelier to again."""
    rng = np.random.default_rng(seed)
    usual = 0.7 ** np.arange(n_channels)
    people: list[Person] = []
    for _ in range(n_people):
        taste = rng.dirichlet(3 * usual / usual.sum())
        keen = min(2 * converting * rng.random(), 1.0)
        journeys = []
        for _ in range(1 + rng.binomial(2, several / 2)):
            path = tuple(int(code) for code in rng.choice(n_channels, min(rng.geometric(1 / mean), 7), p=taste))
            if rng.random() < keen:
                journeys.append(Journey(path, 1, float(np.round(rng.lognormal(3, 0.8), 2))))
            else:
                journeys.append(Journey(path, 0, 0.0, 1))
        people.append(journeys)
    return people


def counted(people: Sequence[Person]) -> Counter[int]:
    """Count people by how many journeys they have."""
    return Counter(len(person) for person in people)


def literal_times(people: Sequence[Person], seed: int) -> list[int]:
    """Say how often each person counts in one sample."""
    return [int(often) for often in np.random.default_rng(seed).poisson(1.0, len(people))]


def by_path(paths: Paths) -> dict[tuple[int, ...], tuple[float, float, float]]:
    """Give the sums of each path."""
    found: dict[tuple[int, ...], tuple[float, float, float]] = defaultdict(lambda: (0.0, 0.0, 0.0))
    for place, (begin, end) in enumerate(zip(paths.offsets[:-1], paths.offsets[1:], strict=True)):
        found[tuple(paths.codes[begin:end].tolist())] = (
            float(paths.conversions[place]), float(paths.value[place]), float(paths.nulls[place]),
        )  # fmt: skip
    return dict(found)
