"""The journey of one conversion, row by row: what `attribution.journeys` and `attribution.milestone_journeys` tell of all at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from attribution import naming
from attribution.channels import Classifier, other_classifiers
from attribution.paths import Ints
from attribution.question import DAY, Question
from attribution.reserved import told_apart
from attribution.touch_milestones import milestones_of
from attribution.transforms import Transform, kept_steps
from workspace import reading
from workspace.store import Workspace

if TYPE_CHECKING:
    import pyarrow as pa


@dataclasses.dataclass(frozen=True, eq=False)
class Named:
    """The channels of touches by one set of rules.

    Parameters
    ----------
    channels : list of str
    opens : array of bool, shape (n_touches,)
        Whether the touch is a contact of its own, not one within the gap after another of the same person and channel.
    """

    channels: list[str]
    opens: NDArray[np.bool_]


@dataclasses.dataclass(frozen=True, eq=False)
class Touches:
    """All touches of a person or an account.

    Parameters
    ----------
    rows : list of dict
        `workspace.reading.touches_of`, in the order of the engine.
    at : array of int, shape (n_touches,)
    named, otherwise : Named
        By the rules in force and by the others.
    """

    rows: list[dict[str, Any]]
    at: Ints
    named: Named
    otherwise: Named


@dataclasses.dataclass(frozen=True, eq=False)
class Journey:
    """What led to one conversion; touches are named by their places in `touches`.

    Parameters
    ----------
    touches : Touches
    begin, end : int
        The touches in the lookback and after the conversion before.
    inside, otherwise_inside : array of int
        Those of them that count, by the channels of each set of rules.
    deal : int
        From here to `end` stand the touches that may hold milestones.
    milestones : list of tuple of str
        Of each touch from `deal` on.
    """

    touches: Touches
    begin: int
    end: int
    inside: Ints
    otherwise_inside: Ints
    deal: int
    milestones: list[tuple[str, ...]]


class Journeys:
    """Find the journeys of single conversions; what several of them need is read once.

    Parameters
    ----------
    workspace : Workspace
        Its origins are named.
    question : Question
        Its level, lookback and transform.
    """

    def __init__(self, workspace: Workspace, question: Question) -> None:
        chosen = workspace.settings
        self.workspace, self.question = workspace, question
        self.lookback_days = question.lookback_days or chosen.attribution.lookback_days
        self.rules = Classifier(chosen.channels, chosen.own_domains)
        self.others = other_classifiers(self.rules, chosen.channels, chosen.own_domains)[0]
        self._milestones = chosen.attribution.lead_goal, chosen.attribution.opportunity_goal
        self._reached = _Reached(reading.stage_columns(workspace), reading.memberships(workspace) if question.level == "account" else None)
        self._touches: dict[int | None, Touches] = {}
        self._verdicts: dict[int, str] = {}

    def find(self, conversion: Mapping[str, Any]) -> Journey:
        """Find the journey of a conversion, a row of `workspace.reading.conversions_named`."""
        key, at = self._reached.key(conversion["person_id"], conversion["account_id"]), conversion["at"]
        if key not in self._touches:
            self._touches[key] = self._read(key)
        touches, lookback = self._touches[key], round(self.lookback_days * DAY)
        begin, end = np.searchsorted(touches.at, at - lookback), int(np.searchsorted(touches.at, at, side="right"))
        times = self._reached.times(key, conversion["goal"])
        if earlier := int(np.searchsorted(times, at)):
            begin = max(begin, np.searchsorted(touches.at, times[earlier - 1], side="right"))
        given = self.question.lookback_days
        deal = 0 if given is None else int(np.searchsorted(touches.at, at - round(given * DAY)))
        inside, otherwise = (_counted(named, int(begin), end, self.question.transform) for named in (touches.named, touches.otherwise))
        stages = self._reached.stages(key, conversion["opportunity"], self._milestones[1])
        milestones = milestones_of(conversion, touches.rows[deal:end], stages, *self._milestones)
        return Journey(touches, int(begin), end, inside, otherwise, deal, milestones)

    def _read(self, key: int | None) -> Touches:
        rows = [row | {"who": person} for person in self._reached.people(key) for row in reading.touches_of(self.workspace, person)]
        rows.sort(key=lambda row: (row["at"], row["id"] % reading.TIES, row["id"]))
        named = [told_apart(row["channel"]) for row in rows]
        otherwise = [told_apart(self._by_the_others(row)) for row in rows]
        at = np.array([row["at"] for row in rows], dtype=np.int64)
        gap = self.question.transform.min_gap
        people = [row["who"] for row in rows]
        return Touches(
            rows, at, *(Named(channels, _opens(at, list(zip(people, channels, strict=True)), gap)) for channels in (named, otherwise))
        )

    def _by_the_others(self, touch: dict[str, Any]) -> str:
        origin = touch["origin_id"]
        if origin not in self._verdicts:
            self._verdicts[origin] = self.others.classify(naming.origin_of(touch)).channel
        return self._verdicts[origin]


class _Reached:
    """Every conversion under its person, or its account as `attribution.levels` has it."""

    def __init__(self, stages: pa.Table, members: pa.Table | None) -> None:
        self._members = members.to_pydict() if members is not None else None
        belongs = self._members or {"person": [], "account": [], "main": []}
        self._main = {
            person: account for person, account, main in zip(belongs["person"], belongs["account"], belongs["main"], strict=True) if main
        }
        table = stages.to_pydict()
        self._at, self._goal, self._opportunity = (np.array(table[name], dtype=object) for name in ("at", "goal", "opportunity"))
        self._key = np.array([self.key(person, account) for person, account in zip(table["key"], table["account"], strict=True)], object)

    def key(self, person: int | None, account: int | None) -> int | None:
        """Whose journey a conversion ends: None where nobody is known."""
        if self._members is None:
            return person
        if account is not None:
            return account
        return self._main.get(person, None if person is None else -1 - person)

    def people(self, key: int | None) -> list[int]:
        """List the people whose touches stand under a key."""
        if key is None:
            return []
        if self._members is None:
            return [key]
        if key < 0:
            return [-1 - key]
        return [person for person, account in zip(self._members["person"], self._members["account"], strict=True) if account == key]

    def times(self, key: int | None, goal: str) -> Ints:
        """Give the seconds in which a key reached a goal, in order."""
        found = (self._key == key) & (self._goal == goal)
        return np.unique(self._at[found].astype(np.int64)) if key is not None else np.zeros(0, dtype=np.int64)

    def stages(self, key: int | None, opportunity: str | None, created: str) -> list[dict[str, Any]]:
        """List what a key reached, and when an opportunity was created, by whomever."""
        found = np.zeros(len(self._key), dtype=np.bool_) if key is None else self._key == key
        if opportunity is not None:
            found = found | ((self._goal == created) & (self._opportunity == opportunity))
        return [
            {"at": self._at[place], "goal": self._goal[place], "opportunity": self._opportunity[place]} for place in np.flatnonzero(found)
        ]


def _opens(at: Ints, contacts: Sequence[tuple[int, str]], gap: int | None) -> NDArray[np.bool_]:
    """Mark the touches that come later than the gap after the one before of the same person and channel."""
    last: dict[tuple[int, str], int] = {}
    opens = np.ones(len(at), dtype=np.bool_)
    for place, (moment, contact) in enumerate(zip(at.tolist(), contacts, strict=True) if gap is not None else ()):
        opens[place] = contact not in last or moment - last[contact] >= gap
        last[contact] = moment
    return opens


def _counted(named: Named, begin: int, end: int, transform: Transform) -> Ints:
    """Give the places of the touches of a journey that count."""
    places = begin + np.flatnonzero(named.opens[begin:end])
    if not len(places) or not transform.shortens:
        return places
    names = sorted({named.channels[place] for place in places})
    codes = np.array([names.index(named.channels[place]) for place in places], dtype=np.int64)
    direct = np.array([name == naming.DIRECT for name in names], dtype=np.bool_)
    kept, _ = kept_steps(codes, np.array([len(places)]), np.ones(1), direct, transform)
    return places[kept]
