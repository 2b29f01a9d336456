"""Rotations on a workspace: drawn and recorded once, what counts for which team, and reports that say how sure they are."""

import dataclasses
import datetime as dt
import json
import secrets

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from cli import main
from reports.report import Text
from social.experiment import followed, measure
from social.experiment_report import drawn_report, listing, reports
from social.lift_report import COLUMNS, lift_report
from social.rotations import Plan, draw_rotation, rotation
from tests.social.workspaces import agreed, at, click, day, make
from workspace import social_reading
from workspace.errors import DataError, UsageError
from workspace.store import open_workspace

SETTINGS = 'own_domains = ["lumenio.example"]\ntime_zone = "UTC"\n'
TEAMS = ("East", "North", "South", "West")
STAFF = [
    {"advocate": f"{team[0]}{number}", "person": f"{team}{number}@lumenio.example", "team": team, "since": day(-300)}
    for team in TEAMS
    for number in range(6)
]
CODES = [
    {"code": f"{one['advocate']}-{content}", "advocate": one["advocate"], "content": content}
    for one in STAFF
    for content in ("guide", "paper")
]
OFFERED = {"guide": ("East", "North"), "paper": ("South", "West")}


def cells(since=0, until=27, teams=TEAMS, offered=OFFERED):
    return [
        {"rotation": "spring", "content": content, "team": team, "since": day(since), "until": day(until), "offered": team in chosen}
        for content, chosen in offered.items()
        for team in teams
    ]


def lead(person, days):
    return {"person": person, "at": at(days), "goal": "lead", "id": f"lead {person} {days}"}


def workspace_of(tmp_path, settings=SETTINGS, **records):
    given = {"advocates": STAFF, "consents": agreed(*(one["advocate"] for one in STAFF)), "link_codes": CODES, "rotations": cells()}
    return make(tmp_path, settings, **(given | records))


PLAN = Plan("spring", ("paper", "guide", "paper"), (), dt.date(2026, 3, 2), dt.date(2026, 3, 29), 5)


def test_a_draw_is_recorded_once_and_read_back(tmp_path):
    with workspace_of(tmp_path, rotations=[]) as workspace:
        drawn, seed = draw_rotation(workspace, PLAN)
        assert seed == 5
        assert rotation(workspace, "SPRING") == drawn
        assert [(one.name, sum(one.offered.values()), tuple(one.offered)) for one in drawn] == [("guide", 2, TEAMS), ("paper", 2, TEAMS)]
        assert {team: drawn[0].offered[team] for team in TEAMS} == {team: not drawn[1].offered[team] for team in TEAMS}
        with pytest.raises(UsageError) as error:
            draw_rotation(workspace, PLAN)
        assert str(error.value) == (
            "spring was drawn already; drawn again until it pleases, it would be no chance any more: see it with "
            "smarketing social experiment spring, or draw another under another name"
        )
        assert len(social_reading.rotations(workspace)) == 8


def test_a_content_or_a_team_in_two_spellings_is_one(tmp_path):
    with workspace_of(tmp_path, rotations=[]) as workspace:
        drawn, _ = draw_rotation(workspace, dataclasses.replace(PLAN, contents=("Paper", "guide", "PAPER")))
    assert [one.name for one in drawn] == ["Paper", "guide"]

    table = cells(offered={"guide": OFFERED["guide"], "Paper": OFFERED["paper"]})
    for row, spelled in zip(table[4:6], ("paper", "PAPER"), strict=True):
        row |= {"content": spelled, "team": row["team"].upper()}
    other = tmp_path / "other"
    other.mkdir()
    with workspace_of(other, rotations=table, touches=[click("anna@x.example", at(3), "S0-paper")]) as workspace:
        found = measure(workspace, "spring")
    assert (found.teams, found.empty, found.advocates.tolist()) == (list(TEAMS), 0, [[6.0] * 4] * 2)
    assert [one.name for one in found.contents] == ["PAPER", "guide"]
    assert found.clicks.tolist() == [[0.0, 0.0, 1.0, 0.0], [0.0] * 4]


def test_a_draw_needs_a_name_that_says_something(tmp_path):
    workspace_of(tmp_path, rotations=[]).close()
    words = ["social", "experiment", " ", "--draw", "--content", "guide", "--since", "2026-03-02", "--until", "2026-03-29"]
    done = CliRunner().invoke(main, ["--workspace", str(tmp_path / "smarketing.db"), *words])

    assert (done.exit_code, done.stderr.splitlines()[-1]) == (2, "Error: A draw needs a name: social experiment NAME --draw …")


def test_of_two_draws_at_the_same_moment_the_first_to_be_recorded_stands(tmp_path, monkeypatch):
    plan = dataclasses.replace(PLAN, seed=None)
    first = []

    def meanwhile(_):
        """Let somebody else draw, after it was seen that nobody has."""
        with open_workspace(tmp_path / "smarketing.db") as other:
            first.extend(draw_rotation(other, PLAN)[0])
        return 6

    with workspace_of(tmp_path, rotations=[]) as workspace:
        monkeypatch.setattr(secrets, "randbelow", meanwhile)
        with pytest.raises(UsageError, match=r"^spring was drawn already; "):
            draw_rotation(workspace, plan)
        assert rotation(workspace, "spring") == first
        assert len(social_reading.rotations(workspace)) == 8


def test_a_draw_says_how_sure_it_can_be_and_what_is_missing(tmp_path):
    small = {"advocate": "Z1", "team": "Finance", "since": day(-300)}
    with workspace_of(tmp_path, rotations=[], advocates=[*STAFF, small]) as workspace:
        report = drawn_report(workspace, Plan("spring", ("guide", "video"), (), PLAN.since, PLAN.until, 5), dt.date(2026, 3, 2))
        listed = listing(workspace)

    assert report.frame.columns.tolist() == ["content", "team", "offered"]
    assert report.frame["team"].tolist() == [*TEAMS, *TEAMS]
    assert report.frame.groupby("content")["offered"].sum().to_dict() == {"guide": 2, "video": 2}
    assert report.notes == (
        Text(
            "Offer each content to the teams drawn for it and to no other until the period ends; what they then post is theirs to choose."
        ),
        Text(
            "There {number:is|are} only {number} {number:draw that was|draws that were} as likely: no effect, however large, is surer "
            "than p = {smallest:.3f}, and 40 draws are needed for an interval at 95 %. More teams or more contents give more.",
            number=6,
            smallest=1 / 3,
        ),
        Text("Too small to be drawn: {teams}. Figures of fewer than {smallest:g} advocates are withheld.", teams="Finance", smallest=5.0),
        Text(
            "No link is known for {contents}: make links for all teams that were drawn, offered or not, with: smarketing social links "
            "URL --content NAME",
            contents="video",
        ),
        Text("The period has begun: a draw after the first day cannot be told from one that was chosen. Draw before the next one."),
    )
    assert report.meta == {"name": "spring", "since": PLAN.since, "until": PLAN.until, "seed": 5, "draws": 6}
    assert listed.frame.to_dict("records") == [{"name": "spring", "contents": 2, "teams": 4, "since": PLAN.since, "until": PLAN.until}]


def test_without_a_seed_chance_gives_one_that_draws_the_same_again(tmp_path):
    with workspace_of(tmp_path, rotations=[]) as workspace:
        drawn, seed = draw_rotation(workspace, Plan("a", ("guide", "paper"), (), PLAN.since, PLAN.until))
        again, _ = draw_rotation(workspace, Plan("b", ("guide", "paper"), (), PLAN.since, PLAN.until, seed))
    assert [one.offered for one in again] == [one.offered for one in drawn]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"since": None}, "A draw needs its period: --since DAY --until DAY, the first day and the last"),
        ({"until": dt.date(2026, 3, 1)}, f"--until 2026-03-01 lies before --since {PLAN.since}; swap them"),
        ({"contents": (" ",)}, "A draw needs what is offered: --content NAME, once for each content, as the links name it"),
        (
            {"teams": ("Legal",)},
            "--team Legal: there is no such team with an advocate in that period; there are East, North, South, West",
        ),
        (
            {"teams": ("east", "East")},
            "A draw needs two teams or more, of 5 advocates or more unless --team names them; here is 1",
        ),
    ],
)
def test_draws_that_cannot_be_made(tmp_path, changed, message):
    with workspace_of(tmp_path, rotations=[]) as workspace:
        with pytest.raises(UsageError) as error:
            draw_rotation(workspace, dataclasses.replace(PLAN, **changed))
        assert str(error.value) == message
        assert social_reading.rotations(workspace) == []


def test_what_counts_for_which_team(tmp_path):
    touches = [
        click("anna@x.example", at(1), "E0-guide"),  # East, guide
        click("anna@x.example", at(2), "S1-guide"),  # South, guide, though it was not offered
        click("ben@x.example", at(3), "w2-PAPER"),  # West, paper, however it is written
        click("carl@x.example", at(-1), "E0-guide"),  # before the period
        click("carl@x.example", at(27, 3600 * 15), "E0-guide"),  # after it, by a second
        click("carl@x.example", at(27, 3600 * 15 - 1), "N0-paper"),  # in its last second
        click("North3@lumenio.example", at(4), "E0-guide"),  # an advocate
        click("boss@lumenio.example", at(4), "E0-guide"),  # a colleague
        click("dora@x.example", at(5, 1), "N1-guide"),  # a second after the post: a preview
        click("dora@x.example", at(6), "gone"),  # of nobody
        click("dora@x.example", at(6), "other"),  # of another content
    ]
    gone = [{"code": "gone", "content": "guide"}, {"code": "other", "advocate": "E0", "content": "else"}]
    posts = [{"post": "p1", "network": "linkedin", "at": at(5), "advocate": "N1", "content": "guide"}]
    leads = [
        lead("anna@x.example", 2.5),  # once, for the latest click: South
        lead("ben@x.example", 32.9),  # within thirty days
        lead("carl@x.example", 80),  # too late
        lead("dora@x.example", 6.5),  # after clicks that do not count
    ]
    with workspace_of(tmp_path, touches=touches, link_codes=CODES + gone, posts=posts, conversions=leads) as workspace:
        found = measure(workspace, "Spring")

    assert found.teams == list(TEAMS)
    assert found.offered.tolist() == [[True, True, False, False], [False, False, True, True]]
    assert found.advocates.tolist() == [[6.0] * 4, [6.0] * 4]
    assert found.clicks.tolist() == [[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0]]
    assert found.leads.tolist() == [[0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]]
    assert found.left_out == {"colleague": 2, "preview": 1, "nobody": 1}
    assert (found.empty, found.complete, found.as_of, found.without_link) == (0, True, day(80), 0)


def test_advocates_are_those_enrolled_in_the_contents_period(tmp_path):
    staff = [one | {"until": day(-1)} if one["advocate"] in ("E0", "E1") else one for one in STAFF]
    staff = [one | {"since": day(28)} if one["advocate"] == "N0" else one for one in staff]
    leavers = [{"advocate": "Q1", "team": "Quit", "since": day(-300), "until": day(-10)}]
    with workspace_of(tmp_path, advocates=staff + leavers, rotations=cells(teams=("Quit", *TEAMS))) as workspace:
        found = measure(workspace, "spring")

    assert found.teams == list(TEAMS)
    assert found.advocates.tolist() == [[4.0, 5.0, 6.0, 6.0]] * 2
    assert (found.empty, found.complete, found.as_of) == (1, False, None)
    assert not found.clicks.any()


def test_the_report_of_a_lift(tmp_path):
    """12 advocates on each side: 6 clicks of the teams offered the guide, 2 of the others; of the paper 3 and none.

    The difference of the guide is 4 / 12, of the paper 3 / 12, their mean 7 / 24. No draw of the six beats it, and one (the one that was
    made) equals it: p = 2 / 6, too few for an interval.
    """
    clicks = {("E", "guide"): 3, ("N", "guide"): 3, ("S", "guide"): 1, ("W", "guide"): 1, ("S", "paper"): 2, ("W", "paper"): 1}
    touches = [
        click(f"{team}{content}{number}@x.example", at(1 + number), f"{team}{number}-{content}")
        for (team, content), many in clicks.items()
        for number in range(many)
    ]
    leads = [lead("Eguide0@x.example", 5), lead("Spaper1@x.example", 6)]
    with workspace_of(tmp_path, touches=touches, conversions=leads) as workspace:
        found = measure(workspace, "spring")
        report = lift_report(workspace, "spring", found, "clicks")
        both = reports(workspace, None, "spring", "all")

    period = {"since": day(0), "until": day(27), "teams_offered": 2, "teams_not_offered": 2}
    people = {"advocates_offered": 12, "advocates_not_offered": 12}
    expected = pd.DataFrame(
        [
            {"content": "guide", **period, **people, "total_offered": 6, "total_not_offered": 2, "per_advocate_offered": 6 / 12,
             "per_advocate_not_offered": 2 / 12, "difference": 4 / 12, "difference_low": None, "difference_high": None, "lift": 2.0,
             "p_value": 1 / 3},
            {"content": "paper", **period, **people, "total_offered": 3, "total_not_offered": 0, "per_advocate_offered": 3 / 12,
             "per_advocate_not_offered": 0.0, "difference": 3 / 12, "difference_low": None, "difference_high": None, "lift": None,
             "p_value": 1 / 3},
        ],
        columns=COLUMNS,
    )  # fmt: skip
    pd.testing.assert_frame_equal(report.frame, expected, check_dtype=False)
    assert report.notes == (
        Text(
            "{of} for each advocate and content, offered less not offered: {difference:.3f} (p = {p:.3f}; there are too few draws or "
            "outcomes for an interval).",
            of=Text("Clicks"),
            difference=pytest.approx(7 / 24),
            p=pytest.approx(1 / 3),
        ),
        Text(
            "There {number:is|are} only {number} {number:draw that was|draws that were} as likely: no effect, however large, is surer "
            "than p = {smallest:.3f}, and 40 draws are needed for an interval at 95 %. More teams or more contents give more.",
            number=6,
            smallest=1 / 3,
        ),
        Text("All {number} draws that were as likely are held against the one that was made.", number=6),
        Text("Each content's own p-value looks at it alone; of many contents one in twenty lies below 0.05 by chance."),
        Text(
            "Counted: clicks in the period on links to the content whose code is that of an advocate of the team, whether the team was "
            "offered it or not."
        ),
        Text("An offer that another post made way for shows as a gain, and one whose readers would have come anyway too."),
        Text(
            "Left out: {colleagues} {colleagues:click|clicks} of colleagues, {previews} within two seconds of the post, {nobody} of "
            "nobody in these teams.",
            colleagues=0,
            previews=0,
            nobody=0,
        ),
    )
    assert report.meta == {
        "name": "spring", "measure": "clicks", "click_days": 30.0, "as_of": day(6), "teams": 4, "draws": 6, "all_draws": True,
        "difference": pytest.approx(7 / 24), "difference_low": None, "difference_high": None, "interval_level": None,
        "p_value": pytest.approx(1 / 3),
    }  # fmt: skip
    assert [one.name for one in both] == ["social_experiment_leads", "social_experiment_clicks"]
    assert both[0].frame[["content", "total_offered", "total_not_offered"]].to_numpy().tolist() == [["guide", 1, 0], ["paper", 1, 0]]
    assert both[0].notes[-1] == Text("The leads are not all in: the data do not reach {days} {days:day|days} beyond the period.", days=30.0)


def test_an_effect_that_is_there_is_found(tmp_path):
    """Eight teams of five, two contents: each advocate offered a content brings three clicks more than chance does."""
    teams = [f"T{number}" for number in range(8)]
    staff = [{"advocate": f"{team}-{one}", "team": team, "since": day(-300)} for team in teams for one in range(5)]
    contents = ("guide", "paper", "tour", "video")
    codes = [
        {"code": f"{one['advocate']}-{content}", "advocate": one["advocate"], "content": content} for one in staff for content in contents
    ]
    rng = np.random.default_rng(11)
    with make(tmp_path, SETTINGS, advocates=staff, consents=agreed(*(one["advocate"] for one in staff)), link_codes=codes) as workspace:
        drawn, _ = draw_rotation(workspace, Plan("r", contents, (), day(0), day(27), 3))
    offered = {one.name: one.offered for one in drawn}
    touches = [
        click(f"p{code['code']}-{number}@x.example", at(1, number), code["code"])
        for code in codes
        for number in range(int(rng.poisson(2)) + 3 * offered[code["content"]][code["code"].split("-")[0]])
    ]
    with make(tmp_path, touches=touches) as workspace:
        report = reports(workspace, None, "r", "clicks")[0]

    assert report.meta["draws"] == 70 * 70
    assert report.meta["interval_level"] == 0.95
    assert report.meta["difference_low"] < 3 < report.meta["difference_high"]
    assert report.meta["difference_low"] > 2
    assert report.meta["p_value"] < 0.01


moments = st.integers(0, 12)


@given(st.lists(st.tuples(st.integers(1, 3), moments), max_size=8), st.lists(st.tuples(st.integers(1, 3), moments), max_size=12), moments)
def test_each_lead_follows_the_latest_click_before_it(leads, clicks, seconds):
    """Against a search through all clicks for each lead; the people's ids are too large for floats."""
    clicks = sorted(clicks, key=lambda one: one[1])
    large = 2**62 + 1
    told = pd.DataFrame(leads, columns=["person_id", "at"], dtype="int64")
    seen = pd.DataFrame([(*one, place, place % 2) for place, one in enumerate(clicks)], columns=["person_id", "at", "content", "team"])
    told["person_id"] += large
    seen = seen.astype("int64")
    seen["person_id"] += large
    expected = []
    for person, when in sorted(leads, key=lambda one: one[1]):
        before = [place for place, one in enumerate(clicks) if one[0] == person and when - seconds <= one[1] <= when]
        if before:
            expected.append((person + large, when, before[-1], before[-1] % 2))

    found = followed(told, seen, seconds)
    assert [tuple(row) for row in found[["person_id", "at", "content", "team"]].itertuples(index=False)] == expected


@pytest.mark.parametrize("larger", [4, 5])
def test_figures_of_too_few_people_are_withheld(tmp_path, larger):
    """Two teams, one of four or five advocates: each is a side by itself."""
    staff = [one for one in STAFF if one["team"] == "East"] + [one for one in STAFF if one["team"] == "West"][:larger]
    with workspace_of(tmp_path, advocates=staff, rotations=cells(teams=("East", "West"))) as workspace:
        if larger == 5:
            assert len(lift_report(workspace, "spring", measure(workspace, "spring"), "clicks").frame) == 2
            return
        with pytest.raises(UsageError) as error:
            lift_report(workspace, "spring", measure(workspace, "spring"), "clicks")
    assert str(error.value) == (
        "spring: of each content one side has fewer than 5 advocates, or as few beside the teams that other reports show; their figures "
        "are withheld, as they would be those of single people. Draw over larger teams, or lower social.smallest_group in "
        "smarketing.toml if your agreement with the staff allows it"
    )


def test_no_small_team_comes_out_when_others_are_taken_off(tmp_path):
    """Of four teams one has two advocates. Other reports show all but it and another; beside what they show it may not stand alone."""
    staff = [one for one in STAFF if one["team"] != "West"] + [one for one in STAFF if one["team"] == "West"][:2]
    apart = {"guide": ("East", "West"), "paper": ("South", "West")}
    with workspace_of(tmp_path, advocates=staff, rotations=cells(offered=apart)) as workspace:
        found = measure(workspace, "spring")
        # Withheld elsewhere: West, and East with it. On the guide's side they are eight together, on the paper's West stands with South.
        assert [team for team, hidden in zip(found.teams, found.hidden, strict=True) if hidden] == ["East", "West"]
        report = lift_report(workspace, "spring", found, "clicks")
    assert report.frame["content"].tolist() == ["guide"]
    assert report.notes[-1] == Text(
        "Withheld: {count} of {contents} {contents:content|contents}, one side of which has fewer than {smallest:g} advocates, or as few "
        "beside the teams that other reports show.",
        contents=2,
        count=1,
        smallest=5.0,
    )


@pytest.mark.parametrize(
    ("rows", "name", "message"),
    [
        (
            [],
            "spring",
            "There is no rotation yet; draw one with: smarketing social experiment NAME --draw --content NAME --since DAY --until DAY",
        ),
        (cells(), "autumn", "There is no rotation 'autumn'; there are spring"),
        ([*cells()[:7], cells(until=20)[7]], "spring", "spring: 'paper' has several periods; each content needs one"),
        (
            cells()[:7],
            "spring",
            "spring: 'guide' and 'paper' were not drawn over the same teams (West); a rotation needs a row for each content and team",
        ),
        (
            cells(offered={"guide": TEAMS}),
            "spring",
            "spring: 'guide' was offered to all teams or to none that have an advocate, so there is nothing to hold it against",
        ),
    ],
)
def test_rotations_that_say_nothing(tmp_path, rows, name, message):
    with workspace_of(tmp_path, rotations=rows) as workspace, pytest.raises(DataError) as error:
        measure(workspace, name)
    assert str(error.value) == message


def test_a_rotation_drawn_elsewhere_says_what_is_taken_for_granted(tmp_path):
    elsewhere = {"guide": ("East",), "paper": ("East", "North")}
    with workspace_of(tmp_path, rotations=cells(offered=elsewhere), link_codes=CODES[1:]) as workspace:
        report = lift_report(workspace, "spring", measure(workspace, "spring"), "clicks")
    taken = Text("The table is none of ours (contents in pairs, halves of the teams): it is taken that the teams were treated alike.")
    assert taken in report.notes
    assert report.notes[-1] == Text(
        "{count} of the advocates {count:has|have} no link to one of the contents (none was made, or they did not agree to one): what "
        "they bring by it is not seen, on either side.",
        count=1,
    )


def test_by_the_command(tmp_path):
    workspace_of(tmp_path, rotations=[], touches=[click("anna@x.example", dt.datetime(2026, 3, 5, tzinfo=dt.UTC), "unknown")]).close()

    def run(*words, code=0):
        done = CliRunner().invoke(main, ["--workspace", str(tmp_path / "smarketing.db"), "social", "experiment", *words])
        assert done.exit_code == code, done.output
        return json.loads(done.stdout) if code == 0 else done.output.splitlines()[-1]

    period = ("--since", "2026-03-02", "--until", "2026-03-29")
    drawn = run("Spring", "--draw", "--content", "guide", "--content", "paper", *period, "--seed", "1", "--format", "json")
    assert [row["team"] for row in drawn["rows"]] == [*TEAMS, *TEAMS]
    assert [row["name"] for row in run("--format", "json")["rows"]] == ["Spring"]
    shown = run("spring", "--measure", "leads", "--format", "json")
    assert [(row["content"], row["total_offered"]) for row in shown["rows"]] == [("guide", 0), ("paper", 0)]
    assert run("--draw", code=2) == "Error: A draw needs a name: social experiment NAME --draw …"
    assert run("spring", *period, code=2) == (
        "Error: --content, --team, --since, --until and --seed belong to --draw; a rotation that was drawn has its own"
    )


def test_before_the_data_reach_the_period_there_is_no_effect_not_one_of_0(tmp_path):
    with workspace_of(tmp_path, touches=[click("anna@x.example", at(-3), "unknown")], conversions=[]) as workspace:
        found = measure(workspace, "spring")
        with pytest.raises(DataError) as error:
            lift_report(workspace, "spring", found, "leads")
    begins = min(content.since for content in found.contents)
    assert str(error.value) == (
        f"spring: its period begins on {begins}, and no touch is known of that day or later: there is nothing to compare yet, which is not "
        "an effect of 0. Import the touches of the period, then ask again"
    )
