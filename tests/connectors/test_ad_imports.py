"""Exports imported into a workspace: corrected, split into ads, renamed, of several accounts; and what a report makes of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli import main
from workspace.store import create, open_workspace

HEAD = "Day,Campaign,Campaign ID,Currency code,Cost,Impr.,Clicks\n"
FIRST = HEAD + "2026-09-01,Brand,1,EUR,10.00,100,5\n2026-09-02,Brand,1,EUR,20.00,200,6\n2026-09-01,Other,2,EUR,5.00,50,1\n"


def run(folder: Path, *arguments: str) -> str:
    result = CliRunner().invoke(main, ["--workspace", str(folder / "smarketing.db"), *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def imported(folder: Path, content: str, *options: str, connector: str = "google-ads", name: str = "export.csv") -> str:
    """Import an export; give the last line, which counts."""
    path = folder / name
    path.write_text(content)
    return run(folder, "import", connector, str(path), *options).strip().splitlines()[-1]


def kept(folder: Path) -> list[tuple[Any, ...]]:
    with open_workspace(folder / "smarketing.db") as workspace:
        rows = workspace.rows(
            """SELECT date(day * 86400, 'unixepoch') AS day, source, campaign, amount, currency, impressions, clicks
            FROM spend JOIN origins ON origins.id = origin_id ORDER BY 1, 2, 3, 4"""
        )
    return [tuple(row[name] for name in ("day", "source", "campaign", "amount", "currency", "impressions", "clicks")) for row in rows]


@pytest.fixture
def folder(tmp_path):
    create(tmp_path / "smarketing.db")
    return tmp_path


BRAND = ("2026-09-01", "google", "Brand", 10.0, "EUR", 100, 5)
BRAND_2 = ("2026-09-02", "google", "Brand", 20.0, "EUR", 200, 6)
OTHER = ("2026-09-01", "google", "Other", 5.0, "EUR", 50, 1)


def test_the_same_again_changes_nothing(folder):
    assert imported(folder, FIRST) == "Spend: 3 rows read, 3 added, 0 changed, 0 known already, 0 rejected."
    assert imported(folder, FIRST) == "Spend: 3 rows read, 0 added, 0 changed, 3 known already, 0 rejected."
    assert kept(folder) == [BRAND, OTHER, BRAND_2]


def test_a_later_export_of_a_day_replaces_its_figures(folder):
    """Platforms correct clicks for days; the days that the later export does not hold stay."""
    imported(folder, FIRST)
    assert imported(folder, HEAD + "2026-09-01,Brand,1,EUR,9.40,98,4\n", name="later.csv") == (
        "Spend: 1 row read, 0 added, 1 changed, 0 known already, 0 rejected."
    )
    assert kept(folder) == [("2026-09-01", "google", "Brand", 9.4, "EUR", 98, 4), OTHER, BRAND_2]


@pytest.mark.parametrize("ads", [1, 2, 3])
def test_more_or_fewer_rows_of_a_day_are_the_same_day(folder, ads):
    """An export by ad after one by campaign, and the other way round: a day counts once."""
    for count in (ads, 1, 3, ads):
        rows = "".join(f"2026-09-01,Brand,1,EUR,{12 / count:.2f},{120 // count},{6 // count}\n" for _ in range(count))
        imported(folder, HEAD + rows)
        assert kept(folder) == [("2026-09-01", "google", "Brand", 12.0, "EUR", 120, 6)]


def test_a_campaign_that_was_renamed_counts_once(folder):
    imported(folder, FIRST)
    imported(folder, FIRST.replace("Brand", "Brand FR"))
    assert kept(folder) == [(*BRAND[:2], "Brand FR", *BRAND[3:]), OTHER, (*BRAND_2[:2], "Brand FR", *BRAND_2[3:])]


def test_a_currency_that_was_wrong_is_put_right(folder):
    content = "Day,Campaign,Cost\n2026-09-01,Brand,10.00\n"
    imported(folder, content)
    imported(folder, content, "--currency", "USD")
    assert kept(folder) == [("2026-09-01", "google", "Brand", 10.0, "USD", None, None)]


def test_two_files_of_one_import_that_overlap(folder):
    """The later file of the two counts, in the order in which they are named."""
    (folder / "a.csv").write_text(FIRST)
    (folder / "b.csv").write_text(HEAD + "2026-09-02,Brand,1,EUR,21.00,201,7\n")
    run(folder, "import", "google-ads", str(folder / "a.csv"), str(folder / "b.csv"))
    assert kept(folder) == [BRAND, OTHER, ("2026-09-02", "google", "Brand", 21.0, "EUR", 201, 7)]


@pytest.mark.parametrize(("options", "amounts"), [((), [7.0]), (("--account", "South"), [7.0, 10.0])])
def test_accounts_that_the_export_does_not_name(folder, options, amounts):
    content = "Day,Campaign,Cost\n2026-09-01,Brand,{}\n"
    imported(folder, content.format("10.00"))
    imported(folder, content.format("7.00"), *options)
    assert [row[3] for row in kept(folder)] == amounts


def test_platforms_do_not_mix(folder):
    imported(folder, "Day,Campaign,Cost\n2026-09-01,Brand,1.00\n")
    imported(folder, "Day,Campaign name,Spend\n2026-09-01,Brand,2.00\n", connector="microsoft-ads")
    imported(folder, "Day,Campaign name,Amount spent (EUR)\n2026-09-01,Brand,3.00\n", connector="meta-ads")
    imported(folder, "Start Date (in UTC),Campaign Name,Total Spent\n2026-09-01,Brand,4.00\n", connector="linkedin-ads")
    assert [row[1:4] for row in kept(folder)] == [
        ("bing", "Brand", 2.0),
        ("facebook", "Brand", 3.0),
        ("google", "Brand", 1.0),
        ("linkedin", "Brand", 4.0),
    ]


def test_a_refused_export_leaves_nothing(folder):
    (folder / "a.csv").write_text(FIRST)
    (folder / "b.csv").write_text("Week,Campaign,Cost\n2026-08-31,Brand,70.00\n")
    arguments = ["--workspace", str(folder / "smarketing.db"), "import", "google-ads", str(folder / "a.csv"), str(folder / "b.csv")]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    assert "the rows are parted by 'Week', not by day" in result.output
    assert kept(folder) == []


def test_the_cost_of_each_channel(folder):
    """Spend and visits meet in the channels: Paid Search and Paid Social."""
    imported(folder, FIRST)
    imported(folder, "Start Date (in UTC),Campaign Name,Total Spent\n2026-09-01,Brand,4.00\n", connector="linkedin-ads")
    (folder / "touches.csv").write_text("person,at,source,medium\na,2026-09-01,google,cpc\nb,2026-09-01,linkedin,paid-social\n")
    (folder / "deals.csv").write_text("person,at,value\na,2026-09-02,100\nb,2026-09-02,50\n")
    run(folder, "import", "csv", str(folder / "touches.csv"), "--as", "touches")
    run(folder, "import", "csv", str(folder / "deals.csv"), "--as", "conversions", "--set", "goal=won")
    lines = run(folder, "roi", "--format", "csv", "--model", "last").splitlines()
    rows = [dict(zip(lines[0].split(","), line.split(","), strict=False)) for line in lines[1:]]
    assert [(row["channel"], row["spend"]) for row in rows][:2] == [("Paid Search", "35.0"), ("Paid Social", "4.0")]
