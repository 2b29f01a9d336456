"""The journeys themselves: the paths most taken, how many touches they had, how long they took."""

from __future__ import annotations

from typing import Any

import numpy as np

from attribution.ordered_shapley import credit_by_touchpoint
from attribution.question import Answer, Question, find_journeys
from reports.report import Chart, Report, Text
from workspace.store import Workspace

SHOWN = ("top", "length", "lag", "places")


def paths(workspace: Workspace, question: Question, show: str = "top", most: int = 20) -> Report:
    """Report on journeys.

    Parameters
    ----------
    workspace : Workspace
    question : Question
        Its goal, cut, lookback and window.
    show : {"top", "length", "lag", "places"}
        The paths that converted most; converting journeys by number of touches; by days from the first touch to the conversion; at which
        place of the journeys each channel earns its Shapley value.
    most : int
        How many paths "top" shows.
    """
    answer = find_journeys(workspace, question)
    found = answer.result.paths
    meta = {
        **answer.stated(question),
        "conversions": answer.result.conversions,
        "conversions_without_touch": int(found.unattributed_conversions),
        "null_journeys": int(found.nulls.sum()),
    }
    if show == "places":
        return credit_by_touchpoint(found, by=question.by, meta=meta)
    return {"top": _top, "length": _length, "lag": _lag}[show](answer, meta, most)


PATHS = {
    "person": Text("A path is the channels one person went through before a conversion, or without converting."),
    "account": Text("A path is the channels that all people of one account went through before a conversion, or without converting."),
}
"""What a path is, by whose journeys they are."""


def _top(answer: Answer, meta: dict[str, Any], most: int) -> Report:
    import pandas as pd

    found = answer.result.paths
    keys = [found.codes[begin:end].tobytes() for begin, end in zip(found.offsets[:-1], found.offsets[1:], strict=True)]
    frame = pd.DataFrame({"key": keys, "conversions": found.conversions, "value": found.value, "nulls": found.nulls})
    # A path stands once with its conversions and maybe several times with its nulls.
    grouped = frame.groupby("key", sort=False).sum(min_count=1).reset_index()
    grouped["length"] = grouped["key"].str.len() // found.codes.itemsize
    grouped["conversion_rate"] = grouped["conversions"] / (grouped["conversions"] + grouped["nulls"])
    grouped = grouped.sort_values(["conversions", "length", "key"], ascending=[False, True, True]).head(most)
    grouped["path"] = [" > ".join(found.channels[code] for code in np.frombuffer(key, dtype=found.codes.dtype)) for key in grouped["key"]]
    grouped["conversions"], grouped["nulls"] = grouped["conversions"].astype(int), grouped["nulls"].astype(int)
    columns = ["path", "conversions", "value", "nulls", "conversion_rate", "length"]
    notes = (PATHS[meta["level"]],)
    return Report("paths", Text("The paths that converted most"), grouped[columns].reset_index(drop=True), notes, meta)


def _length(answer: Answer, meta: dict[str, Any], most: int) -> Report:
    frame = answer.result.lags.to_pandas().groupby("length", as_index=False)["conversions"].sum()
    return _distribution(frame, "length", Text("Converting journeys by number of touches"), meta)


def _lag(answer: Answer, meta: dict[str, Any], most: int) -> Report:
    frame = answer.result.lags.to_pandas().groupby("days", as_index=False)["conversions"].sum()
    return _distribution(
        frame.rename(columns={"days": "days_to_convert"}), "days_to_convert", Text("Converting journeys by days from first touch"), meta
    )


def _distribution(frame: Any, column: str, title: Text, meta: dict[str, Any]) -> Report:
    """Lay a distribution out with shares and running shares."""
    frame = frame.sort_values(column, ignore_index=True).astype({"conversions": int, column: int})
    total = frame["conversions"].sum()
    frame["share_of_conversions"] = frame["conversions"] / total
    frame["cumulative_share"] = frame["conversions"].cumsum() / total
    median = frame.loc[frame["cumulative_share"] >= 0.5, column].min() if len(frame) else None
    notes = (Text("Half of them needed {median} or less.", median=int(median)),) if median is not None else ()
    chart = Chart("bar", column, ("conversions",), title)
    return Report("path_length" if column == "length" else "time_lag", title, frame, notes, meta, charts=(chart,))
