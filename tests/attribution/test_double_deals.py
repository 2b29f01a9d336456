"""One deal that two systems tell of: found, shown, counted; two deals that are alike are two."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution import health
from attribution.double_deals import DOUBLE, NEAR, SIGNS, Told, doubles
from tests.workspace.samples import batch, day
from workspace import imports, store


@pytest.fixture
def workspace(tmp_path):
    store.create(tmp_path / "smarketing.db")
    with store.open_workspace(tmp_path / "smarketing.db") as opened:
        yield opened


def deal(called, **fields):
    return {"opportunity": called, "amount": 12000.0, "currency": "EUR", "closes": dt.date(2026, 1, 20), **fields}


def found(workspace):
    rows = health.check(workspace, shown="double_deals").frame["example"]
    return [str(row) for row in rows]


def bring(workspace, source, *deals, kind="opportunities", connector=None, file="a"):
    imports.run(workspace, connector or source, [batch(kind, *deals, file=file)], source=source)


def test_a_deal_of_two_crms_is_listed_with_what_to_do(workspace):
    names = [
        {"account": "acme.example", "name": "Acme S.A.S."},
        {"account": "salesforce account 7", "name": "ACME"},
        {"account": "zeta.example"},
    ]
    bring(workspace, "hubspot", *names, kind="accounts")
    bring(
        workspace, "hubspot",
        deal("hubspot deal 1", account="Zeta.example", name="Licences"),
        deal("hubspot deal 2", account="acme.example", amount=50.0),
        deal("hubspot deal 3", name="Pilot – 2026", amount=7.5),
        deal("hubspot deal 4", account="zeta.example", amount=99.0),
    )  # fmt: skip
    bring(
        workspace, "salesforce",
        deal("salesforce 1", account="zeta.example", closes=dt.date(2026, 1, 27)),
        deal("salesforce 2", account="salesforce account 7", amount=50.0),
        deal("salesforce 3", name="pilot (2026)", amount=7.5),
        deal("salesforce 4", account="zeta.example", amount=99.0, closes=dt.date(2026, 1, 28)),
    )  # fmt: skip
    won = [{"opportunity": name, "at": day(20), "goal": "won", "account": "zeta.example"} for name in ("hubspot deal 1", "salesforce 1")]
    lone = {"opportunity": "hubspot deal 4", "at": day(20), "goal": "won", "account": "zeta.example"}
    bring(workspace, "hubspot", *won, lone, lone | {"opportunity": None, "at": day(3)}, kind="conversions")
    (row,) = [row for row in health.check(workspace).frame.to_dict("records") if row["problem"] == "double_deals"]
    assert (row["name"], row["cases"], row["touches"], row["share_of_conversions"], str(row["remedy"])) == (
        "double_deals", 3, None, 0.5, DOUBLE,
    )  # fmt: skip
    assert str(row["example"]) == "Licences (12,000.00 EUR): hubspot deal 1 (hubspot) = salesforce 1 (salesforce)"
    assert found(workspace) == [
        "Licences (12,000.00 EUR): hubspot deal 1 (hubspot) = salesforce 1 (salesforce)",
        "Acme S.A.S. (50.00 EUR): hubspot deal 2 (hubspot) = salesforce 2 (salesforce)",
        "Pilot – 2026 (7.50 EUR): hubspot deal 3 (hubspot) = salesforce 3 (salesforce)",
    ]


def test_deals_that_are_alike_in_one_source_are_several(workspace):
    bring(workspace, "hubspot", *(deal(f"hubspot deal {n}", account="acme.example") for n in range(3)))
    bring(workspace, "hubspot", deal("hubspot deal 9", account="acme.example"), file="b")
    assert "double_deals" not in set(health.check(workspace).frame["problem"])


@pytest.mark.parametrize(
    "other",
    [
        {"account": "other.example"},
        {"amount": 12000.01},
        {"amount": None},
        {"currency": "USD"},
        {"closes": None},
        {"closes": dt.date(2026, 1, 28)},
        {"closes": dt.date(2026, 1, 12)},
    ],
)
def test_what_differs_is_no_double(workspace, other):
    bring(workspace, "hubspot", deal("hubspot deal 1", account="acme.example"))
    bring(workspace, "salesforce", deal("salesforce 1", account="acme.example") | other)
    assert "double_deals" not in set(health.check(workspace).frame["problem"])


def test_deals_without_an_amount_of_their_own_are_known_by_what_was_won(workspace):
    """Two tables of conversions, each from its own system: the files are the sources."""
    won = {"at": day(9), "goal": "won", "account": "acme.example", "value": 30.0, "currency": "EUR"}
    bring(workspace, "csv", won | {"opportunity": "A-1"}, won | {"opportunity": "A-2", "goal": "lost"}, kind="conversions", file="old.csv")
    bring(workspace, "csv", won | {"opportunity": "B-1", "at": day(10)}, kind="conversions", file="new.csv")
    assert found(workspace) == ["acme.example (30.00 EUR): A-1 (old.csv) = B-1 (new.csv)"]


def test_the_same_deal_under_the_same_id_is_one(workspace):
    bring(workspace, "hubspot", deal("hubspot deal 1", account="acme.example"))
    bring(workspace, "warehouse", deal("hubspot deal 1", account="acme.example"))
    assert "double_deals" not in set(health.check(workspace).frame["problem"])


told = st.fixed_dictionaries(
    {
        "source": st.sampled_from(["a", "b", "c"]),
        "account": st.sampled_from([None, 1, 2]),
        "company": st.sampled_from([None, "Acme", "ACME SAS", "Zeta"]),
        "name": st.sampled_from([None, "Pilot", "pilot"]),
        "amount": st.sampled_from([10.0, 10.001, 20.0]),
        "currency": st.sampled_from(["EUR", None]),
        "closes": st.integers(0, 20),
    }
)


def alike(one, other):
    signs = any(sign(one) is not None and sign(one) == sign(other) for sign in SIGNS)
    return signs and (round(one.amount, 2), one.currency) == (round(other.amount, 2), other.currency)


@given(st.lists(told, max_size=8))
def test_what_is_found_is_alike_and_what_is_left_is_not(rows):
    rows = [row | {"deal": str(number)} for number, row in enumerate(rows)]
    deals = doubles(rows)
    paired = [one for each in deals for one in each]
    assert len(set(paired)) == len(paired)
    for each in deals:
        assert len({one.source for one in each}) == len(each) > 1
        assert max(one.closes for one in each) - min(one.closes for one in each) <= NEAR
        assert all(alike(each[0], other) for other in each[1:])
    left = [Told(**row) for row in rows if row["deal"] not in {one.deal for one in paired}]
    for one in left:
        for other in left:
            assert one.source == other.source or not alike(one, other) or abs(one.closes - other.closes) > NEAR
