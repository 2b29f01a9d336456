"""Cost and return in rows: what each channel or campaign cost, what is credited to it, and one over the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attribution.chance import poisson_interval
from attribution.credit_report import UNATTRIBUTED
from attribution.question import Question
from attribution.reserved import TOTAL
from attribution.return_notes import notes_of
from attribution.returns import CLOSE, Returns, columns_of, gather, stages_without_currency
from attribution.stage_credit import Stage
from attribution.touch_dates import NAMES
from reports.columns import column
from reports.report import Chart, Report, Text
from workspace.store import Workspace

if TYPE_CHECKING:
    import pandas as pd

    from attribution.paths import Floats

TITLES = {
    "channel": Text("Cost and return of each channel"),
    "family": Text("Cost and return of each family of channels"),
    "source": Text("Cost and return of each source"),
    "medium": Text("Cost and return of each medium"),
    "campaign": Text("Cost and return of each campaign"),
}


def roi(workspace: Workspace, question: Question, dated: str = CLOSE) -> Report:
    """Report on cost and return.

    Parameters
    ----------
    workspace : Workspace
    question : Question
    dated : {"close_date", "touch_date"}

    Returns
    -------
    Report
        One row for each model and name, costliest first: `model` (where there are several), `channel` (or the cut's name), `spend`,
        `impressions`, `clicks`, for each stage that the data hold its credited conversions and the cost of one, the interval of the
        last, `credit_value`, `return_on_ad_spend`, `return_on_investment`, `unrealised_pipeline`. Then `(unattributed)`: conversions
        without a touch, and `(total)`.
    """
    returns = gather(workspace, question, dated)
    frame = returns_frame(returns, question.by)
    _, cost = columns_of(returns.goal)
    series = "model" if len(returns.models) > 1 else None
    charts = [Chart("bar", question.by, (cost,), Text(column(cost).label), series)]
    if "return_on_ad_spend" in frame:
        charts.append(Chart("bar", question.by, ("return_on_ad_spend",), Text("Credited value for each unit of spend"), series))
    return Report("roi", TITLES[question.by], frame, notes_of(returns, frame, question), stated(returns, question), charts=tuple(charts))


def stated(returns: Returns, question: Question) -> dict[str, Any]:
    """Say what was asked and of which data, for a report's meta."""
    answer = returns.stages[returns.goal].answer
    asked = answer.stated(question) if answer else {}
    journeys = ("level", "collapse", "direct", "max_touches", "min_gap_minutes")
    touches: dict[str, Any] = {name: asked[name] for name in journeys if name in asked}
    return {
        "goal": returns.goal,
        "by": question.by,
        "models": [model.name for model in returns.models],
        "dated_by": returns.dated,
        "since": question.since,
        "until": question.until,
        "lookback_days": returns.lookback_days,
        **touches,
        **({"convention": returns.convention} if returns.convention else {}),
        "currency": returns.currency,
        "spend": returns.spending.total,
        "conversions": returns.stages[returns.goal].conversions if returns.dated == CLOSE else None,
        "fingerprint": returns.fingerprint,
    }


def returns_frame(returns: Returns, by: str) -> pd.DataFrame:
    """Lay spend, credit and their ratios out in rows.

    Notes
    -----
    A ratio is missing where there is nothing to divide by, where a row's spend is below 0, and where spend does not say what it was for.
    Of what was paid for and bears no touch the credit is missing, which is not a credit of 0. Where only the spend of one currency counts,
    so is the cost of conversions of which none has a value: they are those of all currencies.
    Less than one credited conversion does not bound its cost from above.
    The total row has no credit where a model credits a conversion more than once.
    """
    import pandas as pd

    frames = [_rows_of(returns, model.name, model.conserves, by) for model in returns.models]
    if len(frames) > 1:
        frames = [frame.assign(model=model.name) for model, frame in zip(returns.models, frames, strict=True)]
    frame = pd.concat(frames, ignore_index=True)
    kept = [name for name in frame if name not in ("impressions", "clicks") or frame[name].notna().any()]
    return frame[["model", *(name for name in kept if name != "model")] if "model" in kept else kept]


def _rows_of(returns: Returns, model: str, conserves: bool, by: str) -> pd.DataFrame:
    import pandas as pd

    amounts = returns.spending.by_name()
    stages = {goal: _credited(stage, model) for goal, stage in returns.stages.items()}
    counts = [columns_of(goal)[0] for goal in stages]
    for goal, count in zip(stages, counts, strict=True):
        amounts = amounts.join(stages[goal]["conversions"].rename(count), how="outer")
    if returns.stages[returns.goal].valued:
        amounts["credit_value"] = stages[returns.goal]["value"]
    if returns.pipeline is not None and returns.pipeline.valued:
        amounts["unrealised_pipeline"] = _credited(returns.pipeline, model)["value"]
    credited = [name for name in (*counts, "credit_value", "unrealised_pipeline") if name in amounts]
    amounts[credited] = amounts[credited].fillna(0.0)
    # What no touch bears could not be credited with anything, whatever it brought.
    untold = [count for goal, count in zip(stages, counts, strict=True) if returns.stages[goal].conversions] + credited[len(counts) :]
    amounts.loc[~amounts.index.isin({*returns.touched, *unnamed_spend(returns)}), untold] = float("nan")
    named = amounts[amounts["spend"].notna() | (amounts[credited].fillna(0.0) != 0).any(axis=1)]
    named = named.rename_axis("name").reset_index()
    named = named.sort_values(["spend", *credited[::-1], "name"], ascending=[False] * (1 + len(credited)) + [True], ignore_index=True)
    frame = pd.concat([named, *_unattributed(returns, model, credited)], ignore_index=True)
    total = frame.drop(columns="name").sum(min_count=1)
    if not conserves:
        total[credited] = float("nan")
    frame = pd.concat([frame, total.to_frame().T.assign(name=TOTAL)], ignore_index=True)
    return _with_ratios(frame, returns).rename(columns={"name": by})


def _credited(stage: Stage, model: str) -> pd.DataFrame:
    """Give what a model credits, by name; by touch date, what touches outside the period get is nobody's."""
    import pandas as pd

    credits = stage.credits[model]
    frame = pd.DataFrame({"conversions": credits.conversions, "value": credits.value}, index=list(credits.channels))
    return frame.drop(index=list(NAMES), errors="ignore")


def _unattributed(returns: Returns, model: str, credited: list[str]) -> list[pd.DataFrame]:
    """Make the row of what no touch got, where there is any; it has no touch date."""
    import pandas as pd

    amounts = {columns_of(goal)[0]: stage.credits[model].unattributed_conversions for goal, stage in returns.stages.items()}
    amounts["credit_value"] = returns.stages[returns.goal].credits[model].unattributed_value
    if returns.pipeline is not None:
        amounts["unrealised_pipeline"] = returns.pipeline.credits[model].unattributed_value
    kept = {name: amounts[name] for name in credited}
    return [pd.DataFrame([{"name": UNATTRIBUTED, **kept}])] if returns.dated == CLOSE and any(kept.values()) else []


def _with_ratios(frame: pd.DataFrame, returns: Returns) -> pd.DataFrame:
    """Add the ratios, every column in its place."""
    import numpy as np
    import pandas as pd

    cost = frame["spend"].where((frame["spend"] >= 0) & ~frame["name"].isin(unnamed_spend(returns)))
    stateless = stages_without_currency(returns)
    columns: dict[str, Any] = {name: frame[name] for name in ("name", "spend", "impressions", "clicks")}
    for goal in returns.stages:
        count, each = columns_of(goal)
        columns[count] = frame[count]
        columns[each] = cost / frame[count].where(frame[count] > 0) if goal not in stateless else float("nan")
    count, each = columns_of(returns.goal)
    low, high = poisson_interval(frame[count].fillna(0.0).to_numpy())
    bounded = cost.where(frame[count].notna() & (returns.goal not in stateless))
    columns[f"{each}_low"] = bounded / _positive(high)
    columns[f"{each}_high"] = bounded / _positive(np.where(frame[count] >= 1, low, 0.0))
    if "credit_value" in frame:
        columns["credit_value"] = frame["credit_value"]
        paid = cost.where(cost > 0)
        columns["return_on_ad_spend"] = frame["credit_value"] / paid
        columns["return_on_investment"] = (frame["credit_value"] - paid) / paid
    if "unrealised_pipeline" in frame:
        columns["unrealised_pipeline"] = frame["unrealised_pipeline"]
    return pd.DataFrame(columns)


def unnamed_spend(returns: Returns) -> set[str]:
    """Name the rows of spend that does not say what it was for."""
    parts = returns.spending.parts
    return set(parts.loc[~parts["named"], "name"])


def _positive(amounts: Floats) -> Floats:
    import numpy as np

    return np.where(amounts > 0, amounts, np.nan)
