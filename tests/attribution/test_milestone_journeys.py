"""Journeys with milestones on DuckDB against journeys told by hand."""

from collections import Counter, defaultdict

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.journeys import Window
from attribution.milestone_journeys import Stages, milestone_paths
from attribution.paths import CLOSE, ENGAGED, FIRST_TOUCH, LEAD, OPPORTUNITY

DAY = 86_400
START = 1_566_777_600
"""26 August 2019."""
FOREVER = 10**9


def told(touches, stages, goal, since=None, until=None, lookback=FOREVER, members=None, values=None):
    """Tell the journeys: Counter of ((channel, positions), ...) to deals; touches are (key, at, channel, engaged)."""
    names = sorted({(channel, engaged) for _, _, channel, engaged in touches})
    ids = {name: 1000 + place for place, name in enumerate(names)}
    integers = pa.int64()

    def columns(rows, **kinds):
        return pa.table({name: pa.array([row[place] for row in rows], kind) for place, (name, kind) in enumerate(kinds.items())})

    table = columns(
        [(key, at, ids[channel, engaged], place) for place, (key, at, channel, engaged) in enumerate(touches)],
        key=integers,
        at=integers,
        origin_id=integers,
        tie=integers,
    )
    rows = [(place, *stage) for place, stage in enumerate(stages)]
    known = columns(rows, id=integers, key=integers, account=integers, at=integers, goal=pa.string(), opportunity=pa.string())
    of_goal = [(row[0], row[1], row[2], row[3], (values or {}).get(row[0])) for row in rows if row[4] == goal]
    conversions = columns(of_goal, id=integers, key=integers, account=integers, at=integers, value=pa.float64())
    labels = {number: channel for (channel, _), number in ids.items()}
    engaged = frozenset(number for (_, engaged), number in ids.items() if engaged)
    if members is not None:
        members = columns(members, person=integers, account=integers, main=integers)
    window = Window(lookback, since, until)
    return milestone_paths(table, conversions, known, labels, engaged, goal, Stages(), window, members)


def journeys(paths):
    found = Counter()
    for place, (begin, end) in enumerate(zip(paths.offsets[:-1], paths.offsets[1:], strict=True)):
        steps = tuple(
            (paths.channels[code], int(bits)) for code, bits in zip(paths.codes[begin:end], paths.positions[begin:end], strict=True)
        )
        found[steps] += int(paths.conversions[place])
    return found


def day(text):
    return int(np.datetime64(text, "s").astype(np.int64))


MARKETO = [
    (1, day("2019-09-01"), "Paid Search.AdWords", False),
    (1, day("2019-11-20"), "Organic Search.Google", True),
    (1, day("2020-03-04"), "Webinar", True),
    (2, day("2019-08-26"), "Paid Social.Facebook", False),
    (2, day("2020-02-20"), "Organic Search.Yahoo", True),
    (2, day("2020-05-01"), "Email", True),
]
"""Persons A and B of Marketo Measure's example: AdobeDocs/marketo-measure.en, explanation of touchpoint positions."""
MARKETO_STAGES = [
    (1, None, day("2019-11-20"), "lead", None),
    (2, None, day("2020-02-20"), "lead", None),
    (None, 7, day("2020-03-07"), "opportunity", "O1"),
    (None, 7, day("2020-05-06"), "won", "O1"),
]
PEOPLE = [(1, 7, 1), (2, 7, 1)]


def test_marketos_example():
    paths = told(MARKETO, MARKETO_STAGES, "won", members=PEOPLE, values={3: 1000.0})
    assert journeys(paths) == Counter(
        {
            (
                ("Paid Social.Facebook", FIRST_TOUCH),
                ("Paid Search.AdWords", 0),
                ("Organic Search.Google", LEAD | ENGAGED),
                ("Organic Search.Yahoo", ENGAGED),
                ("Webinar", OPPORTUNITY | ENGAGED),
                ("Email", CLOSE | ENGAGED),
            ): 1
        }
    )
    assert (paths.value.tolist(), paths.unattributed_conversions) == ([1000.0], 0)


def test_the_next_deal_of_the_account_shares_first_touch_and_lead():
    again = [(None, 7, day("2020-09-01"), "opportunity", "O2"), (None, 7, day("2020-10-01"), "won", "O2")]
    later = [(1, day("2020-08-20"), "Event", True), (2, day("2020-09-20"), "Email", False)]
    second = [steps for steps in journeys(told(MARKETO + later, MARKETO_STAGES + again, "won", members=PEOPLE)) if len(steps) == 8]
    assert second == [
        (
            ("Paid Social.Facebook", FIRST_TOUCH),
            ("Paid Search.AdWords", 0),
            ("Organic Search.Google", LEAD | ENGAGED),
            ("Organic Search.Yahoo", ENGAGED),
            ("Webinar", ENGAGED),
            ("Email", ENGAGED),
            ("Event", OPPORTUNITY | ENGAGED),
            ("Email", CLOSE),
        )
    ]


def test_a_lead_has_no_milestone_after_it_and_a_touch_may_hold_several():
    touches = [(1, START, "Ads", False)]
    stages = [(1, None, START + 5, "lead", None), (1, None, START + 9, "opportunity", None), (1, None, START + 9, "won", None)]
    assert journeys(told(touches, stages, "lead")) == Counter({(("Ads", FIRST_TOUCH | LEAD),): 1})
    assert journeys(told(touches, stages, "opportunity")) == Counter({(("Ads", FIRST_TOUCH | LEAD | OPPORTUNITY),): 1})
    assert journeys(told(touches, stages, "won")) == Counter({(("Ads", FIRST_TOUCH | LEAD | OPPORTUNITY | CLOSE),): 1})


def literal(touches, stages, goal, since, until, lookback):
    """Tell every deal's journey, one touch at a time."""
    found, alone = Counter(), 0
    for key, _, at, name, opportunity in stages:
        if name != goal or (since is not None and at < since) or (until is not None and at >= until):
            continue
        mine = sorted((t[1], place, t[2], t[3]) for place, t in enumerate(touches) if t[0] == key and at - lookback <= t[1] <= at)
        if not mine:
            alone += 1
            continue
        leads = [s[2] for s in stages if s[3] == "lead" and s[0] == key and key is not None]
        moments = {LEAD: min(leads) if leads and min(leads) <= at else None, OPPORTUNITY: None, CLOSE: at}
        own = [s[2] for s in stages if s[3] == "opportunity" and s[4] is not None and s[4] == opportunity]
        latest = [s[2] for s in stages if s[3] == "opportunity" and s[0] == key and key is not None and s[2] <= at]
        moments[OPPORTUNITY] = max(latest, default=None)
        if opportunity is not None:
            moments[OPPORTUNITY] = min(own) if own and min(own) <= at else None
        if goal == "lead":
            moments = {LEAD: at, OPPORTUNITY: None, CLOSE: None}
        if goal == "opportunity":
            moments |= {OPPORTUNITY: at, CLOSE: None}
        holders = defaultdict(int)
        holders[0] |= FIRST_TOUCH
        for bit, moment in moments.items():
            before = [step for step, touch in enumerate(mine) if moment is not None and touch[0] <= moment]
            if before:
                holders[before[-1]] |= bit
        found[tuple((t[2], holders[step] + ENGAGED * t[3]) for step, t in enumerate(mine))] += 1
    return found, alone


MOMENTS = st.integers(0, 40).map(lambda step: START + step * DAY)
TOUCHES = st.lists(st.tuples(st.integers(1, 3), MOMENTS, st.sampled_from(["Ads", "Email"]), st.booleans()), min_size=1, max_size=15)
STAGES = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(1, 4)),
        st.none(),
        MOMENTS,
        st.sampled_from(["lead", "opportunity", "won", "won"]),
        st.sampled_from([None, "O1", "O2"]),
    ),
    max_size=8,
)


@settings(max_examples=25, deadline=None)
@given(TOUCHES, STAGES, st.sampled_from(["lead", "opportunity", "won"]), *[st.one_of(st.none(), MOMENTS)] * 2, st.sampled_from([9, 99]))
def test_the_engine_tells_the_deals_that_the_oracle_tells(touches, stages, goal, since, until, days):
    paths = told(touches, stages, goal, since, until, days * DAY)
    expected, alone = literal(touches, stages, goal, since, until, days * DAY)
    assert journeys(paths) == expected
    assert paths.unattributed_conversions == alone
    assert Counter(paths.keys.path.tolist()) == Counter({place: int(count) for place, count in enumerate(paths.conversions)})
    assert np.isnan(paths.value).all()


def test_no_deal_in_the_period():
    paths = told(MARKETO, MARKETO_STAGES, "won", until=day("2019-01-01"))
    assert (len(paths.codes), paths.unattributed_conversions) == (0, pytest.approx(0))
