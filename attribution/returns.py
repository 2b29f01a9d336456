"""What a return is reckoned from: the spend of a period, and what the models credit of each stage."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attribution.attribute import make_models, notes_of_answer
from attribution.convention_notes import followed, notes_of_convention
from attribution.deals import OPPORTUNITY
from attribution.goals import choose_goal
from attribution.models import Model
from attribution.money import in_one_currency
from attribution.question import Question, bounds
from attribution.spending import Spending, as_touched, name_spend, spent
from attribution.stage_credit import Ledger, Stage
from attribution.touch_dates import check_touch_weights
from reports.report import Text
from workspace import reading, spending
from workspace.errors import DataError
from workspace.store import Workspace

if TYPE_CHECKING:
    import pyarrow as pa

CLOSE, TOUCH = "close_date", "touch_date"
"""How credit is dated: by its conversion, or by its touch."""
MODEL = "linear"
"""The model where none is asked for: it has no parameter to choose, adds up, is neither the opener's nor the closer's, and weighs each
touch, so that the same model answers by either date."""

COLUMNS = {
    "lead": ("credited_leads", "cost_per_lead"),
    "mql": ("credited_mqls", "cost_per_mql"),
    "sql": ("credited_sqls", "cost_per_sql"),
    "opportunity": ("credited_opportunities", "cost_per_opportunity"),
    "won": ("credited_customers", "cost_per_customer"),
    "conversion": ("credit_conversions", "cost_per_conversion"),
}
"""The columns of credited conversions and of the cost of one, by goal."""


def columns_of(goal: str) -> tuple[str, str]:
    """Name the columns of a goal: credited conversions, and the cost of one.

    Examples
    --------
    >>> columns_of("won"), columns_of("Demo booked")
    (('credited_customers', 'cost_per_customer'), ('credited_demo_booked', 'cost_per_demo_booked'))
    """
    slug = re.sub(r"\W+", "_", goal.casefold()).strip("_")
    return COLUMNS.get(goal, (f"credited_{slug}", f"cost_per_{slug}"))


@dataclasses.dataclass(frozen=True, eq=False)
class Returns:
    """Spend, and credit of every stage.

    Parameters
    ----------
    spending : Spending
    stages : dict of str to Stage
        By goal, in the order of the settings' stages.
    goal : str
        Whose value is the return.
    models : list of Model
    dated : {"close_date", "touch_date"}
    pipeline : Stage or None
        The same of opportunities that are still open; None where the data hold no opportunities.
    missing : tuple of str
        Stages of the settings that the data do not hold.
    touched : frozenset of str
        The names of the cut that any touch bears.
    first, last : date
        Of the conversions that were counted.
    latest : date
        Of any conversion of the stages.
    notes : tuple of Text
        What `attribution` says of the conversions of the goal, and of the models' convention.
    convention : str or None
        Which one the models follow, where they follow any.
    left_out : dict of str to int
        Conversions of the period that are valued in another currency and not counted, by currency.
    currency, lookback_days, fingerprint
        As a report states them.
    """

    spending: Spending
    stages: dict[str, Stage]
    goal: str
    models: list[Model]
    dated: str
    pipeline: Stage | None
    missing: tuple[str, ...]
    touched: frozenset[str]
    first: dt.date
    last: dt.date
    latest: dt.date
    notes: tuple[Text, ...]
    convention: str | None
    left_out: dict[str, int]
    currency: str
    lookback_days: float
    fingerprint: str


def gather(workspace: Workspace, question: Question, dated: str = CLOSE) -> Returns:
    """Gather spend and credit.

    Parameters
    ----------
    workspace : Workspace
    question : Question
        `goal` is the one whose value is the return; `by` one of `attribution.spending.CUTS`.
    dated : {"close_date", "touch_date"}
        Credit of the conversions of the period; or credit of its touches, whenever their conversions closed.

    Raises
    ------
    DataError
        There is no spend, no touch or no conversion, none in the period, or amounts in several currencies.
    UsageError
        By touch date, a model gives touches no weight.

    Notes
    -----
    Touches are read once; each stage takes one run of the engine. Where all models go by single journeys, those of people who never
    converted change nothing and are left out.
    """
    models = make_models(question if question.models or question.convention else dataclasses.replace(question, models=(MODEL,)))
    if dated == TOUCH:
        check_touch_weights(models, question.transform)
    since, until = bounds(question, workspace.settings.time_zone)
    end = None if dated == TOUCH else until
    table, *days = spent(workspace, question.since, question.until)
    goal = choose_goal(workspace, question.goal)
    there, wanted = reading.goals(workspace), workspace.settings.attribution.stages
    goals = [stage for stage in wanted if stage in there and stage != goal] + [goal]
    goals.sort(key=lambda name: wanted.index(name) if name in wanted else len(wanted))
    everything = [row for row in spending.conversions_of(workspace) if row["goal"] in {*goals, OPPORTUNITY}]
    counted = _counted(workspace, goals, since, end, everything)
    currency = _currency(workspace, table, everything, question.currency)
    pipeline = (OPPORTUNITY,) if OPPORTUNITY in there else ()
    ledger = Ledger(workspace, question, models, [*goals, *pipeline], currency, dated == TOUCH)
    stages = {name: ledger.stage(name) for name in goals}
    answer, convention, zone = stages[goal].answer, followed(question.convention, models), workspace.settings.time_zone
    return Returns(
        as_touched(name_spend(workspace, table, (days[0], days[1]), question.by, question.currency), ledger.touched),
        stages,
        goal,
        models,
        dated,
        ledger.open_stage() if pipeline else None,
        tuple(stage for stage in wanted if stage not in there),
        ledger.touched,
        _day(min(row["first"] for row in counted), zone),
        _day(max(row["last"] for row in counted), zone),
        _day(max(row["last"] for row in everything), zone),
        (
            *(notes_of_answer(workspace, answer, question) if answer else ()),
            *notes_of_convention(convention, models, stages[goal].deals, question.lookback_days),
        ),
        convention.stated if convention else None,
        _left_out(counted, question.currency),
        currency,
        question.lookback_days or workspace.settings.attribution.lookback_days,
        ledger.fingerprint(table),
    )


def stages_without_currency(returns: Returns) -> set[str]:
    """Name the stages whose conversions have no currency at all, where the spend of one currency counts and there is other spend."""
    if not returns.spending.left_out:
        return set()
    return {goal for goal, stage in returns.stages.items() if stage.conversions and not stage.valued}


def _counted(
    workspace: Workspace, goals: Sequence[str], since: int | None, until: int | None, everything: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    counted = [row for row in spending.conversions_of(workspace, since, until) if row["goal"] in goals]
    if not counted:
        zone = workspace.settings.time_zone
        raise DataError(
            "There are no conversions in this period; they are known from {first} to {last}: choose another with --since and --until",
            first=_day(min(row["first"] for row in everything), zone).isoformat(),
            last=_day(max(row["last"] for row in everything), zone).isoformat(),
        )
    return counted


def _left_out(counted: Sequence[Mapping[str, Any]], only: str | None) -> dict[str, int]:
    left_out: dict[str, int] = {}
    for row in counted:
        if only is not None and row["currency"] not in (None, only):
            left_out[row["currency"]] = left_out.get(row["currency"], 0) + row["conversions"]
    return left_out


def _day(at: int, zone: str) -> dt.date:
    import zoneinfo

    return dt.datetime.fromtimestamp(at, zoneinfo.ZoneInfo(zone)).date()


def _currency(workspace: Workspace, spent: pa.Table, conversions: Sequence[Mapping[str, Any]], only: str | None) -> str:
    """Choose the one currency of cost and value together: each alone may be in one, and they still differ."""
    import pyarrow as pa

    costs = sorted(set(spent["currency"].to_pylist()))
    if only is not None and only not in costs:
        raise DataError("No spend is in {currency}; there is spend in: {found}", currency=only, found=", ".join(costs))
    found = sorted({*costs, *(row["currency"] for row in conversions if row["currency"])})
    return in_one_currency(pa.table({"value": [1.0] * len(found), "currency": found}), workspace, only)[1]
