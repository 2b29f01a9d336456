"""What Search Console's performance report exports: ZIP, workbook and single tables, in English and French, and what is refused."""

from __future__ import annotations

import datetime as dt
import zipfile

import pytest

from connectors.base import ImportContext
from connectors.search_console import SearchConsole
from tests.contracts.test_api_connectors import SECRET, SETTINGS
from workspace.errors import SourceError, UsageError

QUERIES = 'Top queries,Clicks,Impressions,CTR,Position\ncrm,"1,003","12,400",8.09%,1.5\n"crm, free",0,0,0%,0\n'
PAGES = "Top pages,Clicks,Impressions,CTR,Position\nhttps://example.com/,1003,12400,8.09%,1.5\n"
COUNTRIES = "Country,Clicks,Impressions,CTR,Position\nFrance,900,10000,9%,1.25\n"
DEVICES = "Device,Clicks,Impressions,CTR,Position\nDesktop,900,10000,9%,1.25\nMobile,103,2400,4.29%,2.5\nTablet,0,7,0%,9\n"
CHART = "Date,Clicks,Impressions,CTR,Position\n2026-11-20,3,40,7.5%,1.5\n2026-11-21,1,20,5%,12.25\n2026-11-22,0,0,0%,0\n"
FILTERS = "Filter,Value\nSearch type,Web\nDate,Last 3 months\n"
WHOLE = {
    "Queries.csv": QUERIES,
    "Pages.csv": PAGES,
    "Countries.csv": COUNTRIES,
    "Devices.csv": DEVICES,
    "Search appearance.csv": "Search Appearance,Clicks,Impressions,CTR,Position\n",
    "Chart.csv": CHART,
    "Filters.csv": FILTERS,
}
ONE_DAY = WHOLE | {"Chart.csv": CHART.partition("2026-11-21")[0], "Filters.csv": 'Filter,Value\nDate,"Nov 20, 2026-Nov 20, 2026"\n'}
FRENCH = {
    "Requêtes.csv": "\ufeffRequêtes les plus fréquentes;Clics;Impressions;CTR;Position\ncrm;1\u202f003;12\u202f400;8,09 %;1,5\n",
    "Appareils.csv": "\ufeffAppareil;Clics;Impressions;CTR;Position\nOrdinateur;900;10000;9 %;1,25\nTablette;0;7;0 %;9\n",
    "Pays.csv": "\ufeffPays;Clics;Impressions;CTR;Position\nFrance;900;10000;9 %;1,25\n",
    "Pages.csv": "\ufeffPages les plus populaires;Clics;Impressions;CTR;Position\nhttps://example.com/;1003;12400;8,09 %;1,5\n",
    "Graphique.csv": "\ufeffDate;Clics;Impressions;CTR;Position\n2026-11-20;3;40;7,5 %;1,5\n",
    "Filtres.csv": "\ufeffFiltre;Valeur\nType de recherche;Web\nDate;1 nov. 2026-20 nov. 2026\n",
}
BY_DAY = [
    {"day": dt.date(2026, 11, 20), "clicks": 3, "impressions": 40, "position": 1.5, "row": 2},
    {"day": dt.date(2026, 11, 21), "clicks": 1, "impressions": 20, "position": 12.25, "row": 3},
    {"day": dt.date(2026, 11, 22), "clicks": 0, "impressions": 0, "row": 4},
]


def zipped(folder, files):
    path = folder / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        archive.writestr("__MACOSX/._Queries.csv", b"\0\5\x16\7\xff")
    return path


def workbook(folder, files):
    import xlsxwriter

    path = folder / "export.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, text in files.items():
            sheet = book.add_worksheet(name.removesuffix(".csv"))
            for row, line in enumerate(text.splitlines()):
                for column, cell in enumerate(line.split(",")):
                    # Days and shares are texts in Google's workbooks, the other figures numbers.
                    sheet.write(row, column, float(cell) if cell.replace(".", "").isdigit() else cell)
    return path


def table(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def read(path, **options):
    made = SearchConsole(ImportContext(SETTINGS, SECRET), (str(path),), **options)
    batches = list(made.read())
    rows = [{name: value for name, value in row.items() if value is not None} for batch in batches for row in batch.rows.to_pylist()]
    rejects = [(reject.file, reject.row, str(reject.value)) for batch in batches for reject in batch.rejects]
    return rows, rejects, [str(remark) for remark in made.remarks]


@pytest.mark.parametrize("made", [zipped, workbook])
def test_the_days_of_a_whole_export_are_read_and_the_rest_is_named(tmp_path, made):
    plain = QUERIES.replace('"', "").replace("1,003", "1003").replace("12,400", "12400")
    path = made(tmp_path, WHOLE if made is zipped else WHOLE | {"Queries.csv": plain})
    rows, rejects, said = read(path)
    assert rows == BY_DAY
    assert rejects == []
    assert said == [
        f"{path}: tables not read: queries, pages, countries, devices. They count the same clicks, and reading two of them for a day "
        "would count twice."
    ]


def test_each_table_of_a_single_day_is_put_on_it(tmp_path):
    path = zipped(tmp_path, ONE_DAY)
    day = dt.date(2026, 11, 20)
    assert read(path, table="queries")[0] == [
        {"day": day, "query": "crm", "clicks": 1003, "impressions": 12400, "position": 1.5, "row": 2},
        {"day": day, "query": "crm, free", "clicks": 0, "impressions": 0, "row": 3},
    ]
    assert read(path, table="queries")[2][1:] == [
        "Google withholds rare queries, so the sum of these rows is lower than the total in Search Console."
    ]
    assert read(path, table="pages")[0] == [
        {"day": day, "page": "https://example.com/", "clicks": 1003, "impressions": 12400, "position": 1.5, "row": 2}
    ]
    assert read(path, table="countries")[0] == [
        {"day": day, "country": "France", "clicks": 900, "impressions": 10000, "position": 1.25, "row": 2}
    ]
    assert [row["device"] for row in read(path, table="devices")[0]] == ["DESKTOP", "MOBILE", "TABLET"]
    with pytest.raises(SourceError) as caught:
        read(path, table="queries", day="2026-11-21")
    assert str(caught.value) == f"{path}/Queries.csv: this export is of 2026-11-20, not of 2026-11-21 as --day says; leave --day away"


def test_totals_of_a_period_are_put_on_no_day(tmp_path):
    with pytest.raises(SourceError) as caught:
        read(zipped(tmp_path, WHOLE), table="queries")
    assert str(caught.value) == (
        f"{tmp_path}/export.zip/Queries.csv: these rows are totals of 2026-11-20 to 2026-11-22, and cannot be put on a day; export a "
        "single day (Date, Custom), read the days' totals with --table dates, or read the API, which has them by day"
    )


def test_a_single_table_needs_its_day(tmp_path):
    path = table(tmp_path, "Queries.csv", QUERIES)
    with pytest.raises(SourceError) as caught:
        read(path)
    assert str(caught.value) == (
        f"{path}: these rows are totals of a period that the file does not tell; if it is a single day, give it with --day, and name the "
        "ZIP or the workbook in place of a file out of it where it is not"
    )
    assert [row["day"] for row in read(path, day="2026-11-20")[0]] == [dt.date(2026, 11, 20)] * 2
    with pytest.raises(UsageError) as wrong:
        read(path, day="yesterday")
    assert str(wrong.value) == "--day yesterday: write a day of the calendar as 2026-01-31"


def test_a_french_export(tmp_path):
    path = zipped(tmp_path, FRENCH)
    assert read(path)[0] == BY_DAY[:1]
    with pytest.raises(SourceError) as caught:
        read(path, table="queries")
    assert "totals of 2026-11-01 to 2026-11-20" in str(caught.value)  # the period of the filters goes before the days that are listed
    single = zipped(tmp_path, FRENCH | {"Filtres.csv": "Filtre;Valeur\nType de recherche;Web\nDate;3 derniers mois\n"})
    day = dt.date(2026, 11, 20)
    assert read(single, table="queries")[0] == [
        {"day": day, "query": "crm", "clicks": 1003, "impressions": 12400, "position": 1.5, "row": 2}
    ]
    assert read(single, table="devices")[0] == [
        {"day": day, "device": "DESKTOP", "clicks": 900, "impressions": 10000, "position": 1.25, "row": 2},
        {"day": day, "device": "TABLET", "clicks": 0, "impressions": 7, "position": 9.0, "row": 3},
    ]


@pytest.mark.parametrize(("name", "value"), [("Page", "+/pricing"), ("Country", "United States"), ("Search type", "Image")])
def test_a_filtered_export_is_not_taken_for_the_whole_site(tmp_path, name, value):
    kept = "" if name == "Search type" else "Search type,Web\n"
    path = zipped(tmp_path, WHOLE | {"Filters.csv": f"Filter,Value\n{kept}Date,Last 28 days\n{name},{value}\n"})
    with pytest.raises(SourceError) as caught:
        read(path)
    assert str(caught.value) == (
        f"{path}/Filters.csv: this export was filtered ({name}: {value}), and its figures are not those of the whole site; take the filter "
        "away and export it again"
    )


def test_what_is_no_performance_report(tmp_path):
    compared = "Date,Last 3 days Clicks,Previous 3 days Clicks,Last 3 days Impressions,Previous 3 days Impressions\n2026-07-03,30,20,10,8\n"
    for path in (zipped(tmp_path, {"Chart.csv": compared, "Filters.csv": FILTERS}), table(tmp_path, "junk.csv", "a,b\n1,2\n")):
        with pytest.raises(SourceError) as caught:
            read(path)
        assert str(caught.value) == (
            f"{path}: no table has the columns of Search Console's performance report, such as Date or Top queries, then Clicks and "
            "Impressions; export it without comparison, in English or French"
        )


def test_hours_are_no_days(tmp_path):
    path = table(tmp_path, "Chart.csv", CHART + "2026-11-20,1,2,50%,3\n")
    with pytest.raises(SourceError) as caught:
        read(path)
    assert str(caught.value) == f"{path}: the day 2026-11-20 stands in two rows, as in an export by hour; export it by day"


def test_a_table_that_is_not_there(tmp_path):
    path = table(tmp_path, "Chart.csv", CHART)
    with pytest.raises(SourceError) as caught:
        read(path, table="pages")
    assert str(caught.value) == f"{path}: the table 'pages' is not in this export, which has dates; name one of those with --table"


def test_a_damaged_archive(tmp_path):
    path = zipped(tmp_path, WHOLE)
    raw = bytearray(path.read_bytes())
    raw[40:60] = bytes(20)
    path.write_bytes(raw)
    with pytest.raises(SourceError) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}: this archive is damaged or locked (")


def test_a_row_that_cannot_be_read_is_kept_and_told(tmp_path):
    path = table(tmp_path, "Chart.csv", CHART + "2026-02-31,1,2,50%,3\n2026-11-23,many,2,50%,3\n")
    rows, rejects, _ = read(path)
    assert rows == BY_DAY
    assert rejects == [(str(path), 5, "2026-02-31"), (str(path), 6, "many")]


def test_without_a_file_the_api_needs_its_property():
    with pytest.raises(UsageError) as caught:
        list(SearchConsole(ImportContext(SETTINGS, SECRET)).read())
    assert str(caught.value) == "Which property? Name it with --site, as sc-domain:example.com, or name a file that was exported"
