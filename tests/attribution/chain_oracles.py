"""A chain of any order, removal of one channel after the other, without rounding: slow, and plainly right."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction

from tests.attribution.oracles import CONVERSION, NULL, START, Chain, Row, solve

State = tuple[int, ...]
Worth = dict[object, Fraction]


def states_of(path: Sequence[int], order: int, *, collapse: bool = True) -> list[State]:
    """The states a journey goes through: its last `order` touches, or the whole of a shorter journey."""
    if len(path) < order:
        return [tuple(path)]
    grams = [tuple(path[i : i + order]) for i in range(len(path) - order + 1)]
    return [gram for i, gram in enumerate(grams) if not (collapse and i and gram == grams[i - 1])]


def chain_of(rows: Sequence[Row], order: int, *, collapse: bool = True) -> Chain:
    """Weights of the transitions between states."""
    weights: Chain = defaultdict(lambda: defaultdict(Fraction))
    for row in rows:
        journeys = Fraction(row.conversions) + Fraction(row.nulls)
        if journeys:
            states = states_of(row.path, order, collapse=collapse)
            for here, there in itertools.pairwise([START, *states]):
                weights[here][there] += journeys
            weights[states[-1]][CONVERSION] += Fraction(row.conversions)
            weights[states[-1]][NULL] += Fraction(row.nulls)
    return weights


def expected(chain: Chain, worth: Worth, without: int | None = None) -> Fraction:
    """What a walk from START is expected to bring, a conversion from state s bringing `worth[s]`; states that hold `without` are NULL."""
    states = [state for state in chain if state == START or without not in state]
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


def worths(rows: Sequence[Row], order: int, *, value: bool) -> list[tuple[Worth, Fraction]]:
    """What a conversion from each state is worth, with the total; for the value, states that gain and states that lose apart."""
    conversions: dict[object, Fraction] = defaultdict(Fraction)
    amounts: dict[object, Fraction] = defaultdict(Fraction)
    for row in rows:
        state = states_of(row.path, order)[-1]
        conversions[state] += Fraction(row.conversions)
        amounts[state] += Fraction(row.value)
    if not value:
        return [({state: Fraction(1) for state in conversions}, sum(conversions.values(), Fraction(0)))]
    signed = [{state: amount for state, amount in amounts.items() if amount * sign > 0} for sign in (1, -1)]
    return [({state: amount / conversions[state] for state, amount in part.items()}, sum(part.values(), Fraction(0))) for part in signed]


def markov(rows: Sequence[Row], n_channels: int, order: int, *, value: bool = False) -> tuple[list[Fraction], list[Fraction]]:
    """Credit and removal effects; gains and losses apart, then added."""
    chain = chain_of(rows, order)
    zero = [Fraction(0)] * n_channels
    credit, lost, whole = list(zero), list(zero), Fraction(0)
    for worth, total in worths(rows, order, value=value):
        if not total:
            continue
        base = expected(chain, worth)
        effects = [base - expected(chain, worth, without=code) for code in range(n_channels)]
        credit = [old + effect / sum(effects) * total for old, effect in zip(credit, effects, strict=True)]
        lost = [old + effect for old, effect in zip(lost, effects, strict=True)]
        whole += base
    return credit, [effect / whole for effect in lost] if whole else zero
