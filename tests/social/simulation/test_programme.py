"""The simulated programme fits the company that it is laid over, and its truth is the company's own mechanism."""

import datetime as dt
import re

import numpy as np
import pandas as pd
import pytest
from numpy.random import PCG64, Generator
from pandas.testing import assert_frame_equal

from attribution.simulation.funnel import LEAD
from attribution.simulation.simulate import DEMO, simulate
from social.rotation import draws, effect
from social.simulation import cast, clicks, offers, staff
from social.simulation.causes import NOTHING, causes, codes_of
from social.simulation.files import archives, write
from social.simulation.programme import programme
from social.simulation.staff import ENROLLED, INVITED, SHARING


@pytest.fixture(scope="module")
def company():
    return simulate(**DEMO)


@pytest.fixture(scope="module")
def advocacy(company):
    return programme(company, seed=3)


def test_a_touch_that_caused_a_lead_is_the_persons_own_and_came_before(company):
    lead, touch = causes(company, Generator(PCG64(5)))
    caused = touch != NOTHING

    assert (company.stages.goal[lead] == LEAD).all()
    assert len(lead) == company.leads
    assert (company.person[touch[caused]] == company.stages.person[lead[caused]]).all()
    assert (company.at[touch[caused]] <= company.stages.at[lead[caused]]).all()


def test_causes_come_as_often_as_the_hazard_says(company):
    literal = np.zeros(2)
    hazard, clock, stages = company.hazard, company.clock, company.stages
    mine = {person: [] for person in stages.person[stages.goal == LEAD].tolist()}
    for person, process, at in zip(hazard.person.tolist(), hazard.code.tolist(), hazard.at.tolist(), strict=True):
        if person in mine:
            mine[person].append((process, at))
    for place in np.flatnonzero(stages.goal == LEAD).tolist():
        person, day = stages.person[place], clock.read(stages.at[place])
        rates = [hazard.beta[p] * np.exp(-(day - at) / hazard.tau[p]) if at <= day else 0.0 for p, at in mine[person]]
        of_advocacy = sum(
            rate for (p, _), rate in zip(mine[person], rates, strict=True) if company.processes[p].channel == "Employee Advocacy"
        )
        baseline = hazard.baseline[person] if hazard.enter[person] <= day <= hazard.leave[person] else 0.0
        literal += np.array([baseline, of_advocacy]) / (baseline + sum(rates))

    codes = np.array([code is not None for code in codes_of(company)])
    drawn = []
    for seed in range(40):
        touch = causes(company, Generator(PCG64(seed)))[1]
        drawn.append([(touch == NOTHING).sum(), codes[company.origin[touch[touch != NOTHING]]].sum()])
    assert np.mean(drawn, axis=0) == pytest.approx(literal, rel=0.02)


def test_the_same_seed_gives_the_same_programme(company, advocacy):
    again = programme(company, seed=3)

    assert again.tables.keys() == advocacy.tables.keys()
    for name, frame in advocacy.tables.items():
        assert_frame_equal(frame, again.tables[name])
    for name, frame in advocacy.truth.items():
        assert_frame_equal(frame, again.truth[name])
    assert advocacy.touches.equals(again.touches)
    other = programme(company, seed=4)
    assert not any(other.truth[name].equals(frame) for name, frame in advocacy.truth.items())


def test_the_programmes_sizes(company, advocacy):
    people = advocacy.tables["advocates"]
    posts = advocacy.tables["posts"]

    assert (len(people), ENROLLED, INVITED, SHARING) == (60, 44, 52, 28)
    assert people["since"].notna().sum() == ENROLLED
    assert people["invited_on"].notna().sum() == INVITED
    for team, _, *counts in cast.TEAMS:
        own = people[people["team"] == team]
        assert [len(own), own["invited_on"].notna().sum(), own["since"].notna().sum(), (own.index < SHARING).sum()] == counts
    assert posts["advocate"].nunique() == SHARING
    assert set(posts["advocate"].dropna()) == set(people["advocate"][:SHARING])
    assert posts["post"].is_unique
    assert posts[posts["advocate"].isna()]["page"].eq("lumenio").all()


def test_each_lead_of_the_truth_came_of_a_click_after_its_post(advocacy):
    posts = advocacy.tables["posts"].set_index("post")
    truth = advocacy.truth["advocacy_truth"]

    assert 150 < len(truth) < 400
    assert (posts.loc[truth["post"], "advocate"].to_numpy() == truth["advocate"]).all()
    assert (posts.loc[truth["post"], "content"].to_numpy() == truth["content"]).all()
    written = pd.to_datetime(posts.loc[truth["post"], "at"].to_numpy(), unit="s", utc=True)
    assert (written < pd.to_datetime(truth["lead_at"]).to_numpy()).all()


def test_nobody_posts_before_they_enrolled_or_after_they_left_and_nothing_is_stored_without_consent(company, advocacy):
    people = advocacy.tables["advocates"].set_index("advocate")
    consents = advocacy.tables["consents"]
    posts = advocacy.tables["posts"].dropna(subset="advocate")

    for post in posts.to_dict("records"):
        on = dt.datetime.fromtimestamp(post["at"], dt.UTC).date()
        assert people["since"][post["advocate"]] <= on <= (people["until"][post["advocate"]] or on)
    agreed = {datum: set(rows["advocate"]) for datum, rows in consents[consents["granted"] == "yes"].groupby("datum")}
    back = consents[consents["granted"] == "no"]
    assert set(posts["advocate"]) <= agreed["own_posts"]
    assert agreed["introductions"] < agreed["company_and_title"] < agreed["audience"]
    assert back[["advocate", "datum"]].to_records(index=False).tolist() == [
        ("A21", "audience"),
        ("A24", "own_posts"),
        ("A41", "introductions"),
    ]
    assert set(advocacy.connections["advocate"]) == agreed["audience"] - {"A21"}
    assert not set(advocacy.tables["introductions"]["advocate"]) - (agreed["introductions"] - {"A41"})
    measured = posts.set_index("post").loc[list(set(advocacy.tables["post_metrics"]["post"]) & set(posts["post"]))]
    assert "A24" not in set(measured["advocate"])
    for advocate, day in advocacy.taken.items():
        assert day == (people["until"][advocate] or company.last_day)


def test_figures_only_grow_and_clicks_are_at_least_those_on_our_site(company, advocacy):
    figures = advocacy.tables["post_metrics"].sort_values(["post", "day"])
    for name in ("impressions", "reach", "clicks", "reactions"):
        assert (figures.groupby("post")[name].diff().dropna() >= 0).all()
    assert (figures["reach"] <= figures["impressions"]).dropna().all()
    arrived = advocacy.truth["clicks_truth"]
    arrived = arrived[arrived["clicked_by"] != "reader"].groupby("post").size()
    told = figures.dropna(subset="clicks").groupby("post")["clicks"].agg(["size", "last"])
    complete = told[(told["size"] == 3) & told.index.isin(arrived.index)]  # the figures of late posts are of their first days
    assert len(complete) > 100
    assert (complete["last"] >= arrived[complete.index]).all()


def test_files(tmp_path, advocacy):
    written = write(advocacy, tmp_path)

    assert {kind: path.name for kind, path in written.items()} == {kind: f"{kind}.csv" for kind in advocacy.tables}
    for name, frame in advocacy.truth.items():
        assert len(pd.read_csv(tmp_path / f"{name}.csv")) == len(frame)
    assert set(archives(tmp_path)) == set(advocacy.connections["advocate"])
    told = (tmp_path / "README-advocacy.txt").read_text(encoding="utf-8")
    assert {file.name for file in tmp_path.glob("*.csv")} == set(re.findall(r"^(\w+\.csv) ", told, re.MULTILINE))
    assert f"the {len(advocacy.truth['advocacy_truth'])} leads that" in told
    advocate, archive = min(archives(tmp_path).items())
    first = archive.read_text(encoding="utf-8").splitlines()
    assert first[3] == "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
    assert len(first) == 4 + (advocacy.connections["advocate"] == advocate).sum()


def test_who_came_and_when_stays_and_only_the_codes_and_pages_of_links_change(company, advocacy):
    before, after = company.touches(), advocacy.company.touches()
    linked = np.array([code is not None for code in codes_of(company)])[company.origin]

    for name in ("person", "at", "source", "medium", "campaign", "term", "referrer", "kind", "id"):
        assert before[name].equals(after[name])
    for name in ("content", "url"):
        assert before.filter(~linked)[name].equals(after.filter(~linked)[name])
    pages = advocacy.tables["link_codes"].set_index("code")["link"]
    codes = [code for code in np.array(codes_of(advocacy.company), dtype=object)[advocacy.company.origin] if code]
    assert len(codes) == linked.sum()
    assert [url.partition("?")[0] for url in after.filter(linked)["url"].to_pylist()] == pages[codes].tolist()


def test_clicks_on_an_offered_content_come_after_their_post_and_fade(company, advocacy):
    posts = advocacy.tables["posts"].set_index("post")
    truth = advocacy.truth["clicks_truth"]
    readers = truth[truth["clicked_by"] == "reader"]
    age = readers["at"] - posts.loc[readers["post"], "at"].to_numpy()

    assert set(posts.loc[readers["post"], "content"]) == set(cast.OFFERED)
    assert (age > 0).all()
    assert age.mean() == pytest.approx(clicks.FADES, rel=0.2)
    assert readers["touch"].is_unique
    table = company.touches()
    assert set(zip(readers["touch"], readers["person"], readers["at"], strict=True)) <= set(
        zip(table["id"].to_pylist(), table["person"].to_pylist(), company.at.tolist(), strict=True)
    )


def test_colleagues_and_programs_click_on_posts_that_were_out(advocacy):
    truth = advocacy.truth["clicks_truth"]
    others = truth[truth["clicked_by"] != "reader"]
    posts = advocacy.tables["posts"].set_index("post")
    age = others["at"] - posts.loc[others["post"], "at"].to_numpy()
    programs = age[others["clicked_by"] == "program"]

    assert advocacy.touches["id"].to_pylist() == others["touch"].tolist()
    assert not posts.loc[others["post"], "approval"].isin(["pending", "refused"]).any()
    assert (age[others["clicked_by"] == "colleague"] >= 60).all()
    assert set(programs[programs < 300]) == {0, 1}
    assert 0.6 < (programs < 2).mean() < 0.8
    ours = others["person"].str.endswith("@lumenio.example")
    assert not ours[others["clicked_by"] == "program"].any()
    assert ours[others["clicked_by"] == "colleague"].mean() == pytest.approx(1 - clicks.OWN_DEVICE, abs=0.06)


def test_reposts_name_the_post_that_they_pass_on(advocacy):
    posts = advocacy.tables["posts"].set_index("post")
    reposts = posts[posts["kind"] == "repost"]
    passed_on = posts.loc[reposts["repost_of"]]

    assert posts["repost_of"].notna().sum() == len(reposts)
    assert (passed_on["at"].to_numpy() < reposts["at"]).all()
    assert (passed_on["content"].to_numpy() == reposts["content"]).all()
    assert (passed_on["advocate"].to_numpy() != reposts["advocate"]).all()
    assert 30 < passed_on["advocate"].notna().sum() < len(reposts)  # colleagues' beside the page's


def test_the_offers_truth_counts_the_clicks_that_would_not_have_been(advocacy):
    """By hand: from the clicks that the truth marks, the teams of their advocates, and who was enrolled."""
    people = advocacy.tables["advocates"].set_index("advocate")
    drawn = advocacy.tables["rotations"].set_index(["content", "team"])["offered"]
    codes = advocacy.tables["link_codes"].set_index("code")
    truth = advocacy.truth["clicks_truth"]
    marked = truth[truth["because_of_offer"]]
    begins, ends = (dt.datetime(2025, month, day, tzinfo=offers.ZONE).timestamp() for month, day in ((9, 1), (10, 13)))

    for row in advocacy.truth["offers_truth"].to_dict("records"):
        mine = marked[(marked["code"].map(codes["content"]) == row["content"]) & marked["at"].between(begins, ends - 1)]
        assert (drawn[row["content"]].reindex(mine["code"].map(codes["advocate"]).map(people["team"])) == "yes").all()
        heads = sum(
            drawn.get((row["content"], one.team)) == "yes"
            and one.since <= dt.date(2025, 10, 12)
            and (one.until or one.since) >= (dt.date(2025, 9, 1) if one.until else one.since)
            for one in people.dropna(subset="since").itertuples()
        )
        assert row["advocates_offered"] == heads
        assert row["clicks_because_of_offer"] == len(mine)
        assert row["true_difference_clicks"] == pytest.approx(len(mine) / heads)


def test_over_many_draws_the_interval_holds_what_the_offer_truly_did(company):
    """What is measured here is posts: as clicks and leads, they come anyway or because of the offer."""
    people = staff.staff(company, Generator(PCG64(1)))
    held = 0
    for seed in range(60):
        rng = Generator(PCG64(seed))
        rotation = offers.drawn(people, company, rng)
        posts = offers.shared(people, rotation, offers.codes(people, rotation, set(), rng), rng)
        size = offers.enrolled(people, rotation.since, rotation.until).groupby("team").size()[list(rotation.teams)].to_numpy(float)
        team = posts["advocate"].map(people.set_index("advocate")["team"])
        made = pd.crosstab(posts["content"], team).reindex(index=rotation.contents, columns=rotation.teams, fill_value=0)
        because = pd.crosstab(posts["content"], posts["because_of_offer"]).reindex(index=rotation.contents)[True]
        true = np.mean(because.to_numpy() / (rotation.offered @ size))
        every, exact = draws(rotation.offered, rng)
        found = effect(made.to_numpy(float), np.tile(size, (len(rotation.contents), 1)), rotation.offered, every)
        assert exact
        assert found.level == pytest.approx(0.95)
        held += found.low <= true <= found.high
    assert held >= 54


def test_answers_say_what_the_truth_says(advocacy):
    said = advocacy.tables["surveys"].set_index("person")["answer"]
    truth = advocacy.truth["answers_truth"]
    caused = advocacy.truth["advocacy_truth"].set_index("person")["advocate"]
    names = advocacy.tables["advocates"].set_index("advocate")["name"]
    codes = advocacy.tables["link_codes"].set_index("code")["advocate"]

    for row in truth.to_dict("records"):
        answer = said[row["person"]]
        assert row["by_post"] == (caused.get(row["person"]) == row["advocate"])
        if row["says"] in ("name", "met"):
            assert all(part.casefold() in answer.casefold() for part in names[row["advocate"]].split())
        if row["says"] == "code":
            assert codes[answer.removeprefix("code ").lower()] == row["advocate"]
        if row["says"] == "misspelt":
            assert answer.removeprefix("code ") not in codes.index
    assert set(truth["says"]) >= {"name", "code", "network", "met"}


def test_deals_belong_to_sales_and_some_to_whoever_wrote_the_post(company, advocacy):
    deals = advocacy.tables["opportunities"]
    people = advocacy.tables["advocates"].set_index("name")

    assert deals["opportunity"].is_unique
    assert set(people["team"][deals["owner"]]) == set(cast.SALES)
    assert deals["amount"].notna().all()
    stages = company.conversions().to_pandas()
    assert set(deals["opportunity"]) == set(stages["opportunity"][stages["goal"] == "opportunity"])
    assert deals["closes"].notna().sum() == stages[stages["goal"].isin(["won", "lost"])]["opportunity"].isin(deals["opportunity"]).sum()


def test_policy_is_kept_mostly(advocacy):
    posts = advocacy.tables["posts"]
    told = posts.dropna(subset="text")
    told = told[told["advocate"].notna() & (told["kind"] == "original")]

    assert 0.9 < told["text"].str.contains(cast.HASHTAG).mean() < 1
    approvals = posts.dropna(subset="approval")
    finance = advocacy.tables["advocates"].set_index("advocate")["team"][approvals["advocate"]]
    assert set(finance) == {cast.NEEDS_APPROVAL}
    assert set(approvals["approval"]) == {"approved", "refused", "pending"}
    assert posts["network"].value_counts().to_dict().keys() == {"linkedin", "bluesky", "x"}
    assert set(posts["kind"]) == {"original", "repost", "comment"}
