"""Posts on Bluesky with their figures and links, and who follows, as keyed hashes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, ClassVar

from connectors.api import Api
from connectors.base import Batch, Option
from connectors.bluesky_records import POSTS, REPOSTS, address, entered, links, shared, written
from connectors.network_accounts import ACCOUNT_OPTIONS, NetworkAccounts
from connectors.post_links import our_link
from connectors.profiles import Profile
from reports.report import N_, Text
from workspace.errors import SourceError
from workspace.reposts import number_of

NETWORK = "bluesky"
PUBLIC = "https://public.api.bsky.app"
"""The view of the whole network, open to all (docs.bsky.app)."""
MOST = 100
"""The most that a page may have (the lexicons)."""
NO_VIEW = (401, 404, 501)
"""Answers of a server that holds accounts but has no view of the network."""
NO_FIGURES = N_("{handle}: {host} only holds what the account wrote: the figures of posts and the followers stay unknown.")


@dataclasses.dataclass
class Bluesky(NetworkAccounts):
    """A connector for accounts on Bluesky.

    Parameters
    ----------
    context : ImportContext
    sources : tuple
        None.
    page, advocate : tuple of str
        Accounts by handle or DID: ours as "example.com", an employee's as "CODE=lea.bsky.social".
    followers : bool
        Whether those who follow an employee are kept, as keyed hashes.
    since : str or None
    base_url : str or None

    Notes
    -----
    The view of the network has figures and followers. A personal data server (PDS) only holds what its accounts wrote: where there is no
    view at `base_url`, the posts are read from there, and their figures stay unknown.

    References
    ----------
    github.com/bluesky-social/atproto, lexicons/app/bsky/feed/getAuthorFeed.json, lexicons/com/atproto/repo/listRecords.json
    """

    name: ClassVar[str] = "bluesky"
    summary: ClassVar[str] = N_("Posts on Bluesky with their figures and links; followers as keyed hashes.")
    examples: ClassVar[tuple[str, ...]] = (
        "smarketing import bluesky --page example.com",
        "smarketing import bluesky --advocate A7=lea.bsky.social --followers --since 2026-01-01",
        "smarketing import bluesky --page example.com --base-url https://pds.example.com",
    )
    secrets: ClassVar[tuple[tuple[str, str], ...]] = ()
    form: ClassVar[str] = "name.bsky.social"
    options: ClassVar[tuple[Option, ...]] = (
        *ACCOUNT_OPTIONS,
        Option("base_url", N_("The server to ask, in place of Bluesky's public view."), metavar="URL"),
    )

    def read(self) -> Iterator[Batch]:
        """Yield each account's posts with their figures, then its own figures, then its followers."""
        api = Api("Bluesky", self.base_url or PUBLIC, patience=self.context.patience)
        viewless = False
        for profile in self._profiles:
            handle = profile.handle.lstrip("@")
            account = None if viewless else self._account(api, handle)
            if account is None:
                viewless = True
                yield from self._held(api, profile, handle)
                continue
            did = api.need(account, "getProfile", "did")
            yield from self._feed(api, profile, did)
            yield self.figures(dataclasses.replace(profile, handle=handle), account.get("followersCount"))
            if profile.advocate and self.followers:
                path = "/xrpc/app.bsky.graph.getFollowers"
                # Handles change hands; the DID stays.
                pages = _paged(api, path, {"actor": did, "limit": MOST}, "followers")
                yield from self.audience(profile, ([api.need(one, path, "did") for one in page] for page in pages))

    def _account(self, api: Api, handle: str) -> Any:
        """Ask for an account; None where the server has no view of the network."""
        try:
            return api.get("/xrpc/app.bsky.actor.getProfile", {"actor": handle}).json
        except SourceError as error:
            if self.base_url is None or error.fields.get("status") not in NO_VIEW:
                raise
            return None

    def _feed(self, api: Api, profile: Profile, did: str) -> Iterator[Batch]:
        """Read the posts and reposts of an account, the newest first, down to where they are known."""
        path = "/xrpc/app.bsky.feed.getAuthorFeed"
        posts, figures = self.records("posts", profile), self.records("post_metrics", profile)
        for entries in _paged(api, path, {"actor": did, "limit": MOST}, "feed"):
            moments = [entered(api.need(entry, path, "reason" if shared(entry) else "post"), shared(entry)) for entry in entries]
            fresh = [entry for entry, moment in zip(entries, moments, strict=True) if self._window.holds(moment)]
            yield posts.batch([self._of_feed(api, path, profile, entry) for entry in fresh])
            yield figures.batch([self._metrics(api.need(entry, path, "post")) for entry in fresh if not shared(entry)])
            if moments and not self._window.holds(moments[-1]):
                break
        yield from posts.replaced(self._window.start)

    def _of_feed(self, api: Api, path: str, profile: Profile, entry: dict[str, Any]) -> dict[str, Any]:
        post = entry["post"]
        record, uri = api.need(post, path, "record"), api.need(post, path, "uri")
        if not shared(entry):
            return self._post(profile, uri, record)
        reason = entry["reason"]
        repost = {"post": reason.get("uri") or f"repost {uri} {profile.handle}", "at": reason.get("indexedAt"), "kind": "repost"}
        return self._post(profile, uri, record) | {"text": None, "url": None, "repost_of": number_of(NETWORK, uri)} | repost

    def _post(self, profile: Profile, uri: Any, record: Any) -> dict[str, Any]:
        """Make a record of a post; words only of those that answer nobody."""
        found = record if isinstance(record, dict) else {}
        answers = found.get("reply") is not None
        return {
            "post": uri,
            "network": NETWORK,
            "at": found.get("createdAt"),
            "advocate": profile.advocate,
            "page": profile.page,
            "kind": "comment" if answers else "original",
            "url": address(uri),
            "link": our_link(links(found), self.context.settings.own_domains),
            "text": None if answers else found.get("text") or None,
        }

    def _repost(self, profile: Profile, uri: Any, record: Any) -> dict[str, Any]:
        """Make a record of a repost as its own record has it: it names the post that it passes on, and says no more of it."""
        subject = record.get("subject") if isinstance(record, dict) else None
        passed_on = subject.get("uri") if isinstance(subject, dict) else None
        number = number_of(NETWORK, passed_on) if isinstance(passed_on, str) else None
        return self._post(profile, uri, record) | {"kind": "repost", "url": None, "link": None, "text": None, "repost_of": number}

    def _metrics(self, post: dict[str, Any]) -> dict[str, Any]:
        return {
            "post": post.get("uri"),
            "network": NETWORK,
            "day": self._window.today,
            "reactions": post.get("likeCount"),
            "comments": post.get("replyCount"),
            "reposts": post.get("repostCount"),
            "saves": post.get("bookmarkCount"),
        }

    def _held(self, api: Api, profile: Profile, handle: str) -> Iterator[Batch]:
        """Read what an account's own server holds of it: posts and reposts without figures."""
        posts = self.records("posts", profile)
        path = "/xrpc/com.atproto.repo.listRecords"
        for collection in (POSTS, REPOSTS):
            for records in _paged(api, path, {"repo": handle, "collection": collection, "limit": MOST}, "records"):
                values = [(api.need(record, path, "uri"), api.need(record, path, "value")) for record in records]
                moments = [written(value) for _, value in values]
                fresh = [pair for pair, moment in zip(values, moments, strict=True) if self._window.holds(moment)]
                make = self._repost if collection == REPOSTS else self._post
                yield posts.batch([make(profile, uri, value) for uri, value in fresh])
                if moments and not self._window.holds(moments[-1]):
                    break
        yield from posts.replaced(self._window.start)
        self._remarks.append(Text(NO_FIGURES, handle=handle, host=api.base))


def _paged(api: Api, path: str, parameters: dict[str, Any], field: str) -> Iterator[list[Any]]:
    """Read pages that name the next one by a cursor."""

    def ask(cursor: Any) -> Any:
        return api.get(path, parameters | ({} if cursor is None else {"cursor": cursor})).json

    def following(page: Any) -> Any:
        cursor = page.get("cursor") if isinstance(page, dict) else None
        return str(cursor) if cursor is not None else None

    return (api.listed(page, path, field) for page in api.pages(path, ask, following))
