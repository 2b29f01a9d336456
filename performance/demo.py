"""The demo: a simulated company, imported by the real connectors and analysed into a workbook and a page."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

from attribution.attribute import attribute
from attribution.path_reports import paths
from attribution.question import Question
from attribution.simulation.company import OWN_DOMAIN
from attribution.simulation.simulate import DEMO, simulate, write
from attribution.volumes import volumes
from connectors import importing
from connectors.csv_files import CsvFiles
from connectors.linkedin_member import LinkedInMember
from reports.report import Report, Text
from social.activate_report import report as activate
from social.experiment_report import reports as experiment
from social.opportunities_report import reports as opportunities
from social.participation import report as participation
from social.reach_report import reports as reach
from social.scope import Scope
from social.simulation import files as advocacy
from social.simulation.cast import HASHTAG, NEEDS_APPROVAL
from social.simulation.offers import NAME as ROTATION
from social.simulation.posts import FORBIDDEN
from social.simulation.programme import programme
from workspace import consent, settings, store
from workspace.errors import UsageError
from workspace.store import Workspace

KINDS = ("touches", "conversions", "spend", "people")

REFUSES = ("posts",)
"""Kinds of which some rows are to be refused: what policy forbids, and what an employee no longer agrees to."""

SETTINGS = """\
# The settings of the demo: a made-up company.
company = "Lumenio (simulated)"
own_domains = ["{domain}"]
currency = "EUR"
time_zone = "Europe/Paris"

[attribution]
lookback_days = 90
stages = ["lead", "mql", "sql", "opportunity", "won"]

[social]
own_page = {{ linkedin = "lumenio" }}

# Posts say whose employee writes; those of Finance on LinkedIn are approved first; nobody posts for us on X.
[[social.policy]]
rule = "allow"
disclosure = "{hashtag}"

[[social.policy]]
rule = "approve"
team = "{approved}"
network = "linkedin"
disclosure = "{hashtag}"

[[social.policy]]
rule = "forbid"
network = "{forbidden}"
"""


def build(out: Path, say: Callable[[Text], None]) -> Workspace:
    """Make the company, write its exports, and import them into a new workspace.

    Parameters
    ----------
    out : Path
        The folder; its `smarketing.db` is made anew, other files in it stay.
    say : callable
        Told what is being done.

    Returns
    -------
    Workspace
        Open.

    Raises
    ------
    UsageError
        The folder holds a workspace that is not a demo's.
    """
    path = out / "smarketing.db"
    config = out / settings.FILE_NAME
    mine = SETTINGS.format(domain=OWN_DOMAIN, hashtag=HASHTAG, approved=NEEDS_APPROVAL, forbidden=FORBIDDEN)
    if path.exists() and (not config.exists() or config.read_text(encoding="utf-8") != mine):
        raise UsageError("{path} is a workspace of your own; choose another folder with --out DIR", path=path)
    say(Text("Making up a company of {people} people …", people=DEMO["people"]))
    data = out / "data"
    advocates = programme(simulate(**DEMO), DEMO["seed"])
    write(advocates.company, data, advocates.touches)
    tables = advocacy.write(advocates, data)
    for name in ("smarketing.db", "smarketing.db-wal", "smarketing.db-shm"):
        (out / name).unlink(missing_ok=True)
    config.write_text(mine, encoding="utf-8")
    store.create(path)
    workspace = store.open_workspace(path)
    context = importing.context_of(workspace, lambda done, total: None)
    for kind in (*KINDS, *tables):
        connector = CsvFiles(context, (str(data / f"{kind}.csv"),), kind)
        for line in importing.run(workspace, connector, strict=kind not in REFUSES)[1]:
            say(line)
    titles = consent.granted(workspace, "company_and_title")
    for advocate, archive in advocacy.archives(data).items():
        importing.run(workspace, LinkedInMember(context, (str(archive),), advocate, titles=advocate in titles), strict=True)
    return workspace


def overview(workspace: Workspace) -> list[Report]:
    """Make the reports of the main job: credit for won deals and for leads, volumes, journeys, what came in."""
    won, lead = Question(goal="won"), Question(goal="lead")
    by_family = dataclasses.replace(won, by="family")
    by_campaign = dataclasses.replace(lead, by="campaign", models=("linear",))
    return [
        attribute(workspace, won),
        _renamed(attribute(workspace, by_family), "attribution_by_family"),
        _renamed(attribute(workspace, lead), "attribution_of_leads", Text("Leads credited to each channel")),
        _renamed(attribute(workspace, by_campaign), "attribution_by_campaign", Text("Leads credited to each campaign")),
        volumes(workspace),
        paths(workspace, lead, "top"),
        paths(workspace, won, "length"),
        paths(workspace, won, "lag"),
        importing.sources(workspace),
    ]


def advocacy_overview(workspace: Workspace) -> list[Report]:
    """Make the reports on employee advocacy, from what came of it to what to do next.

    What came after posts and on to deals, what offering a content truly adds, whom the posts reach and how the teams overlap, who takes
    part, whom to ask.
    """
    linear = Question(goal="won", models=("linear",))
    ledgers, _, flow = opportunities(workspace, Scope(), linear, "team", "declared", "all")
    return [
        ledgers,
        flow,
        *experiment(workspace, None, ROTATION, "clicks"),
        *reach(workspace, Scope(), "total"),
        *reach(workspace, Scope(), "teams"),
        participation(workspace, Scope(), "month"),
        activate(workspace, Scope(), 10, None),
    ]


def _renamed(report: Report, name: str, title: Text | None = None) -> Report:
    changes: dict[str, Any] = {"name": name}
    if title is not None:
        changes |= {"title": title, "charts": tuple(dataclasses.replace(chart, title=title) for chart in report.charts)}
    return dataclasses.replace(report, **changes)
