"""What models credit of one stage after another, from touches that are read once."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from attribution import naming
from attribution.attribute import with_order
from attribution.deals import OPPORTUNITY
from attribution.models import Model, needs_milestones
from attribution.money import in_one_currency
from attribution.open_deals import GOALS, open_opportunities
from attribution.paths import Credits, Paths
from attribution.question import ALWAYS, DAY, Answer, Data, Question, bounds, find_journeys, find_milestones
from attribution.touch_dates import outside_apart
from attribution.transforms import WHOLE
from workspace import reading
from workspace.errors import DataError, UsageError
from workspace.store import Workspace

if TYPE_CHECKING:
    import pyarrow as pa


@dataclasses.dataclass(frozen=True, eq=False)
class Stage:
    """What the models credit of one goal.

    Parameters
    ----------
    credits : dict of str to Credits
        By the model's name. By touch date, the names of `attribution.touch_dates` are among the channels.
    conversions, valued : int
        Of the period (by touch date: from its beginning on), with a touch or without; those whose value is known.
    answer : Answer or None
        None where there are no conversions.
    deals : Paths or None
        The journeys with milestones, where a model needs them.
    """

    credits: dict[str, Credits]
    conversions: int
    valued: int
    answer: Answer | None = None
    deals: Paths | None = None


class Ledger:
    """The touches, read once, and the credit of one goal after the other.

    Parameters
    ----------
    workspace : Workspace
    question : Question
    models : list of Model
    goals : sequence of str
        Those that will be asked for.
    currency : str
        Of every value.
    by_touch : bool
        Credit goes to the touches of the period, whenever their conversions closed.

    Attributes
    ----------
    touched : frozenset of str
        The names of the cut that any touch bears.

    Raises
    ------
    DataError
        There are no touches.
    """

    def __init__(
        self, workspace: Workspace, question: Question, models: list[Model], goals: Sequence[str], currency: str, by_touch: bool
    ) -> None:
        import pyarrow.compute as pc

        self._workspace, self._question, self._models, self._by_touch = workspace, question, models, by_touch
        since, until = bounds(question, workspace.settings.time_zone)
        touches = reading.touch_columns(workspace, None if by_touch else until)
        if not touches.num_rows:
            raise DataError("There are no touches yet; import some with 'smarketing import csv FILE --as touches'")
        naming.name_origins(workspace)
        labels, direct = naming.labels(workspace, question.by)
        self._engaged = naming.engaged(workspace)
        self.touched = frozenset(labels[origin] for origin in pc.unique(touches["origin_id"]).to_pylist())
        members = reading.memberships(workspace) if question.level == "account" else None
        conversions = {name: reading.conversion_columns(workspace, name) for name in goals}
        if all(model.credits_touches for model in models):
            touches = _of_people(touches, list(conversions.values()), members)
        self._conversions = {name: _told(table, workspace, question.currency) for name, table in conversions.items()}
        if by_touch:
            apart = outside_apart(touches, labels, direct, self._engaged, since, until)
            touches, labels, direct, self._engaged = apart.touches, apart.labels, apart.direct, apart.engaged
        nothing = next(iter(self._conversions.values())).slice(0, 0)
        self._data = Data("", touches, nothing, currency, {}, labels, direct, members, since, None if by_touch else until)
        self._seen: list[str] = []

    def stage(self, goal: str) -> Stage:
        """Credit the conversions of a goal."""
        return self._credited(goal, self._conversions[goal])

    def open_stage(self) -> Stage:
        """Credit the opportunities still open at the period's end (by touch date, the data's); the others merely claim their touches."""
        import pyarrow as pa

        told = self._conversions[OPPORTUNITY]
        ids, counts = told["id"].to_pylist(), told["counted"].to_pylist()
        values = dict(zip(ids, told["value"].to_pylist(), strict=True))
        rows = [
            row | {"value": values.get(row["id"])} for row in reading.stage_columns(self._workspace).to_pylist() if row["goal"] in GOALS
        ]
        still = open_opportunities(rows, self._data.until)
        counted = pa.array([count if number in still else 0 for number, count in zip(ids, counts, strict=True)], pa.int64())
        value = pa.array([still.get(number) if count else None for number, count in zip(ids, counts, strict=True)], pa.float64())
        others = told.drop_columns(["counted", "value"])
        return self._credited(OPPORTUNITY, others.append_column("counted", counted).append_column("value", value))

    def _credited(self, goal: str, conversions: pa.Table) -> Stage:
        if not _counted_within(conversions, self._data.since, self._data.until):
            return Stage({model.name: _nothing() for model in self._models}, 0, 0)
        data = dataclasses.replace(self._data, goal=goal, conversions=conversions)
        answer = find_journeys(self._workspace, self._question, data)
        self._seen.append(answer.result.fingerprint)
        paths = answer.result.paths
        deals = self._milestones(data) if any(needs_milestones(model) for model in self._models) else None
        models = with_order(self._models, self._question, paths)
        credits = {model.name: model.credit(deals if deals is not None and needs_milestones(model) else paths) for model in models}
        return Stage(credits, answer.result.conversions, answer.result.valued, answer, deals)

    def _milestones(self, data: Data) -> Paths:
        """Build the journeys with milestones; touches outside the period keep what they are, too."""
        from attribution.journeys import Window
        from attribution.milestone_journeys import Stages, milestone_paths

        if not self._by_touch:
            return find_milestones(self._workspace, self._question, data)
        if self._question.transform != WHOLE:
            raise UsageError("Models by milestone look at the touches as they are: leave --direct and --max-touches out")
        chosen, lookback = self._workspace.settings.attribution, self._question.lookback_days
        return milestone_paths(
            data.touches,
            data.conversions,
            reading.stage_columns(self._workspace),
            data.labels,
            self._engaged,
            data.goal,
            Stages(chosen.lead_goal, chosen.opportunity_goal),
            Window(ALWAYS if lookback is None else round(lookback * DAY), data.since, data.until),
            data.members,
        )

    def fingerprint(self, spent: pa.Table) -> str:
        """Sum up the data, spend included, so that any change of it shows."""
        sums = [sorted(self._seen), spent["rows"].to_pylist(), [f"{amount:.2f}" for amount in spent["amount"].to_pylist()]]
        return hashlib.md5(repr(sums).encode(), usedforsecurity=False).hexdigest()[:12]


def _nothing() -> Credits:
    """Credit nothing to nobody."""
    import numpy as np

    return Credits((), np.zeros(0), np.zeros(0), 0.0, 0.0)


def _counted_within(conversions: pa.Table, since: int | None, until: int | None) -> bool:
    import pyarrow.compute as pc

    if since is not None:
        conversions = conversions.filter(pc.greater_equal(conversions["at"], since))
    if until is not None:
        conversions = conversions.filter(pc.less(conversions["at"], until))
    return bool(pc.any(pc.greater(conversions["counted"], 0)).as_py())


def _told(table: pa.Table, workspace: Workspace, only: str | None) -> pa.Table:
    """Bring the values of a goal into one currency, with `counted`; none at all need be in the only one that counts."""
    import pyarrow as pa
    import pyarrow.compute as pc

    valued = table.filter(table["value"].is_valid())
    if only is None or not valued.num_rows or only in valued["currency"].to_pylist():
        table = in_one_currency(table, workspace, only)[0]
        known = "counted" in table.column_names
        return table if known else table.append_column("counted", pa.repeat(pa.scalar(1, pa.int64()), table.num_rows))
    place = table.schema.get_field_index("value")
    unvalued = table.set_column(place, "value", pa.nulls(table.num_rows, pa.float64()))
    return unvalued.append_column("counted", pc.cast(table["value"].is_null(), pa.int64()))


def _of_people(touches: pa.Table, conversions: Sequence[pa.Table], members: pa.Table | None) -> pa.Table:
    """Keep the touches of the people who converted at all; of accounts, those of all people of an account that did."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def together(column: str) -> pa.Array:
        whole = pa.chunked_array([chunk for table in conversions for chunk in table[column].chunks], pa.int64())
        return pc.unique(whole.drop_null())

    people = together("key")
    if members is not None:
        theirs = members.filter(pc.is_in(members["person"], people))["account"].combine_chunks()
        accounts = pa.concat_arrays([together("account"), theirs])
        colleagues = members.filter(pc.is_in(members["account"], accounts))["person"].combine_chunks()
        people = pa.concat_arrays([people, colleagues])
    return touches.filter(pc.is_in(touches["key"], people))
