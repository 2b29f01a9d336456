"""The simulated programme's records as files: tables for `import csv`, an archive as LinkedIn makes it for each advocate."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from social.simulation.programme import Programme

PREAMBLE = 'Notes:\n"When exporting your connection data, you may notice that some of the email addresses are missing."\n\n'
README = """\
The simulated company's employee advocacy: every employee, connection and post in these files is invented.

advocates.csv        {advocates} employees: eligible, invited, enrolled, left
consents.csv         what each agreed to, and what {back} of them took back
link_codes.csv       {codes} links with a code for each employee and content
posts.csv            {posts} posts, reposts and comments of theirs, and the company page's
post_metrics.csv     what the networks count of the posts of those who handed it in
profile_metrics.csv  followers of the company's page
ssi.csv              LinkedIn's Social Selling Index, as some tell it
surveys.csv          what leads answer to "how did you hear about us"
opportunities.csv    deals with their owners
introductions.csv    who was asked to introduce us where, and the answer
rotations.csv        which team was offered which content in the autumn, drawn by chance
accounts.csv         {accounts} key accounts
linkedin/            the connections of each who handed them in, as LinkedIn's archive has them

What only a simulation knows; no import needs it:

advocacy_truth.csv   the {caused} leads that a click on a post truly caused
clicks_truth.csv     the clicks in touches.csv that are no reader's (colleagues, programs), and readers' on the offered contents
offers_truth.csv     what the offers truly brought: clicks on posts that would not have been made without them
answers_truth.csv    the answers that a post or an employee is behind

A lead's cause is drawn from the hazard that made it (README.txt): each touch as likely as its share of the hazard at that moment.
Colleagues and programs cause nothing. Some colleagues come by a device of their own and some programs hours after the post: nothing tells
these from readers.
"""
COLUMNS = ["First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On"]


def write(programme: Programme, out: Path) -> dict[str, Path]:
    """Write a programme's files into a folder, which is made where it is missing.

    Returns
    -------
    dict of str to Path
        By kind of record: the tables. The connections of each advocate lie in `linkedin/CODE/Connections.csv`; what truly happened in
        `advocacy_truth.csv, clicks_truth.csv, offers_truth.csv` and `answers_truth.csv`, which no import needs; `README-advocacy.txt`
        says what is what.
    """
    out.mkdir(parents=True, exist_ok=True)
    written = {}
    for kind, frame in programme.tables.items():
        shown = frame.copy()
        if kind == "posts":
            import pandas as pd

            shown["at"] = pd.to_datetime(shown["at"], unit="s", utc=True).dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        written[kind] = out / f"{kind}.csv"
        shown.to_csv(written[kind], index=False)
    for name, frame in programme.truth.items():
        frame.to_csv(out / f"{name}.csv", index=False)
    (out / "README-advocacy.txt").write_text(_readme(programme), encoding="utf-8", newline="\n")
    for old in archives(out).values():
        old.unlink()
    for advocate, rows in programme.connections.groupby("advocate"):
        archive = out / "linkedin" / str(advocate)
        archive.mkdir(parents=True, exist_ok=True)
        table = rows.assign(**{"Email Address": ""})[COLUMNS].to_csv(index=False)
        (archive / "Connections.csv").write_text(PREAMBLE + table, encoding="utf-8")
        # The day that an archive is of is that of its file.
        taken = dt.datetime.combine(programme.taken[str(advocate)], dt.time(12)).timestamp()
        os.utime(archive / "Connections.csv", (taken, taken))
    return written


def _readme(programme: Programme) -> str:
    tables = programme.tables
    return README.format(
        advocates=len(tables["advocates"]),
        back=int((tables["consents"]["granted"] == "no").sum()),
        codes=len(tables["link_codes"]),
        posts=len(tables["posts"]),
        accounts=len(tables["accounts"]),
        caused=len(programme.truth["advocacy_truth"]),
    )


def archives(out: Path) -> dict[str, Path]:
    """Find the connections that were written, by the code of their advocate."""
    return {file.parent.name: file for file in sorted(out.glob("linkedin/*/Connections.csv"))}
