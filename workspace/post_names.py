"""Under which name each post is stored, so that a post which two exports call differently is one, and its figures are known to be its own.

LinkedIn gives a post one number as a share and another as an activity, and addresses in many forms that hold either. Everybody who brings
posts or their figures comes through here (`workspace.gate`), so that no connector has to know what is stored.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import zoneinfo
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workspace.ids import SEPARATOR
from workspace.linkedin_ids import NumbersInTime, comment_number, form_in, made_at, number_in, post_url
from workspace.store import Workspace

if TYPE_CHECKING:
    import pyarrow as pa

LINKEDIN = "linkedin"
OTHERWISE = "original"
"""What a post is, where it is neither told nor known."""
FILLED = ("post", "advocate", "page", "at", "kind", "url", "alias", "repost_of")
MEANT = dt.timedelta(minutes=10)
"""How long before or after its own number a repost is, at most; the number of what was passed on was made earlier."""
NOBODY = ("nobody", "")
"""The author of a post of whom none is told."""
Key = tuple[str, str]
"""A network and the name of a post on it."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a post, and rows that do not tell it, or are of its other number, do not change."""

    advocate: str | None
    page: str | None
    at: dt.datetime
    kind: str
    url: str | None
    alias: str | None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> _Known:
        return cls(*(row[field.name] for field in dataclasses.fields(cls)))


class PostNames:
    """The posts that are known, stored or arriving, by every name that they have.

    Parameters
    ----------
    workspace : Workspace

    Notes
    -----
    Numbers of one author made less than two seconds apart are one post (`linkedin_ids.SAME_POST`), stored under the number that came first,
    unless both are known to be of one form (two shares, two activities). Those of two authors never are, whatever their moment, nor is a
    post of which no author is told. The other number is kept with the post (`alias`), so that it is known for good. Figures do not tell an
    author: under a number that no post bears they are those of the nearest post, as long as all posts so near are one author's.

    A comment, a reaction and a repost without words have no number: they are given by that of the post that they were made under or pass
    on, which many may have in common. They are told apart by their author, as in the archive of a member.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._zone = zoneinfo.ZoneInfo(workspace.settings.time_zone)
        self._known: dict[Key, _Known] = {}
        self._stored: set[Key] = set()
        self._names: dict[str, str] = {}
        self._authors: dict[str, tuple[str, str]] = {}
        self._forms: dict[str, str | None] = {}
        self._in_time = NumbersInTime()
        for row in workspace.rows("SELECT network, post, advocate, page, at, kind, url, alias, repost_of FROM posts ORDER BY post"):
            key, row["at"] = (row["network"], row["post"]), dt.datetime.fromtimestamp(row["at"], dt.UTC)
            self._known[key] = _Known.of(row)
            self._stored.add(key)
            if (number := _given_number(row)) is not None and self._is_own(number, row):
                self._learn(number, row["post"], row)

    def _learn(self, number: str, name: str, row: dict[str, Any]) -> None:
        if number not in self._names:
            self._names[number], self._authors[number], self._forms[number] = name, _author(row), _form(row, number)
            self._in_time.add(number)
        if (other := number_in(row["alias"])) is not None:
            # It is looked for by itself alone: what was made near to it need not be near to both.
            self._names.setdefault(other, self._names[number])

    def of_posts(self, rows: pa.Table) -> pa.Table:
        """Name the posts of a batch as they are known; an author and a kind that are not told are filled in."""
        import pyarrow as pa

        told = rows.select(["network", *FILLED]).to_pylist()
        filled = [self._named(row) for row in told]
        for name in FILLED:
            place = rows.schema.get_field_index(name)
            field = rows.schema.field(place)
            rows = rows.set_column(place, field, pa.array([row[name] for row in filled], field.type))
        return rows

    def _named(self, row: dict[str, Any]) -> dict[str, Any]:
        number = _given_number(row)
        if row["network"] == LINKEDIN:
            # In the one form that names nobody: addresses as people share them bear the author's name.
            row = row | {"url": post_url(row["url"]) or row["url"] or post_url(row["post"])}
        own = number is not None and self._is_own(number, row)
        name = row["post"] if number is None else self._by_number(number, row) if own else _act(number, row)
        if number is not None and not own and row["kind"] == "repost":
            row = row | {"repost_of": row["repost_of"] or number}
        known = self._known.get((row["network"], name))
        if known is not None and own and number != (number_in(name) or number):
            # The same post under its other number: what comes of that alone, its moment and address, says nothing new.
            row = row | {"at": known.at, "url": known.url or row["url"], "alias": known.alias or number}
        row = row | {"post": name, "kind": row["kind"] or (known.kind if known is not None else OTHERWISE)}
        if known is not None and row["advocate"] is None and row["page"] is None:
            # Whose post it is stays known, and with it whether they agree.
            row = row | {"advocate": known.advocate, "page": known.page}
        before = {} if known is None else {"url": row["url"] or known.url, "alias": row["alias"] or known.alias}
        self._known[row["network"], name] = _Known.of(row | before)
        return row

    def _is_own(self, number: str, row: dict[str, Any]) -> bool:
        """Tell whether a number is the post's own, and not that of the post it was made under or passes on."""
        kind = row["kind"] or OTHERWISE
        if kind != "repost":
            return kind == OTHERWISE
        if row["repost_of"] is not None:
            return bool(row["repost_of"] != number)
        authors = {_author(row), self._authors.get(number, NOBODY)} - {NOBODY}
        if len(authors) > 1:
            return False
        # A day without a time says nothing of the minutes.
        day_alone = row["at"].astimezone(self._zone).time() == dt.time()
        return bool(abs(made_at(number) - row["at"]) <= (dt.timedelta(days=2) if day_alone else MEANT))

    def _by_number(self, number: str, row: dict[str, Any]) -> str:
        """Give the name of the post that bears a number, or its other number; a new post's is its number."""
        if number not in self._names:
            author = _author(row)
            theirs = [near for near in self._near(number, _form(row, number)) if self._authors[near] == author != NOBODY]
            other = next((one for one in (number_in(row["alias"]), *theirs) if one in self._names), None)
            if other is None:
                self._learn(number, number if number_in(row["post"]) else row["post"], row)
            else:
                self._names[number] = self._names[other]
        return self._names[number]

    def _near(self, number: str, form: str | None) -> list[str]:
        """List the numbers made so near to one that both may be the same post's, the nearest first: it bears no two of one form."""
        return [near for near in self._in_time.near(number) if form is None or self._forms[near] != form]

    def store(self, rows: pa.Table) -> None:
        """Take note of posts that are being stored."""
        self._stored |= set(zip(rows["network"].to_pylist(), rows["post"].to_pylist(), strict=True))

    def of_figures(self, rows: pa.Table, *, near: bool) -> tuple[pa.Table, pa.Table]:
        """Part the figures of posts that are stored, named as these are, from those of posts that are not.

        Parameters
        ----------
        rows : pyarrow.Table
        near : bool
            Whether figures under a number that no post bears are taken for those of the nearest post: once all posts are known.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        told = pc.binary_join_element_wise(rows["network"], rows["post"], SEPARATOR).combine_chunks().dictionary_encode()
        names = [self._of_figure(*one.split(SEPARATOR, 1), near=near) for one in told.dictionary.to_pylist()]
        found = pa.array(names, pa.string()).take(told.indices)
        place = rows.schema.get_field_index("post")
        named = rows.set_column(place, rows.schema.field(place), pc.coalesce(found, rows["post"]))
        return named.filter(pc.is_valid(found)), rows.filter(pc.is_null(found))

    def _of_figure(self, network: str, post: str, *, near: bool) -> str | None:
        """Give the name of the stored post that a figure is of; None where there is none."""
        name: str | None = post
        number = number_in(post) if network == LINKEDIN else None
        if number is not None and (network, post) not in self._stored:
            name = self._names.get(number)
            if name is None and near:
                found = self._near(number, form_in(post))
                authors = {self._authors[one] for one in found}
                name = self._names[found[0]] if len(authors) == 1 and (NOBODY not in authors or len(found) == 1) else None
        return name if name is not None and (network, name) in self._stored else None


def _given_number(row: dict[str, Any]) -> str | None:
    """Read the number by which a post on LinkedIn is given; None where there is none."""
    if row["network"] != LINKEDIN:
        return None
    # Only the address of a post with words of its own is sure to be its own.
    return number_in(row["post"]) or (number_in(row["url"]) if (row["kind"] or OTHERWISE) == OTHERWISE else None)


def _form(row: dict[str, Any], number: str) -> str | None:
    return form_in(row["post"]) or (form_in(row["url"]) if number_in(row["url"]) == number else None)


def _author(row: dict[str, Any]) -> tuple[str, str]:
    if row["advocate"] is not None:
        return "advocate", row["advocate"]
    return ("page", row["page"].casefold()) if row["page"] is not None else NOBODY


def _act(number: str, row: dict[str, Any]) -> str:
    """Name what was done to a post as a member's archive has it."""
    who = row["advocate"] or row["page"] or "?"
    if row["kind"] == "comment":
        own = comment_number(row["post"]) or comment_number(row["url"])
        return f"comment {own}" if own else f"comment {number} {who} {row['at']:%Y-%m-%d %H:%M:%S}"
    return f"{row['kind']} {number} {who}"
