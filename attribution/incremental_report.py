"""Incremental credit as rows, and what a reader must know about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from attribution.incremental import BASELINE, SHARED, Incremental
from attribution.paths import Credits, Floats
from reports.report import Text

if TYPE_CHECKING:
    import pandas as pd

    from attribution.incremental_intervals import Replicates

FEW = 30
"""With fewer caused conversions than this a channel's credit is mostly chance."""


def incremental_frame(result: Incremental, drawn: Replicates | None = None) -> pd.DataFrame:
    """Lay the credit out in rows.

    Returns
    -------
    pandas.DataFrame
        `channel, conversions, value, share_of_caused_conversions, already_decided` and, with replicates, `conversions_low,
        conversions_high, share_low, share_high`: the channels, highest first, then `BASELINE`, then `SHARED` where there is any.
        `conversions` adds up to all first conversions; `already_decided` stands beside the sum.
    """
    import pandas as pd

    order = sorted(range(len(result.channels)), key=lambda code: (-result.conversions[code], result.channels[code]))
    tail = [BASELINE, SHARED]
    total = float(result.conversions.sum())

    def column(amounts: Floats, baseline: float = np.nan, shared: float = np.nan) -> Floats:
        return np.concatenate([amounts[order], [baseline, shared]])

    rows = {
        "channel": [*(result.channels[code] for code in order), *tail],
        "conversions": column(result.conversions, result.baseline, result.shared),
        "value": column(result.value, result.baseline_value, result.shared_value),
        "share_of_caused_conversions": column(result.conversions / total if total else np.full(len(order), np.nan)),
        "already_decided": column(result.decided),
    }
    if drawn is not None:
        low, high = drawn.credited()
        base_low, base_high = drawn.interval(drawn.baseline)
        rows |= {"conversions_low": column(low, float(base_low)), "conversions_high": column(high, float(base_high))}
        low, high = drawn.interval(drawn.share)
        rows |= {"share_low": column(low), "share_high": column(high)}
    frame = pd.DataFrame(rows)
    return frame if result.shared >= 0.005 else frame[frame["channel"] != SHARED]


def as_credits(result: Incremental) -> Credits:
    """Give the credit the form of the other models', to stand beside them; all that no channel is credited with is unattributed."""
    diagnostics = {"baseline": result.baseline, "iterations": result.fit.iterations, "likelihood_gap": result.fit.gap}
    return Credits(
        channels=result.channels,
        conversions=result.conversions,
        value=result.value,
        unattributed_conversions=result.baseline + result.shared,
        unattributed_value=result.baseline_value + result.shared_value,
        extra={"already_decided": result.decided},
        diagnostics=diagnostics,
    )


def too_few(result: Incremental) -> tuple[Text, ...]:
    """Say that there is too little data to tell anything of any channel, where that is so."""
    if result.observed >= FEW:
        return ()
    return (
        Text(
            "Too little data: {count} conversions, where {few} are the least to tell anything from. That a channel is credited with much, "
            "or with nothing, is chance.",
            count=round(result.observed),
            few=FEW,
        ),
    )


def harvesting(result: Incremental) -> tuple[str, ...]:
    """Name the channels through which more people came already decided than the channel brought."""
    found = zip(result.channels, result.decided, result.conversions, strict=True)
    return tuple(channel for channel, decided, brought in found if decided > max(brought, FEW))


def incremental_notes(result: Incremental, repeats: int = 0, intervals: bool = False) -> tuple[Text, ...]:
    """Say what the figures are and what they are not."""
    notes = [
        *too_few(result),
        Text(
            "Incremental credit is what the model expects to be missing without a channel, from when people converted after their touches. "
            "It is no experiment: what moved touches and conversions together and is not recorded is credited to the touches."
        ),
        Text(
            "{baseline} of {total} conversions would have come without any touch. They have a row of their own and are not spread.",
            baseline=round(result.baseline),
            total=round(result.observed),
        ),
    ]
    if result.shared >= 1.5:
        notes.append(
            Text(
                "{shared} conversions needed some channel but none in particular: another would have brought them.",
                shared=round(result.shared),
            )
        )
    if named := harvesting(result):
        notes.append(
            Text(
                "More people came through {channels} already decided than these brought: their conversions follow within a day or two of "
                "the touch, and hardly any later. These are credited to what had touched the people before, or to nobody.",
                channels=", ".join(named),
            )
        )
    few = [channel for channel, brought in zip(result.channels, result.conversions, strict=True) if 0 < brought < FEW]
    if few:
        notes.append(
            Text("Fewer than {few} conversions are credited to each of {channels}: mostly chance.", few=FEW, channels=", ".join(few))
        )
    if intervals:
        notes.append(
            Text(
                "The 95 % intervals hold what chance in who converts when does to the estimate. In simulated companies they held the truth "
                "in 9 of 10 cases, but in 3 of 4 only where people are on the market for some weeks and advertisements find them meanwhile."
            )
        )
    if repeats:
        notes.append(Text("{repeats} conversions were not the first of their person and are not counted here.", repeats=repeats))
    return tuple(notes)
