"""A company of which everything can be counted by hand, with experiments of its own, and what its reports say of them."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools

from attribution.question import Question
from reports.report import Text
from tests.workspace.samples import batch
from workspace import imports, store

JANUARY = {"since": dt.date(2026, 1, 1), "until": dt.date(2026, 1, 31)}
FEBRUARY = {"since": dt.date(2026, 2, 1), "until": dt.date(2026, 2, 28)}
SEARCH, EMAIL, DIRECT = {"source": "google", "medium": "cpc", "campaign": "brand"}, {"source": "brevo", "medium": "email"}, {}
Z = 1.959963984540054
LEADS = {1: ((SEARCH, 10), (EMAIL, 5), (DIRECT, 2), (None, 3)), 2: ((SEARCH, 8), (EMAIL, 4), (DIRECT, 4))}
"""Leads by month: so many people with one touch of this origin, or with none."""

SCALED = Text(
    "Credit of {names} is scaled by what experiments found: incremental conversions over those credited in the experiment's own period. "
    "What that takes away or adds is shared by the other channels in proportion to their credit, so that the total stays; no experiment "
    "says that it is theirs.",
    names=[Text("Paid Search")],
)
HOLDS = Text("An experiment holds for its period, its place and its level of spend.")
OUTSIDE = Text(
    "The experiments on {name} ({since} to {until}) lie outside the report's period: that the channel did as well then as now is taken for "
    "granted.",
    name=Text("Paid Search"),
    **JANUARY,
)
ALONE = Text("The intervals hold the chance in the experiments alone, not that in the journeys.")


def exact(name):
    return Text("No interval is known for the experiment on {name}; its factor is taken as exact.", name=name)


def left_out(name, why, period=JANUARY):
    return Text(
        "The experiment on {name} from {since} to {until} is left out. {why}",
        name=name if name == "brand" else Text(name),
        why=why,
        **period,
    )


def made_company(folder):
    """A company of which everything can be counted by hand; each lead of January is worth 100, each of February 10."""
    store.create(folder / "w.db")
    config = folder / "smarketing.toml"
    config.write_text(config.read_text().replace('time_zone = "Europe/Paris"', 'time_zone = "UTC"'))
    touches, leads = [], []
    for month, groups in LEADS.items():
        for number, (origin, count) in enumerate(groups):
            for place in range(count):
                person, at = f"{month}-{number}-{place}", dt.datetime(2026, month, 5 + place, 9, tzinfo=dt.UTC)
                if origin is not None:
                    touches.append({"person": person, "at": at, **origin})
                leads.append(
                    {"person": person, "at": at + dt.timedelta(hours=1), "goal": "lead", "value": 1000 / 10**month, "currency": "EUR"}
                )
    touches += [{"person": "x", "at": dt.datetime(2026, month, day, tzinfo=dt.UTC)} for month, day in ((1, 1), (2, 28))]
    won = [{"person": "1-0-0", "at": dt.datetime(2026, 1, 20, tzinfo=dt.UTC), "goal": "won"}]
    with store.open_workspace(folder / "w.db") as workspace:
        imports.run(workspace, "test", [batch("touches", *touches), batch("conversions", *leads, *won)])
    return folder / "w.db"


@contextlib.contextmanager
def opened_with_experiments(path, tmp_path):
    """Open the company with some experiments of its own."""
    copies = itertools.count()
    opened = []

    def with_experiments(*found):
        folder = tmp_path / str(next(copies))
        folder.mkdir()
        for name in ("w.db", "smarketing.toml"):
            (folder / name).write_bytes(path.with_name(name).read_bytes())
        workspace = store.open_workspace(folder / "w.db")
        opened.append(workspace)
        if found:
            imports.run(workspace, "test", [batch("experiments", *({"goal": "lead"} | JANUARY | one for one in found))])
        return workspace

    try:
        yield with_experiments
    finally:
        for workspace in opened:
            workspace.close()


def asked(**fields):
    return Question(**{"models": ("last",), "goal": "lead", **FEBRUARY, **fields})


def credit(report):
    return {(row["model"], row["channel"]): row["conversions"] for row in report.frame.to_dict("records")}


def factor_of(report, channel="Paid Search"):
    return report.frame.set_index("channel").loc[channel, "factor"]
