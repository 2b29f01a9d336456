"""The exports of LinkedIn's analytics: those of a company page, and those of a member's own content."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from connectors.api_records import ApiRecords
from connectors.base import Batch, ImportContext, Option
from connectors.linkedin_columns import ENGLISH
from connectors.linkedin_exports import PAGES_ALONE, Export, last_day, taken_apart
from connectors.linkedin_figures import Figures
from connectors.named_files import expand
from connectors.profiles import checked_code
from connectors.sheets import sheets_of
from connectors.table_files import Opened, opened
from reports.report import N_, Text
from workspace.column_names import listed, parse_map
from workspace.errors import SourceError, UsageError

_EPOCH = re.compile(r"(?<!\d)(1[5-9]\d{11})(?!\d)")
_DATED = re.compile(r"(?<!\d)(20\d\d)[-_](\d\d)[-_](\d\d)(?!\d)")
NOT_KNOWN = N_(
    "{file}: no sheet has the columns of an export of LinkedIn's analytics, such as Date and Impressions, or Post link and Created date; "
    "it has {seen}. Name a column in another language with --map, for example --map 'impressions=Impressões (totais)'"
)
WRITTEN = N_("{file}: the posts' figures count as of {day}, when the file was written; give the day of the export with --day.")
TWOFOLD = N_(
    "{file}: the day '{day}' can be read in two ways, and the export does not show which; pass --dayfirst if days are written 31/01/2026, "
    "--monthfirst if they are written 01/31/2026"
)


@dataclasses.dataclass
class LinkedInPage:
    """A connector for exports of LinkedIn's analytics.

    Parameters
    ----------
    context : ImportContext
    sources : tuple of str
        Workbooks (XLS, XLSX) or single tables (CSV).
    page, advocate : str or None
        Whose figures they are: a page of ours, or an employee under a code.
    map : tuple of str
        "FIELD=COLUMN" for columns whose names are not known.
    day : str or None
        The day of the export, where the file does not tell it.
    day_first : bool or None

    Notes
    -----
    People who are counted once within a day are never added up over days. Who posted for a page, and the demographics, are not kept.
    """

    name: ClassVar[str] = "linkedin-page"
    summary: ClassVar[str] = N_("Exports of LinkedIn's analytics: posts and figures of a page, or of an employee's own content.")
    examples: ClassVar[tuple[str, ...]] = (
        "smarketing import linkedin-page example_content.xls example_visitors.xls example_followers.xls --page Example",
        "smarketing import linkedin-page Content_2026-08-10_2026-09-09_Lea.xlsx --advocate A7",
    )
    takes: ClassVar[str] = "files"
    secrets: ClassVar[tuple[tuple[str, str], ...]] = ()
    kinds: ClassVar[tuple[str, ...]] = ("posts", "post_metrics", "profile_metrics")
    options: ClassVar[tuple[Option, ...]] = (
        Option("page", N_("The name of our page whose figures these are."), metavar="NAME"),
        Option("advocate", N_("The code of the employee whose figures these are."), metavar="CODE"),
        Option("map", N_("Which column to use for a field whose name is not recognised."), multiple=True, metavar="FIELD=COLUMN"),
        Option("day", N_("The day of the export, where the file does not tell it."), metavar="YYYY-MM-DD"),
        Option(
            "day_first",
            N_("Read 03/04/2026 as 3 April (--dayfirst) or as 4 March (--monthfirst)."),
            type=bool,
            flag_name="--dayfirst/--monthfirst",
        ),
    )

    context: ImportContext
    sources: tuple[str, ...]
    page: str | None = None
    advocate: str | None = None
    map: tuple[str, ...] = ()
    day: str | None = None
    day_first: bool | None = None

    def __post_init__(self) -> None:
        if bool(self.page) == bool(self.advocate):
            raise UsageError("Whose figures? Name our page with --page NAME, or the employee with --advocate CODE; one of the two")
        self.advocate = checked_code(self.advocate) if self.advocate else None
        self._chosen = parse_map(self.map, [*ENGLISH])
        self._day = _day(self.day) if self.day is not None else None
        self._remarks: list[Text] = []

    @property
    def remarks(self) -> list[Text]:
        """Of which day the figures are, which columns and sheets were not used."""
        return self._remarks

    def read(self) -> Iterator[Batch]:
        """Yield the posts, their figures and those of the page or the member, file by file."""
        sources = expand(self.sources)
        for place, source in enumerate(sources, 1):
            with opened(source) as file:
                export = self._export(file)
                figures = Figures(export, self._as_of(file, export), self.page, self.advocate)
                yield from self._batches(file.name, figures)
                self._remarks += figures.remarks(file.name)
                self._note(file.name, export)
            self.context.progress(place, len(sources))

    def _export(self, file: Opened) -> Export:
        ways = [taken_apart(sheets, self._chosen, self.day_first) for sheets in sheets_of(file)]
        export = max(ways, key=lambda way: len(way.fields))
        if not export.recognised:
            seen = [*export.unknown, *(str(text) for text in export.preamble)]
            raise SourceError(NOT_KNOWN, file=file.name, seen=listed([text for text in seen if text]) or Text("nothing"))
        if (day := export.twofold()) is not None:
            raise SourceError(TWOFOLD, file=file.name, day=day)
        if self.advocate and (own := export.fields & PAGES_ALONE):
            raise SourceError(
                "{file}: this is an export of a page's analytics (it has {fields}); name the page with --page",
                file=file.name,
                fields=", ".join(sorted(own)),
            )
        if self.page and export.period:
            raise SourceError("{file}: this is an export of a member's own content; name the employee with --advocate", file=file.name)
        return export

    def _batches(self, file: str, figures: Figures) -> Iterator[Batch]:
        for kind, rows in (("posts", figures.posts()), ("post_metrics", figures.of_posts()), ("profile_metrics", figures.of_profile())):
            found: list[tuple[int, Mapping[str, Any]]] = list(rows)
            if found:
                yield ApiRecords(kind, file, self.context).batch([record for _, record in found], [row for row, _ in found])

    def _as_of(self, file: Opened, export: Export) -> dt.date:
        """Say of which day an export is: as it says itself, else as its name says, else when the file was written."""
        said = [str(export.period[1]["performance"])] if export.period else []
        said += [export.followers[1]] if export.followers else []
        day = self._day or last_day(said, export.days) or _in_name(Path(file.name).name)
        if day is None:
            day = dt.datetime.fromtimestamp(file.path.stat().st_mtime).date()
            if export.posts:
                self._remarks.append(Text(WRITTEN, file=file.name, day=day))
        return day

    def _note(self, file: str, export: Export) -> None:
        if export.unused:
            self._remarks.append(Text("{file}: columns not used: {columns}.", file=file, columns=listed([*dict.fromkeys(export.unused)])))
        if export.unknown and any(export.unknown):
            self._remarks.append(Text("{file}: sheets not used: {sheets}.", file=file, sheets=listed(export.unknown)))


def _in_name(name: str) -> dt.date | None:
    """Read the day in a file's name: the milliseconds that exports of pages bear, the last of the days that those of members bear."""
    if found := _EPOCH.search(name):
        return dt.datetime.fromtimestamp(int(found[1]) / 1000, dt.UTC).date()
    days = []
    for year, month, day in _DATED.findall(name):
        try:
            days.append(dt.date(int(year), int(month), int(day)))
        except ValueError:
            continue
    return max(days, default=None)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise UsageError("--day {day}: write a day of the calendar as 2026-01-31", day=text) from error
