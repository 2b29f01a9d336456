"""The simulated programme fits the company that it is laid over, and its truth is the company's own mechanism."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from numpy.random import PCG64, Generator
from pandas.testing import assert_frame_equal

from attribution.simulation.funnel import LEAD
from attribution.simulation.simulate import DEMO, simulate
from social.simulation.causes import NOTHING, causes, codes_of
from social.simulation.files import archives, write
from social.simulation.programme import ENROLLED, INVITED, SHARING, programme


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
    assert_frame_equal(advocacy.truth, again.truth)
    assert not programme(company, seed=4).truth.equals(advocacy.truth)


def test_the_programmes_sizes(company, advocacy):
    staff = advocacy.tables["advocates"]
    posts = advocacy.tables["posts"]

    assert len(staff) == 60
    assert staff["since"].notna().sum() == ENROLLED
    assert staff["invited_on"].notna().sum() == INVITED
    assert posts["advocate"].nunique() == SHARING
    assert set(posts["advocate"].dropna()) == set(staff["advocate"][:SHARING])
    assert posts["post"].is_unique
    assert posts[posts["advocate"].isna()]["page"].eq("lumenio").all()


def test_each_lead_of_the_truth_came_of_a_click_after_its_post(advocacy):
    posts = advocacy.tables["posts"].set_index("post")
    truth = advocacy.truth

    assert 150 < len(truth) < 400
    assert (posts.loc[truth["post"], "advocate"].to_numpy() == truth["advocate"]).all()
    assert (posts.loc[truth["post"], "content"].to_numpy() == truth["content"]).all()
    written = pd.to_datetime(posts.loc[truth["post"], "at"].to_numpy(), unit="s", utc=True)
    assert (written < pd.to_datetime(truth["lead_at"]).to_numpy()).all()


def test_nobody_posts_before_they_enrolled_or_after_they_left_and_nothing_is_stored_without_consent(company, advocacy):
    staff = advocacy.tables["advocates"].set_index("advocate")
    consents = advocacy.tables["consents"]
    posts = advocacy.tables["posts"].dropna(subset="advocate")

    for post in posts.to_dict("records"):
        on = dt.datetime.fromtimestamp(post["at"], dt.UTC).date()
        assert staff["since"][post["advocate"]] <= on <= (staff["until"][post["advocate"]] or on)
    agreed = {datum: set(rows["advocate"]) for datum, rows in consents.groupby("datum")}
    assert set(posts["advocate"]) <= agreed["own_posts"]
    assert set(advocacy.connections["advocate"]) == agreed["audience"]
    assert agreed["introductions"] < agreed["company_and_title"] < agreed["audience"]


def test_figures_only_grow_and_clicks_are_at_least_those_on_our_site(company, advocacy):
    figures = advocacy.tables["post_metrics"].sort_values(["post", "day"])
    for name in ("impressions", "reach", "clicks", "reactions"):
        assert (figures.groupby("post")[name].diff().dropna() >= 0).all()
    assert (figures["reach"] <= figures["impressions"]).all()


def test_files(tmp_path, advocacy):
    written = write(advocacy, tmp_path)

    assert {kind: path.name for kind, path in written.items()} == {kind: f"{kind}.csv" for kind in advocacy.tables}
    assert set(archives(tmp_path)) == set(advocacy.connections["advocate"])
    advocate, archive = min(archives(tmp_path).items())
    first = archive.read_text(encoding="utf-8").splitlines()
    assert first[3] == "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
    assert len(first) == 4 + (advocacy.connections["advocate"] == advocate).sum()
