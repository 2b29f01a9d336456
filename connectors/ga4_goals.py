"""Key events of GA4 as conversions, and log-ins as ties between a client id and a user id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from connectors import cells
from connectors.base import Batch, Reject
from reports.report import N_, Text
from workspace.records import schema

if TYPE_CHECKING:
    import pyarrow as pa

USUAL = ("lead=generate_lead", "won=purchase")
BAD_PERSON = (N_("The user_pseudo_id is too long to be one: '{value}'."), N_("Export the table events_YYYYMMDD again."))


class Goals:
    """The goals, and how often each was reached.

    Parameters
    ----------
    goals : tuple of str
        `NAME=EVENT` each; `USUAL` where there are none.
    currency : str
        Of values that carry none.

    Attributes
    ----------
    unfollowed : int
        Events that would be a conversion, of people without an identifier.
    """

    def __init__(self, goals: tuple[str, ...], currency: str) -> None:
        pairs = [tuple(part.strip() for part in text.split("=", 1)) for text in goals or USUAL]
        self._goals = [(name, event) for name, event in pairs]
        self._currency, self._by_default = currency, not goals
        self._reached: Counter[tuple[str, str]] = Counter()
        self.unfollowed = self._without_currency = 0

    def of(self, events: pa.Table, file: str) -> Batch | None:
        """Take the conversions out of some events; None where there are none."""
        import pyarrow as pa
        import pyarrow.compute as pc

        parts, rejects = [], []
        for name, event in self._goals:
            key = events.filter(pc.equal(events["name"], event))
            followed = key.filter(pc.is_valid(key["user"]))
            self.unfollowed += key.num_rows - followed.num_rows
            if followed.num_rows:
                self._reached[name, event] += followed.num_rows
                conversions, bad = self._conversions(followed.combine_chunks(), name, file)
                parts.append(conversions)
                rejects += bad
        if not parts:
            return None
        return Batch("conversions", file, pa.concat_tables(parts).sort_by("row"), tuple(sorted(rejects, key=lambda reject: reject.row)))

    def _conversions(self, events: pa.Table, goal: str, file: str) -> tuple[pa.Table, list[Reject]]:
        import pyarrow as pa
        import pyarrow.compute as pc

        column = {name: events[name].chunk(0) for name in events.column_names}
        person, _ = cells.person(column["user"])
        value = pc.coalesce(column["revenue"], column["value"])
        code = pc.utf8_upper(pc.utf8_trim_whitespace(column["currency"]))
        known = pc.if_else(pc.is_in(code, pa.array(sorted(cells.known_currencies()))), code, None)
        self._without_currency += int(cells.mask(pc.and_(pc.is_valid(value), pc.is_null(known))).sum())
        transaction = cells.words(column["transaction"])[0]
        transaction = pc.if_else(pc.is_in(transaction, pa.array(["(not set)"])), None, transaction)
        moment = pc.binary_join_element_wise(person, column["at"].cast(pa.string()), ".")
        own = pc.binary_join_element_wise(goal, pc.coalesce(transaction, moment), " ")
        fields = {
            "at": pc.divide(column["at"], 1_000_000).cast(pa.timestamp("s", "UTC")),
            "person": person,
            "goal": pa.repeat(goal, events.num_rows),
            "value": value,
            "currency": pc.if_else(pc.is_valid(value), pc.coalesce(known, self._currency), None),
            "id": own,
            "row": column["row"],
        }
        bad = events.filter(pc.is_null(person))
        rejects = [
            Reject(file, row, "person", user[:200], *BAD_PERSON)
            for row, user in zip(bad["row"].to_pylist(), bad["user"].to_pylist(), strict=True)
        ]
        return _table("conversions", fields).filter(pc.is_valid(person)).cast(schema("conversions")), rejects

    def remarks(self) -> list[Text]:
        """Say how often each goal was reached."""
        said = [
            Text("goal {goal}: {count} {count:event|events} {event}", goal=name, count=self._reached[name, event], event=event)
            for name, event in self._goals
            if self._reached[name, event] or not self._by_default
        ]
        if not any(self._reached.values()) and self._by_default:
            said.append(Text("no event is generate_lead or purchase; name your key events with --goal NAME=EVENT"))
        if self._without_currency:
            template = N_(
                "{count} {count:value carries no currency; it was|values carry no currency; they were} read as {currency}, "
                "the settings' own"
            )
            said.append(Text(template, count=self._without_currency, currency=self._currency))
        return said


class Logins:
    """Client ids and the user ids that they logged in as; no tie is made where consent was refused."""

    def __init__(self) -> None:
        self._found: pa.Table | None = None

    def add(self, events: pa.Table, file: int) -> None:
        """Take some events of a file."""
        import pyarrow as pa
        import pyarrow.compute as pc

        logged = pc.and_(pc.is_valid(events["user"]), pc.is_valid(events["user_id"]))
        told = events.filter(pc.and_(logged, pc.not_equal(events["consent"], 2))).select(["user", "user_id", "row"])
        if told.num_rows:
            place = pa.repeat(pa.scalar(file, pa.int64()), told.num_rows)
            told = told.append_column("file", place)
            self._found = _first(told if self._found is None else pa.concat_tables([self._found, told]))

    def ties(self, most: int = 100_000) -> Iterator[tuple[int, pa.Table]]:
        """Give the ties of each file."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if self._found is None:
            return
        found = self._found.sort_by([("file", "ascending"), ("row", "ascending")])
        for file in pc.unique(found["file"]).to_pylist():
            mine = found.filter(pc.equal(found["file"], file)).combine_chunks()
            person, same_as = (cells.person(mine[name].chunk(0))[0] for name in ("user", "user_id"))
            fields = {"person": person, "same_as": same_as, "basis": pa.repeat("login", mine.num_rows), "row": mine["row"].chunk(0)}
            fine = pc.and_(pc.and_(pc.is_valid(person), pc.is_valid(same_as)), pc.not_equal(person, same_as))
            ties = _table("identities", fields).filter(fine).cast(schema("identities"))
            for start in range(0, ties.num_rows, most):
                yield file, ties.slice(start, most)


def _first(rows: pa.Table) -> pa.Table:
    """Keep the first row of each tie."""
    order = [("file", "ascending"), ("row", "ascending")]
    grouped = rows.sort_by(order).group_by(["user", "user_id"], use_threads=False).aggregate([("row", "first"), ("file", "first")])
    return grouped.rename_columns({"row_first": "row", "file_first": "file"}).select(["user", "user_id", "row", "file"])


def _table(kind: str, fields: dict[str, pa.Array]) -> pa.Table:
    """Lay columns out by the fields of their kind; what an event does not tell is null."""
    import pyarrow as pa

    shape = schema(kind)
    length = len(fields["row"])
    return pa.table({field.name: fields[field.name] if field.name in fields else pa.nulls(length, field.type) for field in shape})
