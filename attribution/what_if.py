"""What would change in proportion if spend were otherwise: arithmetic on averages that were observed, and labelled so."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from attribution.chance import interval_of_sum, poisson_interval
from attribution.question import Question
from attribution.reserved import told_apart
from attribution.return_report import returns_frame, stated
from attribution.returns import Returns, columns_of, gather
from reports.report import Report, Text
from workspace.errors import DataError, UsageError
from workspace.store import Workspace

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

LEVELS = ("name", "channel", "family")
"""Where a name is looked for: among the rows, then among channels, then among families."""

MOST = 20
"""So many names are listed in an error."""


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """One change of spend: -0.2 for 20 % less."""

    name: str
    share: float
    text: str


def read_change(text: str) -> Change:
    """Read "ads-20%".

    Raises
    ------
    UsageError
        It is no name with a change in percent.

    Examples
    --------
    >>> read_change("2026q1-brand +12.5 %")
    Change(name='2026q1-brand', share=0.125, text='2026q1-brand +12.5 %')
    """
    found = re.fullmatch(r"\s*(.*?\S)\s*([+\-−–])\s*(\d+(?:[.,]\d+)?)\s*%\s*", text)
    if found is None:
        raise UsageError("--what-if {text}: write a name and a change in percent, such as 'ads-20%' or 'Paid Search+10%'", text=text)
    name, sign, figure = found.groups()
    return Change(name, (1 if sign == "+" else -1) * float(figure.replace(",", ".")) / 100, text)


def what_if(
    workspace: Workspace, question: Question, dated: str, changes: Sequence[str], word: Callable[[str], str] = lambda name: name
) -> Report:
    """Reckon what would change in proportion.

    Parameters
    ----------
    workspace : Workspace
    question : Question
    dated : {"close_date", "touch_date"}
    changes : sequence of str
        As typed: "ads-20%". Several of one name add up.
    word : callable
        What readers see for a channel or family, which they may type too.

    Returns
    -------
    Report
        One row for each model and name whose spend changes: `model` (where there are several), `channel` (or the cut's name), `spend`,
        `spend_change`, `spend_after`, `credit_conversions`, `credit_change`, `credit_change_low`, `credit_change_high` and, where values
        are known, `value_change`. Then `(total)` of all rows, those that do not change too.

    Notes
    -----
    Credit changes as spend does: change = credited conversions x change of spend / spend. Its interval takes the credited conversions for
    a Poisson count (`attribution.chance`). All the rest, that returns diminish, that channels lean on each other, is not in it.
    """
    read = [read_change(text) for text in changes]
    returns = gather(workspace, question, dated)
    parts = returns.spending.parts.assign(change=_spend_changes(returns, read, word, question.by))
    frame = _frame(returns, parts, question.by, word)
    notes = (
        Text(
            "This is linear arithmetic, not a forecast: each unit of spend is taken to bring what the average one brought. Returns "
            "diminish, so more spend brings less than this, and less spend may cost less than this."
        ),
        Text(
            "The interval is what chance alone would explain (95 %, Poisson, on the credited conversions); that of the total adds up the "
            "squares of the rows' distances. Nothing else is in it, not whether spend caused what is credited."
        ),
        Text("Deals differ in size, so the change of value is less sure than that of conversions."),
    )
    meta = stated(returns, question) | {"what_if": [change.text for change in read]}
    return Report("what_if", Text("What would change in proportion to spend"), frame, notes if "value_change" in frame else notes[:2], meta)


def _spend_changes(returns: Returns, changes: Iterable[Change], word: Callable[[str], str], by: str) -> NDArray[np.float64]:
    """Add up what each part of the spend changes by."""
    import numpy as np

    parts = returns.spending.parts
    total = np.zeros(len(parts))
    for change in changes:
        chosen = _chosen(parts, returns.touched, change, word)
        if float(parts.loc[chosen, "spend"].sum()) <= 0:
            raise DataError(
                "--what-if {text}: nothing was spent on it in this period, so nothing can change in proportion", text=change.text
            )
        if not parts.loc[chosen, "named"].all():
            raise DataError(
                "--what-if {text}: part of this spend bears no name by {by}, so no credit goes with it; take another --by, such as channel",
                text=change.text,
                by=by,
            )
        total += np.where(chosen, parts["spend"] * change.share, 0.0)
    return total


def _chosen(parts: pd.DataFrame, touched: Iterable[str], change: Change, word: Callable[[str], str]) -> NDArray[np.bool_]:
    """Find the parts of the spend that a name means; none where it means a row that costs nothing."""
    import numpy as np

    asked = (change.name, told_apart(change.name))

    def means(name: str) -> bool:
        return any(one.casefold() in (name.casefold(), word(name).casefold()) for one in asked)

    for level in LEVELS:
        for spelt in (lambda name: name in asked, means):
            chosen = parts[level].map(spelt).to_numpy(dtype=bool)
            if chosen.any():
                return chosen
    if any(means(name) for name in touched):
        return np.zeros(len(parts), dtype=bool)
    there = list(dict.fromkeys(word(name) for level in LEVELS for name in parts[level] if not name.startswith("(")))
    folded = {name.casefold(): name for name in reversed(there)}
    near = difflib.get_close_matches(change.name.casefold(), folded, n=1)
    names = ", ".join(there[:MOST]) + (f" + {len(there) - MOST}" if len(there) > MOST else "")
    if not near:
        raise UsageError(
            "--what-if {text}: there is no spend on '{name}'; spend is on: {names}", text=change.text, name=change.name, names=names
        )
    raise UsageError(
        "--what-if {text}: there is no spend on '{name}'; did you mean '{near}'? Spend is on: {names}",
        text=change.text,
        name=change.name,
        near=folded[near[0]],
        names=names,
    )


def _frame(returns: Returns, parts: pd.DataFrame, by: str, word: Callable[[str], str]) -> pd.DataFrame:
    import pandas as pd

    changes = parts["change"].groupby(parts["name"]).sum()
    rows = returns_frame(returns, by)
    if "model" not in rows:
        return _changed(rows, changes, columns_of(returns.goal)[0], by, word)
    groups = rows.groupby("model", sort=False)
    frames = [_changed(group, changes, columns_of(returns.goal)[0], by, word).assign(model=model) for model, group in groups]
    frame = pd.concat(frames, ignore_index=True)
    return frame[["model", *(name for name in frame if name != "model")]]


def _changed(rows: pd.DataFrame, changes: pd.Series[float], count: str, by: str, word: Callable[[str], str]) -> pd.DataFrame:
    """Change the rows of one model in proportion; the last of them is the total. Of a row that cost nothing in all, no change is known."""
    import pandas as pd

    frame = pd.DataFrame({by: rows[by], "spend": rows["spend"], "spend_change": rows[by].map(changes).fillna(0.0)})
    share = (frame["spend_change"] / frame["spend"].where(frame["spend"] > 0)).where(frame["spend_change"] != 0, 0.0)
    if (share < -1 - 1e-9).any():
        worst = int(share.fillna(0.0).to_numpy().argmin())
        raise UsageError(
            "--what-if: the changes of {name} add up to {share:.0%}; spend cannot fall by more than 100 %",
            name=word(frame[by].iloc[worst]),
            share=share.iloc[worst],
        )
    frame["spend_after"] = frame["spend"] + frame["spend_change"]
    frame["credit_conversions"] = rows[count]
    # Adding 0 turns -0 into 0.
    frame["credit_change"] = rows[count] * share + 0.0
    low, high = poisson_interval(rows[count].fillna(0.0).to_numpy())
    share = share.where(rows[count].notna())
    bounds = pd.DataFrame({"low": low * share + 0.0, "high": high * share + 0.0})
    frame["credit_change_low"], frame["credit_change_high"] = bounds.min(axis=1).to_numpy(), bounds.max(axis=1).to_numpy()
    if "credit_value" in rows:
        frame["value_change"] = rows["credit_value"] * share + 0.0
    moved, total = frame.iloc[:-1], frame.iloc[-1:].copy()
    moved = moved[moved["spend_change"] != 0]
    sums = moved[["spend_change", "credit_change", *(["value_change"] if "value_change" in moved else [])]].sum(skipna=False)
    total[list(sums.index)] = sums.to_numpy()
    total["spend_after"] = total["spend"] + total["spend_change"]
    total["credit_change_low"], total["credit_change_high"] = interval_of_sum(
        *(moved[name].to_numpy() for name in ("credit_change", "credit_change_low", "credit_change_high"))
    )
    return pd.concat([moved, total], ignore_index=True)
