"""A literal reading of docs/social/opportunities.md: plain loops over the records of small companies, drawn at random."""

import collections
import dataclasses
import math
import typing

from hypothesis import strategies as st

from social.evidence import DAY, LEDGERS, LEVELS
from tests.social.workspaces import agreed, at, day

SETTINGS = 'own_domains = ["lumenio.example"]\n[attribution]\nlookback_days = 45\n[social]\nauthor_share = 0.25\n'
HOUR = 3600
CODES = {
    "k1": ("A1", "paper", "linkedin"),
    "k2": ("A2", "paper", "linkedin"),
    "k3": ("A1", "paper", "bluesky"),
    "k4": ("A2", "video", "linkedin"),
    "k5": ("A1", None, "linkedin"),
}


class Post(typing.NamedTuple):
    post: str
    who: str | None
    network: str
    content: str | None
    hour: int
    kind: str = "original"
    repost_of: str | None = None
    text: str | None = None
    code: str | None = None


POSTS = (
    Post("p1", "A1", "linkedin", "paper", 0),
    Post("p2", "A2", "linkedin", "paper", 24),
    Post("page", None, "linkedin", "paper", 100),
    Post("p3", "A1", "linkedin", None, 200),
    Post("p4", "A1", "bluesky", "paper", 300),
    Post("p5", "A1", "linkedin", "paper", 400, "repost", "page"),
    Post("p6", "A2", "linkedin", "paper", 500, "repost", "p1"),
    Post("p7", "A2", "linkedin", "video", 600, "repost", "of a stranger"),
    Post("p8", "A1", "linkedin", "paper", 640, "reaction"),
    Post("p9", "A1", "linkedin", None, 650, "repost", "p2"),
    Post("pa", "A1", "linkedin", "paper", 700, "repost", "p3", "As I said"),
    Post("pb", "A2", "linkedin", None, 800, "repost", "p3", "Look", "k4"),
)
"""`p9` has no word of its own: no link of Léa's is in it. `pa` passes on a post of its own author. `code` stands in the post's link."""
PEOPLE = (*(f"p{number}@{'xyz'[number % 3]}.example" for number in range(9)), "dora@lumenio.example")
ACCOUNTS = ("x.example", "y.example", "z.example")
ANSWERS = {
    "Léa Martin": ("declared", "A1"),
    "Hugo Petit, sur LinkedIn": ("declared", "A2"),
    "Léa Martin puis Petit Hugo": ("declared", None),
    "code k2": ("code", "A2"),
    "k1, k3": ("code", "A1"),
    "k1 ou k2": ("code", None),
    "LinkedIn": None,
    "Google": None,
}
SOURCES = ("k1", "k2", "k3", "k4", "k5", "zz", "comment", "page", "google", "robot")
OWNERS = {"A2": "A2", "Léa Martin": "A1", "Somebody": None}
TIES = {("A1", "linkedin", "x.example"): None, ("A2", "linkedin", "y.example"): 21, ("A1", "bluesky", "z.example"): None}
"""Who knows somebody where, and since which day after the first Monday (None: not known)."""
ADVOCATES = [
    {"advocate": "A1", "name": "Léa Martin", "team": "Sales", "since": day(-300)},
    {"advocate": "A2", "name": "Hugo Petit", "team": "Sales", "since": day(-300)},
]
EUR = {"currency": "EUR"}


class Deal(typing.NamedTuple):
    """What was `won` or `lost` was so `closed` hours later, by `closer`, who may be nobody."""

    name: str
    hour: int
    person: str | None
    account: str | None
    value: float | None
    owner: str | None
    source: str | None
    outcome: str | None
    closed: int
    closer: str | None


class Subject(typing.NamedTuple):
    """A lead (`name` is the person) or an opportunity."""

    kind: str
    name: str
    moment: int
    people: frozenset
    account: str | None
    owner: str | None = None
    value: float | None = None
    won: bool = False


@dataclasses.dataclass(frozen=True)
class Company:
    """Touches `(person, hour, of what)`, leads `(person, hour, value, with an account)`, one a person, answers `(person or account, hour,
    answer)`, what the CRM says brought people `(person, answer)`, deals, and people of an account `(person, account)`.
    """

    touches: tuple
    leads: tuple
    answers: tuple
    sources: tuple = ()
    deals: tuple = ()
    members: tuple = ()

    def touched(self):
        """Say of each touch: person, seconds, of what, and the code that it carries; a robot clicks one second after the second post."""
        return [
            (person, 24 * HOUR + 1, what, "k2") if what == "robot" else (person, hour * HOUR, what, what if what in CODES else None)
            for person, hour, what in self.touches
        ]

    def conversions(self):
        """List `(goal, name, person, account, hour, value)`."""
        found = [("lead", person, person, of(person) if known else None, hour, value) for person, hour, value, known in self.leads]
        for deal in self.deals:
            found.append(("opportunity", deal.name, deal.person, deal.account, deal.hour, deal.value))
            if deal.outcome:
                found.append((deal.outcome, deal.name, deal.closer, deal.account, deal.hour + deal.closed, deal.value))
        return found

    def people_of(self, account):
        told = {person for person, named in self.members if named == account}
        return told | {person for _, _, person, named, _, _ in self.conversions() if person and named == account}

    def subjects(self):
        found = [
            Subject("lead", person, hour * HOUR, frozenset([person]), of(person) if known else None)
            for person, hour, _, known in self.leads
        ]
        for deal in self.deals:
            people = {deal.person, deal.closer if deal.outcome else None} - {None}
            people |= self.people_of(deal.account) if deal.account else set()
            owner = OWNERS.get(deal.owner)
            won = deal.outcome == "won"
            found.append(Subject("opportunity", deal.name, deal.hour * HOUR, frozenset(people), deal.account, owner, deal.value, won))
        return found  # fmt: skip

    def records(self):
        tags = {
            "zz": {"medium": "employee-advocacy", "content": "zz"},
            "comment": {"medium": "social", "content": "k1", "kind": "post_comment"},
            "page": {"medium": "social"},
            "google": {"source": "google", "medium": "organic"},
        }
        link = {"kind": "post_click", "medium": "employee-advocacy"}
        made = {
            "consents": agreed("A1", "A2"),
            "advocates": ADVOCATES,
            "link_codes": [
                {"code": code, "advocate": who, "content": content, "network": on} for code, (who, content, on) in CODES.items()
            ],
            "posts": [
                {"post": one.post, "network": one.network, "at": at(0, one.hour * HOUR), "advocate": one.who, "content": one.content,
                 "page": None if one.who else "lumenio", "kind": one.kind, "repost_of": one.repost_of, "text": one.text,
                 "link": f"https://lumenio.example/?utm_content={one.code}" if one.code else None}
                for one in POSTS
            ],
            "audience": [
                {"advocate": who, "network": on, "account": account, "member": f"{number:032}", "as_of": day(200),
                 "connected_on": None if since is None else day(since)}
                for number, ((who, on, account), since) in enumerate(TIES.items())
            ],
            "touches": [
                {"person": person, "at": at(0, seconds), "source": "linkedin"} | (link | {"content": code} if code else tags[what])
                for person, seconds, what, code in self.touched()
            ],
            "conversions": [
                {"person": person, "account": account, "at": at(0, hour * HOUR), "goal": goal, "id": f"{goal} {name}", "value": value}
                | ({} if goal == "lead" else {"opportunity": name}) | EUR
                for goal, name, person, account, hour, value in self.conversions()
            ],
            "opportunities": [
                {"opportunity": deal.name, "account": deal.account, "owner": deal.owner, "lead_source": deal.source} for deal in self.deals
            ],
            "surveys": [
                {"account" if who in ACCOUNTS else "person": who, "at": at(0, hour * HOUR), "answer": answer}
                for who, hour, answer in self.answers
            ],
            "people": [
                {"person": person, "account": dict(self.members).get(person), "lead_source": dict(self.sources).get(person)}
                for person in {*dict(self.members), *dict(self.sources)}
            ],
        }  # fmt: skip
        return {kind: rows for kind, rows in made.items() if rows}


def of(person):
    return person.partition("@")[2]


def once(rows):
    """Keep one touch of a person in a second, and one robot's click, so that ties in time decide nothing."""
    return tuple({(person, "robot" if what == "robot" else hour): (person, hour, what) for person, hour, what in rows}.values())


def drawn(element, most, **kinds):
    return st.lists(element, max_size=most, **kinds).map(tuple)


HOURS = st.integers(25, 2400)
WHO = st.sampled_from(PEOPLE)
VALUES = st.sampled_from([None, 100.0, 33.33])
SAID = st.sampled_from(sorted(ANSWERS))
DEALS = st.lists(
    st.tuples(
        HOURS,
        st.one_of(st.none(), WHO),
        st.one_of(st.none(), st.sampled_from(ACCOUNTS)),
        VALUES,
        st.one_of(st.none(), st.sampled_from(sorted(OWNERS))),
        st.one_of(st.none(), SAID),
        st.sampled_from([None, "won", "lost"]),
        st.integers(1, 900),
        st.one_of(st.none(), WHO),
    ).filter(lambda deal: deal[2] or (deal[1] and deal[8])),
    max_size=5,
    unique_by=lambda deal: deal[0],
).map(lambda deals: tuple(Deal(f"D{number}", *deal) for number, deal in enumerate(deals)))
COMPANIES = st.builds(
    Company,
    st.lists(st.tuples(WHO, HOURS, st.sampled_from(SOURCES)), min_size=10, max_size=60).map(once),
    st.lists(
        st.tuples(WHO, HOURS, VALUES, st.booleans()), min_size=4, max_size=10, unique_by=(lambda lead: lead[0], lambda lead: lead[1])
    ).map(tuple),
    drawn(st.tuples(st.sampled_from([*PEOPLE, *ACCOUNTS]), HOURS, SAID), 8, unique_by=lambda one: one[:2]),
    drawn(st.tuples(WHO, SAID), 3, unique_by=lambda one: one[0]),
    DEALS,
    drawn(st.tuples(WHO, st.sampled_from(ACCOUNTS)), 6, unique_by=lambda one: one[0]),
)


def post_of(code, seconds):
    """Name the latest post before a click that may hold the code's link."""
    who, content, network = CODES[code]
    theirs = [one for one in POSTS if (one.who, one.network) == (who, network) and one.kind != "reaction"]
    theirs = [one for one in theirs if one.kind != "repost" or one.text or one.content]
    before = [one for one in theirs if one.hour * HOUR <= seconds]
    if bearing := [one for one in before if one.code == code]:
        return bearing[-1]
    if content and any(one.content == content for one in theirs if not one.code):
        theirs = [one for one in theirs if one.content == content]
    return next((one for one in reversed(theirs) if one in before and not one.code), None)


def left_out(person, seconds, code):
    if person.endswith("@lumenio.example"):
        return "colleague"
    post = post_of(code, seconds) if code else None
    return "preview" if post and seconds - post.hour * HOUR < 2 else ""


def answers_of(company, subject):
    """List what answers tell of a lead or an opportunity: `(seconds or None, answer)`."""
    alike = [one for one in company.subjects() if one.kind == subject.kind]
    told = []
    for who, hour, answer in company.answers:
        about = [one for one in alike if (who == one.account if who in ACCOUNTS else who in one.people)]
        nearest = min(about, key=lambda one: (abs(one.moment - hour * HOUR), one.moment), default=None)
        if nearest == subject and abs(subject.moment - hour * HOUR) <= 90 * DAY:
            told.append((hour * HOUR, answer))
    for person, answer in company.sources:
        if person in subject.people and min((one for one in alike if person in one.people), key=lambda one: one.moment) == subject:
            told.append((None, answer))
    told += [(None, deal.source) for deal in company.deals if deal.name == subject.name and deal.source]
    return told


def literal_evidence(company, subject):
    """List what is told of a lead or an opportunity, `(level, seconds, advocate, post)`, and when its people were touched."""
    found, touched = [], []
    for who, seconds, what, carried in company.touched():
        code = "k1" if what == "comment" else carried
        if who not in subject.people or left_out(who, seconds, code):
            continue
        touched.append(seconds)
        post = post_of(code, seconds) if code else None
        level, days = ("engaged", 90) if what == "comment" else ("click", 30 if subject.kind == "lead" else 90)
        if (code or what == "zz") and 0 <= subject.moment - seconds <= days * DAY:
            found.append((level, seconds, CODES[code][0] if code else None, post and post.post))
    for seconds, answer in answers_of(company, subject):
        if ANSWERS[answer]:
            found.append((ANSWERS[answer][0], seconds, ANSWERS[answer][1], None))
    for (who, network, account), since in TIES.items():
        for one in POSTS:
            seen = (one.who, one.network) == (who, network) and one.kind != "reaction" and account == subject.account
            # The first Monday begins at 9: the day of a post is told by the calendar.
            if seen and (since is None or since <= (one.hour + 9) // 24) and 0 <= subject.moment - one.hour * HOUR <= 7 * DAY:
                found.append(("exposure", one.hour * HOUR, who, one.post))
    return [one for one in found if not (subject.owner and one[2] == subject.owner)], touched


def literal_ledger(company, weakest, since=None):
    """Put each lead and opportunity into its ledger: `(kind, name, ledger, level, advocate, post, value, won)`."""
    strong = LEVELS[: LEVELS.index(weakest) + 1]
    entries = []
    for subject in company.subjects():
        if since is not None and subject.moment < since * DAY - 9 * HOUR:
            continue
        found, touched = literal_evidence(company, subject)
        best = []
        for level, seconds, advocate, post in found:
            if level in strong:
                kept = "sourced" if level != "click" or seconds <= min(touched) else "assisted"
            elif level in ("engaged", "exposure"):
                kept = "influenced"
            else:
                continue
            order = (-seconds if seconds is not None else math.inf, advocate or "~", post or "~")
            best.append((LEDGERS.index(kept), LEVELS.index(level), *order, kept, level, advocate, post))
        if best:
            entries.append((subject.kind, subject.name, *min(best)[5:], subject.value, subject.won))
    return sorted(entries, key=str)


def literal_credit(company, goal):
    """Share each conversion out among the touches since the last and of the 45 days before it, equally, a quarter of what came by a repost
    to whoever wrote it: `{(name, whose, part): share}` of the social touches.
    """
    shares = collections.Counter()
    wrote = {one.post: one.who or "(page and network)" for one in POSTS}
    for _, name, person, _, hour, _ in (one for one in company.conversions() if one[0] == goal):
        earlier = [one[4] * HOUR for one in company.conversions() if one[0] == goal and one[2] == person and one[4] < hour]
        after = max(earlier, default=-math.inf)
        journey = [one for one in company.touched() if one[0] == person and after < one[1] <= hour * HOUR <= one[1] + 45 * DAY]
        for who, seconds, what, carried in journey:
            code, share = "k1" if what == "comment" else carried, 1 / len(journey)
            post = post_of(code, seconds) if code else None
            if what == "google":
                continue
            if out := left_out(who, seconds, code):
                shares[name, f"({out})", "whole"] += share
            elif code is None:
                shares[name, "(unassigned)" if what == "zz" else "(page and network)", "whole"] += share
            elif post is None or post.repost_of is None or wrote.get(post.repost_of) == post.who:
                shares[name, CODES[code][0], "whole"] += share
            elif post.repost_of not in wrote:
                shares[name, CODES[code][0], "author_unknown"] += share
            else:
                shares[name, CODES[code][0], "passed_on"] += share * 0.75
                shares[name, wrote[post.repost_of], "author"] += share * 0.25
    return shares
