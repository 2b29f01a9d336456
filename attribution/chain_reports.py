"""The Markov chain as tables: its transitions, and what is lost without each channel."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from attribution.chains import Chain, build_chain
from attribution.crediting import value_is_known
from attribution.markov import Markov
from attribution.paths import Floats, Ints, Paths
from attribution.reserved import ROWS, told_apart
from reports.report import Chart, Report, Text

START, CONVERSION, NULL = "(start)", "(conversion)", "(null)"
BETWEEN = " > "
_TOLD_APART = frozenset(told_apart(name) for name in ROWS)


@dataclasses.dataclass(frozen=True, eq=False)
class Transitions:
    """The transitions of a chain, those from START and to CONVERSION and NULL too, the most frequent first.

    Parameters
    ----------
    here, there : array of int, shape (n,)
        States by their number in the chain of n_states; START is n_states, CONVERSION n_states + 1, NULL n_states + 2.
    journeys : array of float, shape (n,)
        How many journeys make the transition, each as often as it makes it.
    probability : array of float, shape (n,)
        Of going `there` when `here`; those from one state add up to 1.
    """

    here: Ints
    there: Ints
    journeys: Floats
    probability: Floats


def all_transitions(chain: Chain) -> Transitions:
    """List the transitions of a chain."""
    n = len(chain.starts)
    states = np.arange(n)
    here = np.concatenate([np.full(n, n), chain.here, states, states])
    there = np.concatenate([states, chain.there, np.full(n, n + 1), np.full(n, n + 2)])
    journeys = np.concatenate([chain.starts, chain.weight, chain.ends[:, 0], chain.ends[:, 3]])
    met = np.flatnonzero(journeys > 0)
    met = met[np.lexsort((there[met], here[met], -journeys[met]))]
    here, there, journeys = here[met], there[met], journeys[met]
    leaving = np.bincount(here, weights=journeys, minlength=n + 1)
    return Transitions(here, there, journeys, journeys / leaving[here])


def state_names(chain: Chain) -> list[str]:
    """Name the states, then START, CONVERSION and NULL; no two names are equal.

    Notes
    -----
    A channel named like one of the three, or with the sign between channels in its name, is put between quotes.

    Examples
    --------
    >>> paths = Paths(("(start)", "email"), np.array([0, 1]), np.array([0, 2]), np.ones(1), np.ones(1), np.zeros(1), np.zeros(2, bool))
    >>> state_names(build_chain(paths, 2))
    ['"(start)" > email', '(start)', '(conversion)', '(null)']
    """
    names = [_quoted(name) for name in chain.channels]
    states = [BETWEEN.join(names[code] for code in state if code >= 0) for state in chain.steps.tolist()]
    return [*states, START, CONVERSION, NULL]


def _quoted(name: str) -> str:
    ambiguous = name in (START, CONVERSION, NULL) or BETWEEN.strip() in name or name.startswith('"')
    return f'"{name}"' if ambiguous and name not in _TOLD_APART else name


def transition_report(paths: Paths, order: int = 1, meta: Mapping[str, Any] | None = None) -> Report:
    """Lay out the transition matrix of a Markov chain, one row for each transition that a journey made.

    Parameters
    ----------
    paths : Paths
    order : int
        From 1 to 5.
    meta : mapping or None
        What the report is to state besides.

    Returns
    -------
    Report
        `from_state`, `to_state`, `transitions` (journeys), `probability` (of going to `to_state` when in `from_state`); the most
        frequent first.
    """
    import pandas as pd

    chain = build_chain(paths, order)
    names, found = state_names(chain), all_transitions(chain)
    frame = pd.DataFrame(
        {
            "from_state": [names[state] for state in found.here],
            "to_state": [names[state] for state in found.there],
            "transitions": found.journeys,
            "probability": found.probability,
        }
    )
    notes = [
        Text("The probabilities of the ways out of one state add up to 1. Staying in a state is not counted."),
        Text("{start} is the beginning of a journey, {null} the end of one that did not convert.", start=START, null=NULL),
    ]
    if order > 1:
        notes.append(
            Text("A state is the last {order} touches, the latest on the right; a shorter journey is one state.", order=chain.order)
        )
    stated = {**(meta or {}), "order": chain.order, "states": len(chain.starts)}
    return Report("transitions", Text("Transitions of the Markov chain"), frame, tuple(notes), stated)


def removal_report(paths: Paths, order: int = 1, meta: Mapping[str, Any] | None = None) -> Report:
    """Say what the Markov chain expects to be lost without each channel.

    Parameters
    ----------
    paths : Paths
    order : int
        From 1 to 5.
    meta : mapping or None
        What the report is to state besides.

    Returns
    -------
    Report
        `channel`, `removal_effect`, `conversions_without` (expected without the channel, of those with a touch), `conversions`
        (credited); where values are known `removal_effect_value` and `value` too; the largest effect first.
    """
    import pandas as pd

    credits = Markov(order).credit(paths)
    effect = credits.extra["removal_effect"]
    columns: dict[str, Any] = {
        "channel": credits.channels,
        "removal_effect": effect,
        "conversions_without": float(paths.conversions.sum()) * (1 - effect),
        "conversions": credits.conversions,
    }
    if value_is_known(paths):
        columns |= {"removal_effect_value": credits.extra["removal_effect_value"], "value": credits.value}
    frame = pd.DataFrame(columns).sort_values(["removal_effect", "channel"], ascending=[False, True], ignore_index=True)
    notes = [
        Text(
            "A removal effect is the share of conversions that the chain loses if every visit to the channel is the end of its journey. "
            "The effects add up to more than 100 %, for a journey is lost without any one of its channels; credit is in proportion to them."
        ),
        Text("It shows what went along with the conversions, not what caused them."),
    ]
    title = Text("Removal effects of the Markov chain")
    chart = Chart("bar", "channel", ("removal_effect",), title)
    return Report("removal_effects", title, frame, tuple(notes), {**(meta or {}), "order": order, **credits.diagnostics}, charts=(chart,))
