"""The ledgers against a company of which is known which leads its employees' posts caused.

The bounds are what was measured (the truth is in docs/social/opportunities.md), with room for other seeds, not what one would wish.
"""

import pandas as pd
import pytest

from attribution.attribute import attribute
from attribution.models import MODELS, needs_milestones
from attribution.question import Question
from performance.demo import advocacy_overview, build
from social.credit import social_credit
from social.engagement import report as engagement
from social.experiment import measure
from social.introductions import coverage_report as coverage
from social.lift_report import MEASURES, lift_report
from social.opportunities import opportunities
from social.participation import report as participation
from social.reach_report import reports as reach
from social.scope import Scope, roster
from social.simulation import offers
from workspace import reading
from workspace.ids import stable_id
from workspace.social_reading import deal_owners

BY_TOUCH = [model.name for model in MODELS if model.credits_touches and not needs_milestones(model) and model.name != "custom"]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    out = tmp_path_factory.mktemp("demo")
    with build(out, lambda text: None) as workspace:
        yield workspace, {file.stem.removesuffix("_truth"): pd.read_csv(file) for file in (out / "data").glob("*_truth.csv")}


@pytest.fixture(scope="module")
def found(demo):
    return opportunities(demo[0], Scope())


def judged(demo, found, ledgers, levels=("click", "code", "declared")):
    """Say how many of the leads that posts caused stand in some ledgers, and how many of those there were caused by posts."""
    workspace, truth = demo[0], demo[1]["advocacy"]
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

    share_caused = len(demo[1]["advocacy"]) / (found.subjects["kind"] == "lead").sum()
    assert precision > 4 * share_caused  # what picking leads at random would give


def test_what_was_influenced_is_no_more_often_caused_by_posts_than_any_lead(demo, found):
    _, precision, _ = judged(demo, found, ("influenced",), ("engaged", "exposure"))

    assert precision < 0.1


def test_of_the_clicks_that_are_no_readers_most_are_left_out_and_no_readers_click_is(demo, found):
    truth = demo[1]["clicks"]
    others = truth[truth["clicked_by"] != "reader"]
    clicks = found.clicks[found.clicks["code"].notna()].merge(others, on=["person", "at", "code"], how="left", suffixes=("", "_true"))
    by = clicks["clicked_by"].fillna("reader")
    counted = pd.crosstab(by, clicks["left_out"])

    assert len(clicks) == len(others) + 10_424
    assert counted.loc["reader"].to_dict() == {"": 10_424, "colleague": 0, "preview": 0}
    recall = {"colleague": counted.loc["colleague", "colleague"], "preview": counted.loc["program", "preview"]}
    assert 0.65 < recall["colleague"] / (by == "colleague").sum() < 0.85  # the others came by a device that nobody knows
    assert 0.6 < recall["preview"] / (by == "program").sum() < 0.8  # the others drew it when the link was passed on later


def test_the_post_of_a_click_is_mostly_the_one_that_was_clicked(demo, found):
    """Of the posts of the offered contents a click may be on an older one than the latest; nobody can tell."""
    readers = demo[1]["clicks"].query("clicked_by == 'reader'").astype({"post": str})
    clicks = readers.merge(found.clicks, on=["person", "at", "code"], suffixes=("_true", ""))

    assert len(clicks) == len(readers)
    assert (clicks["post"] == clicks["post_true"]).mean() > 0.8
    assert clicks["advocate"].notna().all()


def test_the_experiments_interval_holds_what_the_offer_truly_did(demo):
    workspace, truth = demo[0], demo[1]["offers"]
    measured = measure(workspace, offers.NAME)
    held = {}
    for one in MEASURES:
        meta = lift_report(workspace, offers.NAME, measured, one).meta
        assert meta["interval_level"] == pytest.approx(0.95)
        held[one] = (round(meta["difference_low"], 2), round(truth[f"true_difference_{one}"].mean(), 2), round(meta["difference_high"], 2))

    assert all(low <= true <= high for low, true, high in held.values())
    assert held["clicks"][0] > 0  # that the offer does something is found


def test_what_is_told_of_an_employee_or_a_code_is_read_as_it_was_meant(demo, found):
    answers = demo[1]["answers"]
    told = found.links[found.links["rule"].isin(["code.survey", "declared.survey"]) & (found.links["kind"] == "lead")]
    meant = answers[answers["says"].isin(["name", "code", "met"])]

    assert found.told == {"code": (meant["says"] == "code").sum(), "declared": meant["says"].isin(["name", "met"]).sum(),
                          "network": (answers["says"] == "network").sum()}  # fmt: skip
    assert sorted(told["advocate"]) == sorted(meant["advocate"])
    assert 0.7 < meant["by_post"].mean() < 1  # who was met on a fair is named as well, and no post brought them
    assert (answers["says"] == "misspelt").sum() > 0


def test_what_an_advocate_owns_is_not_counted_for_them(demo, found):
    workspace, _ = demo
    own = found.links[found.links["left_out"] == "self_sourced"]
    owners = {one.advocate: one.name for one in found.advocates}
    deals = found.subjects.set_index("number")["name"]
    owned = deal_owners(workspace)
    assert len(own) > 20
    assert all(owned[deals[row["number"]]] == owners[row["advocate"]] for row in own.to_dict("records"))
    assert not (found.ledger["owner"].notna() & (found.ledger["owner"] == found.ledger["advocate"])).any()


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


def test_the_page_on_employees_posts_tells_first_what_came_of_them(demo):
    reports = advocacy_overview(demo[0])

    assert [report.name for report in reports] == [
        "social_opportunities",
        "social_flow",
        "social_experiment_clicks",
        "social_reach",
        "social_reach_teams",
        "social_participation",
        "social_activate",
    ]
    assert all(len(report.frame) for report in reports)
    assert [bool(report.charts) for report in reports] == [True, True, True, False, True, True, True]


@pytest.fixture(scope="module")
def handed_in(demo):
    """Read the demo's files as somebody would who has only a spreadsheet: posts that may be counted, and connections."""
    folder = demo[0].path.parent / "data"
    agreed = pd.read_csv(folder / "consents.csv").sort_values("day", kind="stable").groupby(["advocate", "datum"])["granted"].last()
    agreed = {datum: set(rows[rows == "yes"].index) for datum, rows in agreed.unstack().items()}
    posts = pd.read_csv(folder / "posts.csv", dtype=str)
    counted = posts["advocate"].isin(agreed["own_posts"]) & posts["kind"].isin(["original", "repost"]) & (posts["network"] != "x")
    posts = posts[counted & ~posts["approval"].isin(["pending", "refused"])]
    latest = pd.read_csv(folder / "post_metrics.csv", dtype={"post": str}).sort_values("day", kind="stable").groupby("post").last()
    columns = ["impressions", "clicks", "reactions", "comments", "reposts"]
    known = [pd.read_csv(file, skiprows=3).assign(advocate=file.parent.name) for file in folder.glob("linkedin/*/Connections.csv")]
    return posts.join(latest[columns], on="post"), pd.concat(known), agreed, pd.read_csv(folder / "accounts.csv")


def test_posts_and_their_figures_are_counted_as_in_the_files(demo, handed_in):
    posts = handed_in[0]
    by_network = engagement(demo[0], Scope(), "network").frame.set_index("network")
    months = participation(demo[0], Scope(), "month").frame

    for network, rows in posts.groupby("network"):
        assert by_network["posts"][network] == len(rows)
        assert by_network["posts_measured"][network] == rows["impressions"].notna().sum()
        for figure in ("impressions", "clicks", "reactions", "comments", "reposts"):
            expected = rows[figure].sum(min_count=1)
            assert by_network[figure][network] == pytest.approx(expected, nan_ok=True)
    assert months["posts"].sum() == len(posts)
    assert months["reposts"].sum() == (posts["kind"] == "repost").sum()


def test_reach_and_coverage_are_counted_as_in_the_files(demo, handed_in):
    posts, known, agreed, accounts = handed_in
    (total,) = reach(demo[0], Scope(), "total")
    figures = total.frame.set_index(["figure", "cohort"])["value_of_figure"]
    sharing = known[known["advocate"].isin(posts["advocate"])]
    at_accounts = known[known["Company"].isin(accounts["name"]) & known["advocate"].isin(agreed["company_and_title"])]

    assert figures["gross_audience", "enrolled"] == len(known)
    assert figures["unique_audience", "enrolled"] == known["URL"].nunique()
    assert figures["unique_audience_of_sharing", "sharing"] == sharing["URL"].nunique()
    assert figures["target_people", "enrolled"] == at_accounts["URL"].nunique()
    assert figures["measured_impressions", "posts"] == posts["impressions"].sum()
    audience = known.groupby("advocate").size()
    shown = posts[posts["network"] == "linkedin"]["advocate"].map(audience)  # who is known there sees nothing on the other network
    assert figures["potential_impressions", "posts"] == shown.sum()
    assert total.frame.set_index("figure")["n"]["potential_impressions"] == shown.notna().sum()
    left = {one.advocate for one in roster(demo[0], Scope()) if one.until}
    there = at_accounts[~at_accounts["advocate"].isin(left)]
    covered = coverage(demo[0], Scope(), None).frame.set_index("account")["people_known"]
    expected = there.groupby("Company")["URL"].nunique().reindex(accounts["name"]).to_numpy()
    assert covered[accounts["account"]].tolist() == expected.tolist()
