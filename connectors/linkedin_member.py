"""A LinkedIn member's own data archive: their posts, and their connections as keyed hashes; never messages."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Generator, Iterator, Mapping
from typing import Any, ClassVar

from connectors.api_records import AT_ONCE, ApiRecords, removals
from connectors.base import Batch, ImportContext, Option, Reject
from connectors.linkedin_archive import Archive, archives_of
from connectors.linkedin_connections import NETWORK, PRIVATE, UNDATED, Connections
from connectors.linkedin_rows import Part, whole_text
from connectors.post_links import our_link
from connectors.profiles import checked_code
from reports.report import N_, Text
from workspace.company_names import CompanyNames
from workspace.errors import SourceError, UsageError
from workspace.linkedin_ids import comment_number, post_number, post_url
from workspace.urls import host, under

ACTS = {"shares": "original", "instantreposts": "repost", "comments": "comment", "reactions": "reaction"}
"""What each file holds."""
KEPT = N_("{file}: {count} kept with their moment and the post's number; texts only of the member's own posts.")
TWO_LISTS = N_(
    "{file} and {other} are both lists of connections of {advocate}; nothing was imported. Import one archive of an employee at a time, "
    "the latest last; of several employees, each archive lies in a folder called by their code, and --advocate is left out"
)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?(?: UTC)?")
_LINK = re.compile(r"https?://[^\s<>\"')\]]+[^\s<>\"')\].,;:!?…]")


@dataclasses.dataclass
class LinkedInMember:
    """A connector for the archive that a member downloads and hands in.

    Parameters
    ----------
    context : ImportContext
    sources : tuple of str
        Archives (ZIP), files out of one, folders (`linkedin_archive.archives_of`).
    advocate : str or None
        The code that stands for the member; by default each folder's name is that of whose archive is in it.
    titles : bool
        Whether they agreed that title and company of connections at key accounts are kept.
    account : tuple of str
        The key accounts, in place of those that the workspace knows.
    preview : bool
        Only say what would be kept.

    Notes
    -----
    What is not needed is dropped here, before anything is handed on: names, e-mail addresses, texts of comments, who wrote what was
    reposted. A row that cannot be read is refused without showing what stands in it.
    """

    name: ClassVar[str] = "linkedin-member"
    summary: ClassVar[str] = N_("A LinkedIn member's own data archive: posts, reposts, comments, reactions; connections as keyed hashes.")
    examples: ClassVar[tuple[str, ...]] = (
        "smarketing import linkedin-member Basic_LinkedInDataExport_09-05-2026.zip --advocate A7 --preview",
        "smarketing import linkedin-member Basic_LinkedInDataExport_09-05-2026.zip --advocate A7",
        'smarketing import linkedin-member Connections.csv --advocate A7 --titles --account "Acme" --account "Globex"',
        "smarketing import linkedin-member archives/ --preview",
    )
    takes: ClassVar[str] = "files"
    secrets: ClassVar[tuple[tuple[str, str], ...]] = ()
    kinds: ClassVar[tuple[str, ...]] = ("posts", "audience")
    options: ClassVar[tuple[Option, ...]] = (
        Option(
            "advocate",
            N_(
                "The code that stands for this employee in reports; without it, a folder holds one folder for each employee, called by "
                "their code."
            ),
            metavar="CODE",
        ),
        Option(
            "titles",
            N_("Keep title and company of connections at key accounts; only if the employee has agreed to it."),
            type=bool,
            default=False,
        ),
        Option(
            "account",
            N_("A key account for --titles; those of the workspace by default: accounts with a tier, or all if none has one."),
            multiple=True,
            metavar="NAME",
        ),
        Option("preview", N_("Show what would be kept, and store nothing."), type=bool, default=False),
    )

    context: ImportContext
    sources: tuple[str, ...]
    advocate: str | None = None
    titles: bool = False
    account: tuple[str, ...] = ()
    preview: bool = False

    def __post_init__(self) -> None:
        self.advocate = checked_code(self.advocate) if self.advocate is not None else None
        if self.account and not self.titles:
            raise UsageError("--account has no meaning without --titles: nothing is kept of companies then")
        self._targets = self._key_accounts() if self.titles else None
        self._remarks: list[Text] = []

    def _key_accounts(self) -> CompanyNames:
        known = self.context.accounts()
        names = CompanyNames(known)
        if self.account:
            # Under the key that the workspace has for it, if any; and only those.
            wanted = [(names.account_of(name) or name, name) for name in self.account]
            keys = {key for key, _ in wanted}
            names = CompanyNames([*wanted, *(pair for pair in known if pair[0] in keys)])
        if not len(names):
            raise UsageError(
                "--titles keeps titles at key accounts alone, and the workspace knows none; import them (smarketing import csv FILE --as "
                "accounts) or name them with --account"
            )
        return names

    @property
    def remarks(self) -> list[Text]:
        """What was kept, what was dropped, how many files were left alone."""
        return self._remarks

    def read(self) -> Iterator[Batch]:
        """Yield the posts and the audience, employee by employee, file by file.

        Raises
        ------
        SourceError
            A file is not what it should be, it cannot be told whose it is, or there are two lists of connections of one employee.
        """
        throwaway = os.urandom(32)
        lists: dict[str, str] = {}
        for advocate, sources in archives_of(self.sources, self.advocate):
            archive, code = Archive(sources), checked_code(advocate)
            for part in archive.parts():
                if part.kind == "connections" and (other := lists.setdefault(code, part.file)) != part.file:
                    raise SourceError(TWO_LISTS, file=part.file, other=other, advocate=code)
                yield from self._part(part, code, throwaway)
            self._remarks += archive.remarks

    def _part(self, part: Part, advocate: str, throwaway: bytes) -> Iterator[Batch]:
        connections = Connections(advocate, lambda: throwaway if self.preview else self.context.secret, self._targets)
        found = connections.records(part) if part.kind == "connections" else self._posts(part, advocate)
        kind = "audience" if part.kind == "connections" else "posts"
        count = yield from _batches(kind, part, self.context, found, connections.undated)
        if part.kind == "connections":
            # Whom the employee no longer knows is no longer kept.
            if count and (gone := removals(part.file, "audience", "advocate", [advocate])) is not None:
                yield gone
            self._remarks += connections.remarks(part.file, part.as_of)
        else:
            self._remarks.append(Text(KEPT, file=part.file, count=count))

    def _posts(self, part: Part, advocate: str) -> Iterator[tuple[int, Mapping[str, Any] | None]]:
        for row, cells in part.rows:
            seen = dict(zip(part.columns, cells, strict=True))
            at, link = seen["date"], seen.get("sharelink", seen.get("link", ""))
            number = post_number(link)
            # Who reacts to an article or in an event reacts to something without a number; what they share has one.
            fine = _MOMENT.fullmatch(at) and (number or (part.kind != "shares" and link.startswith("http")))
            if not fine:
                yield row, None
                continue
            common = {"network": NETWORK, "at": at.removesuffix(" UTC"), "advocate": advocate, "url": post_url(link)}
            own = self._share(seen, str(number)) if part.kind == "shares" else _act(part.kind, at, number or at, link, advocate)
            yield row, common | own

    def _share(self, seen: Mapping[str, str], number: str) -> dict[str, Any]:
        text, shared = whole_text(seen["sharecommentary"]), seen.get("sharedurl", "")
        # Who shares a post with words of their own has it as the shared address; addresses of LinkedIn's own can name people.
        passed_on = post_number(shared)
        links = [found for found in (shared, *_LINK.findall(text)) if found and not under(host(found) or "", "linkedin.com")]
        return {
            "post": number,
            "kind": "repost" if passed_on else ACTS["shares"],
            "repost_of": passed_on,
            "text": text or None,
            "link": our_link(links, self.context.settings.own_domains),
        }


def _act(kind: str, at: str, number: str, link: str, advocate: str) -> dict[str, Any]:
    """Name what was done to a post by what makes it one of a kind: many may react to one post."""
    if kind == "comments":
        own = comment_number(link) or f"{number} {advocate} {at}"
        return {"post": f"comment {own}", "kind": ACTS[kind]}
    passed_on = post_number(link) if kind == "instantreposts" else None
    return {"post": f"{ACTS[kind]} {number} {advocate}", "kind": ACTS[kind], "repost_of": passed_on}


def _batches(
    kind: str, part: Part, context: ImportContext, found: Iterator[tuple[int, Mapping[str, Any] | None]], undated: list[int]
) -> Generator[Batch, None, int]:
    """Hand records on some thousands at a time, those that cannot be read as refused rows; return how many were read.

    `undated` fills as they are read: the numbers of rows that are kept without their day.
    """
    made, rows, records = ApiRecords(kind, part.file, context), [], []
    refused = [Reject(part.file, row, "", "", *PRIVATE) for row in part.broken]
    count = 0
    for row, record in found:
        if record is None:
            refused.append(Reject(part.file, row, "", "", *PRIVATE))
            continue
        rows.append(row)
        records.append(record)
        count += 1
        if len(rows) == AT_ONCE:
            yield made.batch(records, rows)
            rows, records = [], []
            context.progress(count, len(part.rows))
    refused += [Reject(part.file, row, "connected_on", "", *UNDATED, "Connected On", kept=True) for row in undated]
    last = made.batch(records, rows)
    yield dataclasses.replace(last, rejects=(*last.rejects, *sorted(refused, key=lambda reject: reject.row)))
    return count
