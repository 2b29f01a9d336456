"""Credit by the date of the touch: what the touches of a period get of conversions, whenever these closed.

A rule model gives each touch its share by its place in the journey, its age, and whether it is direct traffic. So touches outside the
period keep their places and are only called otherwise, and what is credited to that other name is what the period does not get.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from attribution.models import MODELS, Model
from attribution.transforms import Transform
from workspace.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

OUTSIDE, OUTSIDE_DIRECT = "\x00outside", "\x00outside, direct"
"""What touches outside the period are called; no source can deliver such a name."""
NAMES = frozenset({OUTSIDE, OUTSIDE_DIRECT})


def check_touch_weights(models: Sequence[Model], transform: Transform) -> None:
    """Refuse models that credit channels and give no touch a weight of its own, and repeats taken for one touch.

    Raises
    ------
    UsageError
        There is one.
    """
    if transform.collapse != "none" or transform.min_gap is not None:
        raise UsageError(
            "--collapse and --min-gap take several touches for one, which then has no date of its own; leave them out, or leave --date "
            "touch out"
        )
    for model in models:
        if not model.credits_touches:
            raise UsageError(
                "{model} credits channels over whole journeys, so its credit has no touch date; leave --date touch out, or take a model "
                "that weighs each touch: {models}",
                model=model.name,
                models=", ".join(other.name for other in MODELS if other.credits_touches),
            )


@dataclasses.dataclass(frozen=True, eq=False)
class Outside:
    """Touches, those outside a period under names of their own.

    Parameters
    ----------
    touches : pyarrow.Table
    labels : dict of int to str
    direct : frozenset of str
    engaged : frozenset of int
        As `attribution.naming` gives them, with the origins and names of touches outside.
    """

    touches: pa.Table
    labels: dict[int, str]
    direct: frozenset[str]
    engaged: frozenset[int]


def outside_apart(
    touches: pa.Table, labels: Mapping[int, str], direct: frozenset[str], engaged: frozenset[int], since: int | None, until: int | None
) -> Outside:
    """Call touches outside a period by names of their own.

    Parameters
    ----------
    touches : pyarrow.Table
        `key, at, origin_id, tie` (`workspace.reading.touch_columns`).
    labels, direct, engaged
        As `attribution.naming.labels` and `attribution.naming.engaged` give them.
    since, until : int or None
        Seconds since 1970; touches at `since` or later and before `until` are inside.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    outside = pa.scalar(False)
    if since is not None:
        outside = pc.less(touches["at"], since)
    if until is not None:
        outside = pc.or_(outside, pc.greater_equal(touches["at"], until))
    straight = pa.array([origin for origin, name in labels.items() if name in direct], pa.int64())
    more = pa.array(sorted(engaged), pa.int64())
    # Origins of the workspace are not below 0: -1 to -4 say whether the touch is direct, and whether it is more than a visit.
    elsewhere = pc.subtract(
        pc.if_else(pc.is_in(touches["origin_id"], straight), -2, -1), pc.if_else(pc.is_in(touches["origin_id"], more), 2, 0)
    )
    place = touches.schema.get_field_index("origin_id")
    renamed = pc.if_else(outside, elsewhere, touches["origin_id"]).cast(pa.int64())
    called = {-1: OUTSIDE, -2: OUTSIDE_DIRECT, -3: OUTSIDE, -4: OUTSIDE_DIRECT}
    return Outside(touches.set_column(place, "origin_id", renamed), {**labels, **called}, direct | {OUTSIDE_DIRECT}, engaged | {-3, -4})
