"""Rows that are sums of others are passed over and compared with what was read; rows of ads add up."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import defaultdict
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.connectors.ad_samples import META, MICROSOFT, read, spent, write

PASSED = "{{file}}: rows of totals, passed over: {count}."
HEAD = "Day,Campaign,Campaign ID,Cost (EUR)\n"
ROWS = "2026-09-01,A,1,10.00\n2026-09-02,B,2,20.00\n"


@pytest.mark.parametrize(
    ("totals", "said"),
    [
        ("Total: Campaigns,,,30.00\n", ["{file}: the rows add up to 'Total: Campaigns': 30.00 EUR."]),
        (
            "Total: Campaigns,,,35.50\n",
            ["{file}: the rows add up to 30.00 EUR, but 'Total: Campaigns' is 35.50: 5.50 is missing in the rows."],
        ),
        ("Total: Campaigns,,,29.00\n", ["{file}: the rows add up to 30.00 EUR, but 'Total: Campaigns' is 29.00: the rows have 1.00 more."]),
        (
            "Total: Campaigns,,,30.01\n",
            ["{file}: the rows add up to 30.00 EUR, 'Total: Campaigns' is 30.01; the difference of 0.01 is no more than rounding."],
        ),
        # The account has more than the table shows; a network has less.
        (
            "Total: Account,,,99.00\nTotal: Search,,,30.00\nTotal: Campaigns,,,30.00\n",
            ["{file}: the rows add up to 'Total: Campaigns': 30.00 EUR."],
        ),
        ("Total: Search,,,12.00\nTotal: Account,,,30.00\n", ["{file}: the rows add up to 'Total: Account': 30.00 EUR."]),
        ("Total: Filtered campaigns,,,10.00\nTotal: Account,,,30.00\n", ["{file}: the rows add up to 'Total: Account': 30.00 EUR."]),
        ("Total\u202f: compte,,,30.00\n", ["{file}: the rows add up to 'Total\u202f: compte': 30.00 EUR."]),
        (",Totaux,,30.00\n", ["{file}: the rows add up to 'Totaux': 30.00 EUR."]),
        ("--,Grand total,,30.00\n", ["{file}: the rows add up to 'Grand total': 30.00 EUR."]),
        ("Total: Campaigns,,, --\n", ["{file}: they could not be compared with the other rows: no amount can be read in them."]),
        ("Total: Campaigns,30.00\n", ["{file}: they could not be compared with the other rows: no amount can be read in them."]),
        ("2026-09-02,Total,,20.00\n", ["{file}: the rows add up to 30.00 EUR, but 'Total' is 20.00: the rows have 10.00 more."]),
    ],
)  # fmt: skip
def test_totals(tmp_path, totals, said):
    found = read("google-ads", write(tmp_path, HEAD + ROWS + totals))
    assert found.rows == [
        spent("google-ads", 2, "2026-09-01", "A", 10.0, key="1"),
        spent("google-ads", 3, "2026-09-02", "B", 20.0, key="2"),
    ]
    assert found.rejects == []
    assert found.remarks[1:] == [PASSED.format(count=totals.count("\n")), *said]


@pytest.mark.parametrize("name", ["Total Energies", "Totale Vielfalt", "TOTAL - Search", "Totalisator", "Subtotal2"])
def test_a_campaign_whose_name_begins_like_a_total(tmp_path, name):
    found = read("google-ads", write(tmp_path, HEAD + f"2026-09-01,{name},1,10.00\n"))
    assert found.rows == [spent("google-ads", 2, "2026-09-01", name, 10.0, key="1")]


def test_rejected_rows_are_said_to_be_missing(tmp_path):
    found = read("google-ads", write(tmp_path, HEAD + ROWS + "soon,C,3,5.00\nTotal: Campaigns,,,35.00\n"))
    assert found.refused == [(4, "day", "soon")]
    assert found.remarks[2:] == [
        "{file}: the rows add up to 30.00 EUR, but 'Total: Campaigns' is 35.00: 5.00 is missing in the rows.",
        "{file}: rows that were rejected and are not in the sum: 1.",
    ]


def test_several_currencies_have_no_sum(tmp_path):
    content = "Day,Campaign ID,Currency code,Cost\n2026-09-01,1,EUR,5\n2026-09-01,1,USD,5\nTotal: Account,,,10\n"
    found = read("google-ads", write(tmp_path, content))
    assert [row["id"] for row in found.rows] == ["google-ads:1:2026-09-01", "google-ads:1:2026-09-01:USD"]
    assert found.remarks[1:] == [
        PASSED.format(count=1),
        "{file}: they could not be compared with the other rows: there are several currencies.",
    ]


def test_nothing_but_totals(tmp_path):
    found = read("google-ads", write(tmp_path, HEAD + "Total: Campaigns,,,0.00\n"))
    assert (found.rows, found.rejects) == ([], [])
    assert found.remarks == [
        "{file}: there are no rows below the column names.",
        "{file}: columns used: day = 'Day', campaign = 'Campaign', campaign_id = 'Campaign ID', amount = 'Cost (EUR)'.",
        PASSED.format(count=1),
        "{file}: the rows add up to 'Total: Campaigns': 0.00 EUR.",
    ]


def test_totals_in_a_decimal_sign_that_only_the_other_rows_show(tmp_path):
    content = "Jour;Campagne;Coût (EUR)\n2026-09-01;A;0,50\n2026-09-02;A;1234,00\nTotal : compte;;1.234,500\n"
    assert read("google-ads", write(tmp_path, content)).remarks[-1] == "{file}: the rows add up to 'Total : compte': 1,234.50 EUR."


def test_meta_without_names_is_no_total_where_it_is_a_day(tmp_path):
    """A row without a campaign that is of one day is what was spent, by somebody who deleted the campaign's name."""
    found = read("meta-ads", write(tmp_path, META.replace("2026-09-02,2026-09-02,Leads FR", "2026-09-02,2026-09-02,")))
    assert (found.rows[1]["campaign"], found.rows[1]["amount"]) == (None, 5.26)


@pytest.mark.parametrize(
    "content", ["Day,Account name,Amount spent (EUR)\n,,5.00\n2026-09-01,Acme,5.00\n", "Day,Spend (EUR)\n,5\n2026-09-01,5\n"]
)
def test_meta_without_campaigns(tmp_path, content):
    found = read("meta-ads", write(tmp_path, content))
    assert ([row["amount"] for row in found.rows], found.rejects) == ([5.0], [])
    assert found.remarks[-1] == "{file}: the rows add up to the row without a campaign: 5.00 EUR."


def test_totals_in_millionths(tmp_path):
    found = read("google-ads", write(tmp_path, "Day,Campaign ID,cost_micros\n2026-09-01,1,1500000\nTotal,,1500000\n"), currency="EUR")
    assert found.remarks[-1] == "{file}: the rows add up to 'Total': 1.50 EUR."


@pytest.mark.parametrize(
    "footer",
    ['"©2026 Microsoft Corporation. All rights reserved. "', "@2026 Microsoft Corporation. All rights reserved.", "(c) 2026 Microsoft"],
)
@pytest.mark.parametrize("columns", ["", ",,,,,,,"])
def test_a_notice_of_rights_is_no_row(tmp_path, footer, columns):
    content = MICROSOFT[: MICROSOFT.index('"©')] + footer + columns + "\n"
    found = read("microsoft-ads", write(tmp_path, content))
    assert (len(found.rows), found.rejects) == (3, [])


def test_rows_that_are_alike_are_said(tmp_path):
    content = HEAD + "2026-09-01,A,1,10.00\n2026-09-01,A,1,10.00\n2026-09-01,A,1,0.00\n2026-09-01,A,1,0.00\n"
    found = read("google-ads", write(tmp_path, content))
    assert found.rows == [spent("google-ads", 2, "2026-09-01", "A", 20.0, key="1")]
    assert found.remarks[1:] == [
        "{file}: 4 rows were added up to 1 campaign days.",
        "{file}: rows like an earlier one in every column: 1. They count; if the file holds its rows twice, export it again.",
    ]


AD = st.tuples(
    st.dates(dt.date(2026, 1, 1), dt.date(2026, 1, 5)),
    st.sampled_from(["A", "B"]),
    st.sampled_from(["EUR", "USD"]),
    st.integers(-1000, 10**7),
    st.none() | st.integers(0, 10**6),
    st.none() | st.integers(0, 10**4),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(ads=st.lists(AD, max_size=40))
@example(ads=[])
def test_ads_add_up_as_by_hand(tmp_path, ads):
    """The literal way: a dictionary of fractions, a sum being unknown where a part is."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Day", "Campaign", "Currency code", "Cost", "Impr.", "Clicks"])
    sums: dict[tuple[object, ...], list[Fraction | int | None]] = defaultdict(lambda: [Fraction(), 0, 0])
    for day, campaign, currency, cents, impressions, clicks in ads:
        writer.writerow([day, campaign, currency, f"{cents / 100:,.2f}", " --" if impressions is None else impressions, clicks])
        found = sums[day, campaign, currency]
        for place, part in enumerate((Fraction(cents, 100), impressions, clicks)):
            known = found[place]
            found[place] = None if known is None or part is None else known + part
    rows = read("google-ads", write(tmp_path, text.getvalue())).rows
    read_sums = {
        (row["day"], row["campaign"], row["currency"]): [Fraction(round(row["amount"] * 100), 100), row["impressions"], row["clicks"]]
        for row in rows
    }
    assert read_sums == dict(sums)
    assert len({row["id"] for row in rows}) == len(rows)
    assert all(abs(row["amount"] * 100 - round(row["amount"] * 100)) < 1e-3 for row in rows)
