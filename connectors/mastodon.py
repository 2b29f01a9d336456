"""Posts on Mastodon with their figures and links, and who follows, as keyed hashes."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from typing import Any, ClassVar

from connectors.api import Api
from connectors.base import Batch, Option
from connectors.network_accounts import ACCOUNT_OPTIONS, NetworkAccounts
from connectors.post_links import link_in
from connectors.profiles import Profile
from connectors.secrets import optional
from reports.report import N_
from workspace.errors import UsageError
from workspace.reposts import number_of

NETWORK = "mastodon"
PERMISSION = "read:accounts, read:statuses"
STATUSES, FOLLOWING = 40, 80
"""The most that a page may have (docs.joinmastodon.org/methods/accounts)."""


@dataclasses.dataclass
class Mastodon(NetworkAccounts):
    """A connector for accounts on Mastodon servers.

    Parameters
    ----------
    context : ImportContext
    sources : tuple
        None.
    page, advocate : tuple of str
        Accounts: ours as "us@server", an employee's as "CODE=name@server".
    followers : bool
        Whether those who follow an employee are kept, as keyed hashes.
    since : str or None
    base_url : str or None

    References
    ----------
    https://docs.joinmastodon.org/methods/accounts/, https://docs.joinmastodon.org/entities/Status/
    """

    name: ClassVar[str] = "mastodon"
    summary: ClassVar[str] = N_("Posts on Mastodon with their figures and links; followers as keyed hashes.")
    examples: ClassVar[tuple[str, ...]] = (
        "smarketing import mastodon --page example@mastodon.social",
        "smarketing import mastodon --advocate A7=lea@mastodon.social --followers --since 2026-01-01",
    )
    secrets: ClassVar[tuple[tuple[str, str], ...]] = (
        ("token", N_("An access token, only where the server asks for one: Preferences, Development, New application.")),
    )
    form: ClassVar[str] = "name@server"
    options: ClassVar[tuple[Option, ...]] = (
        *ACCOUNT_OPTIONS,
        Option("base_url", N_("The server to ask, where it is not the accounts' own."), metavar="URL"),
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        for profile in self._profiles:
            if "@" not in profile.handle.lstrip("@") and self.base_url is None:
                raise UsageError("{handle}: write a Mastodon account with its server, as name@mastodon.social", handle=profile.handle)

    def read(self) -> Iterator[Batch]:
        """Yield each account's posts with their figures, then its own figures, then its followers."""
        apis: dict[str, Api] = {}
        secret = optional(self.context.source or self.name, "token")
        for profile in self._profiles:
            handle, _, server = profile.handle.lstrip("@").partition("@")
            base = self.base_url or f"https://{server}"
            api = apis.get(base) or Api("Mastodon", base, secret=secret, permission=PERMISSION, patience=self.context.patience)
            apis[base] = api
            account = api.get("/api/v1/accounts/lookup", {"acct": profile.handle.lstrip("@") if self.base_url else handle}).json
            number = api.need(account, "/api/v1/accounts/lookup", "id")
            posts = _Posts(self, api, profile, str(number))
            yield from posts.read()
            yield self.figures(profile, account.get("followers_count"))
            if profile.advocate and self.followers:
                path = f"/api/v1/accounts/{number}/followers"
                # The address is the same on every server that knows the account.
                pages = _linked(api, path, {"limit": FOLLOWING})
                yield from self.audience(profile, ([api.need(one, path, "url") for one in page] for page in pages))


class _Posts:
    """The posts of one account, the newest first, down to where they are known."""

    def __init__(self, connector: Mastodon, api: Api, profile: Profile, number: str) -> None:
        self.context, self.window, self.api, self.profile = connector.context, connector._window, api, profile
        self.path = f"/api/v1/accounts/{number}/statuses"
        self.posts, self.figures = connector.records("posts", profile), connector.records("post_metrics", profile)

    def read(self) -> Iterator[Batch]:
        for statuses in _linked(self.api, self.path, {"limit": STATUSES}):
            fresh = [status for status in statuses if self.window.holds(_created(self.api, self.path, status))]
            yield self.posts.batch([self._post(status) for status in fresh])
            yield self.figures.batch([self._metrics(status) for status in fresh if not status.get("reblog")])
            if len(fresh) < len(statuses):  # the pages go back in time
                break
        yield from self.posts.replaced(self.window.start)

    def _post(self, status: dict[str, Any]) -> dict[str, Any]:
        shared = status.get("reblog")
        content = (shared if isinstance(shared, dict) else status).get("content")
        text, link = link_in(content, self.context.settings.own_domains) if isinstance(content, str) else (content, None)
        return {
            "post": status.get("uri"),
            "network": NETWORK,
            "at": status.get("created_at"),
            "advocate": self.profile.advocate,
            "page": self.profile.page,
            "kind": "repost" if shared else "comment" if status.get("in_reply_to_id") else "original",
            "url": status.get("url") or status.get("uri"),
            "link": link,
            # What was passed on is somebody else's: their words and their name stay where they are.
            "text": None if shared else text,
            "repost_of": number_of(NETWORK, str(shared.get("uri") or "")) if isinstance(shared, dict) else None,
        }

    def _metrics(self, status: dict[str, Any]) -> dict[str, Any]:
        return {
            "post": status.get("uri"),
            "network": NETWORK,
            "day": self.window.today,
            "reactions": status.get("favourites_count"),
            "comments": status.get("replies_count"),
            "reposts": status.get("reblogs_count"),
        }


def _linked(api: Api, path: str, parameters: dict[str, Any]) -> Iterator[list[Any]]:
    """Read pages that name the next one in the header Link."""
    pages = api.pages(path, lambda url: api.get(url) if url else api.get(path, parameters), lambda answer: answer.links.get("next"))
    return (api.listed(answer.json, path) for answer in pages)


def _created(api: Api, path: str, status: Any) -> dt.datetime | None:
    text = api.need(status, path, "created_at")
    try:
        return dt.datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None  # the record itself will be refused
