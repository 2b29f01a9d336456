"""The ledgers against a company of which is known which leads its employees' posts caused.

The bounds are what was measured (the truth is in docs/social/opportunities.md), with room for other seeds, not what one would wish.
"""

import pandas as pd
import pytest

from attribution.attribute import attribute
from attribution.models import MODELS, needs_milestones
from attribution.question import Question
from performance.demo import build
from social.opportunities import opportunities, social_credit
from social.scope import Scope
from workspace import reading
from workspace.ids import stable_id

BY_TOUCH = [model.name for model in MODELS if model.credits_touches and not needs_milestones(model) and model.name != "custom"]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    out = tmp_path_factory.mktemp("demo")
    with build(out, lambda text: None) as workspace:
        yield workspace, pd.read_csv(out / "data" / "advocacy_truth.csv")


@pytest.fixture(scope="module")
def found(demo):
    return opportunities(demo[0], Scope())


def judged(demo, found, ledgers, levels=("click", "code", "declared")):
    """Say how many of the leads that posts caused stand in some ledgers, and how many of those there were caused by posts."""
    workspace, truth = demo
    caused = truth.assign(key=[stable_id(person) for person in truth["person"]])
    leads = reading.conversion_columns(workspace, "lead").to_pandas()
    rows = found.ledger[(found.ledger["kind"] == "lead") & found.ledger["ledger"].isin(ledgers) & found.ledger["level"].isin(levels)]
    ours = rows.merge(leads[["at", "account", "key"]], left_on=["at", "account_id"], right_on=["at", "account"])
    hits = ours.merge(caused, on="key")
    same = (hits["advocate_x"] == hits["advocate_y"]).mean()
    return len(hits) / len(caused), len(hits) / len(rows), same


def test_what_the_ledgers_find_of_the_leads_that_posts_caused(demo, found):
    recall, precision, same = judged(demo, found, ("sourced",))
    assert 0.2 < recall < 0.4
    assert 0.4 < precision < 0.7
    assert same > 0.8

    recall, precision, same = judged(demo, found, ("sourced", "assisted"))
    assert recall > 0.7
    assert 0.3 < precision < 0.5
    assert same > 0.85

    share_caused = len(demo[1]) / (found.subjects["kind"] == "lead").sum()
    assert precision > 4 * share_caused  # what picking leads at random would give


def test_what_was_influenced_is_no_more_often_caused_by_posts_than_any_lead(demo, found):
    _, precision, _ = judged(demo, found, ("influenced",), ("engaged", "exposure"))

    assert precision < 0.1


@pytest.mark.parametrize("name", BY_TOUCH)
def test_advocates_the_page_and_the_unknown_together_get_what_attribution_reports(demo, found, name):
    workspace, _ = demo
    question = Question(models=(name,), goal="won")
    reported = attribute(workspace, question).frame.set_index("channel")

    credit, rows = social_credit(workspace, question, found.clicks)

    for channel in ("Employee Advocacy", "Organic Social"):
        ours = rows[rows["channel"] == channel]
        assert round(ours["credit_value"].sum(), 2) == pytest.approx(round(reported["value"][channel], 2), abs=0.01)
        assert ours["credit_conversions"].sum() == pytest.approx(reported["conversions"][channel], abs=1e-6)
    # And deal by deal: the social part of each, to the cent.
    channel = {row["id"]: row["family"] for row in reading.origins(workspace)}
    value = credit.touches["id"].map(credit.conversions.set_index("id")["value"])
    parts = (credit.touches["share"] * value)[credit.touches["origin_id"].map(channel) == "social"].groupby(credit.touches["id"]).sum()
    assert rows.groupby("id")["credit_value"].sum().round(2).to_dict() == parts.round(2).to_dict()
