"""From post to opportunity beside the literal reading of its rules (`literal_opportunities`), on small companies drawn at random."""

import pathlib
import tempfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.question import Question
from social.credit import PARTS, social_credit
from social.opportunities import opportunities
from social.scope import Scope
from tests.social.literal_opportunities import COMPANIES, HOUR, SETTINGS, literal_credit, literal_ledger
from tests.social.workspaces import MONDAY, day, make


def opened(company, folder, settings=SETTINGS):
    return make(pathlib.Path(folder), settings, **company.records())


def named(company, goal):
    """Name the leads and opportunities by their moment."""
    return {MONDAY.timestamp() + hour * HOUR: name for kind, name, _, _, hour, _ in company.conversions() if kind == goal}


@given(COMPANIES, st.sampled_from(["click", "code", "declared"]), st.sampled_from([None, 20, 50]))
@settings(max_examples=20, deadline=None)
def test_ledgers_are_those_of_the_literal_reading(company, weakest, since):
    expected = literal_ledger(company, weakest, since)
    inside = [one for one in company.subjects() if since is None or one.moment >= since * 86400 - 9 * HOUR]
    if not inside:
        return
    with tempfile.TemporaryDirectory() as folder, opened(company, folder) as workspace:
        found = opportunities(workspace, Scope(since=None if since is None else day(since)), weakest)

    moments = {kind: named(company, kind) for kind in ("lead", "opportunity")}
    columns = ["kind", "at", "ledger", "level", "advocate", "post", "value", "won"]
    told = found.ledger[columns].astype(object).where(found.ledger[columns].notna(), None)
    made = [(kind, moments[kind][moment], *rest) for kind, moment, *rest in told.itertuples(index=False)]
    assert sorted(made, key=str) == expected
    assert not found.ledger.duplicated(["kind", "number"]).any()
    assert len(found.subjects) == len(inside)


@given(COMPANIES, st.sampled_from(["lead", "opportunity"]))
@settings(max_examples=20, deadline=None)
def test_credit_is_that_of_the_literal_reading(company, goal):
    if not any(kind == goal for kind, *_ in company.conversions()):
        return
    with tempfile.TemporaryDirectory() as folder, opened(company, folder) as workspace:
        credit, rows = social_credit(workspace, Question(goal=goal, models=("linear",)), opportunities(workspace, Scope()).clicks)

    names = rows["id"].map(credit.conversions.set_index("id")["at"]).map(named(company, goal))
    shares = rows.assign(name=names).groupby(["name", "advocate", "part"])["credit_conversions"].sum()
    assert shares.to_dict() == pytest.approx(dict(literal_credit(company, goal)))


@given(
    COMPANIES,
    st.sampled_from(["linear", "first", "last", "time_decay", "u_shaped", "last_non_direct"]),
    st.sampled_from(["person", "account"]),
    st.sampled_from(["lead", "opportunity", "won"]),
    st.sampled_from([0.0, 0.3, 1.0, 1 / 3]),
)
@settings(max_examples=20, deadline=None)
def test_advocates_authors_page_unassigned_and_left_out_make_up_the_social_part_to_the_cent(company, model, level, goal, author_share):
    if not any(kind == goal for kind, *_ in company.conversions()):
        return
    chosen = SETTINGS.replace("author_share = 0.25", f"author_share = {author_share}")
    with tempfile.TemporaryDirectory() as folder, opened(company, folder, chosen) as workspace:
        clicks = opportunities(workspace, Scope()).clicks
        credit, rows = social_credit(workspace, Question(goal=goal, models=(model,), level=level), clicks)

    social = credit.touches[credit.touches["origin_id"].isin(clicks["origin_id"])]
    parts = social.groupby("id")["share"].sum()
    assert rows.groupby("id")["credit_conversions"].sum().to_dict() == pytest.approx(parts.to_dict())
    value = credit.conversions.set_index("id")["value"]
    known = value[value.notna()].index.intersection(parts.index)
    assert rows.groupby("id")["credit_value"].sum()[known].round(2).tolist() == (parts * value)[known].round(2).tolist()
    assert set(rows["advocate"]) <= {"A1", "A2", "(page and network)", "(unassigned)", "(colleague)", "(preview)"}
    assert (rows["credit_conversions"] >= 0).all()
    assert set(rows["part"]) <= set(PARTS)
    # Of every touch that is split the author has the agreed part.
    halves = rows.groupby("part")["credit_conversions"].sum().reindex(PARTS, fill_value=0.0)
    assert halves["author"] == pytest.approx(author_share * (halves["author"] + halves["passed_on"]))
