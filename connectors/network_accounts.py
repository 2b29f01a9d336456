"""What the connectors of social networks have in common: whose accounts are read, from when on, their figures and who follows."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from connectors.api_records import ApiRecords
from connectors.base import Batch, ImportContext, Option
from connectors.profiles import ADVOCATE, FOLLOWERS, PAGE, Profile, named
from connectors.since import SINCE, Window
from reports.report import Text
from workspace.keys import keyed_hash

ACCOUNT_OPTIONS = (PAGE, ADVOCATE, FOLLOWERS, SINCE)


@dataclasses.dataclass
class NetworkAccounts:
    """A connector for accounts on a social network.

    Parameters
    ----------
    context : ImportContext
    sources : tuple
        None.
    page, advocate : tuple of str
        Accounts: ours by their names, an employee's as "CODE=NAME".
    followers : bool
        Whether those who follow an employee are kept, as keyed hashes.
    since : str or None
    base_url : str or None
    """

    name: ClassVar[str]
    form: ClassVar[str]
    """How an account is written, for messages."""
    takes: ClassVar[str] = "api"
    kinds: ClassVar[tuple[str, ...]] = ("posts", "post_metrics", "profile_metrics", "audience")
    options: ClassVar[tuple[Option, ...]] = ACCOUNT_OPTIONS

    context: ImportContext
    sources: tuple[str, ...] = ()
    page: tuple[str, ...] = ()
    advocate: tuple[str, ...] = ()
    followers: bool = False
    since: str | None = None
    base_url: str | None = None

    def __post_init__(self) -> None:
        self._profiles = named(self.page, self.advocate, self.form)
        self._window = Window(self.context, self.since)
        self._remarks: list[Text] = []

    @property
    def remarks(self) -> list[Text]:
        """What is odd about the records, and what a server does not have."""
        return self._remarks

    @property
    def cursor(self) -> Any:
        """From when to go on."""
        return self._window.cursor

    def records(self, kind: str, profile: Profile, part: str = "") -> ApiRecords:
        """Begin the records of one kind of an account."""
        return ApiRecords(kind, f"{self.name} {profile.handle}{part}", self.context)

    def figures(self, profile: Profile, followers: Any) -> Batch:
        """Read an account's figures as of today."""
        record = {
            "network": self.name,
            "profile": profile.handle,
            "day": self._window.today,
            "advocate": profile.advocate,
            "followers": followers,
        }
        return self.records("profile_metrics", profile).batch([record])

    def audience(self, profile: Profile, pages: Iterable[Iterable[str]]) -> Iterator[Batch]:
        """Keep who follows an employee, as keyed hashes; who no longer does is no longer kept.

        Parameters
        ----------
        profile : Profile
        pages : iterable of iterables of str
            What stays the same of each follower, whatever they are called.
        """
        records = self.records("audience", profile, " followers")
        for page in pages:
            yield records.batch(
                [
                    {
                        "advocate": profile.advocate,
                        "network": self.name,
                        "member": keyed_hash(self.context.secret, f"{self.name} {member}"),
                        "as_of": self._window.today,
                    }
                    for member in page
                ]
            )
        yield from records.replaced()
