"""The simulated programme's records as files: tables for `import csv`, an archive as LinkedIn makes it for each advocate."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from social.simulation.programme import Programme

PREAMBLE = 'Notes:\n"When exporting your connection data, you may notice that some of the email addresses are missing."\n\n'
COLUMNS = ["First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On"]


def write(programme: Programme, out: Path) -> dict[str, Path]:
    """Write a programme's files into a folder, which is made where it is missing.

    Returns
    -------
    dict of str to Path
        By kind of record: the tables. The connections of each advocate lie in `linkedin/CODE/Connections.csv`; what truly happened in
        `advocacy_truth.csv, clicks_truth.csv, offers_truth.csv` and `answers_truth.csv`, which no import needs.
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


def archives(out: Path) -> dict[str, Path]:
    """Find the connections that were written, by the code of their advocate."""
    return {file.parent.name: file for file in sorted(out.glob("linkedin/*/Connections.csv"))}
