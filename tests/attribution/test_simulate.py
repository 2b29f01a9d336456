"""The simulated company: its truth against literal oracles, its files against what the CSV connector reads."""

import datetime as dt
import math
import random
import re
from collections import defaultdict

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from attribution.channels import Classifier, origin_from
from attribution.simulation.company import OWN_DOMAIN, SCENARIOS
from attribution.simulation.hazard import Hazard, clock, expected, first_leads
from attribution.simulation.simulate import BASELINE, DEMO, Simulation, simulate, write
from workspace import urls
from workspace.errors import UsageError
from workspace.settings import ChannelSettings

TOUCH_COLUMNS = ["person", "at", "source", "medium", "campaign", "content", "term", "referrer", "url", "kind", "id"]
CONVERSION_COLUMNS = ["person", "account", "at", "goal", "opportunity", "value", "currency", "id"]
SPEND_COLUMNS = ["day", "channel", "source", "medium", "campaign", "amount", "currency", "impressions", "clicks"]
TRUTH_COLUMNS = [
    "channel", "family", "touches", "harvest_touches", "true_incremental_conversions", "true_share_of_caused_conversions",
    "beta_per_day", "tau_days",
]  # fmt: skip


@pytest.fixture(scope="module")
def demo() -> Simulation:
    return simulate(**DEMO)


@pytest.fixture(scope="module")
def independent() -> Simulation:
    return simulate(30_000, seed=4, scenario="independent")


@pytest.fixture(scope="module")
def harvest() -> Simulation:
    return simulate(30_000, seed=4, scenario="harvest")


@pytest.fixture
def three_people() -> Hazard:
    """Three people and six touches of two streams, with effects large enough to interact; the last comes after its person left."""
    return Hazard(
        enter=np.array([0.0, 2.0, 5.0]),
        leave=np.array([10.0, 6.0, 5.0]),
        baseline=np.array([0.05, 0.20, 0.30]),
        person=np.array([0, 0, 0, 1, 1, 2]),
        code=np.array([0, 1, 0, 0, 1, 1]),
        at=np.array([1.0, 1.5, 8.0, 3.0, 4.0, 7.0]),
        beta=np.array([0.4, 0.2]),
        tau=np.array([2.0, 5.0]),
    )


END = 10.0


def literal_rate(hazard: Hazard, person: int, t: float, without: int | None = None) -> float:
    """The hazard's definition, word for word."""
    rate = float(hazard.baseline[person]) if hazard.enter[person] <= t < hazard.leave[person] else 0.0
    for who, code, at in zip(hazard.person.tolist(), hazard.code.tolist(), hazard.at.tolist(), strict=True):
        if who == person and code != without and at <= t:
            rate += hazard.beta[code] * math.exp(-(t - at) / hazard.tau[code])
    return rate


def by_thinning(hazard: Hazard, person: int, rng: random.Random, without: int | None = None) -> float:
    """Draw a first lead time by thinning a fast stream (Lewis and Shedler 1979); inf when there is none before the end."""
    ceiling = 1.5
    t = 0.0
    while (t := t + rng.expovariate(ceiling)) < END:
        rate = literal_rate(hazard, person, t, without)
        assert rate <= ceiling
        if rng.random() * ceiling < rate:
            return t
    return math.inf


@pytest.mark.parametrize(("without", "seed"), [(None, 1), (0, 2), (1, 3)])
def test_the_integral_is_what_thinning_gives(three_people, without, seed):
    rng = random.Random(seed)
    draws = 5000
    converted = sum(by_thinning(three_people, person, rng, without) < END for _ in range(draws) for person in range(3)) / draws
    truth = expected(three_people, END, np.array([0, 1]))
    exact = truth.leads - (0.0 if without is None else truth.incremental[without])
    assert abs(converted - exact) < 4 * math.sqrt(3 * 0.25 / draws)


def test_lead_times_follow_the_hazard(three_people):
    copies = 4000
    crowd = three_people.of(np.arange(3))
    many = Hazard(
        enter=np.tile(crowd.enter, copies),
        leave=np.tile(crowd.leave, copies),
        baseline=np.tile(crowd.baseline, copies),
        person=np.concatenate([crowd.person + 3 * copy for copy in range(copies)]),
        code=np.tile(crowd.code, copies),
        at=np.tile(crowd.at, copies),
        beta=crowd.beta,
        tau=crowd.tau,
    )
    person, day = first_leads(many, END, np.random.default_rng(5))
    rng = random.Random(6)
    for who in range(3):
        drawn = day[person % 3 == who]
        literal = [t for t in (by_thinning(three_people, who, rng) for _ in range(copies)) if t < END]
        assert abs(len(drawn) - len(literal)) < 4 * math.sqrt(2 * copies * 0.25)
        assert stats.ks_2samp(drawn, literal).pvalue > 0.01


def test_one_touch_by_hand():
    """One person without baseline, one touch at day 0 with beta 0.5 and tau 2: H(10) = 1 - exp(-5), P = 1 - exp(-H) = 0.629633."""
    zero = np.zeros(1)
    alone = Hazard(zero, zero, zero, np.array([0]), np.array([0]), zero, np.array([0.5]), np.array([2.0]))
    truth = expected(alone, 10.0, np.array([0]))
    assert (truth.leads, truth.baseline, truth.incremental[0]) == pytest.approx((0.629633, 0.0, 0.629633), abs=1e-6)


@st.composite
def hazards(draw: st.DrawFn) -> Hazard:
    people, touches = draw(st.integers(1, 4)), draw(st.integers(0, 8))
    days = st.floats(0, END)

    def several(values: st.SearchStrategy[float], size: int) -> np.ndarray:
        return np.array(draw(st.lists(values, min_size=size, max_size=size)), dtype=float)

    enter = several(days, people)
    return Hazard(
        enter=enter,
        leave=np.maximum(enter, several(days, people)),
        baseline=several(st.floats(0, 2), people),
        person=several(st.integers(0, people - 1), touches).astype(int),
        code=several(st.integers(0, 2), touches).astype(int),
        at=several(days, touches),
        beta=several(st.floats(0, 3), 3),
        tau=several(st.floats(0.1, 30), 3),
    )


@given(hazards())
@settings(max_examples=100, deadline=None)
def test_what_is_caused_lies_between_the_sum_without_each_and_the_sum_of_each_alone(hazard):
    groups = np.array([0, 1, 2])
    truth = expected(hazard, END, groups)
    caused = truth.leads - truth.baseline
    alone = [expected(only(hazard, code), END, groups).leads - truth.baseline for code in groups]
    tolerance = 1e-9
    assert (truth.incremental >= -tolerance).all()
    assert truth.incremental.sum() <= caused + tolerance
    assert caused <= sum(alone) + tolerance
    assert (truth.incremental <= np.array(alone) + tolerance).all()
    assert expected(hazard, END, np.zeros(3, dtype=int)).incremental == pytest.approx([caused])


def only(hazard: Hazard, code: int) -> Hazard:
    kept = hazard.code == code
    return Hazard(
        hazard.enter, hazard.leave, hazard.baseline, hazard.person[kept], hazard.code[kept], hazard.at[kept], hazard.beta, hazard.tau
    )


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_truth_is_the_definition_summed_over_people_and_touches(scenario):
    company = simulate(400, seed=8, scenario=scenario)
    end = company.clock.days
    exposure: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    hazard = company.hazard
    for person, code, at in zip(hazard.person.tolist(), hazard.code.tolist(), hazard.at.tolist(), strict=True):
        process = company.processes[code]
        exposure[person][process.channel] += process.beta_per_day * process.tau_days * (1 - math.exp(-(end - at) / process.tau_days))
    truth = defaultdict(float)
    leads = baseline = 0.0
    for person in range(400):
        own = float(hazard.baseline[person] * (hazard.leave[person] - hazard.enter[person]))
        total = own + sum(exposure[person].values())
        leads += 1 - math.exp(-total)
        baseline += 1 - math.exp(-own)
        for channel, part in exposure[person].items():
            truth[channel] += math.exp(-(total - part)) - math.exp(-total)
    rows = company.truth.set_index("channel")["true_incremental_conversions"]
    assert rows.drop(BASELINE).to_dict() == pytest.approx({name: truth[name] for name in rows.index.drop(BASELINE)}, rel=1e-9)
    assert (rows[BASELINE], company.baseline_leads, company.expected_leads) == pytest.approx((baseline, baseline, leads), rel=1e-9)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_as_many_leads_are_drawn_as_expected(scenario):
    company = simulate(20_000, seed=11, scenario=scenario)
    assert abs(company.leads - company.expected_leads) < 4 * math.sqrt(company.expected_leads)


def test_a_moment_estimator_recovers_each_channels_beta(independent):
    """Leads less what the hazard had given by then is a martingale, so leads and exposures, weighed by touch counts, balance."""
    company = independent
    hazard, n_codes = company.hazard, len(company.processes)
    until = np.full(company.people, company.clock.days)
    is_lead = company.stages.goal == 0
    led = company.stages.person[is_lead]
    until[led] = company.clock.read(company.stages.at[is_lead])
    converted = np.zeros(company.people)
    converted[led] = 1.0
    decay = -np.expm1(-np.clip(until[hazard.person] - hazard.at, 0, None) / hazard.tau[hazard.code]) * hazard.tau[hazard.code]
    cell = hazard.person * n_codes + hazard.code
    exposure = np.bincount(cell, decay, company.people * n_codes).reshape(-1, n_codes)
    counts = np.bincount(cell, minlength=company.people * n_codes).reshape(-1, n_codes)
    exposure = np.column_stack([exposure, until])
    weights = np.column_stack([counts, np.ones(company.people)])
    inverse = np.linalg.inv(weights.T @ exposure)
    estimate = inverse @ (weights.T @ converted)
    error = np.sqrt(np.diag(inverse @ (weights.T * converted) @ weights @ inverse.T))
    true = np.append(hazard.beta, SCENARIOS["independent"].baseline / company.clock.days)
    assert (np.abs(estimate - true) < 4 * error).all()
    assert error[0] < 0.2 * true[0], "the test can tell the effect of organic search from none"


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path):
    first, second, other = (write(simulate(3000, seed), tmp_path / name) for name, seed in (("a", 5), ("b", 5), ("c", 6)))
    assert [path.name for path in first] == ["touches.csv", "conversions.csv", "spend.csv", "people.csv", "truth.csv", "README.txt"]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert all(path.read_bytes() != twin.read_bytes() for path, twin in zip(first, other, strict=True))


def test_the_global_random_state_is_left_alone():
    np.random.seed(1)
    before = np.random.get_state()[1].tolist()
    simulate(500, seed=1)
    assert np.random.get_state()[1].tolist() == before


def test_files_read_back_as_the_tables(tmp_path, monkeypatch):
    monkeypatch.setattr("attribution.simulation.files.SLICE", 1000)  # several slices, one of them partial
    company = simulate(2000, seed=9)
    touches, conversions, spend, people, truth, readme = write(company, tmp_path / "new" / "folder")
    text = {"keep_default_na": False, "na_values": [""]}
    read = pd.read_csv(touches, parse_dates=["at"], **text)
    assert list(read.columns) == TOUCH_COLUMNS
    assert len(read) > 3000
    pd.testing.assert_frame_equal(read, company.touches().to_pandas(), check_dtype=False)
    read = pd.read_csv(conversions, parse_dates=["at"], **text)
    assert list(read.columns) == CONVERSION_COLUMNS
    pd.testing.assert_frame_equal(read, company.conversions().to_pandas(), check_dtype=False)
    read = pd.read_csv(people, **text)
    assert read.person.tolist() == sorted(set(company.touches()["person"].to_pylist()))
    assert (read.account == read.person.str.partition("@")[2]).all()
    deals = company.conversions().to_pandas()
    assert deals.opportunity.notna().tolist() == deals.goal.isin(["opportunity", "won", "lost"]).tolist()
    assert not deals[deals.goal.isin(["won", "lost"])].opportunity.duplicated().any()
    read = pd.read_csv(spend, **text).assign(day=lambda frame: pd.to_datetime(frame["day"]).dt.date)
    assert list(read.columns) == SPEND_COLUMNS
    pd.testing.assert_frame_equal(read, company.spend.to_pandas(), check_dtype=False)
    read = pd.read_csv(truth, **text)
    assert list(read.columns) == TRUTH_COLUMNS
    pd.testing.assert_frame_equal(read, company.truth, check_dtype=False)
    lines = readme.read_text("utf-8")
    assert re.findall(r"(?m)^(People|Seed|Scenario|Window|Own domain) +(\S+)", lines) == [
        ("People", "2000"), ("Seed", "9"), ("Scenario", "demo"), ("Window", "2025-01-01"), ("Own domain", OWN_DOMAIN),
    ]  # fmt: skip
    assert f"{len(company.person)} contacts" in lines


def test_one_person_makes_whole_if_empty_files(tmp_path):
    company = simulate(1, seed=3, days=90)
    touches, conversions, *_ = write(company, tmp_path)
    assert pd.read_csv(touches).columns.tolist() == TOUCH_COLUMNS
    assert pd.read_csv(conversions).columns.tolist() == CONVERSION_COLUMNS


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"people": 0}, "--people 0: a simulation takes 1 to 9999999 people"),
        ({"seed": -1}, "--seed -1: a seed is 0 or a positive whole number"),
        (
            {"scenario": "rct"},
            "--scenario rct: there is no such scenario; choose one of demo, independent, harvest, intent, baseline",
        ),
        ({"days": 7}, "--days 7: a simulation takes 90 to 3660 days"),
    ],
)
def test_wrong_parameters_are_named(wrong, message):
    with pytest.raises(UsageError) as caught:
        simulate(**{"people": 10, "seed": 1, **wrong})
    assert str(caught.value) == message


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    taken = tmp_path / "taken"
    taken.write_text("a file")
    with pytest.raises(UsageError) as caught:
        write(simulate(10, seed=1), taken)
    assert str(caught.value) == f"{taken}: the simulated files cannot be written here (File exists); name another folder with --out"


def test_the_clock_runs_with_the_buyers_and_back():
    year = clock(dt.date(2025, 1, 1), 365, business_hours=True)
    seconds = np.arange(year.start, year.end, 7919)
    assert np.abs(year.seconds(year.read(seconds)) - seconds).max() < 1e-3
    daily = np.diff(year.elapsed[::24])
    assert daily.sum() == pytest.approx(365)
    weekend = np.array([(dt.date(2025, 1, 1) + dt.timedelta(days=day)).weekday() >= 5 for day in range(365)])
    assert daily[weekend].sum() / daily.sum() < 0.04
    calendar = clock(dt.date(2025, 1, 1), 365, business_hours=False)
    assert np.diff(calendar.elapsed) == pytest.approx(np.full(365 * 24, 1 / 24))


def channel_of(company: Simulation) -> np.ndarray:
    channels = np.array([process.channel for process in company.processes])
    return channels[np.array([origin.process for origin in company.origins])][company.origin]


def test_truth_counts_the_touches_in_the_file(demo):
    counted = pd.Series(channel_of(demo)).value_counts()
    rows = demo.truth.set_index("channel")
    assert rows["touches"].drop(BASELINE).to_dict() == counted.to_dict()
    assert rows["touches"].sum() == demo.touches().num_rows
    caused = rows.drop(BASELINE)
    assert caused["true_share_of_caused_conversions"].sum() == pytest.approx(1)
    none = caused["true_incremental_conversions"] == 0
    assert sorted(caused.index[none]) == ["Call", "Direct", "Meeting"]
    assert set(caused["family"]) == {"organic", "referral", "ads", "social", "direct", "email", "offline"}
    assert demo.baseline_leads + caused["true_incremental_conversions"].sum() <= demo.expected_leads


def test_the_channel_rules_find_the_true_channel_of_every_touch(demo):
    classifier = Classifier(ChannelSettings(), [OWN_DOMAIN])
    used = sorted(set(demo.origin.tolist()))
    found, true = {}, {}
    for place in used:
        origin, process = demo.origins[place], demo.processes[demo.origins[place].process]
        url = f"{origin.url}1" if origin.click_id else origin.url
        verdict = classifier.classify(
            origin_from(origin.source, origin.medium, origin.campaign, origin.content, origin.term, url, origin.referrer, process.kind)
        )
        found[place], true[place] = (verdict.channel, verdict.family), (process.channel, process.family)
    assert found == true


def test_harvest_changes_the_touches_and_nothing_else(independent, harvest):
    """The two scenarios share people, causes and leads; the harvesters come on top, most of them shortly before a lead."""
    pd.testing.assert_frame_equal(
        independent.truth.drop(columns=["touches", "harvest_touches"]),
        harvest.truth.query("channel != 'Direct'").drop(columns=["touches", "harvest_touches"]).reset_index(drop=True),
    )
    is_lead = independent.stages.goal == 0
    assert harvest.stages.person[harvest.stages.goal == 0].tolist() == independent.stages.person[is_lead].tolist()
    lead_at = pd.Series(harvest.stages.at[is_lead_of(harvest)], harvest.stages.person[is_lead_of(harvest)])
    direct = pd.DataFrame({"person": harvest.person, "at": harvest.at})[channel_of(harvest) == "Direct"]
    gap = (direct["person"].map(lead_at) - direct["at"]) / 86400
    shortly_before = direct["person"][(gap >= 0) & (gap < 7)].nunique()
    n, p = len(lead_at), 0.35
    assert shortly_before > n * p - 4 * math.sqrt(n * p * (1 - p))
    row = harvest.truth.set_index("channel").loc["Direct"]
    assert (row["true_incremental_conversions"], row["harvest_touches"]) == (0.0, pytest.approx(n * p, abs=4 * math.sqrt(n * p * 0.65)))


def is_lead_of(company: Simulation) -> np.ndarray:
    return company.stages.goal == 0


def test_intent_brings_display_to_those_who_come_anyway():
    company = simulate(20_000, seed=2, scenario="intent")
    channel = channel_of(company)
    baseline = company.hazard.baseline

    def mean_baseline(name: str) -> float:
        return float(baseline[company.person[channel == name]].mean() / baseline.mean())

    # A rate that goes with a gamma of shape k gives a mean of 1 + 1/k among the touched (k = 0.6 here); one that does not, 1.
    assert mean_baseline("Display") == pytest.approx(1 + 1 / 0.6, rel=0.15)
    assert mean_baseline("Organic Search") == pytest.approx(1, rel=0.1)


def test_the_demo_looks_like_a_b2b_company(demo):
    touches, conversions = demo.touches().to_pandas(), demo.conversions().to_pandas()
    assert 190_000 <= len(touches) <= 210_000
    goals = conversions["goal"].value_counts()
    assert goals.index.tolist() == ["lead", "mql", "sql", "opportunity", "lost", "won"]
    assert 3000 <= goals["lead"] <= 6000
    assert 150 <= goals["won"] <= 600
    assert 0.20 <= goals["won"] / (goals["won"] + goals["lost"]) <= 0.25
    assert (touches["at"].dt.day_of_week < 5).mean() > 0.95
    assert (conversions["at"].dt.day_of_week < 5).mean() > 0.95
    leads = conversions[conversions["goal"] == "lead"].set_index("person")["at"]
    monthly = leads.dt.month.value_counts()
    assert (len(monthly), monthly.idxmin()) == (12, 8)
    joined = touches.assign(lead=touches["person"].map(leads))
    before = joined[(joined["at"] <= joined["lead"]) & (joined["at"] >= joined["lead"] - pd.Timedelta(days=90))]
    lengths = before.groupby("person").size()
    assert 3 <= lengths.mean() <= 6
    assert 0.03 <= 1 - len(lengths) / len(leads) <= 0.12, "some leads have no touch"
    won = conversions[conversions["goal"] == "won"].groupby("person")["at"].min()
    days = (won - touches.groupby("person")["at"].min().reindex(won.index)).dt.total_seconds() / 86400
    assert 60 <= days.median() <= 90
    cost_per_customer = demo.spend.to_pandas()["amount"].sum() / goals["won"]
    assert 1000 <= cost_per_customer <= 5000


def test_nothing_names_a_real_person_or_company(demo):
    touches, conversions = demo.touches().to_pandas(), demo.conversions().to_pandas()
    person = r"p\d{7}@[a-z-]+-\d+\.example"
    assert pd.Series(touches["person"].unique()).str.fullmatch(person).all()
    assert (conversions["person"] == conversions["person"].str[:9] + conversions["account"]).all()
    assert {urls.host(page) for page in touches["url"].dropna().str.partition("?")[0].unique()} == {f"www.{OWN_DOMAIN}"}
    assert touches["id"].is_unique
    assert conversions["id"].is_unique


def test_tags_come_as_real_traffic_writes_them(demo):
    touches = demo.touches().to_pandas()
    written = touches.drop_duplicates(["source", "medium", "referrer", "kind"])
    in_columns = set(zip(written["source"].fillna(""), written["medium"].fillna(""), strict=True))
    assert {("google", "sea"), ("LinkedIn", "cpc"), ("dv360", "display"), ("brevo", "newsletter"), ("", "")} <= in_columns
    assert {"LinkedIn", "lnkd.in", "linkedin"} <= set(written["source"].dropna())
    hosts = {urls.host(referrer) for referrer in written["referrer"].dropna()}
    assert {"www.google.fr", "www.qwant.com", "chatgpt.com", "www.linkedin.com", "lnkd.in", f"www.{OWN_DOMAIN}"} <= hosts
    found = [urls.tags(url) for url in touches["url"].dropna().sample(20_000, random_state=1)]
    assert {tags.click_id_kind for tags in found} == {"gclid", "msclkid", "li_fat_id", "dclid", None}
    assert {"employee-advocacy", "email", "newsletter", "cpc", "sponsored"} <= {tags.medium for tags in found}
    clicks = [tags.click_id for tags in found if tags.click_id]
    assert len(set(clicks)) == len(clicks)
    assert set(touches["kind"]) == {"visit", "email_click", "post_click", "event", "call", "meeting"}


def test_stages_follow_each_other_and_an_account_has_one_deal(demo):
    conversions = demo.conversions().to_pandas()
    first = conversions.pivot_table(index="person", columns="goal", values="at", aggfunc="min")
    for earlier, later in (("lead", "mql"), ("mql", "sql"), ("sql", "opportunity"), ("opportunity", "won"), ("opportunity", "lost")):
        both = first[first[later].notna()]
        assert (both[earlier] < both[later]).all()
    assert not (first["won"].notna() & first["lost"].notna()).any()
    assert not conversions[conversions["goal"].isin(["lead", "mql", "sql"])].duplicated(["person", "goal"]).any()
    assert not conversions[conversions["goal"].isin(["opportunity", "lost"])].duplicated(["account", "goal"]).any()
    has_value = conversions["goal"].isin(["opportunity", "won"])
    assert (conversions["value"].notna() == has_value).all()
    assert (conversions["currency"].eq("EUR") == has_value).all()
    again = conversions[conversions["goal"] == "won"]["person"].duplicated().sum()
    assert 0 < again < 0.08 * (conversions["goal"] == "won").sum()


def test_platforms_bill_at_least_the_clicks_that_left_a_touch(demo):
    spend = demo.spend.to_pandas()
    billed = spend[spend["clicks"].notna()].set_index(["day", "source", "campaign"]).sort_index()
    assert billed.index.is_unique
    priced = [process.price for process in demo.processes]
    rows = pd.DataFrame(
        [(price.source, origin.billed) if (price := priced[origin.process]) else (None, None) for origin in demo.origins],
        columns=["source", "campaign"],
    ).iloc[demo.origin]
    rows["day"] = pd.to_datetime(demo.at, unit="s").date
    touched = rows.dropna().groupby(["day", "source", "campaign"]).size()
    assert touched.index.equals(billed.index)
    assert (billed["clicks"] >= touched).all()
    assert (billed["impressions"] >= billed["clicks"]).all()
    assert (spend["amount"] > 0).all()
    assert set(spend["channel"].dropna()) == {"Organic Search", "Employee Advocacy", "Email", "Referral", "Event", "Webinar"}
    assert (spend["source"].isna() == spend["channel"].notna()).all()
