"""The CSV connector as a whole: fields, conventions of a file, origins, money."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.base import ImportContext, Reject
from connectors.csv_files import CsvFiles
from connectors.origin_tags import tags_of, with_origin
from connectors.table_records import IN_TABLES
from connectors.tables import MISSING, ROWS
from tests.connectors.csv_samples import AT, HEAD, PARIS, ROW, conversion, read, read_or_refusal, spend, touch, write
from workspace.errors import UsageError
from workspace.urls import NO_TAGS, tags

UTC = dt.UTC


def test_every_field_of_a_touch(tmp_path):
    found = read(
        write(
            tmp_path,
            "person,at,source,medium,campaign,content,term,referrer,url,channel,kind,consent,id\n"
            " Anna@Example.com ,2026-01-31T14:05:00.5,google,cpc,été,ad-1,crm,https://www.Google.com/search?q=crm,"
            "https://example.com/a,Paid Search,form,oui,t-1\n",
        )
    )
    assert found.rows == [
        touch(
            source="google",
            medium="cpc",
            campaign="été",
            content="ad-1",
            term="crm",
            referrer="www.google.com",
            url="https://example.com/a",
            channel="Paid Search",
            kind="form",
            consent=True,
            id="t-1",
        )
    ]
    assert (found.rejects, found.remarks) == ([], [])


def test_every_field_of_a_conversion(tmp_path):
    content = (
        "person,account,opportunity,at,goal,value,currency,id\n"
        'anna@example.com,example.com,D-1,2026-01-31 14:05,won,"1 234,50",usd,c-1\n'
        ",example.com,,2026-01-31 14:05,,,,\n"
        ",,D-2,2026-01-31 14:05,won,7,,\n"
    )
    found = read(write(tmp_path, content), kind="conversions", currency="gbp")
    assert found.rows == [
        conversion(account="example.com", opportunity="D-1", goal="won", value=1234.5, currency="USD", id="c-1"),
        conversion(3, person=None, account="example.com", currency="GBP"),
    ]
    file = found.files[0]
    assert found.rejects == [
        Reject(file, 4, "person", "", "{field} is empty.", "Fill the cell in; a row without it cannot be used.", "person")
    ]


def test_every_field_of_a_cost(tmp_path):
    content = (
        "day,channel,source,medium,campaign,amount,currency,impressions,clicks,id\n"
        '31/01/2026,Paid Search,google,cpc,été,"12,50",,"25,881",17,s-1\n'
        "2026-02-01,,,,,,,,,\n"
        "2026-02-02,,,,,5,,-1,,\n"
    )
    found = read(write(tmp_path, content), kind="spend", settings=dataclasses.replace(PARIS, currency="USD"))
    assert found.rows == [
        spend(channel="Paid Search", source="google", medium="cpc", campaign="été", currency="USD", impressions=25881, clicks=17, id="s-1")
    ]
    assert found.refused == [(3, "amount", ""), (4, "impressions", "-1")]


def test_columns_under_other_names_are_said(tmp_path):
    found = read(write(tmp_path, "Email;Date;Origine;Notes\nanna@example.com;31/01/2026 14:05;google;x\n"))
    assert found.rows == [touch(source="google")]
    assert found.remarks == [
        "{file}: the column 'Email' was taken as person.",
        "{file}: the column 'Date' was taken as at.",
        "{file}: the column 'Origine' was taken as source.",
        "{file}: columns that were not used: Notes.",
    ]


def test_formula_like_cells_and_doubled_rows_stay(tmp_path):
    found = read(write(tmp_path, HEAD + ROW.replace("google", "=1+1") * 2 + ROW.replace("google", "-cpc")))
    assert found.rows == [touch(2, source="=1+1"), touch(3, source="=1+1"), touch(4, source="-cpc")]


def test_the_order_of_days_is_one_for_the_whole_file(tmp_path):
    """Ambiguous days fill the first batches; one day of the last shows the order."""
    late = "person,at\n" + "anna@example.com,03/04/2026 10:00\n" * (ROWS + 10) + "anna@example.com,31/12/2025\n"
    found = read(write(tmp_path, late))
    assert found.rejects == []
    assert {row["at"] for row in found.rows} == {
        dt.datetime(2026, 4, 3, 8, tzinfo=UTC),
        dt.datetime(2025, 12, 30, 23, tzinfo=UTC),
    }
    assert found.remarks == ["{file}: at is written day/month/year, as numbers above 12 show."]


AMBIGUOUS = "person,at\na,03/04/2026\n"
OPEN = (
    "{field} can be read as two days, and the column does not show which: '{value}'.",
    "Pass --dayfirst if days are written 31/01/2026, --monthfirst if they are written 01/31/2026.",
)


def test_days_that_nothing_settles_are_refused(tmp_path):
    found = read(write(tmp_path, AMBIGUOUS))
    assert (found.rows, found.rejects) == ([], [Reject(found.files[0], 2, "at", "03/04/2026", *OPEN, "at")])
    both = read(write(tmp_path, AMBIGUOUS + "a,31/12/2025\na,12/31/2025\na,05/05/2026\n"))
    assert [row["at"] for row in both.rows] == [dt.datetime(2025, 12, 30, 23, tzinfo=UTC)] * 2 + [dt.datetime(2026, 5, 4, 22, tzinfo=UTC)]
    assert both.rejects == [Reject(both.files[0], 2, "at", "03/04/2026", *OPEN, "at")]


@pytest.mark.parametrize(("day_first", "month"), [(True, 4), (False, 3)])
def test_the_user_settles_the_order_of_days(tmp_path, day_first, month):
    found = read(write(tmp_path, AMBIGUOUS), day_first=day_first, timezone="UTC")
    assert [row["at"].month for row in found.rows] == [month]
    assert found.remarks == []


def test_a_day_that_the_order_asked_for_does_not_have(tmp_path):
    found = read(write(tmp_path, "person,at\na,31/12/2025\na,31/02/2025\n"), day_first=False)
    assert [(reject.row, reject.problem) for reject in found.rejects] == [
        (2, "{field} is no day of the calendar in the order that was asked for: '{value}'."),
        (3, "{field} is not a time that can be meant here: '{value}'."),
    ]
    assert found.rejects[0].remedy == "Pass the other one of --dayfirst and --monthfirst, or neither where the column shows the order."


def test_one_file_settles_nothing_for_another(tmp_path):
    first = write(tmp_path, "person,at\na,31/12/2025\na,03/04/2026\n", "1.csv")
    second = write(tmp_path, AMBIGUOUS, "2.csv")
    assert read(first, second).refused == [(2, "at", "03/04/2026")]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 31), st.integers(1, 12)), min_size=1, max_size=8))
def test_days_are_read_by_one_order_or_not_at_all(tmp_path, days):
    """Written day first, a file is read as it was meant or, where it shows no order, refused; never the other way round."""
    content = "person,at\n" + "".join(f"a,{day:02}/{month:02}/2026\n" for day, month in days)
    found = read(write(tmp_path, content), timezone="UTC")
    assert all((row["at"].day, row["at"].month) == days[row["row"] - 2] for row in found.rows)
    calendar = {
        place for place, (day, month) in enumerate(days, 2) if day <= (28, 30, 31)[(month != 2) + (month in (1, 3, 5, 7, 8, 10, 12))]
    }
    shown = any(day > 12 for place, (day, _) in enumerate(days, 2) if place in calendar)
    clear = {place for place in calendar if shown or days[place - 2][0] == days[place - 2][1]}
    assert {row["row"] for row in found.rows} == clear


def test_the_decimal_sign_is_one_for_the_whole_file(tmp_path):
    content = "day;amount\n" + "2026-01-31;1.234\n" * (ROWS + 10) + "2026-01-31;1.234,50\n"
    found = read(write(tmp_path, content), kind="spend")
    assert {row["amount"] for row in found.rows} == {1234.0, 1234.5}
    assert found.remarks == ["{file}: the decimal sign of amount is the comma."]
    alone = read(write(tmp_path, "day;amount\n2026-01-31;1.234\n2026-01-31;7\n"), kind="spend")
    assert (alone.rows, alone.refused) == ([spend(3, amount=7.0)], [(2, "amount", "1.234")])
    between_commas = read(write(tmp_path, 'day,amount\n2026-01-31,1.234\n2026-01-31,"1,234"\n'), kind="spend")
    assert between_commas.rows == [spend(2, amount=1.234), spend(3, amount=1234.0)]


def test_a_currency_beside_the_amount_counts(tmp_path):
    content = "day;amount;currency\n" + "".join(
        f"2026-01-31;{amount};{code}\n"
        for amount, code in (("12,50 €", ""), ("12.50 €", "EUR"), ("12.50 €", "USD"), ("$12.50", ""), ("$12.50", "CAD"), ("USD 12.50", ""))
    )
    found = read(write(tmp_path, content), kind="spend", currency="GBP")
    assert found.rows == [spend(2), spend(3), spend(6, currency="CAD"), spend(7, currency="USD")]
    assert found.refused == [(4, "amount", "12.50 €"), (5, "amount", "$12.50")]
    dollars = read(write(tmp_path, "day,amount\n2026-01-31,$12.50\n"), kind="spend", currency="AUD")
    assert dollars.rows == [spend(currency="AUD")]


URL = "https://example.com/?utm_source=news&utm_medium=email&utm_campaign=may&utm_content=top&utm_term=crm"


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        # The columns say nothing: the URL does.
        ({}, {"source": "news", "medium": "email", "campaign": "may", "content": "top", "term": "crm"}),
        # What both say is the same: the rest is filled, and the columns stay as they are.
        ({"source": "NEWS"}, {"source": "NEWS", "medium": "email", "campaign": "may", "content": "top", "term": "crm"}),
        ({"medium": "email", "term": "seo"}, {"medium": "email", "term": "seo"}),
        # They speak of two visits: nothing is mixed.
        ({"source": "google"}, {"source": "google"}),
        ({"campaign": "june"}, {"campaign": "june"}),
    ],
)
def test_tags_of_the_url_never_mix_two_origins(tmp_path, given, origin):
    names = ("source", "medium", "campaign", "content", "term")
    content = (
        f"person,at,url,{','.join(names)}\nanna@example.com,2026-01-31 14:05,{URL},{','.join(given.get(name, '') for name in names)}\n"
    )
    found = read(write(tmp_path, content))
    assert found.rows == [touch(url=URL, **origin)]
    differs = ["{file}: in 1 row the tags in the URL disagree with the columns; the columns were kept."]
    assert found.remarks == (differs if origin == given else [])


@pytest.mark.parametrize(
    ("source", "url", "origin"),
    [
        ("", "/?gclid=abc", {"click_id": "abc", "click_id_kind": "gclid"}),
        ("google", "/?gclid=abc", {"source": "google", "click_id": "abc", "click_id_kind": "gclid"}),
        ("google", "/?utm_medium=cpc&gclid=abc", {"source": "google", "medium": "cpc", "click_id": "abc", "click_id_kind": "gclid"}),
        ("news", "/?utm_source=google&gclid=abc", {"source": "news"}),
        ("", "/?UTM_Source=Google%20Ads", {"source": "Google Ads"}),
        ("", "/?utm_source=%00%0A&utm_medium=", {}),
        ("", "/?q=1#utm_source=x", {}),
    ],
)
def test_click_ids_come_with_the_origin_they_stand_beside(tmp_path, source, url, origin):
    found = read(write(tmp_path, f"person,at,source,url\nanna@example.com,2026-01-31 14:05,{source},{url}\n"))
    assert found.rows == [touch(url=url, **origin)]


PARTS = st.sampled_from(
    ["utm_source=a", "UTM_Medium=b", "utm_term=%20", "gclid=1", "fbclid=", "GCLID=2", "utm%5Fsource=c", "x=1", "", "q=%C3", "utm_source",
     "a=utm_source=d", "?gclid=3", "#", "utm_source+=e"]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(PARTS, max_size=6), st.text(max_size=8))
def test_tags_are_those_of_the_literal_way(parts, more):
    url = f"https://example.com/?{'&'.join(parts)}{more}"
    assert tags_of(url) == tags(url)
    assert (tags(url) == NO_TAGS) or with_origin({"url": pa.array([url])})[0] != {"url": pa.array([url])}


def test_tags_where_there_is_no_such_column(tmp_path):
    content = (
        f"person,at,url\nanna@example.com,2026-01-31 14:05,{URL}\nanna@example.com,2026-01-31 14:05,/\nanna@example.com,2026-01-31 14:05,\n"
    )
    assert read(write(tmp_path, content)).rows == [
        touch(2, url=URL, source="news", medium="email", campaign="may", content="top", term="crm"),
        touch(3, url="/"),
        touch(4),
    ]


def test_rows_in_the_future_are_said(tmp_path):
    found = read(write(tmp_path, HEAD + ROW + ROW.replace("2026-01-31 14:05", "2067-06-01 12:00") * 2))
    assert [row["at"] for row in found.rows] == [AT] + [dt.datetime(2067, 6, 1, 10, tzinfo=UTC)] * 2
    assert found.remarks == ["{file}: 2 rows lie in the future, up to 2067-06-01; what has not happened yet is to be left out."]


def test_times_are_in_the_zone_asked_for_or_the_settings(tmp_path):
    path = write(tmp_path, HEAD + ROW)
    assert [row["at"].hour for row in read(path).rows] == [13]
    assert [row["at"].hour for row in read(path, timezone="America/New_York").rows] == [19]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"timezone": "Paris"}, "--timezone Paris: there is no such time zone; did you mean 'Europe/Paris'?"),
        ({"timezone": "Europe"}, None),
        ({"timezone": "../etc/passwd"}, None),
        ({"timezone": ""}, None),
        ({"currency": "EURO"}, "--currency EURO: write a three-letter code of ISO 4217, such as EUR"),
        ({"currency": "€"}, "--currency €: write a three-letter code of ISO 4217, such as EUR"),
        ({"currency": ""}, "--currency : write a three-letter code of ISO 4217, such as EUR"),
        ({"kind": "visits"}, f"--as visits: choose one of {', '.join(IN_TABLES)}"),
        (
            {"map": ("click=x",)},
            "--map click=x: there is no field 'click'; the fields are: person, at, source, medium, campaign, content, term, "
            "referrer, url, channel, kind, consent, id",
        ),
    ],
)
def test_options_that_cannot_be(options, message):
    with pytest.raises(UsageError) as caught:
        CsvFiles(ImportContext(PARIS, b"k"), ("f",), **{"kind": "touches", **options})
    assert message is None or str(caught.value) == message


def test_progress_goes_up_to_the_size_of_the_file(tmp_path):
    path = write(tmp_path, HEAD + ROW * 3 * ROWS)
    seen: list[tuple[int, int | None]] = []
    for _ in CsvFiles(ImportContext(PARIS, b"k", lambda *so_far: seen.append(so_far)), (str(path),), "touches").read():
        pass
    size = path.stat().st_size
    assert seen == sorted(seen)
    assert seen[-1] == (size, size)


def test_an_interrupted_reader_leaves_no_file_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with write(tmp_path, HEAD + ROW).open() as stream:
        monkeypatch.setattr("sys.stdin", stream)
        batches = CsvFiles(ImportContext(PARIS, b"k"), ("-",), "touches").read()
        next(batches)
    assert len(list(tmp_path.glob("smarketing-*"))) == 1
    batches.close()
    assert list(tmp_path.glob("smarketing-*")) == []


CELLS = st.sampled_from(
    [
        "",
        "anna@example.com",
        "2026-01-31",
        "31/02/2025",
        "03/04/2026",
        "1.234",
        "1,5",
        "12 €",
        "$5",
        "nan",
        "yes",
        "=x",
        "x" * 1001,
        "é\0",
        "\t ",
    ]
)
FIELDS = ["person", "at", "day", "amount", "value", "currency", "consent", "clicks", "url", "referrer", "account", "unknown"]


def test_a_row_whose_only_cell_holds_a_tab_in_a_column_that_is_not_read_is_passed_over(tmp_path):
    found = read(write(tmp_path, "person|at|unknown\n||\t \nanna@example.com|2026-01-31|\t\n"), kind="touches", delimiter="|")

    assert ([row["row"] for row in found.rows], found.rejects) == ([3], [])


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_every_row_of_any_table_is_accepted_or_refused_or_blank(tmp_path, data):
    columns = data.draw(st.lists(st.sampled_from(FIELDS), unique=True, min_size=2))
    rows = data.draw(st.lists(st.lists(CELLS, min_size=len(columns), max_size=len(columns)), max_size=6))
    path = write(tmp_path, "\n".join(["|".join(columns), *("|".join(row) for row in rows)]))
    for kind in ("touches", "conversions", "spend", "people"):
        found = read_or_refusal(path, kind=kind, delimiter="|")
        if isinstance(found, str):
            continue
        seen = [row["row"] for row in found.rows] + [reject.row for reject in found.rejects]
        assert sorted(seen) == sorted(set(seen))
        # A row of blanks, or of words that say that nothing is known, is passed over; a letter that cannot be shown is none.
        assert {place for place, row in enumerate(rows, 2) if any(cell.strip() not in MISSING for cell in row)} == set(seen)


def test_a_value_that_is_set_fills_missing_columns_and_empty_cells(tmp_path):
    path = write(tmp_path, "person,at,channel\nanna@example.com,2026-01-31,\nbob@example.com,2026-01-31,Email\n")
    rows = read(path, kind="touches", set=("channel=Paid Search", "kind=form")).rows
    assert [(row["channel"], row["kind"]) for row in rows] == [("Paid Search", "form"), ("Email", "form")]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("goal=won", "--set goal=won: there is no field 'goal'; the fields are: "),
        ("channel", "--set channel: write it as FIELD=VALUE, for example --set kind=…"),
        ("person=anna", "--set person=anna: there is no field 'person'"),
    ],
)
def test_what_cannot_be_set_says_what_can(tmp_path, entry, message):
    with pytest.raises(UsageError) as raised:
        read(write(tmp_path, "person,at\na,2026-01-31\n"), kind="touches", set=(entry,))
    assert str(raised.value).startswith(message)
