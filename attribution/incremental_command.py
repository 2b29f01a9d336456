"""The incremental credit of a workspace's channels, and what lies behind it, as reports."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attribution import naming
from attribution.money import in_one_currency
from attribution.question import Question, bounds, choose_goal, no_touches
from reports.report import Chart, Report, Text
from workspace import reading
from workspace.errors import UsageError
from workspace.store import Workspace

if TYPE_CHECKING:
    import pyarrow as pa

    from attribution.spells import Span

GUARD_HOURS = 12.0
SAMPLES = 200


@dataclasses.dataclass(frozen=True, eq=False)
class Data:
    """What a question asks of a workspace.

    Parameters
    ----------
    touches, conversions : pyarrow.Table
    labels : mapping of int to str
    span : Span
    people : pyarrow.Table or None
        `key, segment` (int64).
    segments : tuple of str
        The names of the segments 1, 2, ...
    meta : mapping
        What a report is to state.
    """

    touches: pa.Table
    conversions: pa.Table
    labels: Mapping[int, str]
    span: Span
    people: pa.Table | None
    segments: tuple[str, ...]
    meta: Mapping[str, Any]

    @property
    def given(self) -> tuple[pa.Table, pa.Table, Mapping[int, str]]:
        """What the engine reads, in its order."""
        return self.touches, self.conversions, self.labels


def report(
    workspace: Workspace,
    question: Question,
    guard_hours: float | None = None,
    samples: int = 0,
    shown: str = "credit",
    population: bool = False,
) -> Report:
    """Estimate what would be missing without each channel, or show what lies behind the estimate.

    Parameters
    ----------
    workspace : Workspace
    question : Question
        Its goal, cut, window and currency; there is no lookback, a touch's effect fades by itself.
    guard_hours : float or None
        How long after a touch a conversion says nothing of its effect; None for `GUARD_HOURS`.
    samples : int
        Replicates resampled by person for 95 % intervals; 0 for none.
    population : bool
        Whether everybody in the people table was there to convert from the data's start, touched or not; else people count from their
        first touch on. A list of contacts is no such table: it holds who was met.
    shown : {"credit", "guard", "decay", "fit"}

    Returns
    -------
    Report
        For "credit" `channel` (or the cut's name), `conversions, value, share_of_caused_conversions, already_decided` and, with samples,
        `conversions_low, conversions_high, share_low, share_high`; then the baseline. For the others see `attribution.incremental_views`.

    Raises
    ------
    DataError
        There are no touches, no conversions, or values in several currencies.
    UsageError
        The options do not go together, or the people table that one of them needs is empty.
    """
    from attribution.exposure_engine import by_guard, prepared
    from attribution.goodness import goodness
    from attribution.hazard_fit import fit
    from attribution.hazard_kernels import Kernels
    from attribution.incremental import credit
    from attribution.incremental_intervals import replicates
    from attribution.incremental_views import decay_report, fit_report, guard_report

    if shown == "guard" and guard_hours is not None:
        raise UsageError("--guard {hours}: --show guard tries guards from 0 to 3 days by itself; leave --guard out", hours=guard_hours)
    if samples and shown in ("guard", "fit"):
        raise UsageError("--intervals: they go with --show credit and --show decay, not with --show {shown}", shown=shown)
    data = read(workspace, question, population)
    if shown == "guard":
        return guard_report(by_guard(*data.given, span=data.span, people=data.people), question.by, data.meta)
    hours = GUARD_HOURS if guard_hours is None else guard_hours
    meta = {**data.meta, "guard_hours": hours, "samples": samples or None}
    with prepared(*data.given, Kernels(guard_days=hours / 24), span=data.span, people=data.people) as ready:
        fitted = fit(ready.exposures())
        if shown == "fit":
            return fit_report(goodness(ready, fitted), meta)
    result, drawn = credit(fitted), replicates(fitted, samples) if samples else None
    if shown == "decay":
        return decay_report(result, question.by, meta, drawn)
    return _credit_report(result, drawn, data, question.by, meta)


def _credit_report(result: Any, drawn: Any, data: Data, by: str, meta: Mapping[str, Any]) -> Report:
    from attribution.incremental_report import incremental_frame, incremental_notes

    title = Text("What each channel is estimated to have added")
    frame = incremental_frame(result, drawn).rename(columns={"channel": by})
    notes = [*incremental_notes(result, int(result.fit.exposures.repeats), drawn is not None)]
    if data.people is not None:
        notes.append(
            Text(
                "{people} people of the people table count as if they had been known all the time, whether they were touched or not.",
                people=data.people.num_rows,
            )
        )
    if data.segments:
        notes.append(Text("Each of these segments has a baseline of its own: {segments}.", segments=", ".join(data.segments)))
    low, high = ("conversions_low", "conversions_high") if drawn is not None else (None, None)
    chart = Chart("bar", by, ("conversions",), title, low=low, high=high)
    return Report("incremental", title, frame, tuple(notes), meta, charts=(chart,))


def read(workspace: Workspace, question: Question, population: bool = False) -> Data:
    """Read what a question asks of a workspace; with `population`, everybody in the people table was there from the start."""
    import pyarrow.compute as pc

    from attribution.exposure_engine import span_of

    goal = choose_goal(workspace, question.goal)
    since, until = bounds(question, workspace.settings.time_zone)
    conversions, currency, _ = in_one_currency(reading.conversion_columns(workspace, goal), workspace, question.currency)
    if "counted" in conversions.column_names:
        conversions = conversions.filter(pc.equal(conversions["counted"], 1))
    touches = reading.touch_columns(workspace, until)
    if not touches.num_rows:
        raise no_touches(workspace, question.until)
    naming.name_origins(workspace)
    labels, _ = naming.labels(workspace, question.by)
    people, segments = segmented(reading.people_columns(workspace)) if population else (None, ())
    if population and people is None:
        raise UsageError(
            "--population: no people have been imported; import everybody who might have converted with 'smarketing import csv FILE --as "
            "people', or leave --population out"
        )
    meta = {
        "goal": goal,
        "since": question.since,
        "until": question.until,
        "by": question.by,
        "currency": currency,
        "touches": touches.num_rows,
    }
    return Data(touches, conversions, labels, span_of(touches, conversions, since, until), people, segments, meta)


def segmented(people: pa.Table) -> tuple[pa.Table | None, tuple[str, ...]]:
    """Number the segments of people from 1, by name; those of none are of segment 0, with everybody who is not in the table.

    Examples
    --------
    >>> import pyarrow as pa
    >>> told, names = segmented(pa.table({"key": [4, 5, 6], "segment": ["trade", None, "industry"]}))
    >>> told["segment"].to_pylist(), names
    ([2, 0, 1], ('industry', 'trade'))
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if not people.num_rows:
        return None, ()
    names = tuple(sorted(name for name in pc.unique(people["segment"]).to_pylist() if name is not None))
    place = pc.index_in(people["segment"], pa.array(names, pa.string()))
    return pa.table({"key": people["key"], "segment": pc.add(place.cast(pa.int64()), 1).fill_null(0)}), names
