"""Import visits and goals from the access logs of a web server."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar
from zoneinfo import ZoneInfo

from connectors.base import Batch, ImportContext, Option, Reject
from reports.report import N_, Text
from workspace.errors import SourceError, UsageError
from workspace.records import schema

if TYPE_CHECKING:
    from connectors.weblog_formats import LineReader
    from connectors.weblog_hits import Hits, HitStore
    from connectors.weblog_sieve import Goal, Sieve

_TELLING = 10
"""Unreadable lines and no other at a file's start that make it something else than a log; one is enough where it is the only file."""


@dataclasses.dataclass
class WebLog:
    """Access logs of Apache, nginx and others: one touch for each visit, one conversion for each goal a visit reaches.

    Parameters
    ----------
    context : ImportContext
    sources : tuple of str
        Files, globs, or "-" for stdin; plain or compressed by gzip, bzip2 or xz.
    goal : tuple of str
        `NAME=URLGLOB` each. The first request of a visit whose path matches, a GET that was answered or a POST that was not refused, is
        a conversion of that name at that second.
    visit_gap : float
        Minutes without a page view after which a visit is over.
    user_field : str or None
        The field that names the person: "user" for the authenticated user in text formats, a key in JSON logs. Its value is stored as
        it is, so that it meets the same person in a customer list. A line where it is empty falls back on address and user agent.
    cookie : str or None
        The cookie that names the person, where the log has cookies. A keyed hash of its value is stored.
    exclude_address, exclude_path : tuple of str
        Networks and globs of paths whose requests do not count.
    host : tuple of str
        The only virtual hosts whose requests count.

    Notes
    -----
    **Lines.** Every line is told by itself to be text (common, combined, with or without a virtual host before it) or JSON, so files may
    mix formats. A line that is not UTF-8 is read as Latin-1. A line that cannot be read is a reject; a file at whose start no line
    can be read and at least ten cannot (one, where it is the only file) is refused whole. Times in text formats carry their zone;
    those of JSON logs that do not are in the settings' time zone.

    **What counts** is a GET by a browser for a page that was answered (2xx, or 304 as the browser had it already). What is left out is
    counted by its reason, see `weblog_sieve.REASONS`. A redirect is left out, the page it leads to counts; if the redirect drops the UTM
    tags, they are lost here as they are lost to any tracker on the page.

    **People** are a keyed hash of address and user agent: the address itself is never stored. Colleagues behind one office address with
    one browser version count as one person, and one person on two networks as two.

    **Visits** are cut by `visits.cut_visits`: 30 minutes of inactivity, or another campaign or external referrer; not at midnight. The
    touch is the visit's first hit. Its referrer is a host, and none where it is one of our own domains.

    **Twice the same log** gives the same ids: a touch's is made from person, second, URL and referrer, a conversion's from person,
    second and goal. Rotated files are best imported together. In two imports, a visit that runs across the cut becomes two, the
    second beginning where the second file does; importing both together later does not take that second touch away again.

    All page views are held in memory until the end (36 bytes each, and each distinct person, URL and referrer once), since logs are in
    order of time and visits are not; what is left out takes no memory.
    """

    name: ClassVar[str] = "weblog"
    summary: ClassVar[str] = "Access logs of a web server: visits with their source, and goals reached"
    examples: ClassVar[tuple[str, ...]] = (
        'smarketing import weblog access.log.gz --goal "lead=/contact/thanks*"',
        'smarketing import weblog "logs/*.gz" --exclude-address 203.0.113.0/24',
    )
    takes: ClassVar[str] = "files"
    secrets: ClassVar[tuple[tuple[str, str], ...]] = ()
    kinds: ClassVar[tuple[str, ...]] = ("touches", "conversions")
    options: ClassVar[tuple[Option, ...]] = (
        Option(
            "goal",
            "Count a conversion NAME when a visit reaches a path, as in lead=/contact/thanks*.",
            multiple=True,
            metavar="NAME=URLGLOB",
        ),
        Option("visit_gap", "Minutes without a page view after which a visit is over.", type=float, default=30.0, metavar="MINUTES"),
        Option("user_field", "Tell people by this field: user for the logged-in user in text logs, a key in JSON logs.", metavar="NAME"),
        Option("cookie", "Tell people by this cookie, where the log has cookies; it is stored as a keyed hash.", metavar="NAME"),
        Option("exclude_address", "Leave out requests from this address or network (the office).", multiple=True, metavar="CIDR"),
        Option("exclude_path", "Leave out requests for paths like this, as in /admin/*.", multiple=True, metavar="GLOB"),
        Option("host", "Count only requests for this host, where the log has virtual hosts.", multiple=True, metavar="HOST"),
    )

    context: ImportContext
    sources: tuple[str, ...]
    goal: tuple[str, ...] = ()
    visit_gap: float = 30.0
    user_field: str | None = None
    cookie: str | None = None
    exclude_address: tuple[str, ...] = ()
    exclude_path: tuple[str, ...] = ()
    host: tuple[str, ...] = ()
    remarks: list[Text] = dataclasses.field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        if not 0 < self.visit_gap < float("inf"):
            raise UsageError("--visit-gap {value}: give a number of minutes above 0, as in 30", value=self.visit_gap)
        if self.user_field is not None and self.cookie is not None:
            raise UsageError("--user-field and --cookie both name the person; give one of them")
        self._lines = 0

    def read(self) -> Iterator[Batch]:
        """Yield the rejects as they are met, then each file's touches and conversions."""
        from connectors.named_files import expand
        from connectors.weblog_formats import LineReader
        from connectors.weblog_hits import HitStore
        from connectors.weblog_json import JsonReader
        from connectors.weblog_sieve import Goal, Sieve

        goals = tuple(Goal.parse(text) for text in self.goal)
        sieve = Sieve(goals, self.exclude_path, self.exclude_address, self.host)
        zone = ZoneInfo(self.context.settings.time_zone)
        reader = LineReader(JsonReader(zone, self.user_field, self.cookie), self.user_field, self.cookie)
        store = HitStore()
        files = expand(self.sources)
        yield from self._rejects(files, reader, sieve, store)
        yield from self._records(files, goals, reader, sieve, store)

    def _rejects(self, files: list[str], reader: LineReader, sieve: Sieve, store: HitStore) -> Iterator[Batch]:
        """Read all files into the store; yield what could not be read."""
        from connectors.log_lines import read_lines, total_bytes

        nothing = schema("touches").empty_table()
        total, before, done = total_bytes(files), 0, 0
        for number, file in enumerate(files):
            before, done = before + done, 0
            for lines in read_lines(file):
                self._lines += len(lines.texts)
                found, rejects = reader.read(file, lines)
                readable = any(len(requests.at) for requests in found)
                if lines.first == 1 and not readable and len(rejects) >= (1 if len(files) == 1 else _TELLING):
                    raise _not_a_log(file, rejects[0])
                if rejects:
                    yield Batch("touches", file, nothing, tuple(rejects))
                for requests in found:
                    store.add(number, requests, sieve.keep(requests))
                done = lines.done
                self.context.progress(before + done, total)

    def _records(self, files: list[str], goals: tuple[Goal, ...], reader: LineReader, sieve: Sieve, store: HitStore) -> Iterator[Batch]:
        from connectors.visit_records import VisitRecords
        from connectors.weblog_requests import decode

        hits = store.sorted()
        urls, referrers = [decode(url) for url in store.urls.values], [decode(referrer) for referrer in store.referrers.values]
        own, guess = self._own_domains(hits, store, urls, referrers)
        ignored = self.context.settings.channels.ignored_referrers
        records = VisitRecords(
            hits, urls, referrers, lambda number: store.name_person(number, self.context.secret), own, ignored, self.visit_gap * 60, goals
        )
        self.remarks.append(
            Text(
                "{lines} {lines:line|lines} in {files} {files:file|files}: {visits} {visits:visit|visits} by {people} "
                "{people:person|people}, {views} page {views:view|views}",
                lines=self._lines,
                files=len(files),
                visits=len(records.visits),
                people=len(records.people),
                views=len(hits.at),
            )
        )
        if reader.blank:
            self.remarks.append(Text("{count} empty lines and comments", count=reader.blank))
        self.remarks += [*sieve.remarks(), *guess, *_own_page_remarks(records.from_own_pages), *self._identity_remarks(hits, store)]
        self.remarks += [
            Text("goal {goal}: {count} {count:conversion|conversions}", goal=goal.name, count=len(hits_of_goal))
            for goal, hits_of_goal in zip(goals, records.reached, strict=True)
        ]
        yield from records.batches(files)

    def _own_domains(self, hits: Hits, store: HitStore, urls: list[str], referrers: list[str]) -> tuple[tuple[str, ...], list[Text]]:
        from connectors.own_sites import from_browsing, from_hosts

        if self.context.settings.own_domains or not len(hits.at):
            return self.context.settings.own_domains, []
        known = {host: count for host, count in store.hosts.items() if host}
        domains = from_hosts(known) or from_browsing(hits, urls, referrers)
        if not domains:
            return (), [Text("no own site could be guessed, so every referrer counts as another site; set own_domains in smarketing.toml")]
        template = N_("own site guessed: {domains}; set own_domains in smarketing.toml if that is wrong")
        return tuple(domains), [Text(template, domains=", ".join(domains))]

    def _identity_remarks(self, hits: Hits, store: HitStore) -> list[Text]:
        remarks = []
        if name := self.user_field or self.cookie:
            template = N_("{count} of {views} page views name a person by {field}; the others are told apart by address and user agent")
            remarks.append(Text(template, count=store.named(hits), views=len(hits.at), field=name))
        if count := store.without_agent(hits):
            template = N_(
                "{count} page {count:view carries|views carry} no user agent (common log format): robots among them cannot "
                "be told from people"
            )
            remarks.append(Text(template, count=count))
        return remarks


def _own_page_remarks(count: int) -> list[Text]:
    template = N_(
        "{count} {count:visit begins|visits begin} with a page of our own as referrer: people back after a pause, and robots that fake one"
    )
    return [Text(template, count=count)] if count else []


def _not_a_log(file: str, first: Reject) -> SourceError:
    return SourceError(
        "{path}: this is not a web server's log; line {row} reads {value}: {problem}. Give {remedy}",
        path=file,
        row=first.row,
        value=first.value[:60],
        problem=Text(first.problem, field=first.field, value=first.value[:60]),
        remedy=Text(first.remedy, field=first.field, value=first.value[:60]),
    )
