"""Google Analytics 4: visits, goals and log-ins from its export to BigQuery; counts of visits from its Data API."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from connectors.addresses import BASE_URL
from connectors.base import Batch, ImportContext, Option
from connectors.google_login import KEY_FILE, WHERE
from connectors.since import SINCE, Window
from reports.report import N_, Text
from workspace.errors import UsageError
from workspace.records import schema

if TYPE_CHECKING:
    from connectors.ga4_events import Events
    from connectors.ga4_goals import Goals, Logins
    from connectors.ga4_sessions import Sessions


@dataclasses.dataclass
class Ga4:
    """A connector for GA4: the files of its BigQuery export where some are named, its Data API where none is.

    Parameters
    ----------
    context : ImportContext
    sources : tuple of str
        Files, globs, "-": JSON lines or Parquet of tables events_YYYYMMDD, plain or compressed.
    goal : tuple of str
        `NAME=EVENT` each; lead=generate_lead and won=purchase by default.
    property_id : str or None
        The number of the property, for the API.
    key_file : str or None
    since : str or None
        For the API.
    base_url : str or None

    Notes
    -----
    **A visit** is `user_pseudo_id` and `ga_session_id`, and so is the touch's id: the same again changes nothing. Its moment is the
    session's start, which `ga_session_id` is. Its origin is what the first event that has any collected, else that of GA4's last click;
    never `traffic_source`, which is the origin of the user's first visit ever.

    **Days one by one** give what all of them together give: what a session does past midnight stands in the next day's file and changes
    nothing there (`ga4_sessions.Sessions._begun`).

    **Consent.** Events without `user_pseudo_id` are of people who are not followed; they are counted and left out. Where consent was
    refused and an identifier is there all the same, the touch says so.

    **Cost.** Linear in the events, at some 50,000 a time; what stays in memory is one row for each session.

    References
    ----------
    https://support.google.com/analytics/answer/7029846 (the export's schema),
    https://developers.google.com/analytics/devguides/reporting/data/v1/rest/v1beta/properties/runReport
    """

    name: ClassVar[str] = "ga4"
    summary: ClassVar[str] = N_("Google Analytics 4: visits and key events from its BigQuery export, or counts of visits from its API.")
    examples: ClassVar[tuple[str, ...]] = (
        'smarketing import ga4 "events_*.json.gz"',
        'smarketing import ga4 events.parquet --goal "lead=generate_lead" --goal "demo=book_demo"',
        "smarketing import ga4 --property-id 123456789 --since 2026-01-01",
    )
    takes: ClassVar[str] = "both"
    secrets: ClassVar[tuple[tuple[str, str], ...]] = (("service-account", WHERE),)
    kinds: ClassVar[tuple[str, ...]] = ("touches", "conversions", "identities", "volumes")
    options: ClassVar[tuple[Option, ...]] = (
        Option(
            "goal",
            N_("Count a conversion NAME for each event of that name; lead=generate_lead and won=purchase by default."),
            multiple=True,
            metavar="NAME=EVENT",
        ),
        Option(
            "property_id", N_("The number of the property to ask for, where no file is named: Admin, Property details."), metavar="NUMBER"
        ),
        KEY_FILE,
        SINCE,
        BASE_URL,
    )

    context: ImportContext
    sources: tuple[str, ...] = ()
    goal: tuple[str, ...] = ()
    property_id: str | None = None
    key_file: str | None = None
    since: str | None = None
    base_url: str | None = None

    def __post_init__(self) -> None:
        from connectors.ga4_report import AGAIN, SETTLING

        self._remarks: list[Text] = []
        self._window = Window(self.context, self.since, corrected=SETTLING + AGAIN)
        self._unfollowed = self._no_session = 0
        for text in self.goal:
            name, equals, event = (part.strip() for part in text.partition("="))
            if not (name and equals and event):
                raise UsageError("--goal {value}: a goal is NAME=EVENT with an event's name, as in lead=generate_lead", value=text)
        if self.sources and self.since is not None:
            raise UsageError("--since is for the API; of files, name those that are to be read")
        self._number = (self.property_id or "").removeprefix("properties/")
        if not self.sources and not self._number.isdecimal():
            raise UsageError("Which property? Give its number with --property-id 123456789, or name files of the BigQuery export")

    @property
    def remarks(self) -> list[Text]:
        """What was counted, and what was left out."""
        return self._remarks

    @property
    def cursor(self) -> Any:
        """From when to go on."""
        return self._window.cursor

    def read(self) -> Iterator[Batch]:
        """Yield what the files hold, or what the API counts."""
        yield from self._files() if self.sources else self._ask()

    def _ask(self) -> Iterator[Batch]:
        from connectors.api import Api
        from connectors.ga4_report import PERMISSION, SCOPE, Report
        from connectors.google_login import authorizer, service_account

        account = service_account(self.context, self.name, self.key_file)
        api = Api(
            "Google Analytics",
            self.base_url or "https://analyticsdata.googleapis.com",
            secret=account.secret,
            authorize=authorizer(account, SCOPE, self.name, self.context.patience),
            permission=PERMISSION,
            patience=self.context.patience,
        )
        report = Report(self.context, api, self._number, self._window)
        yield from report.read()
        self._remarks += report.remarks()

    def _files(self) -> Iterator[Batch]:
        from connectors.ga4_events import events_of
        from connectors.ga4_goals import Goals, Logins
        from connectors.ga4_sessions import Sessions
        from connectors.named_files import expand
        from connectors.table_files import opened

        sessions, goals, logins = Sessions(), Goals(self.goal, self.context.settings.currency), Logins()
        files, shown, read = expand(self.sources), [], 0
        for number, source in enumerate(files):
            with opened(source) as file:
                self._remarks += file.remarks
                shown.append(file.name)
                size = file.path.stat().st_size
                for events in events_of(file):
                    read += events.table.num_rows
                    yield from self._take(events, number, file.name, sessions, goals, logins)
                    self.context.progress(min(events.done, size), size)
        yield from self._ends(shown, read, sessions, goals, logins)

    def _take(self, events: Events, number: int, name: str, sessions: Sessions, goals: Goals, logins: Logins) -> Iterator[Batch]:
        import pyarrow.compute as pc

        table = events.table
        sessions.add(table, number)
        logins.add(table, number)
        unnamed = table["user"].null_count
        self._unfollowed += unnamed
        self._no_session += pc.sum(pc.and_(pc.is_valid(table["user"]), pc.is_null(table["session"]))).as_py() or 0
        if events.rejects:
            yield Batch("touches", name, schema("touches").empty_table(), events.rejects)
        if (reached := goals.of(table, name)) is not None:
            yield reached

    def _ends(self, files: list[str], read: int, sessions: Sessions, goals: Goals, logins: Logins) -> Iterator[Batch]:
        from connectors.base import Reject
        from connectors.ga4_goals import BAD_PERSON

        visits = 0
        for file, touches, refused in sessions.touches(self.context.settings.own_domains):
            visits += touches.num_rows
            bad = tuple(Reject(files[file], row, "person", user, *BAD_PERSON) for row, user in refused)
            yield Batch("touches", files[file], touches, bad)
        for file, ties in logins.ties():
            yield Batch("identities", files[file], ties)
        said = [
            Text(
                "{events} {events:event|events} in {files} {files:file|files}: {visits} {visits:visit|visits}",
                events=read,
                files=len(files),
                visits=visits,
            )
        ]
        said += goals.remarks()
        for count, template in (
            (
                sessions.run_on,
                N_(
                    "{count} {count:session runs on from before these files and makes|sessions run on from before these files "
                    "and make} no visit: the day before's file holds it"
                ),
            ),
            (
                sessions.by_last_click,
                N_("{count} {count:visit|visits} collected no origin; GA4's last click was taken, maybe of an earlier visit"),
            ),
            (
                self._unfollowed,
                N_(
                    "{count} {count:event carries no user_pseudo_id (no consent) and was|events carry no user_pseudo_id (no "
                    "consent) and were} left out"
                ),
            ),
            (
                goals.unfollowed,
                N_("{count} of them {count:is a key event: a conversion|are key events: conversions} of people who cannot be followed"),
            ),
            (
                self._no_session,
                N_("{count} {count:event carries no ga_session_id and belongs|events carry no ga_session_id and belong} to no visit"),
            ),
        ):
            if count:
                said.append(Text(template, count=count))
        self._remarks += said
