"""Turning the rows of a table into batches of records."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from connectors import cells, durations, moments, numerals
from connectors.base import Batch
from connectors.coded_words import read_coded, read_given
from connectors.experiments import Experiments
from connectors.origin_tags import with_origin
from connectors.refusals import Refusals, dispensable
from connectors.tables import Rows, Table
from reports.report import N_, Text
from workspace.column_names import fold, says_percent
from workspace.records import KINDS, fields_of, schema

if TYPE_CHECKING:
    import pyarrow as pa

REQUIRED: dict[str, tuple[tuple[str, ...], ...]] = {
    "touches": (("person",), ("at",)),
    "conversions": (("person", "account"), ("at",)),
    "spend": (("day",), ("amount",)),
    "people": (("person",), ("account", "segment", "lead_source", "title", "role")),
    "experiments": (("channel", "campaign"), ("since",), ("until",), ("incremental", "lift")),
    "accounts": (("account", "domain", "name"),),
    "opportunities": (("opportunity",), ("account", "person", "amount", "stage")),
    "buying_roles": (("opportunity",), ("person",)),
    "activities": (("at",), ("person", "account", "opportunity")),
    "surveys": (("at",), ("answer",)),
    "identities": (("person",), ("same_as",)),
    "advocates": (("advocate",),),
    "audience": (("advocate",), ("network",), ("member",), ("as_of",)),
    "posts": (("post", "url"), ("network",), ("at",)),
    "post_metrics": (("post",), ("network",), ("day",)),
    "profile_metrics": (("network",), ("profile",), ("day",)),
    "queries": (("day",), ("query", "page", "country", "device", "clicks")),
    "volumes": (("day",), ("sessions", "users", "conversions")),
    "links": (("page",), ("target",), ("seen_at",)),
    "targets": (("metric",), ("since",), ("until",), ("value",)),
    "consents": (("advocate",), ("datum",), ("day",), ("granted",)),
    "ssi": (("advocate",), ("day",), ("brand",), ("find",), ("insights",), ("relationships",)),
    "link_codes": (("code",),),
    "rotations": (("rotation",), ("content",), ("team",), ("since",), ("until",), ("offered",)),
    "introductions": (("advocate",), ("account",), ("asked_on",)),
    "ratings": (("day",), ("subject",), ("criterion",), ("rating",)),
}
"""Of each tuple, one field at least has to be filled."""
IN_TABLES = tuple(kind for kind in REQUIRED if kind != "audience")
"""Kinds that a table may bring. Not who follows whom: that is only ever kept as keyed hashes, which a connector makes."""
MONEY = {"conversions": "value", "spend": "amount", "opportunities": "amount", "volumes": "value"}
TURNED = (N_("{field} is before the first day: '{value}'."), N_("Swap the two days, or fix the one that is wrong."))
ROUNDED = (
    N_("{field} was rounded by a spreadsheet, so that posts cannot be told apart by it: '{value}'."),
    N_("Take the file as it was exported, or keep the column as text in the spreadsheet."),
)
ROUNDED_NUMBER = r"(?i)^\d+[.,]\d+e\+?\d+$"
PILLARS = ("brand", "find", "insights", "relationships")
NO_PILLAR = (
    N_("{field} is not between 0 and 25: '{value}'."),
    N_("Write the four pillars as linkedin.com/sales/ssi shows them; the index from 0 to 100 is their sum."),
)
GOALS = {
    word: goal
    for goal, words in {
        "won": "won closed_won closedwon gagne gagnee gagnes gagnees signe signee conclu conclue vendu",
        "lost": "lost closed_lost closedlost perdu perdue perdus perdues",
        "opportunity": "opportunity opportunite opportunites deal",
        "lead": "lead leads prospect",
        "mql": "mql marketing_qualified_lead",
        "sql": "sql sales_qualified_lead",
    }.items()
    for word in words.split()
}
"""Stages of the funnel under the names that CRMs give them, folded."""
INSTEAD: dict[str, dict[str, tuple[str, ...]]] = {"accounts": {"account": ("domain", "name")}, "posts": {"post": ("url",)}}
"""Fields that a row without them takes from others: an account goes by its domain, else by its name."""
CLOCKS = {"hours:minutes": Text("hours:minutes"), "minutes:seconds": Text("minutes:seconds")}
MISSING = (N_("{field} is empty."), N_("Fill the cell in; a row without it cannot be used."))
OTHER_CURRENCY = (
    N_("{field} names another currency than its row, or a sign that several currencies share: '{value}'."),
    N_("Give each row its currency in a column of its own, such as USD, or pass --currency."),
)


def needed(kind: str, given: Mapping[str, str]) -> list[tuple[str, ...]]:
    """List the fields of which a row needs one each, apart from those that are given for every row."""
    return [group for group in REQUIRED[kind] if not given.keys() & set(group)]


SETTABLE = (
    "account",
    "opportunity",
    "source",
    "medium",
    "campaign",
    "content",
    "term",
    "channel",
    "kind",
    "goal",
    "segment",
    "lead_source",
    "role",
    "network",
    "profile",
    "advocate",
    "page",
    "metric",
    "criterion",
    "team",
    "region",
    "owner",
    "question",
    "basis",
    "pipeline",
)
"""Fields that one value may fill throughout a file."""
Reader = Callable[["pa.Array", cells.Reading], cells.Read]
READERS: dict[str, Reader] = {
    "person": lambda column, reading: cells.person(column),
    "value": numerals.amounts,
    "amount": numerals.amounts,
    **dict.fromkeys(("lift", "lift_low", "lift_high"), numerals.fractions),
    **dict.fromkeys(("confidence", "coverage"), lambda column, reading: numerals.fractions(column, reading, most=1)),
    "same_as": lambda column, reading: cells.person(column),
    **dict.fromkeys(("cost", "list_price"), numerals.amounts),
    "probability": lambda column, reading: numerals.fractions(column, reading, most=1),
    "rating": numerals.ratings,
    "minutes": durations.minutes,
    "employees": durations.headcounts,
    "currency": lambda column, reading: cells.currencies(column),
    **dict.fromkeys(
        ("url", "referrer", "link", "page", "target", "text", "answer"), lambda column, reading: cells.words(column, cells.LONG)
    ),
}
"""How the cells of a field are read, where its type does not say it."""
BY_TYPE: dict[type, Reader] = {
    dt.datetime: moments.times,
    dt.date: moments.days,
    int: numerals.counts,
    float: numerals.bare_numbers,
    bool: lambda column, reading: cells.flags(column),
    str: lambda column, reading: cells.words(column),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Ways:
    """What the user says of a file: zone of times and currency of amounts that carry none, order of dates, values to fill in."""

    zone: str
    currency: str
    day_first: bool | None = None
    given: Mapping[str, str] = dataclasses.field(default_factory=dict)


class TableRecords:
    """The records in the table of one file: how its cells are written, and what was seen in them.

    Parameters
    ----------
    kind : str
    file : str
        As the user named it.
    table : Table
    mapping : dict of str to str
        Field to column.
    ways : Ways
    named : bool
        Whether the columns bear the file's own names; those of an API's records are our fields.

    Notes
    -----
    A row is refused whole where a cell cannot be read without which it would say something else (`refusals.dispensable`); without any
    other cell it is kept, and that is told. An unknown cell is no 0.
    """

    def __init__(self, kind: str, file: str, table: Table, mapping: dict[str, str], ways: Ways, *, named: bool = True) -> None:
        self._named = named
        self.kind, self.file, self.table, self.mapping, self.currency = kind, file, table, mapping, ways.currency
        self.given, self.types = read_given(kind, ways.given), fields_of(kind)
        self._dispensable = dispensable(kind, REQUIRED[kind])
        dated = [field for field in mapping if self.types[field] in (dt.date, dt.datetime)]
        self.readings = {
            field: cells.Reading(
                ways.zone,
                ways.day_first,
                table.comma,
                functools.partial(_whole, table, [column]),
                functools.partial(_whole, table, [mapping[other] for other in dated if mapping[other] != column])
                if field in dated
                else None,
                percent=says_percent(column),
                usual=table.day_first,
            )
            for field, column in mapping.items()
        }
        self.zone = ways.zone
        self.experiments = Experiments(file, mapping, self.given) if kind == "experiments" else None
        self.renamed: dict[str, str] = {}
        self.unnamed = 0
        self.rows, self.differing, self.future, self.latest, self.ended = 0, 0, 0, 0, 0

    def batch(self, rows: Rows) -> Batch:
        """Read the cells of some rows."""
        import pyarrow as pa

        kind, count = self.kind, len(rows.numbers)
        # Experiments come with columns of many names, of which several have to fit each other.
        told = Refusals(self.file, rows, self.mapping if self.experiments is not None else {}, self.mapping if self._named else {})
        refuse = told.refuse
        columns: dict[str, pa.Array] = {}
        for field, name in self.mapping.items():
            coded = read_coded(kind, field, rows.columns[name])
            columns[field], troubles = coded or (READERS.get(field) or BY_TYPE[self.types[field]])(rows.columns[name], self.readings[field])
            for trouble in troubles:
                if trouble.bad.any():
                    tell = told.leave_out if field in self._dispensable else refuse
                    tell(trouble.bad, field, rows.columns[name], trouble.problem, trouble.remedy)
        blank = _empty(list(columns.values()), count) & ~told.refused & ~told.left_out
        if blank.any():
            blank &= _empty([cells.filled(column) for name, column in rows.columns.items() if name not in self.mapping.values()], count)
        if kind == "conversions" and "at" in self.mapping:
            columns["at"], ended = moments.at_the_days_end(rows.columns[self.mapping["at"]], columns["at"])
            self.ended += ended
        for group in needed(kind, self.given):
            refuse(
                _empty([columns[field] for field in group if field in columns], count) & ~blank,
                next((field for field in group if field in columns), group[0]),
                None,
                *MISSING,
            )
        if (amount := MONEY.get(kind)) in self.mapping:
            seen = rows.columns[self.mapping[amount]]
            columns, contradicting = _with_currency(columns, seen, self.currency)
            refuse(contradicting, amount, seen, *OTHER_CURRENCY)
        self._of_kind(columns, rows, refuse)
        if kind == "touches":
            columns, differing = with_origin(columns)
            self.differing += differing
        if self.experiments is not None:
            columns = self.experiments.checked(columns, rows, refuse, ~(told.refused | blank))
        kept = ~(told.refused | blank)
        self.rows += int(kept.sum()) + told.rows_refused
        table = _table(kind, columns, rows.numbers, self.given | ({"currency": self.currency} if kind in MONEY else {}))
        table = table if kept.all() else table.filter(pa.array(kept))
        if "at" in columns:
            self._note_future(table["at"])
        return Batch(kind, self.file, table, told.rejects())

    def _of_kind(self, columns: dict[str, pa.Array], rows: Rows, refuse: Callable[..., None]) -> None:
        """Change and refuse what is particular to a kind of record."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if self.kind == "conversions" and "goal" in columns:
            columns["goal"] = self._goals(columns["goal"])
        if self.kind == "targets" and {"since", "until"} <= columns.keys():
            turned = cells.mask(pc.less(columns["until"], columns["since"]))
            refuse(turned, "until", rows.columns[self.mapping["until"]], *TURNED)
        for field in PILLARS if self.kind == "ssi" else ():
            if field in columns:
                outside = pc.invert(pc.and_(pc.greater_equal(columns[field], 0.0), pc.less_equal(columns[field], 25.0)))
                refuse(cells.mask(outside), field, rows.columns[self.mapping[field]], *NO_PILLAR)
        if self.kind in ("posts", "post_metrics") and "post" in columns:
            rounded = pc.fill_null(pc.match_substring_regex(columns["post"], ROUNDED_NUMBER), False)
            refuse(cells.mask(rounded), "post", rows.columns[self.mapping["post"]], *ROUNDED)
        if self.kind == "accounts" and "domain" in columns:
            columns["domain"] = cells.on_distinct(columns["domain"], _bare_domain)
        for field, others in INSTEAD.get(self.kind, {}).items():
            columns[field] = pc.coalesce(
                *(columns[name] for name in (field, *others) if name in columns), pa.nulls(len(rows.numbers), pa.string())
            )

    def _goals(self, goals: pa.Array) -> pa.Array:
        """Write the stages of the funnel as they are called here, whatever the file's language and capitals; count rows without a goal."""
        import pyarrow as pa

        if "goal" not in self.given:
            self.unnamed += goals.null_count
        coded = goals.dictionary_encode()
        read = {seen: GOALS.get(fold(seen), seen) for seen in coded.dictionary.to_pylist()}
        self.renamed |= {seen: goal for seen, goal in read.items() if goal != seen}
        return pa.array([read[seen] for seen in coded.dictionary.to_pylist()], pa.string()).take(coded.indices)

    def _note_future(self, moments_read: pa.ChunkedArray) -> None:
        import pyarrow.compute as pc

        seconds = moments_read.cast("int64")
        self.latest = max(self.latest, pc.max(seconds).as_py() or 0)
        if self.latest > (now := int(time.time())):
            self.future += pc.sum(pc.greater(seconds, now)).as_py() or 0

    def remarks(self) -> list[Text]:
        """Say what is to be known of the file, once it has been read."""
        said = []
        if not self.rows:
            said.append(Text("{file}: there are no rows below the column names.", file=self.file))
        for field, reading in self.readings.items():
            order = moments.order_remark(self.file, field, reading)
            if order is not None:
                said.append(order)
            elif field in MONEY.values() and reading.comma not in (None, self.table.comma):
                sign = Text("comma") if reading.comma else Text("point")
                said.append(Text("{file}: the decimal sign of {field} is the {sign}.", file=self.file, field=field, sign=sign))
            elif reading.clock:
                said.append(
                    Text("{file}: {field} with a colon were read as {clock}.", file=self.file, field=field, clock=CLOCKS[reading.clock])
                )
        if self.renamed:
            listed = ", ".join(f"{seen} → {goal}" for seen, goal in self.renamed.items())
            said.append(Text("{file}: goals that are stages were read as such: {listed}.", file=self.file, listed=listed))
        if self.unnamed and self.rows:
            said.append(
                Text(
                    "{file}: {count} {count:row has no goal; its goal|rows have no goal; theirs} is 'conversion'.",
                    file=self.file,
                    count=self.unnamed,
                )
            )
        if self.ended:
            said.append(
                Text(
                    "{file}: {count} {count:conversion has a day and no time; it counts|conversions have a day and no time; "
                    "they count} at the end of that day, after its touches.",
                    file=self.file,
                    count=self.ended,
                )
            )
        if self.kind == "conversions" and self.rows and "id" not in self.mapping:
            said.append(
                Text(
                    "{file}: no column is the id; conversions that are all alike count once, and one corrected later is added anew. "
                    "If there is such a column, name it with --map id=COLUMN.",
                    file=self.file,
                )
            )
        if self.experiments is not None and self.rows:
            said += self.experiments.remarks()
        if self.differing:
            said.append(
                Text(
                    "{file}: in {count} {count:row|rows} the tags in the URL disagree with the columns; the columns were kept.",
                    file=self.file,
                    count=self.differing,
                )
            )
        if self.future:
            said.append(
                Text(
                    "{file}: {count} {count:row lies|rows lie} in the future, up to {day}; what has not happened yet is to be left out.",
                    file=self.file,
                    count=self.future,
                    day=moments.day_of(self.latest, self.zone),
                )
            )
        return said


def _bare_domain(sites: pa.Array) -> pa.Array:
    """Take the domain out of the address of a site: other records know the company by it."""
    import pyarrow.compute as pc

    return pc.replace_substring_regex(pc.utf8_lower(sites), r"^(?:https?://)?(?:www\.)?([^/?#\s]+).*$", r"\1")


def _whole(table: Table, columns: Sequence[str]) -> Iterable[pa.Array]:
    return (rows.columns[column] for rows in table.rows() for column in columns) if columns else ()


def _empty(columns: list[pa.Array], length: int) -> Any:
    """Tell in which rows all of the columns are null."""
    import numpy as np

    empty = np.ones(length, dtype=bool)
    for column in columns:
        if not column.null_count:
            return np.zeros(length, dtype=bool)
        empty &= cells.mask(column.is_null())
    return empty


def _with_currency(columns: dict[str, pa.Array], amounts: pa.Array, default: str) -> tuple[dict[str, pa.Array], Any]:
    """Let the currency beside an amount count; tell where it contradicts the row."""
    import numpy as np
    import pyarrow as pa

    marks = numerals.marks(amounts)
    if marks is None:
        return columns, np.zeros(len(amounts), dtype=bool)
    stated = columns.get("currency", pa.nulls(len(amounts), pa.string())).to_pylist()
    found = [cells.settled(mark, code, default) for mark, code in zip(marks.to_pylist(), stated, strict=True)]
    return columns | {"currency": pa.array([code for code, _ in found], pa.string())}, np.array([not fits for _, fits in found])


def _table(kind: str, columns: dict[str, pa.Array], numbers: Any, given: Mapping[str, str]) -> pa.Table:
    """Lay the columns out as the record's schema has them; a field with a default takes it where a cell is empty.

    Rows with an empty required cell are still among them; the schema's promise is kept once they are taken out.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    wanted = schema(kind)
    defaults = {field.name: field.default for field in dataclasses.fields(KINDS[kind]) if isinstance(field.default, str | float)} | dict(
        given
    )
    filled = []
    for field in wanted:
        column = columns.get(field.name, pa.nulls(len(numbers), field.type)) if field.name != "row" else pa.array(numbers, pa.int64())
        default = defaults.get(field.name)
        filled.append(pc.fill_null(column, default) if default else column)
    return pa.table(filled, schema=wanted)
