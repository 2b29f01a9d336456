"""What is asked of attribution, and the journeys that answer it: goal, period, lookback, one currency."""

from __future__ import annotations

import dataclasses
import datetime as dt
import zoneinfo
from typing import TYPE_CHECKING, Any

from attribution.conventions import find_convention
from attribution.goals import choose_goal
from attribution.money import in_one_currency
from attribution.transforms import WHOLE, Transform
from workspace import reading
from workspace.errors import DataError, UsageError
from workspace.store import Workspace

if TYPE_CHECKING:
    import pyarrow as pa

    from attribution.engine import Result
    from attribution.paths import Paths

__all__ = [
    "ALWAYS",
    "DAY",
    "Answer",
    "Data",
    "Question",
    "bounds",
    "check_milestones",
    "choose_goal",
    "find_journeys",
    "find_milestones",
    "last_moment",
    "no_touches",
    "read_data",
]

DAY = 86_400
SKIPS = "ignore_unless_only"
"""What becomes of direct touches under a convention that leaves them out (`Convention.skips_direct`)."""
ALWAYS = 100 * 366 * DAY
"""A lookback beyond any data."""


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the attribution.

    Parameters
    ----------
    models : tuple of str
        Names of models; none means the default ones.
    goal : str or None
        None means the settings', or the last stage that the data holds.
    by : str
        A cut of `attribution.naming.CUTS`.
    lookback_days : float or None
        None means the settings'.
    since, until : date or None
        The first and the last day, in the settings' time zone.
    half_life_days : float
        For time decay.
    weights : tuple of float or None
        First, middle and last weight of the model "custom".
    currency : str or None
        Count only the conversions whose value is in this currency.
    order : int or None
        How many channels the Markov chain remembers, 1 to 5; None lets the journeys choose.
    level : {"person", "account"}
        Whose journeys: of one person, or of all people of an account together.
    transform : Transform
        Which touches of a journey count.
    maturity_days : float or None
        Journeys without conversion whose last touch is within so many days of the data's end are left out, since they may still convert.
    by_key : bool
        Whether the journeys say which of them belong to one key, as samples by key need it.
    convention : str or None
        Whose rules the models follow (`attribution.conventions`); None leaves each model its own.
    game : str
        What a coalition of channels is worth to the model "shapley", one of `attribution.shapley.GAMES`.
    ordered : bool
        Whether "shapley" says too at which place of the journeys each channel earned its credit.
    """

    models: tuple[str, ...] = ()
    goal: str | None = None
    by: str = "channel"
    lookback_days: float | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    half_life_days: float = 7.0
    weights: tuple[float, float, float] | None = None
    currency: str | None = None
    order: int | None = 1
    level: str = "person"
    transform: Transform = WHOLE
    maturity_days: float | None = None
    by_key: bool = False
    convention: str | None = None
    game: str = "closed"
    ordered: bool = False

    def __post_init__(self) -> None:
        """Leave direct touches out of the journeys where the convention's models do.

        Raises
        ------
        UsageError
            Something else is asked of direct touches.
        """
        if self.convention is None or not find_convention(self.convention).skips_direct:
            return
        if self.transform.direct not in ("keep", SKIPS):
            raise UsageError(
                "--direct {direct}: the convention '{convention}' leaves direct visits out of every journey that holds another touch; "
                "leave one of the two out",
                direct=self.transform.direct,
                convention=self.convention,
            )
        object.__setattr__(self, "transform", dataclasses.replace(self.transform, direct=SKIPS))


@dataclasses.dataclass(frozen=True, eq=False)
class Answer:
    """Journeys found for a question, before any model.

    Parameters
    ----------
    result : attribution.engine.Result
    goal : str
    currency : str
        Of every value.
    lookback_days : float
    left_out : dict of str to int
        Conversions of other currencies that were not counted, by currency.
    largest : float
        The highest value of one conversion; NaN where none is known.
    zeros, refunds : int
        Conversions whose value is 0, and below 0.
    accounts_alone : int
        Conversions of an account without a person; at the level of accounts, of people without an account.
    """

    result: Result
    goal: str
    currency: str
    lookback_days: float
    left_out: dict[str, int]
    largest: float
    zeros: int
    refunds: int
    accounts_alone: int

    def stated(self, question: Question) -> dict[str, Any]:
        """Say what was asked and of which data, for a report's meta."""
        return {
            "goal": self.goal,
            "since": question.since,
            "until": question.until,
            "lookback_days": self.lookback_days,
            "by": question.by,
            "level": question.level,
            **_stated_transform(question),
            "currency": self.currency,
            "touches": self.result.touches,
            "fingerprint": self.result.fingerprint,
        }


def _stated_transform(question: Question) -> dict[str, Any]:
    """Say which touches count, where not all do."""
    chosen = question.transform
    stated = {
        # "first" alone is the name of a model.
        "collapse": {"none": None, "first": "first_met"}.get(chosen.collapse, chosen.collapse),
        "direct": chosen.direct if chosen.direct != "keep" else None,
        "max_touches": chosen.max_touches,
        "min_gap_minutes": None if chosen.min_gap is None else chosen.min_gap / 60,
        "maturity_days": question.maturity_days,
    }
    return {name: value for name, value in stated.items() if value is not None}


@dataclasses.dataclass(frozen=True, eq=False)
class Data:
    """What a workspace holds for a question.

    Parameters
    ----------
    goal : str
    touches, conversions : pyarrow.Table
        As `attribution.engine.run` takes them, every value in one currency.
    currency : str
    left_out : dict of str to int
        Conversions of other currencies that are not counted, by currency.
    labels : dict of int to str
        Origin to its name in the question's cut.
    direct : frozenset of str
        Names of direct traffic.
    members : pyarrow.Table or None
        `workspace.reading.memberships` where journeys are those of accounts.
    since, until : int or None
        Seconds.
    """

    goal: str
    touches: pa.Table
    conversions: pa.Table
    currency: str
    left_out: dict[str, int]
    labels: dict[int, str]
    direct: frozenset[str]
    members: pa.Table | None
    since: int | None
    until: int | None


def read_data(workspace: Workspace, question: Question) -> Data:
    """Read what a question asks about, its origins named.

    Raises
    ------
    DataError
        There are no conversions, none of that goal, no touches, or values in several currencies.
    """
    from attribution import naming

    goal = choose_goal(workspace, question.goal)
    since, until = bounds(question, workspace.settings.time_zone)
    conversions, currency, left_out = in_one_currency(reading.conversion_columns(workspace, goal), workspace, question.currency)
    touches = reading.touch_columns(workspace, until)
    if not touches.num_rows:
        raise no_touches(workspace, question.until)
    naming.name_origins(workspace)
    labels, direct = naming.labels(workspace, question.by)
    members = reading.memberships(workspace) if question.level == "account" else None
    return Data(goal, touches, conversions, currency, left_out, labels, direct, members, since, until)


def find_journeys(workspace: Workspace, question: Question, data: Data | None = None) -> Answer:
    """Build the journeys that a question asks about.

    Parameters
    ----------
    workspace : Workspace
    question : Question
    data : Data or None
        What `read_data` gave for the question; None to read it.

    Raises
    ------
    DataError
        There are no conversions, none of that goal, or values in several currencies.
    """
    from attribution import engine
    from attribution.journeys import Window

    data = data or read_data(workspace, question)
    lookback = question.lookback_days or workspace.settings.attribution.lookback_days
    touches, conversions = data.touches, data.conversions
    open_since = None if question.maturity_days is None else last_moment(touches, conversions) - round(question.maturity_days * DAY)
    window = Window(round(lookback * DAY), data.since, data.until, question.half_life_days * DAY, open_since)
    result = engine.run(
        touches,
        conversions,
        data.labels,
        data.direct,
        window,
        transform=question.transform,
        members=data.members,
        by_key=question.by_key,
    )
    if not result.conversions:
        raise DataError(
            "There are no conversions of the goal '{goal}' in this period; choose another with --since and --until", goal=data.goal
        )
    told = _in_period(conversions, data.since, data.until)
    values = told["value"].drop_null().to_numpy()
    return Answer(
        result,
        data.goal,
        data.currency,
        lookback,
        data.left_out,
        largest=float(values.max()) if len(values) else float("nan"),
        zeros=int((values == 0).sum()),
        refunds=int((values < 0).sum()),
        accounts_alone=told["key"].null_count if data.members is None else _without_account(told, data.members),
    )


def no_touches(workspace: Workspace, until: dt.date | None) -> DataError:
    """Say why there is no touch to credit anything to."""
    counted = reading.counts(workspace)
    if not counted["touches"]:
        return DataError("There are no touches yet; import some with 'smarketing import csv FILE --as touches'")
    if counted["touches"] == counted["without_consent"]:
        return DataError(
            "None of the {count} touches may be followed, for each was recorded without consent; credit needs touches with consent, or of "
            "which nothing is said",
            count=counted["touches"],
        )
    return DataError("There are no touches up to {until}; choose a later day with --until", until=until.isoformat() if until else "")


def check_milestones(question: Question) -> None:
    """Refuse to look for milestones among touches of which some are left out."""
    if question.transform != WHOLE:
        raise UsageError(
            "Milestones are held by the touches as they are; leave out --collapse, --direct, --max-touches and --min-gap, or the models "
            "that need milestones"
        )


def find_milestones(workspace: Workspace, question: Question, data: Data) -> Paths:
    """Build the journeys with milestones that a question asks about.

    Parameters
    ----------
    workspace : Workspace
    question : Question
        Its lookback counts where it is given; the settings' does not, for a first touch may be long ago.
    data : Data
        What `read_data` gave for the question.

    Raises
    ------
    UsageError
        The question has touches left out, and milestones are looked for among all.
    """
    from attribution import naming
    from attribution.journeys import Window
    from attribution.milestone_journeys import Stages, milestone_paths

    check_milestones(question)
    chosen = workspace.settings.attribution
    window = Window(ALWAYS if question.lookback_days is None else round(question.lookback_days * DAY), data.since, data.until)
    return milestone_paths(
        data.touches,
        data.conversions,
        reading.stage_columns(workspace),
        data.labels,
        naming.engaged(workspace),
        data.goal,
        Stages(chosen.lead_goal, chosen.opportunity_goal),
        window,
        data.members,
    )


def last_moment(touches: pa.Table, conversions: pa.Table) -> int:
    """Find the end of the data, the last touch or conversion."""
    import pyarrow.compute as pc

    return max(int(pc.max(table["at"]).as_py() or 0) for table in (touches, conversions))


def _without_account(conversions: pa.Table, members: pa.Table) -> int:
    """Count the conversions of which no account is known."""
    import pyarrow.compute as pc

    unsaid = conversions.filter(conversions["account"].is_null())
    return int(unsaid.num_rows) - int(pc.sum(pc.is_in(unsaid["key"], members["person"])).as_py() or 0)


def _in_period(conversions: pa.Table, since: int | None, until: int | None) -> pa.Table:
    """Keep the conversions of a period."""
    import pyarrow.compute as pc

    if since is not None:
        conversions = conversions.filter(pc.greater_equal(conversions["at"], since))
    if until is not None:
        conversions = conversions.filter(pc.less(conversions["at"], until))
    return conversions


def bounds(question: Question, zone: str) -> tuple[int | None, int | None]:
    """Turn the first and the last day into seconds: from midnight on, and before the midnight that ends the last day."""

    def midnight(day: dt.date) -> int:
        return int(dt.datetime.combine(day, dt.time(), zoneinfo.ZoneInfo(zone)).timestamp())

    if question.since and question.until and question.since > question.until:
        raise UsageError(
            "--since {since} is after --until {until}; swap the two", since=question.since.isoformat(), until=question.until.isoformat()
        )
    return (
        midnight(question.since) if question.since else None,
        midnight(question.until + dt.timedelta(days=1)) if question.until and question.until < dt.date.max else None,
    )
