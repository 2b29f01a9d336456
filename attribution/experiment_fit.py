"""Which experiments fit a report: names found by how people write them, the goal they counted, the days that the data hold."""

from __future__ import annotations

import datetime as dt
import difflib
import unicodedata
from collections.abc import Iterable, Mapping

from reports.language import CODES, language
from reports.report import Text
from workspace.goals import same_goal
from workspace.records import Experiment

ENOUGH = 0.9
"""The data have to hold this part of an experiment's days."""


class Names:
    """The names in the data, found by how people write them: capitals, accents and dashes do not matter, nor does the language."""

    def __init__(self, names: Iterable[str], *, translated: bool) -> None:
        self.names = sorted(set(names))
        self._written = {_plain(name): name for name in reversed(self.names)}
        if translated:
            self._written = {_plain(language(code).word(name)): name for code in CODES for name in self.names} | self._written

    def find(self, asked: str) -> str | None:
        """Find a name as the data have it.

        Examples
        --------
        >>> names = Names(["Paid Search", "Direct"], translated=True)
        >>> names.find("paid-search"), names.find("Recherche payante"), names.find("Radio")
        ('Paid Search', 'Paid Search', None)
        """
        return asked if asked in self.names else self._written.get(_plain(asked))

    def nearest(self, asked: str) -> str:
        """Suggest the name that was probably meant; "" where none is like it."""
        return next((self._written[near] for near in difflib.get_close_matches(_plain(asked), self._written, n=1)), "")


def said(name: str, by: str) -> Text | str:
    """Name a channel in the reader's language; campaigns are nobody's own words."""
    return Text(name) if by == "channel" and not set("{}") & set(name) else name


def _plain(name: str) -> str:
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    return " ".join(bare.casefold().replace("-", " ").replace("_", " ").split())


def goal_of(experiment: Experiment, goals: Mapping[str, int]) -> str | None:
    """Name the goal an experiment counted: its own as the data write it, or the only one there is."""
    if experiment.goal is None:
        return next(iter(goals)) if len(goals) == 1 else None
    return same_goal(experiment.goal, goals)


def is_on(experiment: Experiment) -> str:
    """Say what an experiment was run on: a channel or a campaign."""
    return "channel" if experiment.campaign is None else "campaign"


def wrong_name(experiment: Experiment, name: str, by: str, names: Names) -> Text | None:
    """Say why an experiment is not one on what a report is by; None where it is."""
    if is_on(experiment) != by:
        on_campaign, on_channel = (
            Text("It was run on a campaign; --by campaign uses it."),
            Text("It was run on a whole channel; --by channel uses it."),
        )
        return on_channel if by == "campaign" else on_campaign
    if name in names.names:
        return None
    nearest = names.nearest(name)
    if not nearest:
        no_channel, no_campaign = (
            Text("There is no touch of a channel of this name."),
            Text("There is no touch of a campaign of this name."),
        )
        return no_channel if by == "channel" else no_campaign
    near = said(nearest, by)
    if by == "channel":
        return Text("There is no touch of a channel of this name; did you mean '{near}'?", near=near)
    return Text("There is no touch of a campaign of this name; did you mean '{near}'?", near=near)


def wrong_goal(experiment: Experiment, counted: str | None, goals: Mapping[str, int], goal: str | None) -> Text | None:
    """Say why the goal that an experiment counted is not the report's; None where it is, or where any would do."""
    own = experiment.goal
    if counted is None and own is None:
        return Text("It does not say which goal it counted, and there are several: {goals}.", goals=", ".join(goals))
    if counted is None:
        return Text("There are no conversions of its goal '{goal}', but of: {goals}.", goal=own, goals=", ".join(goals))
    if goal is not None and counted != goal:
        return Text("It counted the goal '{goal}'; --goal {goal} uses it.", goal=counted)
    return None


def wrong_days(experiment: Experiment, span: tuple[dt.date, dt.date] | None) -> Text | None:
    """Say that the data do not hold an experiment's period; None where they do."""
    days = (experiment.until - experiment.since).days + 1
    covered = 0 if span is None else (min(experiment.until, span[1]) - max(experiment.since, span[0])).days + 1
    if covered >= ENOUGH * days:
        return None
    return Text("The data hold {covered} of its {days} days, too few to compare it with.", covered=max(covered, 0), days=days)
