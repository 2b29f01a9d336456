"""Spend and conversions added up in the workspace, against the rows themselves."""

import datetime as dt
from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workspace.samples import batch, day
from workspace import imports, reading, spending, store

rows = st.fixed_dictionaries(
    {
        "day": st.dates(dt.date(2026, 1, 1), dt.date(2026, 1, 6)),
        "amount": st.integers(-500, 500).map(lambda cents: cents / 4),
        "currency": st.sampled_from(["EUR", "USD"]),
        "source": st.sampled_from([None, "google"]),
        "impressions": st.one_of(st.none(), st.integers(0, 9)),
        "clicks": st.one_of(st.none(), st.integers(0, 9)),
    }
)
bound = st.one_of(st.none(), st.dates(dt.date(2025, 12, 31), dt.date(2026, 1, 7)))


@settings(max_examples=25)
@given(given_rows=st.lists(rows, max_size=8), since=bound, until=bound)
def test_spend_of_a_period_is_the_sum_of_its_rows(tmp_path_factory, given_rows, since, until):
    path = tmp_path_factory.mktemp("spend") / "w.db"
    store.create(path)
    with store.open_workspace(path) as workspace:
        numbered = [row | {"id": str(number)} for number, row in enumerate(given_rows)]
        imports.run(workspace, "test", [batch("spend", *numbered)])
        found = spending.spend_of(workspace, since, until).to_pylist()
        days = spending.spend_days(workspace, since, until)
        names = {row["id"]: row["source"] for row in reading.origins(workspace)}
    inside = [row for row in given_rows if (since is None or row["day"] >= since) and (until is None or row["day"] <= until)]
    assert days == ((min(row["day"] for row in inside), max(row["day"] for row in inside)) if inside else None)
    groups = defaultdict(list)
    for row in inside:
        groups[row["source"], row["currency"]].append(row)

    def known(several, column):
        figures = [row[column] for row in several if row[column] is not None]
        return sum(figures) if figures else None

    assert {(names[row.pop("origin_id")], row.pop("currency")): row for row in found} == {
        key: {
            "amount": sum(row["amount"] for row in several),
            "impressions": known(several, "impressions"),
            "clicks": known(several, "clicks"),
            "rows": len(several),
            "negative_rows": sum(row["amount"] < 0 for row in several),
            "negative": sum(min(row["amount"], 0) for row in several),
        }
        for key, several in groups.items()
    }


def test_spend_before_1970_and_a_column_that_begins_unknown(tmp_path):
    store.create(tmp_path / "w.db")
    many = [{"day": dt.date(1969, 12, 31), "amount": 0.5, "currency": "EUR", "source": f"s{n}"} for n in range(1100)]
    many.append({"day": dt.date(2026, 1, 1), "amount": 2.0, "currency": "EUR", "source": "z", "clicks": 3})
    with store.open_workspace(tmp_path / "w.db") as workspace:
        imports.run(workspace, "test", [batch("spend", *many)])
        table = spending.spend_of(workspace)
        assert spending.spend_days(workspace) == (dt.date(1969, 12, 31), dt.date(2026, 1, 1))
        assert spending.spend_of(workspace, dt.date(1970, 1, 1)).num_rows == 1
    assert (table.num_rows, sum(table["amount"].to_pylist()), table["clicks"].drop_null().to_pylist()) == (1101, 552.0, [3])


def test_conversions_by_goal_and_currency(tmp_path):
    store.create(tmp_path / "w.db")
    conversions = [
        {"person": "anna", "at": day(2), "goal": "opportunity", "value": 5.0, "currency": "EUR", "opportunity": "D1"},
        {"person": "anna", "at": day(3), "goal": "won", "currency": "EUR"},
        {"account": "acme", "at": day(4), "goal": "won", "value": 7.0, "currency": "USD"},
        {"person": "bob", "at": day(5), "goal": "won"},
    ]
    with store.open_workspace(tmp_path / "w.db") as workspace:
        imports.run(workspace, "test", [batch("conversions", *conversions)])
        times = [int(row["at"].timestamp()) for row in conversions]
        assert spending.conversions_of(workspace) == [
            {"goal": "opportunity", "currency": "EUR", "conversions": 1, "first": times[0], "last": times[0]},
            {"goal": "won", "currency": None, "conversions": 2, "first": times[1], "last": times[3]},
            {"goal": "won", "currency": "USD", "conversions": 1, "first": times[2], "last": times[2]},
        ]
        assert spending.conversions_of(workspace, times[1], times[2]) == [
            {"goal": "won", "currency": None, "conversions": 1, "first": times[1], "last": times[1]}
        ]
