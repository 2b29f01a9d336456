"""What the models credit in the periods of experiments."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

from attribution.calibration import NOTHING
from attribution.models import Model, needs_milestones
from attribution.question import Data, Question, bounds, find_journeys, find_milestones, read_data
from reports.report import Text
from workspace.errors import DataError
from workspace.store import Workspace


@dataclasses.dataclass(frozen=True, slots=True)
class Credited:
    """What models credit in one period.

    Parameters
    ----------
    conversions : float
        All of the goal in the period, with a touch or without.
    by_model : dict of str to dict of str to float
        Credit by model and name; amounts that are rounding errors are 0.
    """

    conversions: float
    by_model: dict[str, dict[str, float]]


class Periods:
    """Credits the periods that experiments ask for, each once; touches and conversions are read once for each goal.

    Parameters
    ----------
    workspace : Workspace
    question : Question
        What journeys are and what they are broken down by; its goal and its period count for nothing.
    models : sequence of Model
    """

    def __init__(self, workspace: Workspace, question: Question, models: Sequence[Model]) -> None:
        self.workspace, self.models = workspace, models
        self.question = dataclasses.replace(question, by_key=False)
        self._read: dict[str, Data] = {}
        self._found: dict[tuple[dt.date, dt.date, str], Credited | Text] = {}

    def credited(self, since: dt.date, until: dt.date, goal: str) -> Credited | Text:
        """Credit a period, its last day included; or say what the data do not allow."""
        key = (since, until, goal)
        if key not in self._found:
            try:
                self._found[key] = self._credit(dataclasses.replace(self.question, since=since, until=until, goal=goal), goal)
            except DataError as error:
                self._found[key] = Text(error.template, **error.fields)
        return self._found[key]

    def _credit(self, question: Question, goal: str) -> Credited | Text:
        if goal not in self._read:
            self._read[goal] = read_data(self.workspace, dataclasses.replace(question, since=None, until=None))
        data = _within(self._read[goal], question, self.workspace.settings.time_zone)
        if data is None:
            return Text("There are no conversions in its period.")
        paths = find_journeys(self.workspace, question, data).result.paths
        deals = find_milestones(self.workspace, question, data) if any(map(needs_milestones, self.models)) else None
        total = float(paths.conversions.sum() + paths.unattributed_conversions)
        by_model = {}
        for model in self.models:
            credits = model.credit(deals if deals is not None and needs_milestones(model) else paths)
            pairs = zip(credits.channels, credits.conversions.tolist(), strict=True)
            by_model[model.name] = {name: amount if abs(amount) > NOTHING * total else 0.0 for name, amount in pairs}
        return Credited(total, by_model)


def _within(data: Data, question: Question, zone: str) -> Data | None:
    """Bound data by a question's period; None where no conversion is in it.

    Touches after it are left out. Those before stay, and so do all conversions: journeys begin and end with them.
    """
    import pyarrow.compute as pc

    since, until = bounds(question, zone)
    at = data.conversions["at"]
    if not pc.any(pc.and_(pc.greater_equal(at, since), pc.less(at, until))).as_py():
        return None
    touches = data.touches.filter(pc.less(data.touches["at"], until))
    return dataclasses.replace(data, touches=touches, since=since, until=until)
