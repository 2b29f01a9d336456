"""What the social touches are credited with, as a report: by whose post it was."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from attribution.attribute import make_models
from attribution.question import Question
from reports.identifiers import named
from reports.report import Chart, Report, Text
from social.credit import social_credit
from social.cuts import cut
from social.groups import withheld_note
from social.opportunities import Found
from social.scope import Scope
from workspace.store import Workspace

if TYPE_CHECKING:
    import pandas as pd

LIKE = Text("What is listed came after a post, by the evidence that is named; that the post caused it is not shown.")


def credit_report(workspace: Workspace, found: Found, scope: Scope, question: Question, by: str) -> Report:
    """Split what a model credits to the social touches."""
    asked = dataclasses.replace(question, since=scope.since, until=scope.until)
    credit, rows = social_credit(workspace, asked, found.clicks)
    if scope.network:
        rows = rows[rows["network"] == scope.network]
    smallest = workspace.settings.social.smallest_group
    total = rows
    parts = cut(rows, by, found.advocates, smallest, together=True)
    grouped = parts.shown.groupby(by)
    frame = grouped[["credit_conversions"]].sum()
    frame["credit_value"] = grouped["credit_value"].sum(min_count=1)
    frame = frame.sort_values(["credit_conversions"], ascending=False, kind="stable").reset_index()
    figures = parts.mask(frame, {"credit_value": ("credit_value",)})
    (model,) = make_models(asked)
    title = Text("What the social touches are credited with, by whose post it was")
    notes = [
        Text(
            "The model {model} gives each conversion of the goal {goal} to its touches; here is the part of the social ones, split by the "
            "code of the link that was clicked.",
            model=named([model.name]),
            goal=named([credit.data.goal]),
        ),
        Text("Only the touches on {network} are told of; those of other networks are left out.", network=scope.network)
        if scope.network
        else Text("All rows together are what attribution reports for these channels."),
        *_reposted(total, workspace.settings.social.author_share),
        Text(
            "(unassigned): an employee's link whose code is not known. (page and network): social traffic of no employee's link. "
            "Others in parentheses were left out, and their part is handed to nobody."
        ),
        *withheld_note(parts.withheld, smallest, figures),
        LIKE,
    ]
    meta = {
        **scope.meta,
        "by": by,
        "goal": credit.data.goal,
        "model": model.name,
        "lookback_days": credit.lookback_days,
        "level": asked.level,
        "currency": credit.data.currency,
        "conversions": len(credit.conversions),
        "social_conversions": float(total["credit_conversions"].sum()),
        "social_value": round(float(total["credit_value"].sum()), 2) if total["credit_value"].notna().any() else None,
    }
    chart = Chart("bar", by, ("credit_value",), title)
    return Report("social_credit", title, frame, tuple(notes), meta, charts=(chart,))


def _reposted(rows: pd.DataFrame, author_share: float) -> list[Text]:
    """Say how the credit of reposts was split, and of how many it was not."""
    parts = rows["part"].value_counts()
    split, unknown = int(parts.get("passed_on", 0)), int(parts.get("author_unknown", 0))
    notes = []
    if split:
        notes.append(
            Text(
                "{count} {count:credited touch|credited touches} came by a repost of a colleague's or the page's post: {share:.0%} of the "
                "credit goes to whoever wrote it, as author_share in smarketing.toml says. It is agreed on, not measured.",
                count=split,
                share=author_share,
            )
        )
    if unknown:
        notes.append(
            Text(
                "{count} {count:credited touch|credited touches} came by a repost whose author is not known; nothing of it is split.",
                count=unknown,
            )
        )
    return notes
