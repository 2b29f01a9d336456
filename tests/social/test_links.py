"""Links for advocates: what stands in them and what does not, codes that last, and what the channel rules make of them."""

import collections
import datetime as dt
import json
import random

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from attribution import naming
from attribution.channels import Classifier, origin_from
from cli import main
from reports.report import Text
from social.clicks import Code, Colleagues, of_posts
from social.link_codes import code_table, retire
from social.links import Wanted, links, make_links
from social.scope import Scope
from social.tagged_links import ALPHABET, LENGTH, content_of, new_code, page, slug, tagged
from tests.social.workspaces import agreed, at, day, make
from workspace import social_reading
from workspace.errors import DataError, UsageError
from workspace.settings import ChannelSettings

TODAY = dt.date(2026, 3, 2)
PAPER = "https://www.lumenio.example/white-paper"
SETTINGS = 'own_domains = ["lumenio.example"]\n'
GA4 = {"linkedin": "Organic Social", "bluesky": "Unassigned", "mastodon": "Unassigned", "x": "Unassigned", "xing": "Organic Social"}
"""Google's own rules have no channel for employees: they go by the network, where they know it."""
STAFF = [
    {"advocate": "A1", "name": "Léa Martin", "person": "lea.martin@lumenio.example", "team": "Sales", "since": day(-300)},
    {"advocate": "A2", "name": "Hugo Petit", "person": "hugo.petit@lumenio.example", "team": "Sales", "since": day(-300)},
    {"advocate": "A3", "name": "Zoé Roux", "team": "Finance", "since": day(-300)},
    {"advocate": "A4", "name": "Tom Blanc", "team": "Finance", "since": day(-300), "until": day(10)},
    {"advocate": "A5", "name": "Inès Noir", "team": "Finance", "invited_on": day(-300)},
]


@pytest.fixture
def workspace(tmp_path):
    with make(tmp_path, SETTINGS, advocates=STAFF, consents=agreed("A1", "A2", "A4", "A5")) as made:
        yield made


def rows(report):
    return [tuple(None if pd.isna(value) else value for value in row) for row in report.frame.itertuples(index=False)]


def test_each_advocate_who_takes_part_has_a_link_and_whoever_did_not_agree_has_no_code(workspace):
    report = make_links(workspace, Wanted((PAPER,), campaign="Été 2026"), TODAY)

    codes = {row["advocate"]: row["code"] for row in social_reading.link_codes(workspace)}
    base = f"{PAPER}?utm_source=linkedin&utm_medium=employee-advocacy&utm_campaign=ete-2026"
    assert rows(report) == [
        ("A1", "Sales", "white-paper", "linkedin", codes["A1"], f"{base}&utm_content={codes['A1']}"),
        ("A2", "Sales", "white-paper", "linkedin", codes["A2"], f"{base}&utm_content={codes['A2']}"),
        ("A3", "Finance", "white-paper", "linkedin", None, base),
    ]
    assert report.notes == (
        Text("{made} {made:code is|codes are} new, {known} {known:was|were} there already.", made=2, known=0),
        Text("A code says nothing of who it is; whose it is stands in this workspace alone, and leaves it with: smarketing social forget."),
        Text(
            "{count} {count:advocate has|advocates have} not agreed that their own posts are measured: their links bear no code, and what "
            "they bring counts for the channel and for nobody. Consents come with: smarketing import csv FILE --as consents",
            count=1,
        ),
    )
    assert report.meta == {"network": "linkedin", "campaign": "ete-2026", "team": None, "made_on": TODAY, "codes": 2}
    stored = {name: value for name, value in social_reading.link_codes(workspace)[0].items() if name not in ("code", "advocate")}
    assert stored == {"content": "white-paper", "network": "linkedin", "link": PAPER, "made_on": TODAY, "retired_on": None}


def test_no_name_team_address_or_code_of_an_employee_stands_in_a_link(workspace):
    made = make_links(workspace, Wanted((PAPER, "https://www.lumenio.example/prices?lang=fr")), TODAY)

    for url in made.frame["url"]:
        for one in STAFF:
            for told in (one["advocate"], one["team"], *one["name"].split(), one.get("person", "@")):
                assert told.lower() not in url.lower()


def test_who_asks_again_has_the_same_codes_and_nothing_is_stored_twice(workspace):
    first = make_links(workspace, Wanted((PAPER,)), TODAY)
    imports_then = workspace.rows("SELECT count(*) AS n FROM imports")
    again = make_links(workspace, Wanted((f"{PAPER}?utm_source=mail&gclid=7",), campaign="spring"), TODAY + dt.timedelta(days=9))

    assert again.frame["code"].tolist() == first.frame["code"].tolist()
    assert again.notes[0] == Text("{made} {made:code is|codes are} new, {known} {known:was|were} there already.", made=0, known=2)
    assert workspace.rows("SELECT count(*) AS n FROM imports") == imports_then


@pytest.mark.parametrize(
    "other",
    [Wanted((PAPER,), content="guide"), Wanted((PAPER,), network="Bluesky"), Wanted((f"{PAPER}?lang=fr",), content="white-paper")],
    ids=["content", "network", "page"],
)
def test_another_content_network_or_page_has_another_code(workspace, other):
    codes = [code for wanted in (Wanted((PAPER,)), other) for code in make_links(workspace, wanted, TODAY).frame["code"].dropna()]

    assert len(set(codes)) == 4
    assert len(social_reading.link_codes(workspace)) == 4


def test_a_retired_code_is_not_handed_out_again(workspace):
    wanted = Wanted((PAPER,), ("A1",))
    old = make_links(workspace, wanted, TODAY).frame["code"][0]
    retired = retire(workspace, [old.upper()], TODAY + dt.timedelta(days=1))
    assert rows(retired) == [(old, "A1", "Sales", "white-paper", "linkedin", PAPER, TODAY, TODAY + dt.timedelta(days=1))]
    # Retired twice, it keeps its first day.
    assert rows(retire(workspace, [old], TODAY + dt.timedelta(days=30))) == rows(retired)

    new = make_links(workspace, wanted, TODAY).frame["code"][0]
    assert new != old
    table = code_table(workspace)
    assert sorted(table.frame["code"]) == sorted([old, new])
    assert table.notes == (
        Text(
            "{codes} {codes:code|codes}, {retired} of them retired: these are not handed out again, and clicks on them still count for "
            "whose they were.",
            codes=2,
            retired=1,
        ),
    )
    assert table.meta == {"team": None, "network": None, "codes": 2, "retired": 1}


def test_the_table_of_codes_by_team_and_network_and_codes_that_are_nobodys(tmp_path):
    known = [
        {"code": "k1", "advocate": "A1", "content": "paper", "network": "linkedin"},
        {"code": "k2", "advocate": "A3", "content": "paper", "network": "bluesky"},
        {"code": "k3", "content": "paper", "network": "linkedin"},
    ]
    with make(tmp_path, SETTINGS, advocates=STAFF, link_codes=known) as workspace:
        every, of_team, on_network = (
            code_table(workspace),
            code_table(workspace, Scope("sales")),
            code_table(workspace, Scope(None, "bluesky")),
        )
        few = code_table(workspace, None, ["a1", "A9"], "Paper")

    assert rows(every) == [
        ("k1", "A1", "Sales", "paper", "linkedin", None, None, None),
        ("k2", "A3", "Finance", "paper", "bluesky", None, None, None),
        ("k3", None, None, "paper", "linkedin", None, None, None),
    ]
    assert every.notes[1] == Text(
        "{count} {count:code is nobody's any more: its employee was|codes are nobody's any more: their employees were} forgotten, and "
        "clicks on {count:it|them} stay unassigned.",
        count=1,
    )
    assert (few.frame["code"].tolist(), few.meta["codes"]) == (["k1"], 1)
    assert [of_team.frame["code"].tolist(), on_network.frame["code"].tolist()] == [["k1"], ["k2"]]


@pytest.mark.parametrize("rules", ["smarketing", "ga4"])
@pytest.mark.parametrize("network", GA4)
def test_what_the_channel_rules_make_of_the_tags(rules, network):
    url = tagged(PAPER, network, "k7q2bcdf", "spring")
    verdict = Classifier(ChannelSettings(), ["lumenio.example"], rules).classify(origin_from(url=url, referrer="https://lnkd.in/x"))

    if rules == "smarketing":
        assert (verdict.channel, verdict.family, verdict.rule) == ("Employee Advocacy", "social", "smarketing.advocacy_medium")
    else:
        assert verdict.channel == GA4[network]


def test_a_visit_by_the_link_is_its_advocates(tmp_path):
    with make(tmp_path, SETTINGS, advocates=STAFF, consents=agreed("A1")) as workspace:
        url = make_links(workspace, Wanted((PAPER,), ("A1",)), TODAY).frame["url"][0]
    origin = origin_from(url=url)
    visit = {"person": "anna@x.example", "at": at(60), "url": url}
    tags = {name: getattr(origin, name) for name in ("source", "medium", "content")}
    with make(tmp_path, touches=[visit | tags]) as workspace:
        naming.name_origins(workspace)
        codes = [Code(row["code"], row["advocate"], row["content"], row["network"]) for row in social_reading.link_codes(workspace)]
        touches = social_reading.social_touches(workspace, [code.code for code in codes]).to_pandas()
        found = of_posts(touches, codes, no_posts(), Colleagues((), ()))

    assert found[["channel", "advocate", "content", "network", "left_out"]].to_dict("records") == [
        {"channel": "Employee Advocacy", "advocate": "A1", "content": "white-paper", "network": "linkedin", "left_out": ""}
    ]


def no_posts():
    return pd.DataFrame(columns=["post", "network", "advocate", "kind", "link", "text", "content", "at"])


@given(st.integers(0, 2**32))
def test_codes_are_no_words_and_never_taken(seed):
    taken, drawn = set(), random.Random(seed)
    for _ in range(200):
        code = new_code(taken, drawn.choice)
        assert len(code) == LENGTH
        assert set(code) <= set(ALPHABET)
        assert not code.isalpha()
        assert not code.isdigit()
        assert code not in taken
        taken.add(code)


def test_a_code_that_is_taken_or_a_word_is_drawn_again():
    signs = iter("22222222" + "bbbbbbbb" + "b2b2b2b2" + "c3c3c3c3")

    assert new_code({"b2b2b2b2"}, lambda alphabet: next(signs)) == "c3c3c3c3"


def test_every_sign_of_the_alphabet_is_as_likely():
    drawn = random.Random(5)
    counts = collections.Counter("".join(new_code((), drawn.choice) for _ in range(4000)))
    expected = 4000 * LENGTH / len(ALPHABET)
    # Codes of letters alone are drawn again, so digits are a little likelier: 7 % at these lengths.
    assert all(0.85 < counts[sign] / expected < 1.25 for sign in ALPHABET)


@given(st.text(max_size=30), st.text(max_size=30), st.sampled_from(["", "?a=1", "?a=1&b=%20c", "?utm_source=x&a=1", "?a&&b="]))
def test_what_is_put_on_a_link_is_read_back_and_the_rest_stays(campaign, code, query):
    url = tagged(page(f"https://example.com/p{query}#top"), "linkedin", code or None, campaign or None)
    read = origin_from(url=url)

    clean = str.maketrans(dict.fromkeys([*range(32), 127], " "))
    told = (campaign.translate(clean).strip() or None, code.translate(clean).strip() or None)
    assert (read.source, read.medium) == ("linkedin", "employee-advocacy")
    assert (read.campaign, read.content) == told
    assert url.endswith("#top")
    assert page(url) == page(f"https://example.com/p{query}#top")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://Www.Example.COM/A/B", "https://www.example.com/A/B"),
        ("https://example.com/?UTM_Source=a&x=1&fbclid=9", "https://example.com/?x=1"),
        ("https://example.com/é?q=ü", "https://example.com/é?q=ü"),
        (" https://example.com:8080/a ", "https://example.com:8080/a"),
    ],
)
def test_the_page_of_an_address(url, expected):
    assert page(url) == expected


@pytest.mark.parametrize(
    "url", ["white paper", "example.com/a", "ftp://example.com/a", "https://", "https://localhost/a", "mailto:a@b.c", "https://[::/a"]
)
def test_what_is_no_address_of_a_page(url):
    with pytest.raises(UsageError) as error:
        page(url)
    assert str(error.value) == f"{url} is not the address of a page; write it as https://www.example.com/white-paper"


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (Wanted((PAPER,), ("A9",)), "--advocate A9: there is no such advocate; there are A1, A2, A3, A4, A5"),
        (Wanted((PAPER,), ("a4",)), "--advocate a4: takes no part on 2026-03-02; a code would be that of nobody"),
        (Wanted((PAPER,), ("A5",)), "--advocate A5: takes no part on 2026-03-02; a code would be that of nobody"),
        (Wanted((PAPER,), team="Legal"), "--team Legal: there is no such team; there are Finance, Sales"),
        (Wanted(("https://lea@example.com/a",)), "https://lea@example.com/a holds a name before the @, and links are public; leave it out"),
        (Wanted((PAPER,), content="!?"), "--content !?: nothing of it can stand in a link; use letters, digits and hyphens"),
        (Wanted((PAPER,), campaign="!?"), "--campaign !?: write it with letters or digits, such as newsletter"),
        (
            Wanted(()),
            "Name the page that the links lead to, such as https://www.example.com/white-paper; --list shows the codes there are",
        ),
    ],
)
def test_links_that_cannot_be_made(workspace, wanted, message):
    with pytest.raises(UsageError) as error:
        make_links(workspace, wanted, TODAY)
    assert str(error.value) == message
    assert social_reading.link_codes(workspace) == []


def test_nobody_takes_part(tmp_path):
    with make(tmp_path, SETTINGS) as workspace, pytest.raises(DataError) as error:
        make_links(workspace, Wanted((PAPER,)), TODAY)
    assert str(error.value) == "There are no advocates yet; import them with 'smarketing import csv FILE --as advocates'"
    with make(tmp_path, advocates=STAFF[3:4]) as workspace, pytest.raises(DataError) as error:
        make_links(workspace, Wanted((PAPER,)), TODAY)
    assert str(error.value) == (
        "Nobody of the programme takes part on 2026-03-02: they left, or have not enrolled, as the days of their records say"
    )


def test_one_thing_at_a_time(workspace):
    for asked in ({"listed": True}, {"retired": ["k1"]}):
        with pytest.raises(UsageError) as error:
            links(workspace, Wanted((PAPER,)), **asked)
        assert str(error.value) == "Addresses, --list and --retire are three things; ask for one at a time"
    with pytest.raises(UsageError) as error:
        links(workspace, Wanted(()), retired=["k1"])
    assert str(error.value) == "--retire k1: there is no such code; see them with: smarketing social links --list"


@pytest.mark.parametrize(
    ("wanted", "asked", "message"),
    [
        (Wanted((), campaign="spring"), {"listed": True}, "--list and --campaign do not go together; leave one out"),
        (Wanted((), team="Sales"), {"retired": ["k1"]}, "--retire and --team do not go together; leave one out"),
        (Wanted((), ("A1",)), {"retired": ["k1"]}, "--retire and --advocate do not go together; leave one out"),
    ],
)
def test_no_option_is_dropped_silently(workspace, wanted, asked, message):
    with pytest.raises(UsageError) as error:
        links(workspace, wanted, **asked)
    assert str(error.value) == message


def test_names_of_contents_and_words_in_tags():
    assert [content_of(f"https://www.example.com{path}") for path in ("", "/Été/", "/a/Guide%20.pdf", "/livre-blanc.html?x=1")] == [
        "example.com",
        "ete",
        "guide-20",
        "livre-blanc",
    ]
    assert slug("White Paper / Q1", "content") == "white-paper-q1"


def test_a_site_that_is_not_ours_is_said(workspace):
    report = make_links(workspace, Wanted(("https://blog.lumenio.example/a", "https://medium.com/b"), ("A1",)), TODAY)

    assert report.notes[2:] == (
        Text("{hosts}: not among own_domains of smarketing.toml; clicks are seen only where you measure visits.", hosts="medium.com"),
    )


def test_what_the_rules_in_force_make_of_the_links_is_said(tmp_path):
    with make(tmp_path, 'channels = {rules = "ga4"}\n', advocates=STAFF, consents=agreed("A1")) as workspace:
        report = make_links(workspace, Wanted((PAPER,), ("A1",)), TODAY)

    assert report.notes[2:] == (
        Text(
            "The channel rules in force ({rules}) count visits by these links as {channel}, not as {advocacy}.",
            rules="ga4",
            channel="Organic Social",
            advocacy="Employee Advocacy",
        ),
    )


def test_campaigns_are_those_agreed_on_where_the_settings_list_them(tmp_path):
    agreed_on = 'links = {campaigns = ["spring-2026"], mediums = ["email"], sources = ["brevo"]}\n'
    with make(tmp_path, agreed_on, advocates=STAFF, consents=agreed("A1")) as workspace:
        assert make_links(workspace, Wanted((PAPER,), ("A1",), campaign="Spring 2026"), TODAY).meta["campaign"] == "spring-2026"
        with pytest.raises(UsageError) as error:
            make_links(workspace, Wanted((PAPER,), ("A1",), campaign="springtime"), TODAY)
    assert str(error.value) == (
        "--campaign springtime is not among those agreed on; did you mean 'spring-2026'? A new one is entered in smarketing.toml, [links] "
        "campaigns"
    )


def test_by_the_command(tmp_path):
    everybody = [{"advocate": "A1", "name": "Léa Martin", "team": "Sales"}, {"advocate": "A2", "team": "Sales"}]
    make(tmp_path, advocates=everybody, consents=agreed("A1", "A2")).close()

    def run(*words):
        done = CliRunner().invoke(main, ["--workspace", str(tmp_path / "smarketing.db"), "social", "links", *words])
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    made = run(PAPER, "--advocate", "A1, A2", "--network", "Bluesky", "--format", "json")["rows"]
    listed = run("--list", "--network", "bluesky", "--format", "json")["rows"]
    assert [(row["advocate"], row["code"]) for row in made] == [(row["advocate"], row["code"]) for row in listed]
    retired = run("--retire", made[0]["code"], "--format", "json")["rows"]
    assert [(row["code"], row["retired_on"] is not None) for row in retired] == [(made[0]["code"], True)]
