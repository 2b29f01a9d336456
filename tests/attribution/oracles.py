"""Literal versions of the models, journey by journey and channel by channel, in plain Python: slow, and plainly right."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from attribution.paths import Paths, Recency

START, CONVERSION, NULL = "START", "CONVERSION", "NULL"
Chain = dict[object, dict[object, Fraction]]


@dataclasses.dataclass(frozen=True)
class Row:
    """Journeys along one path, by channel codes; for each step `ages` in days before the conversion, and the milestones it holds."""

    path: tuple[int, ...]
    conversions: float = 0
    value: float = 0
    nulls: float = 0
    ages: tuple[float, ...] | None = None
    positions: tuple[int, ...] | None = None


def paths_of(
    rows: Sequence[Row], n_channels: int, *, direct: Sequence[int] = (), known: bool = True, half_life: float = 7.0, rest: float = 0.0
) -> Paths:
    """Put rows together as models read them; `rest` conversions without a touch, worth 10 each."""
    decay = [(row, weight) for row in rows for weight in decay_weights(row, half_life)]
    conversions = np.array([row.conversions * weight for row, weight in decay], dtype=np.float64)
    value = np.array([row.value * weight for row, weight in decay], dtype=np.float64)
    return Paths(
        channels=tuple(f"channel {code}" for code in range(n_channels)),
        codes=np.array([code for row in rows for code in row.path], dtype=np.int64),
        offsets=np.cumsum([0, *(len(row.path) for row in rows)]).astype(np.int64),
        conversions=np.array([row.conversions for row in rows], dtype=np.float64),
        value=np.array([row.value if known else math.nan for row in rows], dtype=np.float64),
        nulls=np.array([row.nulls for row in rows], dtype=np.float64),
        direct=np.array([code in direct for code in range(n_channels)], dtype=np.bool_),
        unattributed_conversions=rest,
        unattributed_value=10 * rest if known else math.nan,
        recency=Recency(half_life, conversions, value if known else np.full(len(value), math.nan)),
        positions=np.array([bits for row in rows for bits in row.positions or (0,) * len(row.path)], dtype=np.int64),
    )


def decay_weights(row: Row, half_life: float) -> list[float]:
    ages = row.ages or (0.0,) * len(row.path)
    weights = [2 ** (-age / half_life) for age in ages]
    return [weight / sum(weights) for weight in weights]


def three_part(n: int, first: float, middle: float, last: float) -> list[float]:
    """Weights of n touches by shares of the first, of those between together, and of the last."""
    if n == 1:
        return [1.0]
    if n == 2:
        return [first / (first + last), last / (first + last)] if first + last else [0.5, 0.5]
    total = first + middle + last
    return [first / total, *[middle / total / (n - 2)] * (n - 2), last / total]


def rule_weights(model: str, row: Row, direct: Sequence[int] = (), custom: tuple[float, float, float] = (1, 1, 1)) -> list[float]:
    """Weights of a journey's touches by a rule model, step by step."""
    n = len(row.path)
    shapes = {"first": (1, 0, 0), "last": (0, 0, 1), "u_shaped": (40, 20, 40), "j_shaped": (20, 20, 60), "inverse_j": (60, 20, 20)}
    if model in shapes:
        return three_part(n, *shapes[model])
    if model == "custom":
        return three_part(n, *custom)
    if model == "linear":
        return [1 / n] * n
    if model == "time_decay":
        return decay_weights(row, 7.0)
    if model == "participation":
        return [float(code not in row.path[:step]) for step, code in enumerate(row.path)]
    assert model == "last_non_direct"
    others = [step for step, code in enumerate(row.path) if code not in direct]
    chosen = others[-1] if others else n - 1
    return [float(step == chosen) for step in range(n)]


def rule_credit(model: str, rows: Sequence[Row], n_channels: int, direct: Sequence[int], custom: tuple[float, float, float]) -> list[float]:
    """Conversions each channel is credited with by a rule model."""
    credit = [0.0] * n_channels
    for row in rows:
        for code, weight in zip(row.path, rule_weights(model, row, direct, custom), strict=True):
            credit[code] += weight * row.conversions
    return credit


def shapley(worth: dict[frozenset[int], Fraction], n_channels: int) -> list[Fraction]:
    """Shapley values by their definition; `worth` is v(S) of every coalition S."""
    n = n_channels
    values = []
    for player in range(n):
        others = [code for code in range(n) if code != player]
        total = Fraction(0)
        for size in range(n):
            weight = Fraction(math.factorial(size) * math.factorial(n - size - 1), math.factorial(n))
            for coalition in itertools.combinations(others, size):
                total += weight * (worth[frozenset(coalition) | {player}] - worth[frozenset(coalition)])
        values.append(total)
    return values


def subset_worth(rows: Sequence[Row], n_channels: int) -> dict[frozenset[int], Fraction]:
    """Worth of every coalition: the conversions of the journeys whose channels all belong to it."""
    coalitions = [frozenset(c) for size in range(n_channels + 1) for c in itertools.combinations(range(n_channels), size)]
    return {S: sum((Fraction(row.conversions) for row in rows if set(row.path) <= S), Fraction(0)) for S in coalitions}


def chain_of(rows: Sequence[Row], *, collapse: bool) -> Chain:
    """Transition weights of the first-order chain; `collapse` leaves consecutive repeats out."""
    weights: Chain = defaultdict(lambda: defaultdict(Fraction))
    for row in rows:
        steps = [code for i, code in enumerate(row.path) if not (collapse and i and code == row.path[i - 1])]
        journeys = Fraction(row.conversions) + Fraction(row.nulls)
        if journeys:
            for here, there in itertools.pairwise([START, *steps]):
                weights[here][there] += journeys
            weights[steps[-1]][CONVERSION] += Fraction(row.conversions)
            weights[steps[-1]][NULL] += Fraction(row.nulls)
    return weights


def expected(chain: Chain, worth: dict[object, Fraction], without: object = None) -> Fraction:
    """What a walk from START is expected to bring, a conversion from state s bringing `worth[s]`; visits to `without` go to NULL."""
    states = [state for state in chain if state != without]
    place = {state: i for i, state in enumerate(states)}
    matrix = []
    for state in states:
        leaving = sum(chain[state].values())
        row = [Fraction(int(other == state)) for other in states] + [Fraction(0)]
        for there, weight in chain[state].items():
            if there in place:
                row[place[there]] -= weight / leaving
            elif there == CONVERSION:
                row[-1] += weight / leaving * worth.get(state, Fraction(0))
        matrix.append(row)
    return solve(matrix)[place[START]]


def solve(matrix: list[list[Fraction]]) -> list[Fraction]:
    """Solve linear equations, the right side in the last column, by elimination without rounding."""
    n = len(matrix)
    for i in range(n):
        pivot = next(row for row in range(i, n) if matrix[row][i])
        matrix[i], matrix[pivot] = matrix[pivot], matrix[i]
        matrix[i] = [entry / matrix[i][i] for entry in matrix[i]]
        for row in range(n):
            if row != i and matrix[row][i]:
                factor = matrix[row][i]
                matrix[row] = [a - factor * b for a, b in zip(matrix[row], matrix[i], strict=True)]
    return [row[-1] for row in matrix]


def markov(rows: Sequence[Row], n_channels: int, *, collapse: bool = True, value: bool = False) -> tuple[list[Fraction], list[Fraction]]:
    """Credit and removal effects, each channel removed in its turn; gains and losses apart, then added."""
    chain = chain_of(rows, collapse=collapse)
    zero = [Fraction(0)] * n_channels
    credit, lost, whole = list(zero), list(zero), Fraction(0)
    for worth, total in mean_values(rows) if value else [conversion_worth(rows)]:
        if not total:
            continue
        base = expected(chain, worth)
        effects = [base - expected(chain, worth, without=code) if code in chain else Fraction(0) for code in range(n_channels)]
        credit = [old + effect / sum(effects) * total for old, effect in zip(credit, effects, strict=True)]
        lost = [old + effect for old, effect in zip(lost, effects, strict=True)]
        whole += base
    return credit, [effect / whole for effect in lost] if whole else zero


def conversion_worth(rows: Sequence[Row]) -> tuple[dict[object, Fraction], Fraction]:
    return {row.path[-1]: Fraction(1) for row in rows}, sum((Fraction(row.conversions) for row in rows), Fraction(0))


def mean_values(rows: Sequence[Row]) -> list[tuple[dict[object, Fraction], Fraction]]:
    """Mean value per conversion by last state, those that gain and those that lose, each with its total."""
    value: dict[object, Fraction] = defaultdict(Fraction)
    conversions: dict[object, Fraction] = defaultdict(Fraction)
    for row in rows:
        value[row.path[-1]] += Fraction(row.value)
        conversions[row.path[-1]] += Fraction(row.conversions)
    parts = []
    for sign in (1, -1):
        ends = [state for state in value if value[state] * sign > 0]
        parts.append(({state: value[state] / conversions[state] for state in ends}, sum((value[state] for state in ends), Fraction(0))))
    return parts
