"""Sourced and influenced pipeline as a report: the definitions side by side, or each broken down by channel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from attribution.deals import Deal
from attribution.pipeline import DEFINITIONS, Beside, Pipeline, pipeline
from attribution.question import Question
from reports.report import Chart, Report, Text
from workspace.store import Workspace

if TYPE_CHECKING:
    import pandas as pd

FIGURES = ("opportunities", "pipeline_value", "won_opportunities", "won_value")


def report(workspace: Workspace, question: Question, broken_down: bool) -> Report:
    """Report what marketing sourced and influenced.

    Parameters
    ----------
    workspace : Workspace
    question : Question
        As `attribution.pipeline.pipeline` takes it.
    broken_down : bool
        Whether each definition is broken down by `question.by`, or has one row.
    """
    found = pipeline(workspace, question)
    frame = breakdown_frame(found, question.by) if broken_down else summary_frame(found)
    title = Text("What marketing sourced and influenced")
    meta = {
        "since": question.since,
        "until": question.until,
        "lookback_days": found.lookback_days,
        "by": question.by if broken_down else None,
        "currency": found.currency,
        "opportunities": len(found.deals),
        "won_opportunities": sum(deal.won for deal in found.deals),
        "touches": found.touches,
        "rules": workspace.settings.channels.rules,
    }
    chart = Chart("bar", question.by, ("opportunities",), title, series="definition") if broken_down else None
    whole = Chart("bar", "definition", ("pipeline_value", "won_value"), title)
    return Report("pipeline", title, frame, tuple(_notes(workspace, found, broken_down)), meta, charts=(chart or whole,))


def _notes(workspace: Workspace, found: Pipeline, broken_down: bool) -> list[Text]:
    kinds = ", ".join(workspace.settings.pipeline.sales_kinds)
    notes = [
        Text("Each row counts the same opportunities by another definition; never add them up."),
        Text(
            "Marketing is every touch but direct visits and those of sales ({kinds}; the settings say which). An opportunity's touches are "
            "those of all people of its account.",
            kinds=kinds,
        ),
        Text("By first touch: the earliest touch on record, at or before the opportunity was created, is marketing's."),
        _of_sales(found),
        _of_the_crm(found),
        Text(
            "Influenced: any touch of marketing, from {days} days before the opportunity was created until it closed.",
            days=found.lookback_days,
        ),
    ]
    if broken_down:
        notes.append(Text("An opportunity is influenced through several channels at once, so those rows add up to more than there are."))
    return [*notes, *_on_the_data(workspace, found), Text("It shows what came before the opportunities, not what caused them.")]


def _of_sales(found: Pipeline) -> Text:
    if found.verdicts["before_sales"] is None:
        return Text("Marketing before sales: no touch of sales is on record, so nothing can be said.")
    return Text(
        "Marketing before sales: a touch of marketing came before the first of sales, or before the opportunity was created where that "
        "came first."
    )


def _of_the_crm(found: Pipeline) -> Text:
    if found.verdicts["crm_source"] is None:
        return Text("Lead source in the CRM: the people of these opportunities have none on record ('import csv --as people' brings it).")
    if not found.sales_sources:
        return Text("Lead source in the CRM: that of the opportunity's person; none of them names sales, by the words in the settings.")
    return Text(
        "Lead source in the CRM: that of the opportunity's person; by the words in the settings these were taken as those of sales: "
        "{sources}.",
        sources=", ".join(found.sales_sources),
    )


def _on_the_data(workspace: Workspace, found: Pipeline) -> list[Text]:
    from workspace import reading

    notes = []
    count = len(found.deals)
    if unvalued := sum(deal.value is None for deal in found.deals):
        notes.append(
            Text(
                "The value of {count} of {total} opportunities is not known; they add nothing to the pipeline.", count=unvalued, total=count
            )
        )
    won = [deal for deal in found.deals if deal.won]
    if unvalued := sum(deal.won_value is None for deal in won):
        notes.append(
            Text("The value of {count} of {total} wins is not known; they add nothing to what was won.", count=unvalued, total=len(won))
        )
    if unborn := sum(deal.created is None for deal in found.deals):
        notes.append(
            Text(
                "{count} {count:opportunity|opportunities} closed without a conversion that tells of {count:its creation; "
                "the day it|their creation; the day they} closed stands for it.",
                count=unborn,
            )
        )
    if alone := sum(deal.account is None for deal in found.deals):
        notes.append(
            Text(
                "{count} {count:opportunity names no account; only the touches of its|opportunities name no account; only "
                "the touches of their} own person count.",
                count=alone,
            )
        )
    if found.left_out:
        notes.append(
            Text(
                "{count} {count:conversion|conversions} valued in another currency than {currency} {count:was|were} left out.",
                count=found.left_out,
                currency=found.currency,
            )
        )
    if hidden := reading.touches_without_consent(workspace):
        notes.append(Text("{count} {count:touch without consent counts|touches without consent count} nowhere.", count=hidden))
    return notes


def total(values: Iterable[float | None]) -> float:
    """Add up what is known; NaN where nothing is.

    Examples
    --------
    >>> total([1.0, None, 2.0]), total([None]), total([])
    (3.0, nan, 0.0)
    """
    values = list(values)
    known = [value for value in values if value is not None]
    return float(sum(known)) if known or not values else float("nan")


def _figures(picked: Sequence[Deal]) -> dict[str, float]:
    won = [deal for deal in picked if deal.won]
    return {
        "opportunities": float(len(picked)),
        "pipeline_value": total(deal.value for deal in picked),
        "won_opportunities": float(len(won)),
        "won_value": total(deal.won_value for deal in won),
    }


def summary_frame(found: Pipeline) -> pd.DataFrame:
    """Lay the definitions out side by side.

    Returns
    -------
    pandas.DataFrame
        One row for each of `DEFINITIONS`: `definition`; `opportunities`, `pipeline_value`, `won_opportunities`, `won_value` of those that
        marketing sourced (or influenced); `share_of_opportunities`, `share_of_pipeline_value`, `share_of_won_value` of all in the period;
        and `opportunities_not_known`, of which the definition can say nothing. All are missing where it can say nothing of any.
    """
    import pandas as pd

    everything = _figures(found.deals)
    rows = []
    for definition in DEFINITIONS:
        verdicts = found.verdicts[definition]
        if verdicts is None:
            rows.append({"definition": definition, "opportunities_not_known": float(len(found.deals))})
            continue
        ours = [deal for deal, verdict in zip(found.deals, verdicts, strict=True) if not isinstance(verdict, Beside)]
        unknown = sum(isinstance(verdict, Beside) and not verdict.known for verdict in verdicts)
        figures = _figures(ours)
        shares = {f"share_of_{name}": _share(figures[name], everything[name]) for name in ("opportunities", "pipeline_value", "won_value")}
        rows.append({"definition": definition, **figures, **shares, "opportunities_not_known": float(unknown)})
    columns = ["definition", "opportunities", "share_of_opportunities", "pipeline_value", "share_of_pipeline_value"]
    return pd.DataFrame(rows, columns=[*columns, "won_opportunities", "won_value", "share_of_won_value", "opportunities_not_known"])


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")


def breakdown_frame(found: Pipeline, by: str) -> pd.DataFrame:
    """Break each definition down.

    Returns
    -------
    pandas.DataFrame
        One row for each definition and what opportunities are counted under by it: `definition`, the cut's name, `opportunities,
        pipeline_value, won_opportunities, won_value`; the most opportunities first, those not of marketing last. A definition that can say
        nothing has one row, of missing figures.
    """
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for definition in DEFINITIONS:
        verdicts = found.verdicts[definition]
        if verdicts is None:
            rows.append({"definition": definition, by: Beside.NOT_SET.value})
            continue
        under: dict[tuple[bool, str], list[Deal]] = {}
        for deal, verdict in zip(found.deals, verdicts, strict=True):
            for key in [(True, verdict.value)] if isinstance(verdict, Beside) else [(False, name) for name in verdict]:
                under.setdefault(key, []).append(deal)
        order = sorted(under, key=lambda key: (key[0], -len(under[key]), key[1]))
        rows.extend({"definition": definition, by: key[1], **_figures(under[key])} for key in order)
    return pd.DataFrame(rows, columns=["definition", by, *FIGURES])
