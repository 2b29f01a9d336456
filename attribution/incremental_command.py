"""The incremental credit of a workspace's channels, as a report."""

from __future__ import annotations

from attribution import naming
from attribution.money import in_one_currency
from attribution.question import Question, bounds, choose_goal, no_touches
from reports.report import Chart, Report, Text
from workspace import reading
from workspace.store import Workspace


def report(workspace: Workspace, question: Question, guard_hours: float = 12.0, samples: int = 0) -> Report:
    """Estimate what would be missing without each channel.

    Parameters
    ----------
    workspace : Workspace
    question : Question
        Its goal, cut, window and currency; there is no lookback, a touch's effect fades by itself.
    guard_hours : float
        How long after a touch a conversion says nothing of its effect.
    samples : int
        Replicates resampled by person for 95 % intervals; 0 for none.

    Returns
    -------
    Report
        `channel` (or the cut's name), `conversions, value, share_of_caused_conversions, already_decided` and, with samples,
        `conversions_low, conversions_high, share_low, share_high`; then the baseline.

    Raises
    ------
    DataError
        There are no touches, no conversions, or values in several currencies.
    """
    import pyarrow.compute as pc

    from attribution.exposure_engine import exposures, span_of
    from attribution.hazard_fit import fit
    from attribution.incremental import Kernels, credit
    from attribution.incremental_intervals import replicates
    from attribution.incremental_report import incremental_frame, incremental_notes

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
    exposed = exposures(
        touches, conversions, labels, Kernels(guard_days=guard_hours / 24), span=span_of(touches, conversions, since, until)
    )
    fitted = fit(exposed)
    result = credit(exposed, fitted)
    drawn = replicates(exposed, fitted, samples) if samples else None
    title = Text("What each channel is estimated to have added")
    meta = {
        "goal": goal,
        "since": question.since,
        "until": question.until,
        "by": question.by,
        "currency": currency,
        "touches": touches.num_rows,
        "guard_hours": guard_hours,
        "samples": samples or None,
    }
    frame = incremental_frame(result, drawn).rename(columns={"channel": question.by})
    notes = incremental_notes(result, int(exposed.repeats))
    return Report("incremental", title, frame, notes, meta, charts=(Chart("bar", question.by, ("conversions",), title),))
