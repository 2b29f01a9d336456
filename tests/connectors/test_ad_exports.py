"""Exports of each platform as people download them, in English and in French: every row and every sentence."""

from __future__ import annotations

import csv
import datetime as dt
import io

import openpyxl
import pytest

from tests.connectors.ad_samples import (
    GOOGLE,
    GOOGLE_FRENCH,
    LINKEDIN,
    LINKEDIN_FRENCH,
    META,
    META_FRENCH,
    MICROSOFT,
    MICROSOFT_FRENCH,
    read,
    read_or_refusal,
    spent,
    write,
)

BELOW = "{{file}}: the column names stand in row {row}; what is above them was passed over."
NO_ID = (
    "{file}: no column is the campaign's id. A campaign that was given another name counts twice where its days are imported again; "
    "add the id to the export."
)
ENERGIES = "Total Energies - Search"
BRAND_DAYS = [
    spent("google-ads", 4, "2026-09-01", "Brand", 12.34, "CAD", impressions=1234, clicks=7, key="111"),
    spent("google-ads", 5, "2026-09-02", "Brand", 1020.5, "CAD", impressions=10500, clicks=88, key="111"),
    spent("google-ads", 6, "2026-09-01", ENERGIES, 3.1, "CAD", impressions=40, clicks=2, key="222"),
    spent("google-ads", 7, "2026-09-03", ENERGIES, 0.0, "CAD", impressions=0, clicks=0, key="222"),
]
GOOGLE_SAID = [
    BELOW.format(row=3),
    "{file}: columns used: day = 'Day', campaign = 'Campaign', campaign_id = 'Campaign ID', currency = 'Currency code', amount = 'Cost', "
    "impressions = 'Impr.', clicks = 'Clicks'.",
    "{file}: rows of totals, passed over: 3.",
    "{file}: the rows add up to 'Total: Campaigns': 1,035.94 CAD.",
]


def test_google(tmp_path):
    found = read("google-ads", write(tmp_path, GOOGLE))
    assert (found.rows, found.rejects, found.remarks) == (BRAND_DAYS, [], GOOGLE_SAID)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_NONE, csv.QUOTE_ALL])
def test_google_for_excel(tmp_path, encoding, quoting):
    """The variant "CSV for Excel": tabs, in UTF-16."""
    text = io.StringIO()
    csv.writer(text, delimiter="\t", quoting=quoting, lineterminator="\r\n").writerows(csv.reader(GOOGLE.splitlines()))
    found = read("google-ads", write(tmp_path, text.getvalue().encode(encoding)))
    assert (found.rows, found.rejects, found.remarks) == (BRAND_DAYS, [], GOOGLE_SAID)


def test_google_in_french(tmp_path):
    found = read("google-ads", write(tmp_path, GOOGLE_FRENCH))
    assert found.rows == [
        spent("google-ads", 4, "2026-09-01", "Marque", 12.34, impressions=1234, clicks=7),
        spent("google-ads", 5, "2026-09-02", "Marque", 1020.5, impressions=10500, clicks=88),
        spent("google-ads", 6, "2026-09-03", "Toitures", 0.0, impressions=0, clicks=0),
    ]
    assert found.rejects == []
    assert found.remarks == [
        BELOW.format(row=3),
        "{file}: columns used: day = 'Jour', campaign = 'Campagne', currency = 'Code de la devise', amount = 'Coût', "
        "impressions = 'Impr.', clicks = 'Clics'.",
        NO_ID,
        "{file}: rows of totals, passed over: 1.",
        "{file}: the rows add up to 'Total\u00a0: compte': 1,032.84 EUR.",
    ]


def test_google_in_a_workbook(tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ["Campaign report"],
        ["September 1, 2026 - September 2, 2026"],
        ["Day", "Campaign", "Currency code", "Cost", "Clicks"],
        [dt.date(2026, 9, 1), "Brand", "CAD", 1020.5, 88],
        [dt.datetime(2026, 9, 2), "Brand", "CAD", 3, " --"],
        ["Total: Campaigns", " --", "CAD", 1023.5, 88],
    ):
        book.active.append(row)
    book.save(tmp_path / "report.xlsx")
    found = read("google-ads", tmp_path / "report.xlsx")
    assert found.rows == [
        spent("google-ads", 4, "2026-09-01", "Brand", 1020.5, "CAD", clicks=88),
        spent("google-ads", 5, "2026-09-02", "Brand", 3.0, "CAD"),
    ]
    assert found.remarks[-1] == "{file}: the rows add up to 'Total: Campaigns': 1,023.50 CAD."


def test_meta(tmp_path):
    """Two ads of a campaign add up; a sum with an unknown part is unknown; what did nothing is no row; clicks are those on links."""
    found = read("meta-ads", write(tmp_path, META))
    assert found.rows == [
        spent("meta-ads", 3, "2026-09-01", "Leads FR", 1032.84, impressions=13734, clicks=95, key="900"),
        spent("meta-ads", 5, "2026-09-02", "Leads FR", 5.26, impressions=None, clicks=2, key="900"),
    ]
    assert found.rejects == []
    assert found.remarks == [
        "{file}: columns used: campaign = 'Campaign name', campaign_id = 'Campaign ID', amount = 'Amount spent (EUR)', "
        "impressions = 'Impressions', clicks = 'Link clicks', until = 'Reporting ends', day = 'Reporting starts'.",
        "{file}: 3 rows were added up to 2 campaign days.",
        "{file}: rows without a cost, impressions and clicks, passed over: 1.",
        "{file}: rows of totals, passed over: 1.",
        "{file}: the rows add up to the row without a campaign: 1,038.10 EUR.",
    ]


def test_meta_in_french(tmp_path):
    """Between commas too, numbers are French; the column of days is taken, not the period of the report."""
    found = read("meta-ads", write(tmp_path, META_FRENCH))
    assert found.rows == [
        spent("meta-ads", 2, "2026-09-01", "Leads FR", 12.34, impressions=1234, clicks=7),
        spent("meta-ads", 3, "2026-09-02", "Leads FR", 1020.5, impressions=12500, clicks=88),
    ]
    assert found.remarks == [
        "{file}: columns used: day = 'Jour', campaign = 'Nom de la campagne', amount = 'Montant dépensé (EUR)', "
        "impressions = 'Impressions', clicks = 'Clics sur un lien'.",
        NO_ID,
    ]


def test_linkedin(tmp_path):
    """Nothing in the column shows the order of days; the period above does."""
    found = read("linkedin-ads", write(tmp_path, LINKEDIN))
    assert found.rows == [
        spent("linkedin-ads", 6, "2026-09-01", "Leads, directors", 1234.5, "USD", impressions=10000, clicks=200, key="11"),
        spent("linkedin-ads", 7, "2026-09-01", "Brand", 10.25, "USD", impressions=500, clicks=4, key="12"),
        spent("linkedin-ads", 8, "2026-09-02", "Leads, directors", 100.0, "USD", impressions=2000, clicks=40, key="11"),
    ]
    assert found.remarks == [
        BELOW.format(row=5),
        "{file}: day was read as month/day/year, as in other such files; if that is wrong, pass --dayfirst or --monthfirst.",
        "{file}: columns used: campaign = 'Campaign Name', campaign_id = 'Campaign ID', account = 'Account Name', currency = 'Currency', "
        "amount = 'Total Spent', impressions = 'Impressions', clicks = 'Clicks', day = 'Start Date (in UTC)'.",
    ]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8"])
def test_linkedin_in_french(tmp_path, encoding):
    found = read("linkedin-ads", write(tmp_path, LINKEDIN_FRENCH.encode(encoding)))
    assert found.rows == [
        spent("linkedin-ads", 5, "2026-09-01", "Pistes, directeurs", 1234.5, impressions=10000, clicks=200, key="11"),
        spent("linkedin-ads", 6, "2026-09-02", "Marque", 10.25, impressions=500, clicks=4, key="12"),
    ]
    assert found.remarks == [
        BELOW.format(row=4),
        "{file}: day was read as day/month/year, as in other such files; if that is wrong, pass --dayfirst or --monthfirst.",
        "{file}: columns used: campaign = 'Nom de la campagne', campaign_id = 'ID de la campagne', account = 'Nom du compte', "
        "currency = 'Devise', amount = 'Total dépensé', impressions = 'Impressions', clicks = 'Clics', day = 'Date de début (en UTC)'.",
    ]


def test_microsoft(tmp_path):
    found = read("microsoft-ads", write(tmp_path, MICROSOFT))
    assert found.rows == [
        spent("microsoft-ads", 12, "2026-06-10", "Brand", 318.26, impressions=309, clicks=91, key="Acme/Brand"),
        spent("microsoft-ads", 13, "2026-06-11", "Brand", 1018.26, impressions=309, clicks=91, key="Acme/Brand"),
        spent("microsoft-ads", 14, "2026-06-12", "Other", 0.0, impressions=5, clicks=0, key="Acme/Other"),
    ]
    assert found.rejects == []
    assert found.remarks == [
        BELOW.format(row=11),
        "{file}: day was read as month/day/year, as in other such files; if that is wrong, pass --dayfirst or --monthfirst.",
        "{file}: columns used: day = 'Gregorian date', campaign = 'Campaign name', account = 'Account name', currency = 'Currency code', "
        "amount = 'Spend', impressions = 'Impressions', clicks = 'Clicks'.",
        NO_ID,
        "{file}: rows of totals, passed over: 1.",
        "{file}: the rows add up to 'Overall total': 1,336.52 EUR.",
    ]


def test_microsoft_in_french(tmp_path):
    found = read("microsoft-ads", write(tmp_path, MICROSOFT_FRENCH))
    assert found.rows == [
        spent("microsoft-ads", 5, "2026-06-10", "Marque", 318.26, impressions=309, clicks=91),
        spent("microsoft-ads", 6, "2026-06-13", "Marque", 1018.26, impressions=309, clicks=91),
    ]
    assert found.remarks[1] == "{file}: day is written day/month/year, as numbers above 12 show."


def test_microsoft_as_its_service_writes_it(tmp_path):
    content = (
        '"Report Name: x"\n"Report Aggregation: Hourly"\n\n"TimePeriod","CampaignId","CampaignName","CurrencyCode","Spend","Clicks"\n'
        '"2026-06-10 09:00","359","Brand","EUR","1.5","1"\n"2026-06-10 10:00","359","Brand","EUR","2.5","0"\n'
    )
    found = read("microsoft-ads", write(tmp_path, content))
    assert found.rows == [spent("microsoft-ads", 5, "2026-06-10", "Brand", 4.0, clicks=1, key="359")]


def test_a_workbook_of_several_sheets(tmp_path):
    """The only sheet with an export is taken; of two, neither is."""
    rows = [["Day", "Campaign name", "Campaign ID", "Amount spent (EUR)"], [dt.date(2026, 9, 1), "Leads", "900", 12.5]]
    book = openpyxl.Workbook()
    book.active.append(["About this report"])
    sheet = book.create_sheet("Raw Data Report")
    for row in rows:
        sheet.append(row)
    book.save(tmp_path / "one.xlsx")
    found = read("meta-ads", tmp_path / "one.xlsx")
    assert found.rows == [spent("meta-ads", 2, "2026-09-01", "Leads", 12.5, key="900")]
    assert found.remarks[0] == "{file}: the sheet 'Raw Data Report' was read, the only one with such column names."
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "two.xlsx")
    assert read_or_refusal("meta-ads", tmp_path / "two.xlsx") == "{file} has several sheets: Sheet, Raw Data Report; name one with --sheet"
    assert read("meta-ads", tmp_path / "two.xlsx", sheet="Sheet").rows == [spent("meta-ads", 3, "2026-09-01", "Leads", 12.5, key="900")]
    book = openpyxl.Workbook()
    book.create_sheet("x").append(["y"])
    book.save(tmp_path / "none.xlsx")
    assert "no row holds the column names of an export of Meta Ads" in str(read_or_refusal("meta-ads", tmp_path / "none.xlsx"))
