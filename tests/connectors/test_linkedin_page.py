"""Exports of LinkedIn's analytics: several tables on a sheet, in two languages, with numbers and days as their country writes them."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from connectors import importing
from connectors.base import ImportContext
from connectors.linkedin_member import LinkedInMember
from connectors.linkedin_page import LinkedInPage
from tests.connectors import linkedin_workbooks as books
from tests.connectors.linkedin_workbooks import FIRST, OLD, SECOND, workbook
from tests.parts import needs
from tests.workspace.samples import agreeing, tables
from workspace.errors import SourceError, UsageError
from workspace.settings import Settings
from workspace.store import create, open_workspace

POST = "https://www.linkedin.com/feed/update/urn:li"
WRITTEN = 1_788_700_000


def read(*sources: Any, **options: Any) -> tuple[dict[str, list[dict[str, Any]]], list[Any], list[str]]:
    """Read sources: records by kind without what is unknown, refused rows, remarks without the folder."""
    for source in sources:
        os.utime(source, (WRITTEN, WRITTEN))
    connector = LinkedInPage(ImportContext(Settings(), b"key"), tuple(map(str, sources)), **options)
    found: dict[str, list[dict[str, Any]]] = {}
    rejects = []
    for batch in connector.read():
        rows = [{name: value for name, value in row.items() if value is not None} for row in batch.rows.to_pylist()]
        found.setdefault(batch.kind, []).extend(rows)
        rejects += batch.rejects
    return found, rejects, [str(remark).replace(f"{Path(str(sources[0])).parent}/", "") for remark in connector.remarks]


def day(number: int, month: int = 9) -> dt.date:
    return dt.date(2026, month, number)


def made(milliseconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(milliseconds // 1000, dt.UTC)


PAGE = {"network": "linkedin", "profile": "Example"}
MEMBER = {"network": "linkedin", "profile": "A7", "advocate": "A7"}
NUMBER = {milliseconds: str(milliseconds << 22) for milliseconds in (FIRST, SECOND, OLD)}


def posted(milliseconds: int, row: int, kind: str = "activity", **fields: Any) -> dict[str, Any]:
    number = NUMBER[milliseconds]
    address = f"{POST}:{kind}:{number}"
    return {"network": "linkedin", "post": number, "at": made(milliseconds), "url": address, "row": row, **fields}


def metrics(milliseconds: int, row: int, as_of: dt.date, **fields: Any) -> dict[str, Any]:
    return {"network": "linkedin", "post": NUMBER[milliseconds], "day": as_of, "row": row, **fields}


def test_the_content_of_a_page(tmp_path):
    found, rejects, remarks = read(workbook(tmp_path / "example_content_1788700000000.xlsx", books.CONTENT), page="Example")
    assert found == {
        "posts": [
            posted(FIRST, 3, page="Example", text="Our new paper"),
            posted(SECOND, 4, "ugcPost", page="Example", text="We are hiring"),
        ],
        "post_metrics": [
            metrics(FIRST, 3, day(6), impressions=1204, clicks=37, reactions=25, comments=4, reposts=2, new_followers=1),
            metrics(SECOND, 4, day(6), impressions=2050, clicks=8, reactions=40, comments=0, reposts=0),
        ],
        "profile_metrics": [
            PAGE | {"day": day(4), "impressions": 120, "sponsored_impressions": 20, "reach": 80, "clicks": 4, "reactions": 5,
                    "comments": 1, "reposts": 0, "row": 3},
            PAGE | {"day": day(5), "impressions": 110, "sponsored_impressions": 0, "reach": 90, "clicks": 2, "reactions": 6,
                    "comments": 0, "reposts": 2, "row": 4},
        ],
    }  # fmt: skip
    assert (rejects, remarks) == ([], [])


def test_visitors_followers_and_competitors(tmp_path):
    sources = [
        workbook(tmp_path / "visitors.xlsx", books.VISITORS),
        workbook(tmp_path / "followers.xlsx", books.FOLLOWERS),
        workbook(tmp_path / "competitors.xlsx", books.COMPETITORS),
    ]
    found, rejects, remarks = read(*sources, page="Example")
    period = {"network": "linkedin", "day": day(6, 8), "until": day(5)}
    assert found == {
        "profile_metrics": [
            PAGE | {"day": day(4), "page_views": 10, "visitors": 6, "row": 2},
            PAGE | {"day": day(5), "page_views": 8, "visitors": 5, "row": 3},
            PAGE | {"day": day(4), "new_followers": 4, "row": 2},
            PAGE | {"day": day(5), "new_followers": 3, "row": 3},
            period | {"profile": "Rival", "followers": 12345, "new_followers": 120, "engagements": 900, "row": 3},
            period | {"profile": "Example", "followers": 5000, "new_followers": 61, "engagements": 350, "row": 4},
        ]
    }
    assert (rejects, remarks) == ([], [])


def test_a_total_that_is_no_sum_is_that_of_all_followers(tmp_path):
    rows = [["Date", "Total followers", "Organic followers", "Sponsored followers"], ["09/13/2026", 5000, 3, 1], ["09/14/2026", 5002, 2, 0]]
    found, _, _ = read(workbook(tmp_path / "followers.xlsx", {"New followers": rows}), page="Example")
    assert found["profile_metrics"] == [
        PAGE | {"day": day(13), "followers": 5000, "new_followers": 4, "row": 2},
        PAGE | {"day": day(14), "followers": 5002, "new_followers": 2, "row": 3},
    ]


def test_without_a_period_competitors_have_followers_alone(tmp_path):
    found, _, _ = read(workbook(tmp_path / "c.xlsx", {"COMPETITORS": books.COMPETITORS["COMPETITORS"][1:3]}), page="Example")
    assert found["profile_metrics"] == [{"network": "linkedin", "profile": "Rival", "day": day(6), "followers": 12345, "row": 2}]


def test_a_members_own_content(tmp_path):
    found, rejects, remarks = read(workbook(tmp_path / "Content_2026-08-06_2026-09-05_Lea.xlsx", books.MEMBER), advocate="A7")
    assert found == {
        "posts": [posted(SECOND, 4, advocate="A7"), posted(FIRST, 5, advocate="A7"), posted(OLD, 6, advocate="A7")],
        "post_metrics": [
            metrics(SECOND, 4, day(5), engagements=41),
            metrics(FIRST, 5, day(5), engagements=30),
            metrics(FIRST, 4, day(5), impressions=9000),
            metrics(SECOND, 5, day(5), impressions=4000),
        ],
        "profile_metrics": [
            MEMBER | {"day": day(4), "impressions": 700, "engagements": 12, "row": 2},
            MEMBER | {"day": day(5), "impressions": 1100, "engagements": 20, "row": 3},
            MEMBER | {"day": day(4), "new_followers": 4, "row": 4},
            MEMBER | {"day": day(5), "new_followers": 0, "row": 5},
            MEMBER | {"day": day(6, 8), "until": day(5), "impressions": 15000, "reach": 6100, "row": 1},
            MEMBER | {"day": day(5), "followers": 2345, "row": 1},
        ],
    }
    assert rejects == []
    assert remarks == [
        "Content_2026-08-06_2026-09-05_Lea.xlsx: the figures of 1 post are left out: it was published before the period of the export, "
        "which counts only what came in it."
    ]


def test_the_export_of_one_post(tmp_path):
    found, rejects, remarks = read(workbook(tmp_path / "post.xlsx", books.SINGLE), advocate="A7")
    figures = {"impressions": 9000, "reach": 5200, "clicks": 61, "reactions": 30, "comments": 8, "reposts": 2, "saves": 4}
    assert found == {
        "posts": [posted(FIRST, 1, advocate="A7")],
        "post_metrics": [metrics(FIRST, 1, day(6), **figures, engagements=44, new_followers=3)],
    }
    assert rejects == []
    assert remarks == [
        "post.xlsx: the posts' figures count as of 2026-09-06, when the file was written; give the day of the export with --day."
    ]
    found, _, remarks = read(tmp_path / "post.xlsx", advocate="A7", day="2026-09-20")
    assert [row["day"] for row in found["post_metrics"]] == [day(20)]
    assert remarks == []


FRENCH = """\
Données agrégées sur le contenu
Date;Impressions (organiques);Impressions (sponsorisées);Impressions (total);Impressions uniques (organiques);Clics (total);\
Réactions (total);Commentaires (total);Republications (total);Taux d’engagement (total)
01/09/2026;1 000;204;1 204;1'006;12;1.234;0;-;12,5 %
02/09/2026;2000;0;2000;900;11;7;1;2;8 %
03/09/2026;3000;0;3000;1100;10;8;1;2;8 %
"""


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_in_french(tmp_path, encoding):
    """Days that follow each other show that the day stands first."""
    path = tmp_path / "contenu.csv"
    path.write_bytes(FRENCH.replace("1 000", "1\xa0000").encode(encoding))
    found, rejects, remarks = read(path, page="Example")
    assert found == {
        "profile_metrics": [
            PAGE | {"day": day(1), "impressions": 1204, "sponsored_impressions": 204, "reach": 1006, "clicks": 12, "reactions": 1234,
                    "comments": 0, "row": 3},
            PAGE | {"day": day(2), "impressions": 2000, "sponsored_impressions": 0, "reach": 900, "clicks": 11, "reactions": 7,
                    "comments": 1, "reposts": 2, "row": 4},
            PAGE | {"day": day(3), "impressions": 3000, "sponsored_impressions": 0, "reach": 1100, "clicks": 10, "reactions": 8,
                    "comments": 1, "reposts": 2, "row": 5},
        ]
    }  # fmt: skip
    assert rejects == []
    assert remarks == ["contenu.csv: columns not used: Taux d’engagement (total)."]


def test_columns_in_another_language_are_named(tmp_path):
    rows = [["Data", "Impressões (totais)", "Cliques (totais)"], ["13.09.2026", "1.204", 7]]
    path = workbook(tmp_path / "conteudo.xlsx", {"Métricas": rows})
    with pytest.raises(SourceError) as caught:
        read(path, page="Example")
    assert str(caught.value) == (
        f"{path}: no sheet has the columns of an export of LinkedIn's analytics, such as Date and Impressions, or Post link and Created "
        "date; it has Métricas, Data, 13.09.2026. Name a column in another language with --map, for example "
        "--map 'impressions=Impressões (totais)'"
    )
    found, _, remarks = read(path, page="Example", map=("day=Data", "impressions=Impressões (totais)"))
    assert found["profile_metrics"] == [PAGE | {"day": day(13), "impressions": 1204, "row": 2}]
    assert remarks == ["conteudo.xlsx: columns not used: Cliques (totais)."]


@pytest.mark.parametrize(
    ("first", "second", "options", "days"),
    [
        ("9/12/2026", "9/13/2026", {}, [day(12), day(13)]),
        ("12/9/2026", "13/9/2026", {}, [day(12), day(13)]),
        ("1/9/2026", "2/9/2026", {}, [day(1), day(2)]),
        ("1/9/2026", "9/9/2026", {}, [day(9, 1), day(9)]),
        ("1/9/2026", "9/9/2026", {"day_first": True}, [day(1), day(9)]),
        ("2026-09-01", "2026-09-09", {}, [day(1), day(9)]),
        ("01.09.2026", "09.09.2026", {}, [day(1), day(9)]),
        (46266, 46267.0, {}, [day(1), day(2)]),
    ],
)
def test_days_as_countries_write_them(tmp_path, first, second, options, days):
    """The last resort is what exports in English were seen to write."""
    rows = [["Date", "Impressions (organic)"], [first, 1], [second, 2]]
    found, _, _ = read(workbook(tmp_path / "a.xlsx", {"Metrics": rows}), page="Example", **options)
    assert [row["day"] for row in found["profile_metrics"]] == days


def test_days_that_nothing_shows_are_not_guessed(tmp_path):
    rows = [["Date", "Clics (total)"], ["1/9/2026", 1], ["9/9/2026", 2]]
    path = workbook(tmp_path / "a.xlsx", {"Indicateurs": rows})
    with pytest.raises(SourceError) as caught:
        read(path, page="Example")
    assert str(caught.value) == (
        f"{path}: the day '1/9/2026' can be read in two ways, and the export does not show which; pass --dayfirst if days are written "
        "31/01/2026, --monthfirst if they are written 01/31/2026"
    )


def test_rows_that_cannot_be_read_are_refused(tmp_path):
    rows = [["Date", "Impressions", "Engagements"], ["9/31/2026", 1, 2], ["9/13/2026", "many", 2], ["Total", 3, 4], ["9/14/2026", 5, 6]]
    found, rejects, _ = read(workbook(tmp_path / "a.xlsx", {"ENGAGEMENT": rows}), advocate="A7")
    assert found["profile_metrics"] == [MEMBER | {"day": day(14), "impressions": 5, "engagements": 6, "row": 5}]
    assert [(reject.row, reject.field, reject.value) for reject in rejects] == [
        (2, "day", "9/31/2026"),
        (3, "impressions", "many"),
        (4, "day", "Total"),
    ]


@needs("soffice", "libreoffice-calc")
def test_the_older_format_of_excel(tmp_path):
    path = workbook(tmp_path / "example_content_1788700000000.xlsx", books.CONTENT)
    expected = read(path, page="Example")
    profile = f"-env:UserInstallation=file://{tmp_path}/office"
    subprocess.run(["soffice", profile, "--headless", "--convert-to", "xls", "--outdir", tmp_path, path], check=True, capture_output=True)
    assert (tmp_path / "example_content_1788700000000.xls").read_bytes().startswith(b"\xd0\xcf\x11\xe0")
    assert read(tmp_path / "example_content_1788700000000.xls", page="Example") == expected


def imported(path: Path, connector: Any) -> None:
    with open_workspace(path) as workspace:
        made = connector(importing.context_of(workspace, lambda done, total: None))
        importing.run(workspace, made, False)


def test_exports_of_one_page_complete_each_other(tmp_path):
    path = tmp_path / "smarketing.db"
    create(path)
    for _ in range(2):
        for name, sheets in (("content", books.CONTENT), ("visitors", books.VISITORS), ("followers", books.FOLLOWERS)):
            source = workbook(tmp_path / f"{name}.xlsx", sheets)
            imported(path, lambda context, source=source: LinkedInPage(context, (str(source),), page="Example", day="2026-09-06"))
    rows = tables(path)["profile_metrics"]
    assert [(row["impressions"], row["reach"], row["page_views"], row["visitors"], row["new_followers"]) for row in rows] in (
        [(120, 80, 10, 6, 4), (110, 90, 8, 5, 3)],
        [(110, 90, 8, 5, 3), (120, 80, 10, 6, 4)],
    )
    assert len(tables(path)["posts"]) == 2


SHARE = str((FIRST + 700) << 22)
SHARES = f"Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility\n2026-09-04 05:33:20,{POST}:share:{SHARE},Our words,,,PUBLIC\n"


@pytest.mark.parametrize("archive_first", [True, False])
def test_a_post_has_one_name_whichever_of_its_numbers_an_export_shows(tmp_path, archive_first):
    """The archive has the number of the share, the analytics that of the activity: there is one post, with words and figures."""
    path, shares = tmp_path / "smarketing.db", tmp_path / "Shares.csv"
    agreeing(path, "A7")
    shares.write_text(SHARES, encoding="utf-8")
    content = workbook(tmp_path / "content.xlsx", books.MEMBER)
    steps = [
        lambda context: LinkedInMember(context, (str(shares),), advocate="A7"),
        lambda context: LinkedInPage(context, (str(content),), advocate="A7"),
    ]
    for step in (steps if archive_first else steps[::-1]) * 2:
        imported(path, step)
    known = SHARE if archive_first else NUMBER[FIRST]
    found = tables(path)
    texts = {row["post"]: row["text"] for row in found["posts"]}
    assert texts == {known: "Our words", NUMBER[SECOND]: None, NUMBER[OLD]: None}
    figures = {row["post"]: (row["impressions"], row["engagements"]) for row in found["post_metrics"]}
    assert figures == {known: (9000, 30), NUMBER[SECOND]: (4000, 41)}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "Whose figures? Name our page with --page NAME, or the employee with --advocate CODE; one of the two"),
        (
            {"page": "Example", "advocate": "A7"},
            "Whose figures? Name our page with --page NAME, or the employee with --advocate CODE; one of the two",
        ),
        ({"advocate": "lea@example.com"}, "--advocate lea@example.com: write a code such as A7, not a name or an address"),
        ({"page": "Example", "day": "31/01/2026"}, "--day 31/01/2026: write a day of the calendar as 2026-01-31"),
        ({"page": "Example", "map": ("dy=Data",)}, "--map dy=Data: there is no field 'dy'; did you mean 'day'?"),
    ],
)
def test_wrong_options(options, message):
    with pytest.raises(UsageError) as caught:
        LinkedInPage(ImportContext(Settings(), b"key"), ("x",), **options)
    assert str(caught.value) == message


def test_an_export_is_not_taken_for_anothers(tmp_path):
    page, member = workbook(tmp_path / "p.xlsx", books.CONTENT), workbook(tmp_path / "m.xlsx", books.MEMBER)
    with pytest.raises(SourceError) as caught:
        read(page, advocate="A7")
    assert str(caught.value) == (
        f"{page}: this is an export of a page's analytics (it has sponsored_impressions, text); name the page with --page"
    )
    with pytest.raises(SourceError) as caught:
        read(member, page="Example")
    assert str(caught.value) == f"{member}: this is an export of a member's own content; name the employee with --advocate"


def test_no_name_and_no_demographics_are_kept(tmp_path):
    path = tmp_path / "smarketing.db"
    create(path)
    content = workbook(tmp_path / "content.xlsx", books.CONTENT)
    member = workbook(tmp_path / "member.xlsx", books.MEMBER)
    imported(path, lambda context: LinkedInPage(context, (str(content),), page="Example"))
    imported(path, lambda context: LinkedInPage(context, (str(member),), advocate="A7"))
    stored = path.read_bytes()
    assert all(text not in stored for text in (b"Lea Private", b"Secret Ltd", b"Founder"))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jsonl", b'{"Date": "2026-09-01"}\n', "{path}: this is neither a workbook nor a text table; export it as Excel or CSV"),
        ("a.csv", b"Date,Impressions\n", None),
        ("a.csv", b"Location,Total views\nParis,3\n", "{path}: no sheet has the columns of an export of LinkedIn's analytics"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "{path}: this workbook is damaged or locked"),
        ("a.csv", b'Date,Impressions\n9/13/2026,"' + b"x" * 200_000, "{path}, row 1 or below: this is no text table"),
    ],
)
def test_other_files(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    if message is None:
        assert read(path, page="Example") == ({}, [], [])
        return
    with pytest.raises(SourceError) as caught:
        read(path, page="Example")
    assert str(caught.value).startswith(message.format(path=path))
