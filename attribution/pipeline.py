"""Sourced and influenced pipeline: what marketing brought, by three definitions side by side, and what it had a part in."""

from __future__ import annotations

import dataclasses
import enum
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attribution import naming
from attribution.deals import LOST, OPPORTUNITY, WON, Deal, deals
from attribution.money import in_one_currency
from attribution.question import DAY, Question, bounds
from attribution.reserved import NOT_MARKETING, told_apart
from workspace import reading
from workspace.errors import DataError
from workspace.settings import PipelineSettings
from workspace.store import Workspace

if TYPE_CHECKING:
    import pyarrow as pa

    from attribution.deal_touches import DealTouches

DEFINITIONS = ("crm_source", "first_touch", "before_sales", "influenced")
"""The three definitions of sourced, and influenced."""


class Beside(enum.Enum):
    """What an opportunity is counted under that is not marketing's; the value stands in a breakdown."""

    OTHERS = NOT_MARKETING
    NO_TOUCH = "(unattributed)"
    NOT_SET = "(not set)"  # the CRM names no source

    @property
    def known(self) -> bool:
        """Whether the definition says anything: that it was not marketing."""
        return self is Beside.OTHERS


Verdict = tuple[str, ...] | Beside
"""The channels that an opportunity is counted under, at least one, or that it is not marketing's, or not known."""
FOREVER = 2**40
"""Later than any touch, in seconds."""


@dataclasses.dataclass(frozen=True, eq=False)
class Pipeline:
    """The opportunities of a period and what each definition says of them.

    Parameters
    ----------
    deals : list of Deal
    currency : str
        Of every value.
    lookback_days : float
    verdicts : mapping of str to list of Verdict, or None
        By definition, for each opportunity; "influenced" may give several channels, the others one. None where the definition can say
        nothing at all.
    sales_sources : tuple of str
        Lead sources of the CRM that were taken as those of sales, as written there.
    left_out : int
        Conversions valued in another currency than the one asked for.
    touches : int
        Read by the engine.
    """

    deals: list[Deal]
    currency: str
    lookback_days: float
    verdicts: Mapping[str, list[Verdict] | None]
    sales_sources: tuple[str, ...]
    left_out: int
    touches: int


def pipeline(workspace: Workspace, question: Question) -> Pipeline:
    """Judge the opportunities of a period by every definition.

    Parameters
    ----------
    workspace : Workspace
    question : Question
        `since` and `until` choose opportunities by their creation; `by` what they are counted under; `lookback_days` and `currency`.

    Raises
    ------
    DataError
        There are no opportunities, none in the period, no touches, or values in several currencies.
    """
    since, until = bounds(question, workspace.settings.time_zone)
    rows, currency, foreign = deal_rows(workspace, question.currency)
    told = [deal for deal in deals(rows) if (since is None or deal.born >= since) and (until is None or deal.born < until)]
    if not told:
        raise DataError("There are no opportunities in this period; choose another with --since and --until")
    touches = reading.touch_columns(workspace, until)
    if not touches.num_rows:
        raise DataError("There are no touches yet; import some with 'smarketing import csv FILE --as touches'")
    lookback = question.lookback_days or workspace.settings.attribution.lookback_days
    chosen = workspace.settings.pipeline
    naming.name_origins(workspace)
    names, codes, knows_sales = _codes(workspace, question.by, chosen)
    from attribution.deal_touches import find

    found = find(touches, codes, _members(workspace, told, round(lookback * DAY)), len(told), len(names))
    sources = _sources(workspace, told)
    of_sales = {source for source in sources if source is not None and is_of_sales(source, chosen.sales_sources)}
    verdicts = {
        "crm_source": [_of_crm(source, of_sales) for source in sources] if any(sources) else None,
        "first_touch": _first_touch(found, names),
        "before_sales": _before_sales(found, names) if knows_sales else None,
        "influenced": _influenced(found, names),
    }
    return Pipeline(told, currency, lookback, verdicts, tuple(sorted(of_sales)), foreign, touches.num_rows)


def deal_rows(workspace: Workspace, only: str | None) -> tuple[list[dict[str, Any]], str, int]:
    """Read the conversions that tell of opportunities, their values in one currency, and count those that `only` leaves out.

    Parameters
    ----------
    workspace : Workspace
    only : str or None
        Count only the values in this currency.

    Returns
    -------
    rows : list of dict
        As `attribution.deals.deals` takes them.
    currency : str
    left_out : int

    Raises
    ------
    DataError
        There are no opportunities, or values in several currencies.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    chosen = workspace.settings.attribution
    names = {LOST: LOST, chosen.stages[-1] if chosen.stages else WON: WON, chosen.opportunity_goal: OPPORTUNITY}
    there = [goal for goal in names if goal in reading.goals(workspace)]
    if not {OPPORTUNITY, WON} & {names[goal] for goal in there}:
        raise DataError(
            "There are no opportunities yet: no conversion has the goal {goals}; import some with 'smarketing import csv FILE --as "
            "conversions', or name yours in smarketing.toml (opportunity_goal, and the last of stages)",
            goals=" / ".join(f"'{goal}'" for goal, kind in names.items() if kind != LOST),
        )
    valued = pa.concat_tables([reading.conversion_columns(workspace, goal) for goal in there])
    valued, currency, _ = in_one_currency(valued, workspace, only)
    foreign = 0
    if "counted" in valued.column_names:
        foreign = int(pc.sum(pc.equal(valued["counted"], 0)).as_py() or 0)
        valued = valued.filter(pc.equal(valued["counted"], 1))
    stages = reading.stage_columns(workspace).select(["id", "goal", "opportunity"])
    joined = valued.select(["id", "key", "account", "at", "value"]).join(stages, "id")
    return [row | {"goal": names[row["goal"]]} for row in joined.to_pylist()], currency, foreign


def _codes(workspace: Workspace, by: str, chosen: PipelineSettings) -> tuple[tuple[str, ...], pa.Table, bool]:
    """Number what origins are counted under: marketing's names, then one number for sales and one for direct visits.

    Returns
    -------
    names : tuple of str
        Marketing's; a code below their number is a place in it, that number itself is sales.
    codes : pyarrow.Table
        `origin_id, code`.
    knows_sales : bool
        Whether any origin is of sales.
    """
    import pyarrow as pa

    from attribution.engine import check_names

    labels, _ = naming.labels(workspace, by)
    sales, direct = set(), set()
    for row in reading.origins(workspace):
        if row["kind"] in chosen.sales_kinds:
            sales.add(row["id"])
        elif row["channel"] == naming.DIRECT:
            direct.add(row["id"])
    names = tuple(sorted({name for origin, name in labels.items() if origin not in sales | direct}))
    check_names(len(names) + 2)
    place = {name: code for code, name in enumerate(names)}
    coded = [len(names) if origin in sales else len(names) + 1 if origin in direct else place[name] for origin, name in labels.items()]
    return names, pa.table({"origin_id": pa.array(list(labels), pa.int64()), "code": pa.array(coded, pa.int64())}), bool(sales)


def _members(workspace: Workspace, told: Sequence[Deal], lookback: int) -> pa.Table:
    """List the people of each opportunity: those that it names, and those whose account it is."""
    import pyarrow as pa
    import pyarrow.compute as pc

    belonging: dict[int, list[int]] = {}
    members = reading.memberships(workspace)
    for row in members.filter(pc.is_in(members["account"], _accounts(told))).to_pylist():
        belonging.setdefault(row["account"], []).append(row["person"])
    columns: dict[str, list[int]] = {name: [] for name in ("deal", "person", "born", "begins", "ends")}
    for number, deal in enumerate(told):
        for person in {*deal.people, *(belonging.get(deal.account, ()) if deal.account is not None else ())}:
            ends = deal.closed if deal.closed is not None else FOREVER
            for name, value in zip(columns, (number, person, deal.born, deal.born - lookback, ends), strict=True):
                columns[name].append(value)
    return pa.table({name: pa.array(values, pa.int64()) for name, values in columns.items()})


def _accounts(told: Sequence[Deal]) -> pa.Array:
    import pyarrow as pa

    return pa.array(sorted({deal.account for deal in told if deal.account is not None}), pa.int64())


def _sources(workspace: Workspace, told: Sequence[Deal]) -> list[str | None]:
    """Say what the CRM names as each opportunity's source: that of its first person, else of the account's first to convert."""
    known = reading.lead_sources(workspace)
    if not known:
        return [None] * len(told)
    import pyarrow.compute as pc

    first: dict[int, int] = {}
    stages = reading.stage_columns(workspace)
    ours = stages.filter(pc.is_in(stages["account"], _accounts(told))).sort_by([("at", "ascending"), ("id", "ascending")])
    for row in ours.select(["account", "key"]).to_pylist():
        if row["key"] in known:
            first.setdefault(row["account"], row["key"])
    sources = []
    for deal in told:
        people = [person for person in deal.people if person in known]
        person = people[0] if people else first.get(deal.account) if deal.account is not None else None
        sources.append(known[person] if person is not None else None)
    return sources


def is_of_sales(source: str, words: Iterable[str]) -> bool:
    """Say whether a lead source is one of sales, by the words in it.

    Examples
    --------
    >>> [is_of_sales(source, ("sales", "cold call")) for source in ("Cold Call", "Sales - Paris", "Salesforce event")]
    [True, True, False]
    """
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", source, re.IGNORECASE) for word in words)


def _of_crm(source: str | None, of_sales: set[str]) -> Verdict:
    if source is None:
        return Beside.NOT_SET
    return Beside.OTHERS if source in of_sales else (told_apart(source),)


def _first_touch(found: DealTouches, names: tuple[str, ...]) -> list[Verdict]:
    return [Beside.NO_TOUCH if code < 0 else (names[code],) if code < len(names) else Beside.OTHERS for code in found.first.tolist()]


def _before_sales(found: DealTouches, names: tuple[str, ...]) -> list[Verdict]:
    judged = zip(found.first.tolist(), found.marketing.tolist(), found.before_sales.tolist(), strict=True)
    return [Beside.NO_TOUCH if first < 0 else (names[code],) if before else Beside.OTHERS for first, code, before in judged]


def _influenced(found: DealTouches, names: tuple[str, ...]) -> list[Verdict]:
    through: list[list[str]] = [[] for _ in found.first]
    for deal, code in zip(found.deal.tolist(), found.code.tolist(), strict=True):
        through[deal].append(names[code])
    touched = found.touched.tolist()
    return [tuple(by) if by else Beside.OTHERS if any_touch else Beside.NO_TOUCH for by, any_touch in zip(through, touched, strict=True)]
