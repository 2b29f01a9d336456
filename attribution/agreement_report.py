"""How much the answer depends on the model, as reports: by channel, by pair of models, by pair of channels, and in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attribution.agreement import changed_places, pairs_of_models, ranges, shares_by_model
from attribution.paths import Credits
from reports.identifiers import WORDS
from reports.report import Chart, Report, Text

if TYPE_CHECKING:
    import pandas as pd

WORTH_SAYING, MOST_SAID = 0.05, 6
"""Sentences are made of channels that some model gives so much to, the largest few."""


def agreement_reports(credits: Mapping[str, Credits], by: str, meta: Mapping[str, Any], notes: Sequence[Text] = ()) -> list[Report]:
    """Report how much the answer depends on the model: by channel, by pair of models, by pair of channels.

    Parameters
    ----------
    credits : mapping of str to Credits
        By the model's name.
    by : str
        What the names are.
    meta, notes
        Of the credits, for every report.
    """
    shares = shares_by_model(credits)
    channels, models = ranges(shares), pairs_of_models(shares)
    places, changed, pairs = changed_places(shares)
    stated = {**meta, "models": list(shares.columns)}
    left_out = [
        Text("{model} counts a conversion several times and is not compared.", model=_spoken(m)) for m in credits if m not in shares
    ]
    title = Text("How far the models lie apart")
    depends = Text(
        "What depends on the model: where the highest share is at least twice the lowest and a point above it, or ten points above it."
    )
    models_alike = Text("Agreement is no proof: all these models split the same observed journeys, and none says what a channel caused.")
    chart = Chart("bar", by, ("lowest_share", "highest_share"), title)
    told = (*_sentences(channels), depends, models_alike, *left_out, *notes)
    return [
        Report("agreement", title, channels.rename(columns={"channel": by}), told, stated, charts=(chart,)),
        Report("models_alike", Text("How alike the models rank"), models, _of_models(models, changed, pairs), {"by": by}),
        Report(
            "changed_places",
            Text("Which of two stands first depends on the model"),
            places.rename(columns={"channel": by}),
            _of_places(places, changed),
            {"by": by},
        ),
    ]


def _spoken(name: str) -> Text | str:
    """Give a channel's or model's name as a sentence has it, in the reader's language."""
    return name if "{" in name or "}" in name else Text(WORDS.get(name, name))


def _sentences(channels: pd.DataFrame) -> list[Text]:
    """Say of the largest channels whether the models agree on them."""
    sentences = []
    for row in channels[channels["highest_share"] >= WORTH_SAYING].head(MOST_SAID).to_dict("records"):
        name, low, high = _spoken(row["channel"]), row["lowest_share"], row["highest_share"]
        if row["depends_on_model"]:
            least, most = _spoken(row["lowest_by"][0]), _spoken(row["highest_by"][0])
            template = "{name} depends on the model: {low:.1%} by {least}, {high:.1%} by {most}."
            sentences.append(Text(template, name=name, low=low, least=least, high=high, most=most))
        elif low == high:
            sentences.append(Text("On {name} all models agree: {high:.1%}.", name=name, high=high))
        else:
            sentences.append(Text("On {name} the models agree: between {low:.1%} and {high:.1%}.", name=name, low=low, high=high))
    return sentences


def _of_models(models: pd.DataFrame, changed: int, pairs: int) -> tuple[Text, ...]:
    notes = [
        Text("Kendall's tau (b) and Spearman's rho compare two orders: 1 is the same, 0 has nothing in common, -1 is the reverse."),
        Text("{changed} of {pairs} pairs change places between models.", changed=changed, pairs=pairs),
    ]
    known = models.dropna(subset="kendall_tau")
    if len(known) and known["kendall_tau"].iloc[0] < 1:
        least = known.iloc[0]
        notes.append(
            Text(
                "Least alike are {first} and {second}, with a tau of {tau:.2f}.",
                first=_spoken(least["model"]),
                second=_spoken(least["compared_with"]),
                tau=float(least["kendall_tau"]),
            )
        )
    return tuple(notes)


def _of_places(places: pd.DataFrame, changed: int) -> tuple[Text, ...]:
    if not changed:
        return (Text("All models put them in the same order."),)
    notes = [Text("A lead is a difference of shares of all conversions. Pairs whose leads both ways are largest stand first.")]
    if len(places) < changed:
        notes.append(Text("{shown} of {count} pairs are listed.", shown=len(places), count=changed))
    return tuple(notes)
