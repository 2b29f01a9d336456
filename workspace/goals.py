"""One goal under one spelling: capitals, accents, and blanks do not make two of it."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterable

from workspace.batches import Batch
from workspace.store import Workspace

STAGES = ("lead", "mql", "sql", "opportunity", "won", "lost", "conversion")
"""The goals that are known by these names whatever data come first."""
KINDS = ("conversions", "experiments")
"""Kinds of record that name a goal."""


def goal_key(goal: str) -> str:
    """Write a goal as all of its spellings have it.

    Notes
    -----
    Accents count for nothing on Latin letters alone: French capitals are often written without. In other scripts the marks make the word.

    Examples
    --------
    >>> {goal_key(goal) for goal in ("Démo", "démo", "DEMO ", "De\u0301mo")}, goal_key("Démo  planifiée")
    ({'demo'}, 'demo planifiee')
    """
    marked = unicodedata.normalize("NFKD", goal.casefold())
    bare = re.sub("([a-z])[\u0300-\u036f]+", r"\1", marked)
    return " ".join(unicodedata.normalize("NFC", bare).split())


def same_goal(wanted: str, there: Iterable[str]) -> str | None:
    """Find a goal among those that there are: by this very spelling, else by another; None where it is not there.

    Examples
    --------
    >>> same_goal("demo", ["Démo", "won"]), same_goal("démo", ["Démo", "démo"]), same_goal("trial", ["won"])
    ('Démo', 'démo', None)
    """
    names = list(there)
    return wanted if wanted in names else next((name for name in names if goal_key(name) == goal_key(wanted)), None)


class Spellings:
    """Gives the goals of an import the spelling under which the workspace knows them, or that which comes first.

    Parameters
    ----------
    workspace : Workspace
        Read when the first goal comes.

    Attributes
    ----------
    joined : dict of str to str
        Spelling to the one it was taken for, where they differ in more than the blanks around them.

    Notes
    -----
    A spelling that the workspace holds already stays what it is, even where it holds two of one goal: a conversion's id is made from it,
    and under another the same file would be added anew. Costs the distinct goals of each batch.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._known: set[str] | None = None
        self._first: dict[str, str] = {}
        self.joined: dict[str, str] = {}

    def unified(self, batch: Batch) -> Batch:
        """Write the goals of a batch as they are known."""
        if batch.kind not in KINDS or not batch.rows.num_rows:
            return batch
        import pyarrow as pa
        import pyarrow.compute as pc

        column = batch.rows["goal"]
        distinct = pc.unique(column).drop_null()
        spelled = [self._spelled(goal) for goal in distinct.to_pylist()]
        if spelled == distinct.to_pylist():
            return batch
        place = batch.rows.schema.get_field_index("goal")
        goals = pa.array(spelled, pa.string()).take(pc.index_in(column, value_set=distinct).combine_chunks())
        return dataclasses.replace(batch, rows=batch.rows.set_column(place, batch.rows.schema.field(place), goals))

    def _spelled(self, goal: str) -> str:
        if self._known is None:
            self._known = self._read()
        if goal in self._known:
            return goal
        first = self._first.setdefault(goal_key(goal), " ".join(goal.split()))
        if first != goal:
            self.joined[goal] = first
        return first

    def _read(self) -> set[str]:
        rows = self._workspace.rows(
            """SELECT goal FROM (SELECT goal, 1 AS of, min(file_id) AS file, min(row) AS row FROM conversions GROUP BY goal
            UNION ALL SELECT goal, 2, min(file_id), min(row) FROM experiments WHERE goal IS NOT NULL GROUP BY goal)
            ORDER BY of, file, row"""
        )
        chosen = self._workspace.settings.attribution
        for goal in (*STAGES, *chosen.stages, *(row["goal"] for row in rows)):
            self._first.setdefault(goal_key(goal), goal)
        return {row["goal"] for row in rows}
