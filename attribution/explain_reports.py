"""One conversion as tables: its touches, each model's weights, and the credit of channels under each set of rules."""

from __future__ import annotations

import dataclasses
import datetime as dt
import zoneinfo
from typing import TYPE_CHECKING, Any

import numpy as np

from attribution.convention_notes import notes_of_convention
from attribution.journey_shares import is_additive
from attribution.markov import Markov
from attribution.models import Model, needs_milestones
from attribution.position_models import Custom
from attribution.question import DAY
from attribution.reserved import told_apart
from reports.report import Report, Text

if TYPE_CHECKING:
    import pandas as pd

    from attribution.channels import Classifier
    from attribution.conventions import Convention
    from attribution.paths import Floats


@dataclasses.dataclass(frozen=True, eq=False)
class Explained:
    """A conversion and the journey that led to it.

    Parameters
    ----------
    conversion : dict
        A row of `workspace.reading.conversions_named`.
    level : {"person", "account"}
        Whose journey it is.
    touches : list of dict
        Its journey, rows of `workspace.reading.touches_of`, and touches that hold a milestone; none where it is unattributed.
    steps : list of (int or None)
        The place of each touch in the journey; None where it does not count in it.
    channels, other_channels : list of str
        Of each touch, by the rules in force and by the others.
    milestones : list of tuple of str
        Of each touch (`attribution.touch_milestones`).
    rules, other_rules : Classifier
    models : tuple of Model
    convention : Convention or None
        The one that the models follow.
    shares, other_shares : dict of str to array of float, shape (n_touches,)
        What each model gives to each touch, by the model's name, by the channels of each set of rules (`attribution.journey_shares`).
        Models whose credit is no sum over journeys are left out.
    lookback_days : float
    zone : str
        The time zone in which times are told.
    """

    conversion: dict[str, Any]
    level: str
    touches: list[dict[str, Any]]
    steps: list[int | None]
    channels: list[str]
    other_channels: list[str]
    milestones: list[tuple[str, ...]]
    rules: Classifier
    other_rules: Classifier
    models: tuple[Model, ...]
    convention: Convention | None
    shares: dict[str, Floats]
    other_shares: dict[str, Floats]
    lookback_days: float
    zone: str

    @property
    def attributed(self) -> bool:
        """Whether a model gives it to any touch."""
        return bool(self.shares) or any(step is not None for step in self.steps)

    @property
    def who(self) -> str:
        """Whose journey it is: the person, or at the level of accounts the account, where it is known."""
        person, account = self.conversion["person"], self.conversion["account"]
        return str((account or person) if self.level == "account" else (person or account))

    @property
    def meta(self) -> dict[str, Any]:
        """What every report of it states."""
        return {"conversion": self.conversion["key"] or str(self.conversion["id"]), "goal": self.conversion["goal"], "level": self.level}

    def local(self, seconds: int) -> dt.datetime:
        """Tell a time in the workspace's zone."""
        return dt.datetime.fromtimestamp(seconds, zoneinfo.ZoneInfo(self.zone))


def touches_report(told: Explained) -> Report:
    """List the touches of a conversion: when, through which channel, by which rule, from which import."""
    import pandas as pd

    conversion = told.conversion
    rows = [
        {
            "step": step,
            "person": touch["person"],
            "at": told.local(touch["at"]),
            "age_days": (conversion["at"] - touch["at"]) / DAY,
            "milestones": list(milestones) or None,
            "kind": touch["kind"],
            "channel": channel,
            "rule": touch["rule"],
            "channel_by_other_rules": other if other != channel else None,
            "source": told_apart(touch["source_label"]),
            "medium": told_apart(touch["medium_label"]),
            "campaign": touch["campaign"],
            "import_id": touch["import_id"],
            "place": f"{touch['file']}:{touch['row']}",
        }
        for step, touch, channel, other, milestones in zip(
            told.steps, told.touches, told.channels, told.other_channels, told.milestones, strict=True
        )
    ]
    meta = {
        **told.meta,
        "at": told.local(conversion["at"]),
        "value": conversion["value"],
        "currency": conversion["currency"],
        "lookback_days": told.lookback_days,
        "import_id": conversion["import_id"],
        "place": f"{conversion['file']}:{conversion['row']}",
    }
    title = Text("How {who} reached '{goal}'", goal=conversion["goal"], who=told.who)
    columns = [name for name in TOUCH_COLUMNS if name != "person" or told.level == "account"]
    return Report("explain", title, pd.DataFrame(rows, columns=columns, dtype=object), _notes_of_touches(told), meta)


TOUCH_COLUMNS = (
    "step", "person", "at", "age_days", "milestones", "kind", "channel", "rule", "channel_by_other_rules", "source", "medium", "campaign",
    "import_id", "place",
)  # fmt: skip
"""Columns of `touches_report`; the person at the level of accounts alone."""


def _notes_of_touches(told: Explained) -> tuple[Text, ...]:
    notes = []
    if all(step is None for step in told.steps):
        notes.append(Text("No touch within {days} days before it: this conversion is unattributed.", days=told.lookback_days))
    if None in told.steps:
        notes.append(
            Text(
                "Touches without a step are not of the journey: older than the lookback, before the conversion before, or left out by an "
                "option."
            )
        )
    if told.touches:
        other = sum(channel != other for channel, other in zip(told.channels, told.other_channels, strict=True))
        notes += [
            Text("Rules are those of the set '{rules}', version {version}.", rules=told.rules.rule_set.name, version=told.rules.version),
            Text(
                "By the rules of the set '{rules}' {count} of {total} touches are of another channel.",
                rules=told.other_rules.rule_set.name,
                count=other,
                total=len(told.touches),
            ),
        ]
    return tuple(notes)


def weights_report(told: Explained) -> Report:
    """Say which share of the conversion each model gives to each touch: `step, channel`, and one column for each model."""
    import pandas as pd

    frame = pd.DataFrame({"step": pd.Series(told.steps, dtype=object), "channel": told.channels, **told.shares})
    title = Text("What each model gives to each touch")
    meta = {**told.meta, **({"convention": told.convention.stated} if told.convention else {})}
    return Report("weights", title, frame, _notes_of_weights(told), meta)


def _notes_of_weights(told: Explained) -> tuple[Text, ...]:
    notes = [note for model in told.models if isinstance(model, Custom) and (note := model.note())]
    notes += notes_of_convention(told.convention, told.models, None, None)
    if None in told.steps and any(needs_milestones(model) for model in told.models):
        notes.append(Text("Models by milestone credit all touches up to the conversion, those without a step too."))
    if "shapley" in told.shares or "participation" in told.shares:
        notes.append(
            Text("shapley and participation credit channels: what a channel gets of the journey is shown in equal parts on its touches.")
        )
    if "participation" in told.shares:
        notes.append(Text("participation gives each channel the whole conversion, so its shares add up to more than 100 %."))
    for model in told.models:
        if isinstance(model, Markov):
            notes.append(Text("markov has no share here: it credits channels by what all journeys together would lose without them."))
        elif not is_additive(model):
            notes.append(
                Text(
                    "{model} has no share here: its credit is worked out from all journeys together and no sum over them.", model=model.name
                )
            )
    return tuple(notes)


def rules_report(told: Explained) -> Report:
    """Say what each channel gets of the conversion under the rules in force and under the others.

    Returns
    -------
    Report
        `rule_set, channel`, and one column for each model: the channels under the rules in force, then those under the others, each by
        its mean share.
    """
    import pandas as pd

    frames = [
        _by_channel(told.rules, told.channels, told.shares),
        _by_channel(told.other_rules, told.other_channels, told.other_shares),
    ]
    frame = pd.concat(frames, ignore_index=True)
    notes = []
    if told.attributed and told.channels == told.other_channels:
        notes.append(Text("Both sets of rules name every touch alike."))
    if told.rules.has_rules_of_the_user and told.attributed:
        notes.append(Text("Rules of your own are part of the set '{rules}' alone.", rules=told.rules.rule_set.name))
    title = Text("What each channel gets under the rules in force and under the others")
    versions = {"rules": told.rules.rule_set.name, "rule_version": told.rules.version}
    meta = {**told.meta, **versions, "other_rules": told.other_rules.rule_set.name, "other_rule_version": told.other_rules.version}
    return Report("other_rules", title, frame, tuple(notes), meta)


def _by_channel(rules: Classifier, channels: list[str], shares: dict[str, Floats]) -> pd.DataFrame:
    """Sum what the touches get by channel; the channel that gets most, on the mean of the models, stands first."""
    import pandas as pd

    given = pd.DataFrame({"channel": channels, **shares})
    sums = given[given[[*shares]].notna().any(axis=1)].groupby("channel", as_index=False).sum()
    order = np.lexsort((sums["channel"], -sums[[*shares]].mean(axis=1))) if shares else np.arange(len(sums))
    sums.insert(0, "rule_set", rules.rule_set.name)
    return sums.iloc[order]
