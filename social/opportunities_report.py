"""From post to opportunity, as reports: the ledgers, the credit of the social touches, and every link with its rule."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from attribution.question import Question
from reports.identifiers import named
from reports.report import Chart, Report, Text
from social.credit_report import LIKE, credit_report
from social.cuts import check_cut, cut
from social.evidence import LEDGERS, LEVELS
from social.groups import check_individuals, check_team, withheld_note
from social.opportunities import Found, opportunities
from social.scope import Scope, roster
from workspace import social_reading
from workspace.errors import UsageError
from workspace.store import Workspace

if TYPE_CHECKING:
    import pandas as pd

FIGURES = ("leads", "opportunities", "open_value", "won_opportunities", "won_value", "median_days_from_post_to_lead")


def reports(workspace: Workspace, scope: Scope, question: Question, by: str, weakest: str, shown: str) -> list[Report]:
    """Report which leads and opportunities posts brought.

    Parameters
    ----------
    workspace : Workspace
    scope : Scope
    question : Question
        Of the credit: its goal, model, lookback and level. The period is the scope's.
    by : str
        One of `social.cuts.CUTS`.
    weakest : str
        The weakest evidence that sources or assists.
    shown : {"all", "ledgers", "credit", "flow", "links"}

    Raises
    ------
    UsageError
        The team is too small, the model credits no single touches, or reports on single employees are off.
    DataError
        There is nothing to report on.
    """
    smallest = workspace.settings.social.smallest_group
    roster(workspace, scope)
    check_cut(workspace, by)
    if shown == "links":
        check_individuals(workspace, "--show links")
    if scope.team and shown == "credit":
        raise UsageError("The credit of the social touches is that of all teams; leave --team out, or take --by team")
    found = opportunities(workspace, scope, weakest)
    if scope.team:
        # What its advocates alone brought, and what they did beside the others, decide whether the team may be told of.
        for told in (found, opportunities(workspace, dataclasses.replace(scope, team=None), weakest)):
            check_team(workspace, scope, (told.links if shown == "links" else told.ledger)["advocate"].dropna())
    made = []
    if shown in ("all", "ledgers"):
        made.append(ledgers_report(found, scope, by, weakest, smallest))
    if shown == "credit" or (shown == "all" and not scope.team):
        made.append(credit_report(workspace, found, scope, question, by))
    if shown in ("all", "flow"):
        made.append(flow_report(found, scope, weakest, smallest))
    if shown == "links":
        made.append(links_report(workspace, found, scope))
    return made


def ledgers_report(found: Found, scope: Scope, by: str, weakest: str, smallest: float) -> Report:
    """Count leads and opportunities by ledger and cut."""
    parts = cut(_counted(found.ledger), by, found.advocates, smallest, scope.team)
    frame = _ledgers(parts.shown, by)
    figures = parts.mask(frame, {name: (f"of_{name}",) for name in FIGURES}, within="ledger")
    title = Text("Leads and opportunities that came after employees' posts")
    windows = found.windows
    notes = [
        Text("Sourced, assisted and influenced are three ledgers: never add them up. Each lead and opportunity stands in one of them."),
        Text(
            "Sourced: the first touch of all was a click on an employee's link, or the person named a link's code or an employee. "
            "Assisted: such evidence came, after something else. Influenced: they engaged with a post, or an employee who posted knows "
            "somebody there."
        ),
        Text(
            "A click counts for {click:g} {click:day|days} until the lead, other evidence for {lead:g} {lead:day|days} until the lead or "
            "the opportunity (an answer for as long after it too, for the nearest of them), a post that an account could see for "
            "{exposure:g} {exposure:day|days}.",
            click=windows.click_days,
            lead=windows.lead_days,
            exposure=windows.exposure_days,
        ),
        *_left_out(found),
        *withheld_note(parts.withheld, smallest, figures),
        LIKE,
    ]
    leads = int((found.subjects["kind"] == "lead").sum())
    meta = {
        **scope.meta,
        "by": by,
        "weakest_evidence": weakest,
        "currency": found.currency,
        "leads": leads,
        "opportunities": len(found.subjects) - leads,
    }
    chart = Chart("bar", by, ("leads",), Text("Leads that came after employees' posts"), series="ledger")
    return Report("social_opportunities", title, frame, tuple(notes), meta, charts=(chart,))


def _counted(ledger: pd.DataFrame) -> pd.DataFrame:
    """Say of each lead and opportunity what it adds to each of `FIGURES`: `of_...`, NaN where it has no part in it."""
    lead, deal = ledger["kind"] == "lead", ledger["kind"] == "opportunity"
    one = ledger["at"] * 0.0 + 1.0
    parts = {
        "leads": one.where(lead),
        "opportunities": one.where(deal),
        "open_value": ledger["value"].where(deal & ledger["open"]),
        "won_opportunities": one.where(deal & ledger["won"]),
        "won_value": ledger["won_value"].where(deal & ledger["won"]),
        "median_days_from_post_to_lead": ((ledger["at"] - ledger["posted_at"]) / 86400).where(lead & (ledger["level"] == "click")),
    }
    return ledger.assign(**{f"of_{name}": values for name, values in parts.items()})


def _ledgers(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """Lay the ledgers out: one row for each cut and ledger."""
    import pandas as pd

    rows = rows.assign(ledger=pd.Categorical(rows["ledger"], LEDGERS, ordered=True))
    grouped = rows.groupby([by, "ledger"], observed=True)
    frame = pd.DataFrame({name: grouped[f"of_{name}"].sum() for name in ("leads", "opportunities", "won_opportunities")}).astype(int)
    for name, counted in (("open_value", rows["open"]), ("won_value", rows["won"])):
        # Of opportunities none of which has a value the sum is not known; where there are none it is nothing.
        none = ~((rows["kind"] == "opportunity") & counted).groupby([rows[by], rows["ledger"]], observed=True).any()
        frame[name] = grouped[f"of_{name}"].sum(min_count=1).mask(none, 0.0)
    frame["median_days_from_post_to_lead"] = grouped["of_median_days_from_post_to_lead"].median()
    return frame[list(FIGURES)].reset_index().astype({"ledger": str})


def flow_report(found: Found, scope: Scope, weakest: str, smallest: float) -> Report:
    """Follow the opportunities from the evidence that decided to their ledger, and on to what became of them.

    Notes
    -----
    What flows into a ledger flows out of it, so that one band can be worked out from the others: of a team either all are told or none is.
    """
    import numpy as np
    import pandas as pd

    deals = found.ledger[found.ledger["kind"] == "opportunity"]
    became = np.where(deals["won"], "deal_won", np.where(deals["open"], "deal_open", "deal_lost"))
    steps = (("level", LEVELS, "ledger", LEDGERS), ("ledger", LEDGERS, "became", ("deal_won", "deal_open", "deal_lost")))
    counted = deals.assign(became=became)
    parts, fewest = [], np.inf
    for here, froms, there, tos in steps:
        grouped = counted.groupby([here, there])
        pairs = grouped.size().to_dict()
        fewest = min([fewest, *grouped["advocate"].nunique()])
        parts += [(one, other, pairs[one, other]) for one in froms for other in tos if (one, other) in pairs]
    hidden = scope.team is not None and fewest < smallest
    frame = pd.DataFrame([] if hidden else parts, columns=["from_state", "to_state", "opportunities"])
    title = Text("From the evidence of a post to what became of the opportunity")
    told = Text(
        "The picture of a team is withheld where a part of it is of fewer than {smallest:g} advocates; leave --team out for that of all.",
        smallest=smallest,
    )
    notes = (
        *([told] if hidden else []),
        Text("Each opportunity goes once from the evidence that decided to its ledger, and once from there to where it stands today."),
        Text(
            "{count} of {total} opportunities of the period {count:has|have} evidence of a post; the others are not drawn.",
            count=len(deals),
            total=int((found.subjects["kind"] == "opportunity").sum()),
        ),
        LIKE,
    )
    meta = {**scope.meta, "weakest_evidence": weakest}
    chart = Chart("flow", "from_state", ("opportunities",), title, series="to_state")
    return Report("social_flow", title, frame, notes, meta, charts=(chart,))


def _left_out(found: Found) -> list[Text]:
    """Say what was left out, and how much."""
    clicks = found.counted["left_out"].value_counts()
    own = found.links[found.links["left_out"] == "self_sourced"].drop_duplicates(["kind", "number"])
    notes = [
        Text(
            "Left out: {colleagues} {colleagues:click|clicks} of colleagues, {previews} within two seconds of the post (programs that draw "
            "previews), and {own} {own:opportunity|opportunities} that the advocate owns.",
            colleagues=int(clicks.get("colleague", 0)),
            previews=int(clicks.get("preview", 0)),
            own=len(own),
        )
    ]
    if found.told["network"]:
        notes.append(
            Text(
                "{count} {count:answer names|answers name} a network and nobody; {count:it is|they are} not counted, since the post may "
                "have been the company's own.",
                count=found.told["network"],
            )
        )
    return notes


def links_report(workspace: Workspace, found: Found, scope: Scope) -> Report:
    """List every link between a lead or opportunity and a post, with its rule."""
    rows = found.links.merge(found.subjects[["kind", "number", "at", "account_id", "name"]], on=["kind", "number"], suffixes=("", "_of"))
    chosen = found.ledger[["kind", "number", "ledger"]]
    rows = rows.merge(chosen, on=["kind", "number"], how="left").sort_values(["kind", "at_of", "number"], kind="stable", ignore_index=True)
    accounts = social_reading.account_names(workspace)
    frame = _dated(
        rows.assign(
            account=rows["account_id"].map(accounts),
            evidence=rows["level"],
            opportunity=rows["name"],
            left_out=rows["left_out"].where(rows["left_out"] != "", None),
        ),
        {"reached_at": "at_of", "evidence_at": "at", "posted_at": "posted_at"},
        workspace.settings.time_zone,
    )
    columns = [
        "kind", "reached_at", "opportunity", "account", "ledger", "evidence", "rule", "evidence_at", "advocate", "network", "content",
        "post", "posted_at", "left_out",
    ]  # fmt: skip
    title = Text("Every link between a lead or an opportunity and a post")
    notes = (
        Text("The strongest evidence stands first: {levels}.", levels=named(LEVELS)),
        Text("What was left out stands there with the reason, and decides nothing."),
        LIKE,
    )
    return Report("social_links_found", title, frame[columns], notes, {**scope.meta})


def _dated(rows: pd.DataFrame, moments: dict[str, str], zone: str) -> pd.DataFrame:
    """Turn epoch seconds into moments of a time zone."""
    import pandas as pd

    taken = {name: pd.to_datetime(rows[column].astype(float), unit="s", utc=True).dt.tz_convert(zone) for name, column in moments.items()}
    return rows.assign(**{name: values.where(rows[moments[name]].notna(), pd.NaT) for name, values in taken.items()})
