"""What an export must be: by day, in known columns, in one currency; and what is said where it is not."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from connectors.base import Reject
from tests.connectors.ad_samples import GOOGLE, LINKEDIN, META, MICROSOFT, read, read_or_refusal, spent, write
from workspace.errors import SourceError, UsageError

IN_GOOGLE = "In Google Ads: Campaigns, Segment, Time, Day, then Download; or add Day to the rows of the report editor."
IN_META = "In Ads Manager: Breakdown, By time, Day, then Reports, Export table data."
IN_LINKEDIN = "In Campaign Manager: set the period, Export, Campaign performance, time breakdown Daily."
IN_MICROSOFT = "In Microsoft Advertising: Reports, Campaign performance, show by Day, then Download."
DAILY = " If they are of single days after all, pass --daily"
LOOKED = "{file}: no row holds the column names of an export of "
MAP = ". Name the columns with --map amount=COLUMN --map day=COLUMN"


def days(*texts: str) -> str:
    return "".join(f"{text},Brand,1.50\n" for text in texts)


@pytest.mark.parametrize(
    ("connector", "content", "message"),
    [
        (
            "google-ads",
            "Campaign,Cost\nBrand,5.00\n",
            "{file}: no column holds the day, so each row is the sum of a longer time. " + IN_GOOGLE,
        ),
        (
            "google-ads",
            "Campaign report\nWeek,Campaign,Cost\n2026-08-31,Brand,70.00\n",
            "{file}: the rows are parted by 'Week', not by day. " + IN_GOOGLE,
        ),
        ("google-ads", "Mois;Campagne;Coût\n2026-08-01;Marque;70,00\n", "{file}: the rows are parted by 'Mois', not by day. " + IN_GOOGLE),
        (
            "google-ads",
            "Day,Campaign,Cost\n" + days("2026-09-01", "2026-09-01 - 2026-09-07"),
            "{file}, row 3: the row is the sum of several days (2026-09-01 - 2026-09-07), and days are not made up from it. " + IN_GOOGLE,
        ),
        (
            "meta-ads",
            "Reporting starts,Reporting ends,Campaign name,Amount spent (EUR)\n2026-09-01,2026-09-01,A,1\n2026-09-01,2026-09-30,B,5\n",
            "{file}, row 3: the row is the sum of several days (2026-09-01 – 2026-09-30), and days are not made up from it. " + IN_META,
        ),
        (
            "meta-ads",
            "Début des rapports,Nom de la campagne,Montant dépensé (EUR)\n" + days("2026-01-01", "2026-02-01", "2026-03-01"),
            "{file}: the rows look like sums of longer times: every row is of the first day of a month. " + IN_META + DAILY,
        ),
        (
            "linkedin-ads",
            LINKEDIN.replace("09/02/2026,", "09/01/2026,"),
            "{file}: the rows look like sums of longer times: every row is of 2026-09-01, and the report runs until 2026-09-30. "
            + IN_LINKEDIN
            + DAILY,
        ),
        (
            "linkedin-ads",
            "Date de début (UTC);Nom de la campagne;Total dépensé\n"
            + days("2026-09-07", "2026-09-14", "2026-09-21", "2026-09-28").replace(",", ";"),
            "{file}: the rows look like sums of longer times: all rows are of one day of the week. " + IN_LINKEDIN + DAILY,
        ),
        (
            "microsoft-ads",
            MICROSOFT.replace("Aggregation: Daily", "Aggregation: Weekly"),
            "{file}: it says of itself that its rows are by 'Weekly', not by day. " + IN_MICROSOFT,
        ),
        (
            "microsoft-ads",
            "Month,Campaign name,Spend\n2026-08-01,A,7\n",
            "{file}: the rows are parted by 'Month', not by day. " + IN_MICROSOFT,
        ),
        (
            "microsoft-ads",
            '"WeekStartDate","CampaignName","Spend"\n2026-08-02,A,7\n',
            "{file}: the rows are parted by 'WeekStartDate', not by day. " + IN_MICROSOFT,
        ),
        (
            "google-ads",
            "person,at\nanna,2026-01-31\n",
            LOOKED + "Google Ads; looked for the cost (cost, spend, coût, kosten) beside the day (day, date, jour, tag) or the campaign "
            "(campaign name, campaign, nom de la campagne, campagne)" + MAP,
        ),
        (
            "linkedin-ads",
            "x\n" * 40 + LINKEDIN,
            LOOKED + "LinkedIn Ads; looked for the cost (total spent, cost in local currency, total dépensé, montant total dépensé) beside "
            "the day (day, jour, start date, date, date de début, date début) or the campaign (campaign name, campaign, "
            "nom de la campagne, campagne)" + MAP,
        ),
        (
            "google-ads",
            "Day,Cost (EUR),Cost (USD)\n2026-09-01,1,2\n",
            "{file}: both 'Cost (EUR)' and 'Cost (USD)' could be amount; say which with --map amount='Cost (EUR)'",
        ),
        (
            "google-ads",
            "Day,Cost,Cost\n2026-09-01,1,2\n",
            "{file}: both 'Cost' and 'Cost (column 3)' could be amount; say which with --map amount='Cost'",
        ),
        (
            "meta-ads",
            "Day,Campaign name,Campaign ID,Amount spent (EUR)\n2026-09-01,A,120210000000000001,1\n2026-09-01,B,1.2021E+17,2\n",
            "{file}, row 3: the campaign's id '1.2021E+17' was rounded by a spreadsheet, and campaigns cannot be told apart by it; import "
            "the file as it was downloaded, or take the column out",
        ),
        ("google-ads", "", "{file}: this file is empty; export it again"),
    ],
)  # fmt: skip
def test_exports_that_cannot_be_read(tmp_path, connector, content, message):
    assert read_or_refusal(connector, write(tmp_path, content)) == message


def test_a_workbook_without_days(tmp_path):
    book = openpyxl.Workbook()
    for row in (["Campaign", "Cost"], ["Brand", 5]):
        book.active.append(row)
    book.save(tmp_path / "f.xlsx")
    assert read_or_refusal("google-ads", tmp_path / "f.xlsx").startswith("{file}: no column holds the day")


def test_json_lines_of_something_else(tmp_path):
    assert read_or_refusal("google-ads", write(tmp_path, '{"person": "anna"}\n', "x.jsonl")).startswith(LOOKED + "Google Ads;")


@pytest.mark.parametrize("texts", [("2026-09-07", "2026-09-14", "2026-09-21", "2026-09-28"), ("2026-01-01", "2026-02-01", "2026-03-01")])
def test_days_that_only_look_like_longer_times(tmp_path, texts):
    content = "Start date,Campaign name,Total spent\n" + days(*texts)
    found = read("linkedin-ads", write(tmp_path, content), daily=True)
    assert [row["day"].isoformat() for row in found.rows] == list(texts)
    by_day = content.replace("Start date", "Day").replace("Total spent", "Cost")
    assert [row["day"].isoformat() for row in read("google-ads", write(tmp_path, by_day)).rows] == list(texts)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"map": ("cost=Kosten",)},
            "--map cost=Kosten: there is no field 'cost'; the fields are: day, campaign, campaign_id, account, currency, amount, "
            "impressions, clicks, conversions",
        ),
        ({"map": ("amount=Kosten",)}, None),
        ({"set": ("campaign=x",)}, "--set campaign=x: there is no field 'campaign'; the fields are: source, medium, channel"),
        ({"currency": "euro"}, "--currency euro: write a three-letter code of ISO 4217, such as EUR"),
        ({"delimiter": ";;"}, "--delimiter ;;: give one character, such as ';', or 'tab'"),
    ],
)
def test_options_that_cannot_be(tmp_path, options, message):
    """A column that the user names is looked for in every row; where it stands in none, no row is the header."""
    path = write(tmp_path, GOOGLE)
    with pytest.raises((UsageError, SourceError)) as caught:
        read("google-ads", path, **options)
    if message is not None:
        assert str(caught.value) == message
    else:
        assert str(caught.value).startswith(f"{path}: no row holds the column names of an export of Google Ads; looked for")


def test_a_campaign_column_that_is_not_there(tmp_path):
    assert read_or_refusal("google-ads", write(tmp_path, "Day,Cost\n2026-09-01,1\n"), map=("campaign=Kampagne",)) == (
        "{file} has no column 'Kampagne'; it has Day, Cost"
    )


def test_columns_in_another_language(tmp_path):
    content = "Raport\nDzień;Kampania;Koszt\n2026-09-01;Marka;12,50\n"
    found = read("google-ads", write(tmp_path, content), map=("day=Dzień", "amount=Koszt", "campaign=Kampania"), currency="pln")
    assert found.rows == [spent("google-ads", 3, "2026-09-01", "Marka", 12.5, "PLN")]


def test_what_is_unknown_is_not_0(tmp_path):
    """A row with clicks and no cost is refused; "< 10" and dashes are unknown; a cost of 0 is one."""
    content = (
        "Day,Campaign,Campaign ID,Cost (EUR),Impr.,Clicks\n"
        "2026-09-01,A,1, --,10,2\n2026-09-01,B,2,0.00,< 10,–\n2026-09-01,C,3,,0, --\n2026-09-01,D,4,< 1,,\n2026-09-01,E,5,5.00,,n/a\n"
    )
    path = write(tmp_path, content)
    found = read("google-ads", path)
    assert found.rows == [
        spent("google-ads", 3, "2026-09-01", "B", 0.0, key="2"),
        spent("google-ads", 6, "2026-09-01", "E", 5.0, key="5"),
    ]
    empty = ("{field} is empty.", "Fill the cell in; a row without it cannot be used.")
    assert found.rejects == [Reject(str(path), 2, "amount", "", *empty, column="Cost (EUR)")]
    assert found.remarks[1:] == [
        "{file}: rows without a cost, impressions and clicks, passed over: 2.",
        "{file}: cells such as '< 10', whose figure is unknown: 2.",
    ]


@pytest.mark.parametrize(
    ("content", "options", "currencies", "said"),
    [
        ("Day,Cost,Currency code\n2026-09-01,5,USD\n2026-09-02,5,CAD\n", {"currency": "GBP"}, ["USD", "CAD"], False),
        ("Day,Cost (USD)\n2026-09-01,5\n", {"currency": "GBP"}, ["USD"], False),
        ("Jour;Coût (€)\n2026-09-01;5\n", {"currency": "GBP"}, ["EUR"], False),
        ("Day,Cost ($)\n2026-09-01,5\n", {"currency": "CAD"}, ["CAD"], False),
        ("Report\nCurrency: CHF\nDay,Cost\n2026-09-01,5\n", {"currency": "GBP"}, ["CHF"], False),
        ("Rapport;Devise : CAD\nJour;Coût\n2026-09-01;5\n", {}, ["CAD"], False),
        ("Day,Cost\n2026-09-01,5\n", {"currency": "GBP"}, ["GBP"], False),
        ("Day,Cost\n2026-09-01,£5\n", {}, ["GBP"], True),
        ("Day,Cost\n2026-09-01,5\n", {}, ["EUR"], True),
        ("Day,Cost ($)\n2026-09-01,5\n", {}, ["EUR"], True),
    ],
)
def test_the_currency(tmp_path, content, options, currencies, said):
    """A column's, else the column name's, else the one above the table, else what the user says, else the settings', which is said."""
    found = read("google-ads", write(tmp_path, content), **options)
    assert [row["currency"] for row in found.rows] == currencies
    sentence = (
        "{file}: nothing says in which currency the amounts are; EUR was taken, as in the settings. Pass --currency if it is another."
    )
    assert (sentence in found.remarks) == said


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-09-01", "2026-09-01"),
        ("20260901", "2026-09-01"),
        ("2026-09-01 00:00:00", "2026-09-01"),
        ('"Tue, Sep 1, 2026"', "2026-09-01"),
        ('"September 1, 2026"', "2026-09-01"),
        ("1 September 2026", "2026-09-01"),
        ("1 sept. 2026", "2026-09-01"),
        ("mar. 1 sept. 2026", "2026-09-01"),
        ("1er août 2026", "2026-08-01"),
        ("4 juil. 2026", "2026-07-04"),
        ("4 juin 2026", "2026-06-04"),
        ("28 févr. 2026", "2026-02-28"),
        ("3. März 2026", "2026-03-03"),
        ("13/09/2026", "2026-09-13"),
        ("9/13/2026", "2026-09-13"),
    ],
)
def test_how_days_are_written(tmp_path, text, day):
    found = read("google-ads", write(tmp_path, f"Day,Cost (EUR)\n{text},5\n"))
    assert ([row["day"] for row in found.rows], found.rejects) == ([dt.date.fromisoformat(day)], [])


@pytest.mark.parametrize("text", ["30 février 2026", "1 Brumaire 2026", "soon", "31/02/2026", "Day"])
def test_days_that_are_none(tmp_path, text):
    found = read("google-ads", write(tmp_path, f"Day,Cost (EUR)\n{text},5\n2026-09-01,5\n"))
    assert (len(found.rows), [row for row, _, _ in found.refused]) == (1, [2])


def test_days_that_nothing_settles_are_refused(tmp_path):
    content = "Jour;Coût (EUR)\n03/04/2026;5\n"
    assert read("google-ads", write(tmp_path, content)).refused == [(2, "day", "03/04/2026")]
    for day_first, day in ((True, "2026-04-03"), (False, "2026-03-04")):
        found = read("google-ads", write(tmp_path, content), day_first=day_first)
        assert [row["day"].isoformat() for row in found.rows] == [day]


def test_the_column_shows_its_own_order_whatever_is_usual(tmp_path):
    content = LINKEDIN.replace("09/02/2026,", "13/09/2026,")
    found = read("linkedin-ads", write(tmp_path, content))
    assert [row["day"].isoformat() for row in found.rows] == ["2026-01-09", "2026-01-09", "2026-09-13"]
    assert "{file}: day is written day/month/year, as numbers above 12 show." in found.remarks


def test_tags_and_a_channel_of_the_users(tmp_path):
    found = read("meta-ads", write(tmp_path, META), set=("source=instagram", "channel=Paid Social"))
    assert {(row["source"], row["medium"], row["channel"]) for row in found.rows} == {("instagram", "paid-social", "Paid Social")}


def test_an_account_without_campaigns(tmp_path):
    path = write(tmp_path, "Day,Cost (EUR)\n2026-09-01,5\n")
    found = read("google-ads", path, account="North")
    assert found.rows == [spent("google-ads", 2, "2026-09-01", None, 5.0, key="North/")]
    assert found.remarks[1:] == ["{file}: no column is the campaign; the spend can be told by day and channel only."]


def test_campaigns_known_by_their_ids_alone(tmp_path):
    """As pipelines land them: costs in millionths, which may be more than a number here can be."""
    content = (
        "date,customer_id,campaign_id,cost_micros,clicks,impressions\n2026-09-01,9,7,36150000,49,166\n2026-09-02,9,7,9876543210123,1,2\n"
    )
    found = read("google-ads", write(tmp_path, content), currency="JPY")
    assert found.rows == [
        spent("google-ads", 2, "2026-09-01", "7", 36.15, "JPY", clicks=49, impressions=166, key="7"),
        spent("google-ads", 3, "2026-09-02", "7", 9876543.210123, "JPY", clicks=1, impressions=2, key="7"),
    ]


def test_ids_in_brackets(tmp_path):
    """Microsoft writes them so; they are the same ids without."""
    content = "Day,Campaign name,Campaign ID,Spend (EUR)\n2026-09-01,Brand,[359751135],5\n"
    found = read("microsoft-ads", write(tmp_path, content))
    assert [row["id"] for row in found.rows] == ["microsoft-ads:359751135:2026-09-01"]


def test_a_word_in_brackets_is_no_currency(tmp_path):
    """ALL is the Albanian lek; "(all)" is not."""
    content = "Day,Campaign name,Amount spent (all),Clicks (all)\n2026-09-01,Brand,5,7\n"
    found = read("meta-ads", write(tmp_path, content), map=("amount=Amount spent (all)",))
    assert [(row["currency"], row["clicks"]) for row in found.rows] == [("EUR", 7)]


def test_one_day_of_which_nothing_says_that_it_is_one(tmp_path):
    """LinkedIn's export tells first days alone; where the lines above it were cut off, nobody knows."""
    path = write(tmp_path, LINKEDIN[LINKEDIN.index("Start Date (in") :].replace("09/02/2026,", "09/01/2026,"))
    sentence = "{file}: every row is of 2026-09-01, and nothing shows that it is of that day alone; look whether the export was by day."
    assert sentence in read("linkedin-ads", path, day_first=False).remarks
    assert sentence not in read("linkedin-ads", path, day_first=False, daily=True).remarks


@pytest.mark.parametrize(
    "name", ["Campaign ID", "CampaignId", "ID de la campagne", "N° de campagne", "Nº de la campagne", "Numéro de campagne"]
)
def test_names_of_the_campaigns_id(tmp_path, name):
    found = read("meta-ads", write(tmp_path, f"Jour;Nom de la campagne;{name};Montant dépensé (EUR)\n2026-09-01;A;900;5\n"))
    assert [row["id"] for row in found.rows] == ["meta-ads:900:2026-09-01"]
