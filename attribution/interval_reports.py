"""How sure the credits are, as reports: with their intervals, as probabilities of ranks, and one channel against another."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from attribution.attribute import Calibrate, credits_of, report_of_paths
from attribution.credit_report import channel_order
from attribution.drawing import draw
from attribution.influence import converting
from attribution.intervals import ends, probability_of_ranks
from attribution.models import Model, needs_milestones
from attribution.paths import Credits, Draws, Paths
from attribution.question import Question
from attribution.resampling import DRAWS
from reports.report import Pivot, Report, Text
from workspace.errors import DataError, UsageError

if TYPE_CHECKING:
    import pandas as pd

MORE, LESS, EVEN = "more", "less", "cannot be told apart"


@dataclasses.dataclass(frozen=True)
class Wanted:
    """Which of the reports are asked for.

    Parameters
    ----------
    intervals, ranks : bool
    against : str or None
        Two names with a comma between them.
    """

    intervals: bool = False
    ranks: bool = False
    against: str | None = None

    @property
    def any(self) -> bool:
        """Something is."""
        return self.intervals or self.ranks or self.against is not None


@dataclasses.dataclass(frozen=True, eq=False)
class Drawn:
    """Credits with their replicates, by model, and what a reader must know of them."""

    credits: Mapping[str, Credits]
    draws: Mapping[str, Draws]
    notes: tuple[Text, ...]
    count: int


def draw_all(
    paths: Paths,
    models: Sequence[Model],
    deals: Paths | None = None,
    adjust: Calibrate | None = None,
    *,
    count: int = DRAWS,
    seed: int = 0,
) -> Drawn:
    """Draw samples of the journeys and credit them by each model; one that data of this size is too much for is named in the notes.

    Parameters
    ----------
    paths, models, deals, adjust
        As `attribution.attribute.report_of_paths` takes them.
    count, seed : int
    """
    credits: dict[str, Credits] = credits_of(paths, models, deals)
    draws: dict[str, Draws] = {}
    notes: list[Text] = []
    whole = {False: paths, True: deals or paths}
    sold = {milestones: converting(each) for milestones, each in whole.items()}
    for model in models:
        milestones = needs_milestones(model)
        try:
            draws[model.name] = draw(whole[milestones], model, credits[model.name], sold=sold[milestones], count=count, seed=seed)
        except DataError as error:
            notes.append(Text("No intervals: {reason}.", reason=error))
    notes += _notes(paths, models)
    if adjust is not None:
        credits, calibrated, more = adjust(credits, draws, models=models)
        return Drawn(credits, calibrated, (*more, *notes), count)
    return Drawn(credits, draws, tuple(notes), count)


def _notes(paths: Paths, models: Sequence[Model]) -> list[Text]:
    notes = [
        Text(
            "Intervals hold the middle 95 % of samples in which each person (or account), with all their journeys, counts once, several "
            "times or not at all. They show chance in who came; not whether a model is right, nor what a channel caused."
        )
    ]
    if paths.keys is None:
        notes.append(
            Text(
                "Aggregated paths tell neither whose journeys they are nor what each was worth: for the intervals, each is one person's "
                "only one, worth its path's mean. Where people return, or values differ, the true intervals are wider."
            )
        )
    if any(model.name == "time_decay" for model in models):
        notes.append(
            Text(
                "For time_decay, journeys along one path are drawn with the mean weights of the path; its intervals may be a little narrow."
            )
        )
    return notes


def reports_of(
    paths: Paths,
    models: Sequence[Model],
    question: Question,
    meta: Mapping[str, Any],
    notes: Sequence[Text],
    deals: Paths | None = None,
    adjust: Calibrate | None = None,
    *,
    wanted: Wanted,
    shown: Callable[[str], str] = str,
) -> list[Report]:
    """Make the reports that are asked for.

    Parameters
    ----------
    paths, models, question, meta, notes, deals, adjust
        As `attribution.attribute.report_of_paths` takes them.
    wanted : Wanted
    shown : callable
        Says what a reader sees for a channel; names may be given so too.

    Raises
    ------
    UsageError
        There are no such channels.
    """
    by = question.by
    pair = None if wanted.against is None else find_pair(wanted.against, paths.channels, shown)
    drawn = draw_all(paths, models, deals, adjust)
    credited = report_of_paths(paths, models, question, meta, notes, deals, adjust, drawn)
    reports = [credited] if wanted.intervals else []
    if wanted.ranks:
        title = Text("How probable each rank is")
        tie = Text("Ranks are by credited conversions; equal credits share the better rank. A dash: in none of the samples.")
        pivot = Pivot(("model", by), "rank", "probability")
        reports.append(Report("ranks", title, rank_frame(drawn, by), (tie, *drawn.notes), credited.meta, pivot))
    if pair is not None:
        title = Text("{first} against {second}", first=shown(pair[0]), second=shown(pair[1]))
        reports.append(Report("against", title, against_frame(drawn, *pair, by), drawn.notes, credited.meta))
    return reports


def rank_frame(drawn: Drawn, by: str = "channel") -> pd.DataFrame:
    """Lay the probabilities of the ranks out.

    Returns
    -------
    pandas.DataFrame
        `model, channel, rank, probability`: one row for each rank that a channel had in any sample.
    """
    import pandas as pd

    frames = []
    for model, draws in drawn.draws.items():
        order = channel_order(drawn.credits)
        probability = probability_of_ranks(draws)[order]
        place, rank = np.nonzero(probability)
        names = np.array(drawn.credits[model].channels, dtype=object)[order]
        frames.append(pd.DataFrame({"model": model, by: names[place], "rank": rank + 1, "probability": probability[place, rank]}))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=["model", by, "rank", "probability"])


def against_frame(drawn: Drawn, first: str, second: str, by: str = "channel") -> pd.DataFrame:
    """Compare two channels, model by model.

    Returns
    -------
    pandas.DataFrame
        `model, channel, compared_with, conversions, conversions_of_other, difference, difference_low, difference_high, probability_more,
        probability_less, finding`. The probabilities fall short of 1 by that of equal credits.
    """
    import pandas as pd

    rows = []
    for model, draws in drawn.draws.items():
        credits = drawn.credits[model]
        one, other = (credits.channels.index(name) for name in (first, second))
        difference = draws.conversions[:, one] - draws.conversions[:, other]
        (low,), (high,) = ends(difference[:, None])
        rows.append(
            {
                "model": model,
                by: first,
                "compared_with": second,
                "conversions": credits.conversions[one],
                "conversions_of_other": credits.conversions[other],
                "difference": credits.conversions[one] - credits.conversions[other],
                "difference_low": low,
                "difference_high": high,
                "probability_more": float((difference > 0).mean()),
                "probability_less": float((difference < 0).mean()),
                "finding": MORE if low > 0 else LESS if high < 0 else EVEN,
            }
        )
    return pd.DataFrame(rows)


def find_pair(wanted: str, channels: Sequence[str], shown: Callable[[str], str] = str) -> tuple[str, str]:
    """Find the two channels that are named with a comma between them; a name may hold commas itself.

    Parameters
    ----------
    wanted : str
    channels : sequence of str
    shown : callable
        Says what a reader sees for one of them.

    Raises
    ------
    UsageError
        There are not two names, or no such channels, or it is twice the same.

    Examples
    --------
    >>> find_pair("email, Paid search", ["Email", "Paid Search", "Direct"])
    ('Email', 'Paid Search')
    """
    known = {_plain(name): channel for channel in channels for name in (shown(channel), channel)}
    parts = wanted.split(",")
    pairs = [(",".join(parts[:cut]), ",".join(parts[cut:])) for cut in range(1, len(parts))]
    if not pairs:
        raise UsageError("--against {value}: name two with a comma between them, such as --against 'Paid Search,Email'", value=wanted)
    found = next((pair for pair in pairs if all(_plain(name) in known for name in pair)), pairs[0])
    for name in found:
        if _plain(name) not in known:
            near = difflib.get_close_matches(_plain(name), known, n=1)
            there = ", ".join(shown(channel) for channel in channels)
            if not near:
                raise UsageError(
                    "--against {value}: there is no '{name}'; there are: {known}", value=wanted, name=name.strip(), known=there
                )
            raise UsageError(
                "--against {value}: there is no '{name}'; did you mean '{near}'? There are: {known}",
                value=wanted,
                name=name.strip(),
                near=shown(known[near[0]]),
                known=there,
            )
    first, second = (known[_plain(name)] for name in found)
    if first == second:
        raise UsageError("--against {value}: this is twice the same; name two", value=wanted)
    return first, second


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
