"""Naming the workspace's origins: the channel rules run over thousands of origins, never over millions of touches."""

from __future__ import annotations

from typing import Any

from attribution.reserved import told_apart
from attribution.rules.rule import Origin
from workspace import reading
from workspace.errors import DataError
from workspace.store import Workspace

CUTS = ("channel", "family", "source", "medium", "campaign", "content")
"""What credit can be told by."""

NONE = "(none)"
"""Stands where an origin carries no campaign or content."""
DIRECT = "Direct"


def origin_of(row: dict[str, Any]) -> Origin:
    """Read an origin from its row."""
    fields = ("source", "medium", "campaign", "content", "term", "referrer", "click_id_kind", "kind")
    return Origin(**{field: row[field] for field in fields}, channel=row["given_channel"])


def name_origins(workspace: Workspace, again: bool = False) -> int:
    """Let the rules in force name the origins that they have not named yet.

    Parameters
    ----------
    workspace : Workspace
    again : bool
        Name all of them anew.

    Returns
    -------
    int
        How many were named.
    """
    from attribution.channels import Classifier

    classifier = Classifier(workspace.settings.channels, workspace.settings.own_domains)
    rows = reading.origins(workspace) if again else reading.origins_to_name(workspace, classifier.version)
    verdicts = []
    for row in rows:
        origin = origin_of(row)
        verdict = classifier.classify(origin)
        verdicts.append(
            (
                verdict.channel,
                verdict.family,
                classifier.source(origin),
                classifier.medium(origin),
                verdict.rule,
                verdict.rule_set,
                classifier.version,
                row["id"],
            )
        )
    if verdicts:
        reading.keep_verdicts(workspace, verdicts)
    return len(verdicts)


ENGAGED = ("form", "meeting", "call", "event")
"""Kinds of touch that are more than a visit."""


def engaged(workspace: Workspace) -> frozenset[int]:
    """Give the origins whose touches are more than visits."""
    return frozenset(row["id"] for row in reading.origins(workspace) if row["kind"] in ENGAGED)


def labels(workspace: Workspace, by: str) -> tuple[dict[int, str], frozenset[str]]:
    """Say what each origin is called in a cut, and which of these names are direct traffic.

    Parameters
    ----------
    workspace : Workspace
        Its origins are named (`name_origins`).
    by : str
        One of `CUTS`.

    Returns
    -------
    labels : dict of int to str
        Told apart from the names that reports use of themselves (`attribution.reserved.told_apart`).
    direct : frozenset of str
        Names all of whose origins are in the channel Direct.
    """
    if by not in CUTS:
        raise DataError("There is no breakdown '{by}'; choose one of {cuts}", by=by, cuts=", ".join(CUTS))
    column = {"source": "source_label", "medium": "medium_label"}.get(by, by)
    named, other = {}, set()
    for row in reading.origins(workspace):
        named[row["id"]] = told_apart(row[column] or NONE)
        # Spend is no visit: a fee that names a channel and no source would take the name (direct) from direct traffic.
        if row["channel"] != DIRECT and row["kind"] != "spend":
            other.add(named[row["id"]])
    return named, frozenset(named.values()) - other
