"""A member's connections as what may be kept of them: a keyed hash each; more only where the employee agreed, at key accounts."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from connectors.linkedin_rows import Part
from reports.report import N_, Text
from workspace.company_names import CompanyNames, folded
from workspace.job_titles import seniority
from workspace.keys import keyed_hash
from workspace.linkedin_ids import profile_of

NETWORK = "linkedin"
PRIVATE = (
    N_("The row cannot be read; what stands in it is not shown, since it may be private."),
    N_("Look at this row in your own copy of the file and mend it, or ask LinkedIn for a new archive."),
)
UNDATED = (
    N_("{field} is no day of the calendar; what stands there is not shown, since it may be private."),
    N_("Look at this row in your own copy of the file and mend it, such as 05 Sep 2026, or leave the cell empty."),
)
_REACHES = re.compile(r"\S@\S+\.\w|(?:\d[ .-]?){8}")
"""An e-mail address or a telephone number, which some put into their titles."""
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan janv january janvier",
            "feb fev fevr february fevrier",
            "mar mars march",
            "apr avr april avril",
            "may mai",
            "jun juin june",
            "jul juil july juillet",
            "aug aout august",
            "sep sept september septembre",
            "oct october octobre",
            "nov november novembre",
            "dec december decembre",
        ),
        1,
    )
    for name in names.split()
}


def day_of(text: str) -> dt.date | None:
    """Read the day of a connection: 05 Sep 2026, 7-Feb-22, 2026-09-05, French months too; None where it is none.

    Examples
    --------
    >>> day_of("05 Sep 2026"), day_of("7-Feb-22"), day_of("3 août 2024"), day_of("soon")
    (datetime.date(2026, 9, 5), datetime.date(2022, 2, 7), datetime.date(2024, 8, 3), None)
    """
    plain = unicodedata.normalize("NFKD", text.strip().lower()).encode("ascii", "ignore").decode()
    try:
        if found := re.fullmatch(r"(\d{1,2})[ .-]+([a-z]+)\.?[ .-]+(\d{4}|\d\d)", plain):
            year = int(found[3])
            return dt.date(year + 2000 if year < 100 else year, _MONTHS.get(found[2], 0), int(found[1]))
        return dt.date.fromisoformat(plain)
    except ValueError:
        return None


class Connections:
    """Turns the rows of Connections.csv into records of an audience.

    Parameters
    ----------
    advocate : str
        The code of the employee whose connections they are.
    key : callable
        Gives the workspace's key.
    targets : CompanyNames or None
        The key accounts at which title and company may be kept; None where the employee has not agreed to that.

    Attributes
    ----------
    undated : list of int
        Numbers of rows whose day would be kept and is none.
    """

    def __init__(self, advocate: str, key: Callable[[], bytes], targets: CompanyNames | None) -> None:
        self._advocate, self._key, self._targets = advocate, key, targets
        self._seen: set[str] = set()
        self.undated: list[int] = []
        self.read, self.twice, self.nameless, self.unaddressed, self.at_targets = 0, 0, 0, 0, 0

    def records(self, part: Part) -> Iterator[tuple[int, Mapping[str, Any] | None]]:
        """Yield what is kept of each row, with the row's number; None in place of what cannot be read."""
        secret = self._key()
        for row, cells in part.rows:
            seen = dict(zip(part.columns, cells, strict=True))
            self.read += 1
            member = self._member(seen)
            if member is None:
                if seen.get("url"):
                    self.read -= 1
                    yield row, None
                else:
                    self.nameless += 1
                continue
            if member in self._seen:
                self.twice += 1
                continue
            self._seen.add(member)
            record = {"advocate": self._advocate, "network": NETWORK, "member": keyed_hash(secret, member), "as_of": part.as_of}
            yield row, record | self._agreed(row, seen)

    def _member(self, seen: Mapping[str, str]) -> str | None:
        """Say who it is, for the hash alone; None where nothing tells."""
        if seen.get("url"):
            profile = profile_of(seen["url"])
            return f"{NETWORK} {profile}" if profile else None
        name = folded(f"{seen['first name']} {seen['last name']}")
        if not name:
            return None
        # People share names: without an address, who is known to one employee is never taken for somebody whom another knows.
        self.unaddressed += 1
        return f"{NETWORK} {self._advocate} {name} {seen['connected on']}"

    def _agreed(self, row: int, seen: Mapping[str, str]) -> dict[str, Any]:
        account = self._targets.account_of(seen["company"]) if self._targets is not None else None
        if account is None:
            return {}
        self.at_targets += 1
        day = day_of(seen["connected on"])
        if day is None and seen["connected on"]:
            self.undated.append(row)
        title = seen["position"] if not _REACHES.search(seen["position"]) else None
        return {
            "account": account,
            "title": title or None,
            "seniority": seniority(seen["position"]),
            "connected_on": day,
        }

    def remarks(self, file: str, as_of: dt.date) -> Iterator[Text]:
        """Say what is kept and what is not."""
        fields = {"file": file, "count": self.read, "day": as_of, "kept": len(self._seen)}
        if self._targets is None:
            yield Text(
                "{file}: {count} connections as of {day}: names dropped, e-mails dropped, titles and companies dropped; {kept} people kept "
                "as keyed hashes.",
                **fields,
            )
        else:
            yield Text(
                "{file}: {count} connections as of {day}: names dropped, e-mails dropped, {agreed} at target accounts kept with title and "
                "company, {rest} others kept as keyed hashes alone.",
                **fields,
                agreed=self.at_targets,
                rest=len(self._seen) - self.at_targets,
            )
        if self.twice:
            yield Text(
                "{file}: {count} {count:connection stands there more than once and was|connections stand there more than "
                "once and were} kept once.",
                file=file,
                count=self.twice,
            )
        if self.nameless:
            yield Text(
                "{file}: {count} {count:row names neither a person nor a profile, as where a member has left, and was|rows "
                "name neither a person nor a profile, as where a member has left, and were} dropped.",
                file=file,
                count=self.nameless,
            )
        if self.unaddressed:
            yield Text(
                "{file}: {count} {count:connection has no profile address, so that nobody can tell whether other employees "
                "know this person too, who counts|connections have no profile address, so that nobody can tell whether "
                "other employees know them too; they count} for this employee alone. A new archive has the addresses.",
                file=file,
                count=self.unaddressed,
            )
