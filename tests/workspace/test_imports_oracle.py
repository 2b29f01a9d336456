"""Any sequence of imports leaves what a plain dictionary would hold."""

import dataclasses
import datetime as dt
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workspace.samples import LOG, batch, integrity, tables
from workspace import imports, records, staging, store
from workspace.gathering import table_name
from workspace.ids import stable_id
from workspace.imports import Counts

FIRST = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
few = st.sampled_from(["a", "b", "é'"])
perhaps = st.none() | few
days = st.integers(1, 3)


def january(day):
    return dt.date(2026, 1, day)


@st.composite
def touches(draw):
    return {
        "person": draw(few),
        "at": dt.datetime(2026, 1, draw(days), tzinfo=dt.UTC),
        "source": draw(perhaps),
        "kind": draw(st.sampled_from(["visit", "form"])),
        "url": draw(perhaps),
        "click_id": draw(perhaps),
        "channel": draw(perhaps),
        "consent": draw(st.sampled_from([None, True, False])),
        "id": draw(perhaps),
    }


@st.composite
def conversions(draw, goals=("lead", "won", "LEAD", "Démo", "démo", "DEMO")):
    person, account = draw(st.sampled_from([("a", None), (None, "a"), ("b", "a")]))
    return {
        "person": person,
        "account": account,
        "opportunity": draw(perhaps),
        "at": dt.datetime(2026, 1, draw(days), tzinfo=dt.UTC),
        "goal": draw(st.sampled_from(goals)),
        "value": draw(st.sampled_from([None, 0.0, 0.1, 1e16, 5e-324])),
        "currency": draw(st.sampled_from([None, "EUR"])),
        "id": draw(perhaps),
    }


@st.composite
def spend(draw):
    return {
        "day": dt.date(2026, 1, draw(days)),
        "amount": draw(st.sampled_from([1.0, 2.5])),
        "currency": draw(st.sampled_from(["EUR", "USD"])),
        "source": draw(perhaps),
        "channel": draw(perhaps),
        "clicks": draw(st.sampled_from([None, 3])),
        "id": draw(perhaps),
    }


@st.composite
def people(draw):
    perhaps = st.sampled_from([None, "acme", "b"])
    return {"person": draw(st.sampled_from(["anna", "bob"])), "account": draw(perhaps), "segment": draw(perhaps), "role": draw(perhaps)}


def plain(kind):
    """Records of a kind whose table follows from its fields; few values, so that ids meet."""
    of = {str: few, int: st.integers(0, 2), float: st.sampled_from([0.0, 2.5]), bool: st.booleans()}
    of |= {
        dt.date: days.map(lambda day: dt.date(2026, 1, day)),
        dt.datetime: days.map(lambda day: dt.datetime(2026, 1, day, tzinfo=dt.UTC)),
    }
    # An experiment is of a channel or a campaign, and found one figure at least: the table holds to that.
    nullable = {field.name: field.nullable and field.name not in ("channel", "lift") for field in records.schema(kind)}
    # Of an employee nothing is stored without their agreement; what kind a post is and whose, where it is not told, an earlier row says.
    of, told = of | {"advocate": st.none(), "kind": few}, ("kind", "page") if kind == "posts" else ()
    values = {name: of.get(name, of[found]) for name, found in records.fields_of(kind).items()}
    return st.fixed_dictionaries({name: st.none() | one if nullable[name] and name not in told else one for name, one in values.items()})


POST_PIECES = ("url", "link", "text", "content", "approval", "alias", "repost_of")
PLAIN = ("experiments", "accounts", "opportunities", "activities", "identities", "profile_metrics", "posts", "targets")
KINDS = {"touches": touches(), "conversions": conversions(), "spend": spend(), "people": people()}
KINDS |= {kind: plain(kind) for kind in PLAIN}
SPELLED_ALIKE = KINDS | {"conversions": conversions(("lead", "won", "Démo"))}
"""Which spelling of a goal comes first is a matter of the order."""


@st.composite
def sources(draw, kinds=KINDS):
    """One import: pieces of files, each piece a kind's rows in their place; a file may come in several pieces."""
    pieces, next_row = [], {}
    for _ in range(draw(st.integers(0, 4))):
        kind, file = draw(st.sampled_from(list(kinds))), draw(st.sampled_from(["1.csv", "2.csv"]))
        rows = draw(st.lists(kinds[kind], max_size=6))
        begin = next_row.setdefault(file, 2)
        next_row[file] += len(rows)
        pieces.append((kind, file, begin, rows))
    return pieces


class Oracle:
    """The workspace, literally."""

    def __init__(self):
        names = ("persons", "accounts", "origins", "touches", "conversions", "spend", "people", *PLAIN, "companies")
        self.tables = {name: {} for name in names}
        self.files = []
        self.goals = dict.fromkeys(["lead", "won"])

    def goal(self, goal):
        """The first spelling there was, where capitals and the accents of these names count for nothing."""
        folded = goal.lower().replace("é", "e")
        first = next((known for known in self.goals if known.lower().replace("é", "e") == folded), goal)
        self.goals[first] = None
        return first

    def run(self, pieces):  # noqa: PLR0912 (one branch a rule of the import)
        counts, numbers, joined, empty = {}, {}, {}, 0
        for kind, file, _, rows in pieces:
            for row in rows:
                if kind in ("conversions", "experiments") and row["goal"] is not None:
                    spelled, row["goal"] = row["goal"], self.goal(row["goal"])
                    joined |= {spelled: row["goal"]} if spelled != row["goal"] else {}
                empty += kind == "identities" and row["person"] == row["same_as"]
            counts.setdefault(kind, Counts(kind)).rows_read += len(rows)
            if file not in numbers:
                self.files.append(file)
                numbers[file] = len(self.files)
        latest, nth = {}, {}
        for kind, file, begin, rows in sorted(pieces, key=lambda piece: (numbers[piece[1]], piece[2])):
            for place, row in enumerate(rows, begin):
                if kind == "identities" and row["person"] == row["same_as"]:
                    continue
                row_id, content = self.plain(kind, row) if kind in PLAIN else getattr(self, kind)(row, file, nth)
                if kind in ("people", "accounts", "profile_metrics"):  # what is not said anew stays
                    before = latest.get((kind, row_id)) or self.table(kind).get(row_id, {})
                    content = {name: before.get(name) if value is None else value for name, value in content.items()}
                if kind == "posts":
                    before = latest.get((kind, row_id)) or self.table(kind).get(row_id, {})
                    content |= {name: before.get(name) for name in POST_PIECES if content[name] is None} | {"decided_at": None}
                latest[kind, row_id] = content | {"file_id": numbers[file], "row": place}
        for (kind, row_id), row in latest.items():  # of rows with one id, the last by file and row
            there = self.table(kind).get(row_id)
            place = ("file_id", "row")
            if there is None:
                counts[kind].rows_added += 1
            elif any(there[name] != row[name] for name in row if name not in place):
                counts[kind].rows_changed += 1
            else:
                continue
            self.table(kind)[row_id] = row
        for count in counts.values():
            count.rows_known = count.rows_read - count.rows_added - count.rows_changed
        return tuple(counts.values()), empty, joined

    def table(self, kind):
        return self.tables["companies" if kind == "accounts" else kind]

    def name(self, table, key):
        if key is None:
            return None
        self.tables[table][stable_id(key)] = {"key": key}
        return stable_id(key)

    def origin(self, kind, row):
        parts = dict.fromkeys(("source", "medium", "campaign", "content", "term", "referrer", "click_id_kind"))
        parts |= {"source": row["source"], "given_channel": row["channel"], "kind": kind}
        labels = dict.fromkeys(("channel", "family", "source_label", "medium_label", "rule", "rule_set", "rule_version"))
        self.tables["origins"][stable_id(*parts.values())] = parts | labels
        return stable_id(*parts.values())

    def touches(self, row, file, nth):
        at, origin, person = int(row["at"].timestamp()), self.origin(row["kind"], row), self.name("persons", row["person"])
        said = ("touch", row["id"]) if row["id"] else ("touch", row["person"], str(at), str(origin), row["url"], row["click_id"])
        consent = None if row["consent"] is None else int(row["consent"])
        return stable_id(*said), {
            "person_id": person,
            "at": at,
            "origin_id": origin,
            "consent": consent,
            "click_id": row["click_id"],
            "url": row["url"],
        }

    def conversions(self, row, file, nth):
        at, value = int(row["at"].timestamp()), None if row["value"] is None else repr(row["value"])
        said = ("conversion", row["person"], row["account"], row["opportunity"], str(at), row["goal"], value, row["currency"])
        if row["id"]:
            said = ("conversion", row["id"], row["goal"])
        return stable_id(*said), {
            "person_id": self.name("persons", row["person"]),
            "account_id": self.name("accounts", row["account"]),
            "at": at,
            "goal": row["goal"],
            "value": row["value"],
            "currency": row["currency"],
            "opportunity": row["opportunity"],
            "key": row["id"],
        }

    def spend(self, row, file, nth):
        origin = self.origin("spend", row)
        row_id = stable_id("spend", row["id"]) if row["id"] else stable_id("spend", str(row["day"]), str(origin), row["currency"])
        if not row["id"]:
            nth[file, row_id] = place = nth.get((file, row_id), 0) + 1
            row_id = row_id if place == 1 else stable_id(str(row_id), str(place))
        return row_id, {
            "day": (row["day"] - dt.date(1970, 1, 1)).days,
            "origin_id": origin,
            "amount": row["amount"],
            "currency": row["currency"],
            "impressions": None,
            "clicks": row["clicks"],
            "conversions": None,
        }

    def plain(self, kind, row):
        def stored(value):
            if isinstance(value, dt.datetime):
                return int(value.timestamp())
            return (value - dt.date(1970, 1, 1)).days if isinstance(value, dt.date) else value

        def part(value):
            return str(stored(value)) if isinstance(value, dt.datetime) else None if value is None else str(value)

        word = kind.removesuffix("s")
        own = [row["id"]] if row.get("id") else [part(row[name]) for name in records.KINDS[kind].OWN]
        content = {}
        for name, value in row.items():
            if name in ("person", "same_as"):
                content[f"{name}_id"] = self.name("persons", value)
            elif name == "account":
                content["account_id"] = self.name("accounts", value)
            else:
                content["key" if name == "id" else name] = stored(value)
        if kind == "accounts":
            return content.pop("account_id"), content
        return stable_id(word, *own), content

    def people(self, row, file, nth):
        person, account = self.name("persons", row["person"]), self.name("accounts", row["account"])
        unsaid = {"lead_source": None, "title": None}
        return person, {"account_id": account, "segment": row["segment"], "role": row["role"], **unsaid}


def batches(pieces):
    return [batch(kind, *rows, file=file, first=begin) for kind, file, begin, rows in pieces]


def content(path):
    found = tables(path)
    return {name: {row["id"]: {k: v for k, v in row.items() if k != "id"} for row in found[name]} for name in Oracle().tables}


@settings(max_examples=25, deadline=None)
@given(st.lists(sources(), min_size=1, max_size=3))
def test_imports_leave_what_a_dictionary_would_hold(several):
    oracle = Oracle()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "smarketing.db"
        store.create(path)
        with store.open_workspace(path) as workspace:
            for number, pieces in enumerate(several, 1):
                brought = batches(pieces)  # before the oracle writes goals as it knows them
                counts, empty, joined = oracle.run(pieces)
                found = imports.run(workspace, "csv", brought)
                seen = (found.import_id, found.counts, found.ties_to_itself, found.goals_joined)
                assert seen == (number, counts, empty, joined)
            workspace.close()
        assert content(path) == oracle.tables
        assert [row["name"] for row in tables(path)["import_files"]] == oracle.files
        assert integrity(path) == ("ok", [])


@settings(max_examples=10, deadline=None)
@given(sources(SPELLED_ALIKE), st.randoms(use_true_random=False))
def test_the_size_and_order_of_batches_make_no_difference(pieces, random):
    def stored(parts, chunk):
        with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            patch.setattr(staging, "CHUNK", chunk)
            patch.setattr(staging, "READ_AT_ONCE", chunk)
            path = Path(folder) / "smarketing.db"
            store.create(path)
            with store.open_workspace(path) as workspace:
                summary = imports.run(workspace, "csv", parts)
            found = {name: rows for name, rows in tables(path).items() if name not in LOG and name != "_sqlite_migrations"}
            counts = {count.kind: dataclasses.astuple(count) for count in summary.counts}
            return found, counts

    files = [batch("touches", file=name) for name in ("1.csv", "2.csv")]  # fixes which file is the first
    whole = batches(pieces)
    single = [batch(kind, row, file=file, first=place) for kind, file, begin, rows in pieces for place, row in enumerate(rows, begin)]
    empty = [batch(kind, file=file) for kind, file, _, _ in pieces]
    random.shuffle(single)
    assert stored([*files, *whole], 500_000) == stored([*files, *empty, *single], 2)


@settings(max_examples=20, deadline=None)
@given(st.lists(plain("activities"), max_size=6), st.lists(plain("activities"), max_size=3), st.data())
def test_what_a_source_no_longer_has_goes_unless_it_comes_again(first, again, data):
    field, gone = data.draw(st.sampled_from(["person", "opportunity"])), data.draw(few)
    others = dict.fromkeys(records.fields_of("activities")) | {"at": FIRST, "kind": "task", "id": "S", field: gone}
    removal = batch("removals", {"kind": "activities", "field": field, "value": gone})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "smarketing.db"
        store.create(path)
        with store.open_workspace(path) as workspace:
            imports.run(workspace, "crm", [batch("activities", *first)], source="north")
            imports.run(workspace, "crm", [batch("activities", others)], source="south")
            imports.run(workspace, "crm", [removal, batch("activities", *again)], source="north", dry=True)
            before = {row["id"] for row in workspace.rows("SELECT id FROM activities")}
            summary = imports.run(workspace, "crm", [removal, batch("activities", *again)], source="north")
            after = {row["id"] for row in workspace.rows("SELECT id FROM activities")}
            everybody = {row["key"] for row in workspace.rows("SELECT key FROM persons")}
    ids = {id(row): Oracle().plain("activities", row)[0] for row in (*first, *again, others)}
    brought, new = ({ids[id(row)]: row for row in rows} for rows in ((*first, others), again))
    removed = {row_id for row_id, row in brought.items() if row[field] == gone and row_id not in new and row is not others}
    assert before == set(brought)
    assert after == set(brought) - removed | set(new)
    assert sum(count.rows_removed for count in summary.counts) == len(removed)
    named = {row["person"] for row_id, row in (brought | new).items() if row_id not in removed} - {None}
    assert named <= everybody
    if field == "person":
        assert (gone in everybody) == (gone in named)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(["volumes", "queries", "activities"]), st.data())
def test_a_place_read_whole_from_a_day_on_holds_what_it_now_brings(kind, data):
    """Kinds without an id of their own too; another place of the source, earlier days and other sources are left alone."""
    first, again, beside, foreign = (data.draw(st.lists(plain(kind), max_size=4)) for _ in range(4))
    since = data.draw(st.none() | days.map(lambda day: dt.datetime(2026, 1, day, tzinfo=dt.UTC)))
    removal = batch("removals", {"kind": kind, "field": "file", "value": "here", "since": since})
    expected = {}
    for place, rows in (("here", first), ("there", beside), ("elsewhere", foreign)):
        # A row that says the same again stays with the place that said it first.
        expected |= {
            row_id: (row, expected[row_id][1] if row_id in expected and expected[row_id][0] == row else place)
            for row in rows
            for row_id in [Oracle().plain(kind, row)[0]]
        }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "smarketing.db"
        store.create(path)
        with store.open_workspace(path) as workspace:
            imports.run(workspace, "api", [batch(kind, *first, file="here")])
            imports.run(workspace, "api", [batch(kind, *beside, file="there")])
            imports.run(workspace, "csv", [batch(kind, *foreign, file="elsewhere")])
            imports.run(workspace, "api", [batch(kind, *again, file="here"), removal])
            found = {row["id"] for row in workspace.rows(f"SELECT id FROM {table_name(kind)}")}
    brought = {Oracle().plain(kind, row)[0] for row in again}
    when = "at" if kind == "activities" else "day"
    begun = since if since is None or kind == "activities" else since.date()
    gone = {row_id for row_id, (row, place) in expected.items() if place == "here" and (begun is None or row[when] >= begun)}
    assert found == set(expected) - gone | brought
