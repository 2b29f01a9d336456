"""Journeys written out by hand, one person and one touch at a time: the oracle of the engine."""

from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np

from attribution.paths import Paths, Recency
from attribution.transforms import STEPS, WHOLE


def literal_transform(path, transform, direct=("Direct",)):
    """Shorten one journey, a list of (at, tie, channel); say how many touches each step took out."""
    removed = {}
    if transform.direct != "keep":
        kept = list(path)
        if any(channel not in direct for _, _, channel in path):
            if transform.direct == "ignore_unless_only":
                kept = [touch for touch in path if touch[2] not in direct]
            else:
                while kept[-1][2] in direct:
                    kept.pop()
        removed["direct"], path = len(path) - len(kept), kept
    if transform.collapse != "none":
        kept = []
        for place, touch in enumerate(path):
            before, after = [t[2] for t in path[:place]], [t[2] for t in path[place + 1 :]]
            if transform.collapse == "consecutive" and not (before and before[-1] == touch[2]):
                kept.append(touch)
            if transform.collapse == "first" and touch[2] not in before:
                kept.append(touch)
            if transform.collapse == "unique" and touch[2] not in after:
                kept.append(touch)
        removed["collapse"], path = len(path) - len(kept), kept
    if transform.max_touches is not None:
        kept = path[-transform.max_touches :]
        removed["max_touches"], path = len(path) - len(kept), kept
    return path, removed


def literal_sessions(touches, gap):
    """Leave out the touches that follow one of the same person and channel within the gap."""
    kept = []
    for person, channel in {(touch[0], touch[2]) for touch in touches}:
        mine = sorted((at, tie) for key, at, name, tie in touches if (key, name) == (person, channel))
        kept += [
            (person, at, channel, tie) for (before, _), (at, tie) in pairwise([(None, 0), *mine]) if before is None or at - before >= gap
        ]
    return kept


def literal_journeys(touches, conversions, lookback, since=None, until=None, half_life=7 * 86400, transform=WHOLE, open_since=None):
    """Tell every journey.

    Parameters
    ----------
    touches : list of (key, at, channel, tie)
    transform : Transform
    open_since : int or None
    conversions : list of (key or None, at, value or None)

    Returns
    -------
    dict
        `converting`: Counter of path to conversions; `value`: path to value; `nulls`: Counter of path; `weights`: (path, step) to summed
        time-decay weight; `lags`: Counter of (days, length) to conversions; `unattributed`: conversions without a touch; `open`: null
        journeys too young; `removed`: Counter of touches by step; `owned`: key to its journeys, each (path, conversions, value or None).
    """
    removed, still_open, owned = Counter(), 0, defaultdict(list)
    if transform.min_gap is not None:
        apart = literal_sessions(touches, transform.min_gap)
        removed["min_gap"] += len(touches) - len(apart)
        touches = apart

    def told(at):
        return (since is None or at >= since) and (until is None or at < until)

    converting, value, nulls, weights, lags = Counter(), defaultdict(float), Counter(), defaultdict(float), Counter()
    unattributed = sum(1 for key, at, _ in conversions if key is None and told(at))
    people = {touch[0] for touch in touches} | {key for key, _, _ in conversions if key is not None}
    for person in people:
        mine = sorted((at, tie, channel) for key, at, channel, tie in touches if key == person)
        seconds = sorted({at for key, at, _ in conversions if key == person})
        claimed = set()
        for before, second in pairwise([None, *seconds]):
            values = [v for key, at, v in conversions if key == person and at == second]
            own = [t for t in mine if t[0] <= second and t[0] >= second - lookback and (before is None or t[0] > before)]
            claimed |= set(own)
            if not told(second):
                continue
            if not own:
                unattributed += len(values)
                continue
            own, shorter = literal_transform(own, transform)
            removed.update(shorter)
            path = tuple(channel for _, _, channel in own)
            owned[person].append((path, len(values), sum(v or 0 for v in values)))
            converting[path] += len(values)
            value[path] += sum(v or 0 for v in values)
            raw = [2 ** (-(second - at) / half_life) for at, _, _ in own]
            for step, weight in enumerate(raw):
                weights[path, step] += len(values) * weight / sum(raw)
            lags[(second - own[0][0]) // 86400, len(own)] += len(values)
        # What no conversion claims, cut at each conversion and at each gap longer than the lookback.
        rest = [t for t in mine if t not in claimed]
        pieces = []
        for touch in rest:
            following = next((s for s in seconds if s >= touch[0]), None)
            if pieces and pieces[-1][0] == following and touch[0] - pieces[-1][1][-1][0] <= lookback:
                pieces[-1][1].append(touch)
            else:
                pieces.append((following, [touch]))
        for _, piece in pieces:
            if told(piece[-1][0]) and open_since is not None and piece[-1][0] >= open_since:
                still_open += 1
            elif told(piece[-1][0]):
                short, shorter = literal_transform(piece, transform)
                removed.update(shorter)
                path = tuple(channel for _, _, channel in short)
                nulls[path] += 1
                owned[person].append((path, 0, None))
    return {
        "converting": converting,
        "value": dict(value),
        "nulls": nulls,
        "weights": dict(weights),
        "lags": lags,
        "unattributed": unattributed,
        "open": still_open,
        "removed": {name: removed[name] for name in STEPS if name in removed},
        "owned": {key: sorted(journeys, key=str) for key, journeys in owned.items()},
    }


def own_touches(touches, conversion_times, at, lookback):
    """Pick a person's touches that belong to the conversion at a time; each touch is a dict with `at`."""
    before = max((time for time in conversion_times if time < at), default=None)
    return [touch for touch in touches if at - lookback <= touch["at"] <= at and (before is None or touch["at"] > before)]


def path_of(touches, at, half_life_days):
    """Make the one path of one conversion, worth 1."""
    names = tuple(sorted({touch["channel"] for touch in touches}))
    weights = np.exp2(-np.array([(at - touch["at"]) / 86_400 for touch in touches]) / half_life_days)
    weights /= weights.sum()
    codes = np.array([names.index(touch["channel"]) for touch in touches], dtype=np.int64)
    direct = np.array([name == "Direct" for name in names])
    one = np.ones(1)
    recency = Recency(half_life_days, weights, weights)
    return Paths(names, codes, np.array([0, len(touches)]), one, one, np.zeros(1), direct, recency=recency)
