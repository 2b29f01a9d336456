"""The health of a workspace's data: what is wrong, worst first, how much of the conversions it concerns, and what to do."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from attribution import naming
from attribution.double_deals import DOUBLE, cases, doubles
from attribution.goals import choose_goal
from attribution.question import DAY, Question, find_journeys
from attribution.tagging import TAGGING, Case, Visits
from reports.identifiers import WORDS
from reports.report import N_, Report, Text
from workspace import reading
from workspace.column_names import fold
from workspace.errors import DataError, UsageError
from workspace.store import Workspace

if TYPE_CHECKING:
    import pyarrow as pa

WEEK = 7 * DAY
RECENT, BEFORE = 4, 12
"""Weeks that are looked at for a sudden change, and weeks they are held against."""
SUDDEN, SURE = 1.3, 4.0
"""Direct traffic is up suddenly where its share is so many times what it was, and that by so many standard errors."""


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """A problem that is there.

    Parameters
    ----------
    problem : str
    cases : tuple of Case
        The most frequent first.
    remedy : str
    touches : int or None
        How many touches it concerns, where it concerns touches.
    conversions : float
        The part of the conversions that a touch of these led up to, or that are concerned themselves; NaN where that cannot be said.
    """

    problem: str
    cases: tuple[Case, ...]
    remedy: str
    touches: int | None
    conversions: float


DIRECT_UP = N_(
    "Look at what began in these weeks: a consent banner, an app, links without tags in an e-mail or a document. Direct traffic is what "
    "nothing is known of."
)
NO_VISITS = N_(
    "Nothing says that anybody came from this. Where it has links, tag them with the name under which it is paid, and import their visits; "
    "what has none, such as a stand at a fair, needs its contacts imported as touches."
)
REJECTED = N_(
    "As they came, these rows are in no figure. 'smarketing rejects' says why each was refused; mend them and import the file again. Those "
    "that were mended since are counted here still."
)
NO_TOUCHES = N_(
    "Import the touches of these people, or tie their identifiers together ('smarketing import csv … --same-as', 'smarketing people "
    "explain')."
)
CLAIMED = N_(
    "Platforms count every conversion that they had a part in, so their sum is more than there were. Credit by 'smarketing attribution' "
    "adds up; never add up what platforms claim."
)


PROBLEMS = (
    *(problem.name for problem in TAGGING),
    *("rejected_rows", "direct_up", "spend_without_visits", "conversions_without_touches", "double_claims", "double_deals"),
)
"""All that is looked for."""


def check(workspace: Workspace, goal: str | None = None, shown: str | None = None) -> Report:
    """List what is wrong with the data.

    Parameters
    ----------
    workspace : Workspace
    goal : str or None
        Whose conversions are counted; None for the usual one.
    shown : str or None
        Show every case of this problem.

    Raises
    ------
    DataError
        There are no touches.
    UsageError
        No such problem was found.
    """
    naming.name_origins(workspace)
    touches = reading.touch_columns(workspace)
    told = _goal(workspace, goal)
    found = sorted(_findings(workspace, touches, told), key=lambda each: (-_weight(each.conversions), -(each.touches or 0), each.problem))
    if shown is not None:
        return _cases(shown, found)
    return _overview(found, touches.num_rows, told, bool(reading.goals(workspace)))


def _goal(workspace: Workspace, asked: str | None) -> str | None:
    """Choose the goal; where several could be meant and none was asked for, what can be checked without one is."""
    if asked is not None:
        return choose_goal(workspace, asked)
    try:
        return choose_goal(workspace, None)
    except DataError:
        return None


def _weight(share: float) -> float:
    return 0.0 if math.isnan(share) else share


def _findings(workspace: Workspace, touches: pa.Table, goal: str | None) -> list[Finding]:
    if not touches.num_rows:
        return [*_rejected(workspace), *_double_deals(workspace, goal)]
    counted = reading.touches_by_origin(workspace)
    visits = Visits.of(reading.origins(workspace), counted, workspace.settings)
    cases = {problem.name: problem.find(visits) for problem in TAGGING}
    flagged = frozenset().union(*(case.origins for every in cases.values() for case in every))
    reached = _reached(workspace, touches, goal, flagged)
    found = []
    for problem in TAGGING:
        if every := cases[problem.name]:
            ordered = sorted(every, key=lambda case: (-sum(counted[origin] for origin in case.origins), case.example))
            origins = frozenset().union(*(case.origins for case in ordered))
            found.append(
                Finding(problem.name, tuple(ordered), problem.remedy, sum(counted[origin] for origin in origins), reached.share(origins))
            )
    return [
        *found,
        *_rejected(workspace),
        *_direct_up(workspace, touches),
        *_without_visits(workspace, visits),
        *_without_touches(workspace, goal),
        *_claims(workspace, goal),
        *_double_deals(workspace, goal),
    ]


@dataclasses.dataclass(frozen=True, eq=False)
class _Reached:
    """Which conversions touches of which origins led up to: pairs, each once."""

    conversion: np.ndarray[Any, np.dtype[np.int64]]
    origin: np.ndarray[Any, np.dtype[np.int64]]
    conversions: int

    def share(self, origins: frozenset[int]) -> float:
        """Say what part of the conversions touches of some origins led up to."""
        if not self.conversions:
            return math.nan
        concerned = np.isin(self.origin, np.fromiter(origins, np.int64, len(origins)))
        return float(len(np.unique(self.conversion[concerned]))) / self.conversions


def _reached(workspace: Workspace, touches: pa.Table, goal: str | None, origins: frozenset[int]) -> _Reached:
    import pyarrow as pa

    from attribution.engine import duckdb_engine

    none = np.zeros(0, dtype=np.int64)
    if goal is None:
        return _Reached(none, none, 0)
    conversions = reading.conversion_columns(workspace, goal)
    lookback = round(workspace.settings.attribution.lookback_days * DAY)
    engine = duckdb_engine()
    try:
        engine.con.register("touches", touches)
        engine.con.register("conversions", conversions.select(["id", "key", "at"]))
        engine.con.register("flagged", pa.table({"origin_id": pa.array(sorted(origins), pa.int64())}))
        lying = engine.table("touches").semi_join(engine.table("flagged"), "origin_id").select("key", "at", "origin_id")
        told = engine.table("conversions").select("id", "key", converted="at")
        pairs = lying.join(told, ["key", (lying["at"] <= told.converted) & (lying["at"] >= told.converted - lookback)])
        found = pairs.select("id", "origin_id").distinct().to_pyarrow()
    finally:
        engine.disconnect()
    conversion, origin = (np.asarray(found[name].to_numpy(), dtype=np.int64) for name in ("id", "origin_id"))
    return _Reached(conversion, origin, conversions.num_rows)


def _direct_up(workspace: Workspace, touches: pa.Table) -> list[Finding]:
    """Find that direct traffic is up in the last weeks: shares of touches, held against those of the weeks before."""
    labels, direct = naming.labels(workspace, "channel")
    direct_origins = np.array([origin for origin, name in labels.items() if name in direct], dtype=np.int64)
    at, origin = (np.asarray(touches[name].to_numpy(), dtype=np.int64) for name in ("at", "origin_id"))
    age = (int(at.max()) - at) // WEEK
    is_direct = np.isin(origin, direct_origins)
    recent, before = age < RECENT, (age >= RECENT) & (age < RECENT + BEFORE)
    n, m = int(recent.sum()), int(before.sum())
    if not n or not m or int(age.max()) < RECENT + BEFORE:
        return []
    now, then = float(is_direct[recent].mean()), float(is_direct[before].mean())
    pooled = (n * now + m * then) / (n + m)
    error = math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    if then == 0 or error == 0 or now < SUDDEN * then or now - then < SURE * error:
        return []
    day = dt.datetime.fromtimestamp(int(at.max()) - RECENT * WEEK, dt.UTC).date().isoformat()
    example = f"{then:.0%} → {now:.0%} ({day})"
    return [Finding("direct_up", (Case(example, frozenset()),), DIRECT_UP, int((recent & is_direct).sum()), math.nan)]


def _without_visits(workspace: Workspace, visits: Visits) -> list[Finding]:
    """Find campaigns, or sources where no campaign is named, that cost money and that no visit names."""
    campaigns = {fold(row["campaign"]) for row in visits.rows if row["campaign"]}
    sources = {fold(row[name]) for row in visits.rows for name in ("source", "source_label") if row[name]}
    lost: dict[tuple[str, str], float] = {}
    for row in reading.spend_rows(workspace):
        name, known = (row["campaign"], campaigns) if row["campaign"] else (row["source"], sources)
        if name and fold(name) not in known and row["spend"]:
            key = name, row["currency"]
            lost[key] = lost.get(key, 0.0) + row["spend"]
    ordered = sorted(lost.items(), key=lambda entry: -entry[1])
    cases = [
        Case(Text("{name} ({amount:,.2f} {currency})", name=name, amount=amount, currency=code), frozenset())
        for (name, code), amount in ordered
    ]
    return [Finding("spend_without_visits", tuple(cases), NO_VISITS, None, math.nan)] if cases else []


def _without_touches(workspace: Workspace, goal: str | None) -> list[Finding]:
    """Find conversions that no touch led up to within the lookback."""
    if goal is None:
        return []
    result = find_journeys(workspace, Question(goal=goal, currency=_main_currency(workspace, goal))).result
    missing = float(result.paths.unattributed_conversions)
    if not missing:
        return []
    case = Case(f"{missing:.0f} / {result.conversions}", frozenset())
    return [Finding("conversions_without_touches", (case,), NO_TOUCHES, None, missing / result.conversions)]


def _main_currency(workspace: Workspace, goal: str) -> str | None:
    """Choose the most frequent currency where there are several without rates, so that the check says something in any case."""
    import pyarrow.compute as pc

    codes = reading.conversion_columns(workspace, goal)["currency"].drop_null()
    if len(codes) == 0 or len(pc.unique(codes)) == 1:
        return None
    counted = sorted(codes.value_counts().to_pylist(), key=lambda entry: (-entry["counts"], entry["values"]))
    return str(counted[0]["values"])


def _claims(workspace: Workspace, goal: str | None) -> list[Finding]:
    """Find that platforms claim more conversions together than there were in the days they claim them for."""
    claims = reading.claimed_conversions(workspace)
    if goal is None or len(claims) < 2:
        return []
    first, last = min(claim["first_day"] for claim in claims), max(claim["last_day"] for claim in claims)
    at = np.asarray(reading.conversion_columns(workspace, goal)["at"].to_numpy(), dtype=np.int64)
    ours = int(((at >= first * DAY) & (at < (last + 1) * DAY)).sum())
    claimed = sum(claim["conversions"] for claim in claims)
    if claimed <= ours:
        return []
    listed = " + ".join(f"{claim['source']} {claim['conversions']:g}" for claim in claims[:4])
    return [Finding("double_claims", (Case(f"{listed} = {claimed:g} > {ours} {goal}", frozenset()),), CLAIMED, None, math.nan)]


def _double_deals(workspace: Workspace, goal: str | None) -> list[Finding]:
    """Find deals that two sources tell of, and what part of the conversions is of those."""
    found = doubles(reading.deals_told(workspace))
    if not found:
        return []
    share = math.nan
    if goal is not None and (conversions := reading.conversion_columns(workspace, goal).num_rows):
        counted = reading.conversions_by_deal(workspace, goal)
        share = sum(counted.get(told.deal, 0) for deal in found for told in deal) / conversions
    return [Finding("double_deals", cases(found), DOUBLE, None, share)]


def _rejected(workspace: Workspace) -> list[Finding]:
    """Find rows that imports refused: what is missing in the figures, conversions before all."""
    counted = Counter(row["kind"] for row in reading.rejects(workspace) if not row["row_kept"])
    if not counted:
        return []
    order = sorted(counted, key=lambda kind: (kind != "conversions", -counted[kind]))
    cases = [Case(Text("{kind}: {count}", kind=Text(WORDS[kind]), count=counted[kind]), frozenset()) for kind in order]
    return [Finding("rejected_rows", tuple(cases), REJECTED, None, math.nan)]


def _overview(found: list[Finding], touches: int, goal: str | None, several: bool) -> Report:
    import pandas as pd

    rows = [
        {
            "problem": each.problem,
            "name": each.problem,
            "cases": len(each.cases),
            "touches": each.touches,
            "share_of_touches": None if each.touches is None else each.touches / touches,
            "share_of_conversions": each.conversions,
            "example": each.cases[0].example,
            "remedy": Text(each.remedy),
        }
        for each in found
    ]
    columns = ["problem", "name", "cases", "touches", "share_of_touches", "share_of_conversions", "example", "remedy"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["touches"] = frame["touches"].astype("Int64")
    notes = []
    if not found:
        notes.append(Text("Nothing of what is looked for was found."))
    elif goal is not None:
        notes.append(
            Text("The share of conversions ({goal}) is of those that one of these touches led up to, within the lookback.", goal=goal)
        )
    elif several:
        notes.append(Text("There are several goals; with --goal the list says how much of the conversions each problem concerns."))
    if not touches:
        notes.append(Text("There are no touches yet; tags can be checked once there are."))
    if found:
        notes.append(Text("Every case of one problem: smarketing check --show NAME, with its name in the list."))
    return Report("check", Text("What is wrong with the data, worst first"), frame, tuple(notes), {"goal": goal, "touches": touches})


def _cases(problem: str, found: list[Finding]) -> Report:
    import pandas as pd

    chosen = next((each for each in found if each.problem == problem), None)
    if chosen is None:
        known = ", ".join(each.problem for each in found)
        if not known:
            raise UsageError("--show {problem}: nothing of what is looked for was found", problem=problem)
        if problem in PROBLEMS:
            raise UsageError("--show {problem}: nothing is wrong there; what was found is {known}", problem=problem, known=known)
        raise UsageError("--show {problem}: there is no problem of this name; what was found is {known}", problem=problem, known=known)
    frame = pd.DataFrame({"problem": problem, "example": [case.example for case in chosen.cases]})
    return Report("check_cases", Text("Every case of a problem"), frame, (Text(chosen.remedy),), {"cases": len(frame)})
