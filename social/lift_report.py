"""What the offer of contents did, as reports: the teams that were offered each beside those that were not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from reports.report import Chart, Report, Text
from social.anonymity import withheld
from social.experiment import Measured
from social.rotation import Effect, draws, effect, in_pairs
from workspace.errors import DataError, UsageError
from workspace.store import Workspace

MEASURES = ("leads", "clicks")
SEED = 20260101
"""Of the draws that are listed by chance, where there are too many: the same figures each time."""
COLUMNS = [
    *("content", "since", "until", "teams_offered", "teams_not_offered", "advocates_offered", "advocates_not_offered"),
    *("total_offered", "total_not_offered", "per_advocate_offered", "per_advocate_not_offered", "difference"),
    *("difference_low", "difference_high", "lift", "p_value"),
]


def power(number: int | None) -> list[Text]:
    """Say what so many equally likely draws can show at best."""
    if number is None or number >= 40:
        return []
    return [
        Text(
            "There {number:is|are} only {number} {number:draw that was|draws that were} as likely: no effect, however large, is surer than "
            "p = {smallest:.3f}, and 40 draws are needed for an interval at 95 %. More teams or more contents give more.",
            number=number,
            smallest=min(1.0, 2 / number),
        )
    ]


def lift_report(workspace: Workspace, name: str, found: Measured, measured: str) -> Report:
    """Report what the offer did to one measure: the teams that were offered each content beside those that were not.

    Parameters
    ----------
    workspace : Workspace
    name : str
    found : Measured
    measured : {"leads", "clicks"}

    Returns
    -------
    Report
        One row for each content that is not withheld: `COLUMNS`.

    Raises
    ------
    UsageError
        All of it is withheld.
    DataError
        The data end before the period begins.
    """
    import pandas as pd

    smallest = workspace.settings.social.smallest_group
    shown = _contents_shown(name, found, smallest)
    outcomes = found.leads if measured == "leads" else found.clicks
    every, exact = draws(found.offered, np.random.default_rng(SEED))
    of_each = {place: _effect(outcomes, found, every, [place]) for place in shown}
    overall = _effect(outcomes, found, every, shown)
    frame = pd.DataFrame([_row(found, outcomes, place, one) for place, one in of_each.items()], columns=COLUMNS)
    number = _different(every[:, shown]) if exact else len(every)
    notes = [
        _finding(overall, measured),
        *power(number),
        *_narrower(of_each.values(), overall),
        *_how(found, exact, number),
        *_beware(workspace, found, measured),
    ]
    if len(shown) < len(found.contents):
        notes.append(
            Text(
                "Withheld: {count} of {contents} {contents:content|contents}, one side of which has fewer than {smallest:g} advocates, or "
                "as few beside the teams that other reports show.",
                count=len(found.contents) - len(shown),
                contents=len(found.contents),
                smallest=smallest,
            )
        )
    meta: dict[str, Any] = {
        "name": name,
        "measure": measured,
        "click_days": workspace.settings.social.click_days,
        "as_of": found.as_of,
        "teams": len(found.teams),
        "draws": number,
        "all_draws": exact,
        "difference": overall.difference,
        "difference_low": overall.low,
        "difference_high": overall.high,
        "interval_level": overall.level,
        "p_value": overall.p_value,
    }
    title = (
        Text("Leads by the contents that teams were offered")
        if measured == "leads"
        else Text("Clicks by the contents that teams were offered")
    )
    chart = Chart("bar", "content", ("per_advocate_offered", "per_advocate_not_offered"), title)
    return Report(f"social_experiment_{measured}", title, frame, tuple(notes), meta, charts=(chart,))


def _contents_shown(name: str, found: Measured, smallest: float) -> list[int]:
    """Choose the contents that may be told of; refuse where that is none, or where the period has not begun."""
    shown = [place for place in range(len(found.contents)) if not _small(found, place, smallest)]
    if not shown:
        raise UsageError(
            "{name}: of each content one side has fewer than {smallest:g} advocates, or as few beside the teams that other reports show; "
            "their figures are withheld, as they would be those of single people. Draw over larger teams, or lower social.smallest_group "
            "in smarketing.toml if your agreement with the staff allows it",
            name=name,
            smallest=smallest,
        )
    begins = min(content.since for content in found.contents)
    if found.as_of is not None and found.as_of < begins:
        raise DataError(
            "{name}: its period begins on {begins}, and no touch is known of that day or later: there is nothing to compare yet, which is "
            "not an effect of 0. Import the touches of the period, then ask again",
            name=name,
            begins=begins,
        )
    return shown


def _small(found: Measured, place: int, smallest: float) -> bool:
    """Tell whether a content's figures would be those of too few people.

    One side may have too few advocates; or too few are left of it when the teams are taken off whose figures other reports show.
    """
    offered, advocates = found.offered[place], found.advocates[place]
    sides = {"offered": int(advocates[offered].sum()), "not_offered": int(advocates[~offered].sum())}
    rest = [float(advocates[side & found.hidden].sum()) for side in (offered, ~offered)]
    return bool(withheld(sides, smallest)) or any(0 < people < smallest for people in rest)


def _effect(outcomes: Any, found: Measured, every: Any, places: list[int]) -> Effect:
    return effect(outcomes[places], found.advocates[places], found.offered[places], every[:, places])


def _different(every: Any) -> int:
    """Count the draws that differ in the contents shown."""
    return len(np.unique(every.reshape(len(every), -1), axis=0))


def _row(found: Measured, outcomes: Any, place: int, one: Effect) -> dict[str, Any]:
    content, offered = found.contents[place], found.offered[place]
    sides = {"offered": offered, "not_offered": ~offered}
    row: dict[str, Any] = {"content": content.name, "since": content.since, "until": content.until}
    for side, chosen in sides.items():
        row[f"teams_{side}"] = int(chosen.sum())
        row[f"advocates_{side}"] = int(found.advocates[place][chosen].sum())
        row[f"total_{side}"] = int(outcomes[place][chosen].sum())
    rates = {"per_advocate_offered": one.offered, "per_advocate_not_offered": one.not_offered, "difference": one.difference}
    return row | rates | {"difference_low": one.low, "difference_high": one.high, "lift": one.lift, "p_value": one.p_value}


def _finding(overall: Effect, measured: str) -> Text:
    """Say what was found over all contents."""
    of = Text("Leads") if measured == "leads" else Text("Clicks")
    fields = {"of": of, "difference": overall.difference, "p": overall.p_value}
    if overall.low is None or overall.high is None or overall.level is None:
        return Text(
            "{of} for each advocate and content, offered less not offered: {difference:.3f} (p = {p:.3f}; there are too few draws or "
            "outcomes for an interval).",
            **fields,
        )
    return Text(
        "{of} for each advocate and content, offered less not offered: {difference:.3f}, from {low:.3f} to {high:.3f} at {level:.0%} "
        "(p = {p:.3f}).",
        **fields,
        low=overall.low,
        high=overall.high,
        level=overall.level,
    )


def _narrower(of_each: Iterable[Effect], overall: Effect) -> list[Text]:
    """Say where the intervals of single contents are surer of less than that of all together."""
    levels = {one.level for one in of_each if one.level is not None and one.level != overall.level}
    return (
        [Text("Intervals of single contents are at {level:.0%}: of one content alone there are fewer draws.", level=min(levels))]
        if levels
        else []
    )


def _how(found: Measured, exact: bool, number: int) -> list[Text]:
    """Say what the figures rest on."""
    listed = (
        Text("All {number} draws that were as likely are held against the one that was made.", number=number)
        if exact
        else Text("{number} of the draws that were as likely, drawn at random, are held against the one that was made.", number=number)
    )
    notes = [listed]
    if not in_pairs(found.offered):
        notes.append(
            Text("The table is none of ours (contents in pairs, halves of the teams): it is taken that the teams were treated alike.")
        )
    if len(found.contents) > 1:
        notes.append(Text("Each content's own p-value looks at it alone; of many contents one in twenty lies below 0.05 by chance."))
    return notes


def _beware(workspace: Workspace, found: Measured, measured: str) -> list[Text]:
    """Say what is not seen."""
    days = workspace.settings.social.click_days
    notes = [
        Text(
            "Counted: clicks in the period on links to the content whose code is that of an advocate of the team"
            ", whether the team was offered it or not."
        )
        if measured == "clicks"
        else Text("Counted: leads within {days} {days:day|days} of such a click, each once, for the latest click before it.", days=days),
        Text("An offer that another post made way for shows as a gain, and one whose readers would have come anyway too."),
        Text(
            "Left out: {colleagues} {colleagues:click|clicks} of colleagues, {previews} within two seconds of the post, {nobody} of nobody "
            "in these teams.",
            colleagues=found.left_out["colleague"],
            previews=found.left_out["preview"],
            nobody=found.left_out["nobody"],
        ),
    ]
    if not found.complete and measured == "leads":
        notes.append(Text("The leads are not all in: the data do not reach {days} {days:day|days} beyond the period.", days=days))
    if found.without_link:
        notes.append(
            Text(
                "{count} of the advocates {count:has|have} no link to one of the contents (none was made, or they did not agree to one): "
                "what they bring by it is not seen, on either side.",
                count=found.without_link,
            )
        )
    if found.empty:
        notes.append(Text("{count} {count:team|teams} had no advocate in the period and {count:is|are} left out.", count=found.empty))
    return notes
