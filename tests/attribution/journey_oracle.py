"""Journeys written out by hand, one person and one touch at a time: the oracle of the engine."""

from collections import Counter, defaultdict
from itertools import pairwise


def literal_journeys(touches, conversions, lookback, since=None, until=None, half_life=7 * 86400):
    """Tell every journey.

    Parameters
    ----------
    touches : list of (key, at, channel, tie)
    conversions : list of (key or None, at, value or None)

    Returns
    -------
    dict
        `converting`: Counter of path to conversions; `value`: path to value; `nulls`: Counter of path; `weights`: (path, step) to summed
        time-decay weight; `lags`: Counter of (days, length) to conversions; `unattributed`: conversions without a touch.
    """

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
            path = tuple(channel for _, _, channel in own)
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
            if told(piece[-1][0]):
                nulls[tuple(channel for _, _, channel in piece)] += 1
    return {
        "converting": converting,
        "value": dict(value),
        "nulls": nulls,
        "weights": dict(weights),
        "lags": lags,
        "unattributed": unattributed,
    }
