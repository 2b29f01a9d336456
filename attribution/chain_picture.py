"""A picture of the Markov chain: states on an oval between the start and the ends, transitions as arrows as wide as their journeys."""

from __future__ import annotations

import dataclasses
import math
import unicodedata
from html import escape

import numpy as np

from attribution.chain_reports import BETWEEN, Transitions, all_transitions
from attribution.chains import Chain
from attribution.paths import Ints
from reports.language import Language
from reports.report import Text

MOST_STATES, MOST_ARROWS, MOST_CONVERTING = 14, 36, 12
WIDTH, HEIGHT = 1120, 700
COLOURS = {"state": "#0072B2", "start": "#7F7F7F", "conversion": "#009E73", "null": "#B0B0B0"}
"""Of Okabe and Ito, told apart by colour-blind readers."""

LEGEND_ROW, LEGEND_COLUMNS = 20, 2


@dataclasses.dataclass(frozen=True)
class Disc:
    """A state on the picture: its centre and radius, its kind, its name, what is written beside it, and how often it is visited."""

    x: float
    y: float
    radius: float
    kind: str
    name: str
    label: str
    count: str


def draw_chain(chain: Chain, language: Language) -> str:
    """Draw a chain as SVG.

    Parameters
    ----------
    chain : Chain
    language : Language

    Returns
    -------
    str
        One SVG element that stands alone; it loads nothing and runs nothing. Pointing at a state or an arrow tells its figures.

    Notes
    -----
    Shown are the states most visited, at most 14, and of the transitions among them the most frequent: at most 36, and 12 into
    CONVERSION, which few journeys take and all look for; a line says how many there are. States from which journeys start stand on
    the left, those in which they end on the right. States of several touches are numbered, their names stand below.
    """
    n, found = len(chain.starts), all_transitions(chain)
    shown = np.sort(np.argsort(-chain.visits, kind="stable")[:MOST_STATES])
    discs = _discs(chain, shown, language)
    among = np.flatnonzero(np.isin(found.here, list(discs)) & np.isin(found.there, list(discs)))
    converts = found.there[among] == n + 1
    arrows = []
    for most, part in ((MOST_ARROWS, among[~converts]), (MOST_CONVERTING, among[converts])):
        widest = float(found.journeys[part[:1]].sum())
        arrows += [_arrow(found, i, discs, widest, language) for i in part[:most][::-1].tolist()]
    title = language.text(Text("Markov chain of the journeys, order {order}", order=chain.order))
    caption = language.text(
        Text(
            "Arrows are as wide as the journeys they stand for, those into Conversion on a scale of their own. Shown are {shown} of "
            "{states} states and {arrows} of {transitions} transitions.",
            shown=len(shown),
            states=n,
            arrows=len(arrows),
            transitions=len(found.here),
        )
    )
    legend = _legend([disc for disc in discs.values() if disc.name != disc.label])
    height = HEIGHT + LEGEND_ROW * math.ceil(len(legend) / LEGEND_COLUMNS)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" font-family="system-ui, sans-serif">',
            f"<title>{_text(title)}</title>",
            f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
            f'<text x="24" y="36" font-size="20" font-weight="600" fill="#222">{_text(title)}</text>',
            *arrows,
            *(_drawn(disc) for disc in discs.values()),
            *legend,
            f'<text x="24" y="{height - 18}" font-size="13" fill="#555">{_text(caption)}</text>',
            "</svg>\n",
        ]
    )


def _discs(chain: Chain, shown: Ints, language: Language) -> dict[int, Disc]:
    """Place the states shown, then START, CONVERSION and NULL, by their numbers in `Transitions`."""
    n, visits = len(chain.starts), chain.visits
    names = [language.word(name) for name in chain.channels]
    # From those that journeys start in, on the left, to those they end in; turn by turn above and below.
    tendency = (chain.starts - chain.ends[:, 0] - chain.ends[:, 3]) / visits
    order = sorted(shown.tolist(), key=lambda state: (-tendency[state], state))
    widest = max((float(visits[state]) for state in order), default=1.0)
    discs = {}
    for rank, state in enumerate(order):
        angle = math.pi * (1 - (rank + 0.5) / len(order))
        side = 1 if rank % 2 else -1
        name = BETWEEN.join(names[code] for code in chain.steps[state].tolist() if code >= 0)
        discs[state] = Disc(
            x=WIDTH / 2 - 20 + 330 * math.cos(angle),
            y=HEIGHT / 2 + side * 235 * math.sin(angle) ** 0.8,
            radius=7 + 17 * math.sqrt(visits[state] / widest),
            kind="state",
            name=name,
            label=name if chain.order == 1 else str(rank + 1),
            count=_count(visits[state], language),
        )
    ends = {"start": (90.0, HEIGHT / 2), "conversion": (WIDTH - 120.0, HEIGHT * 0.32), "null": (WIDTH - 120.0, HEIGHT * 0.68)}
    totals = {"start": chain.starts.sum(), "conversion": chain.ends[:, 0].sum(), "null": chain.ends[:, 3].sum()}
    words = {"start": Text("Start"), "conversion": Text("Conversion"), "null": Text("No conversion")}
    for number, (kind, (x, y)) in enumerate(ends.items(), start=n):
        word = language.text(words[kind])
        discs[number] = Disc(x, y, 24, kind, word, word, _count(totals[kind], language))
    return discs


def _arrow(found: Transitions, i: int, discs: dict[int, Disc], most: float, language: Language) -> str:
    """Draw a transition as a bent arrow; the way back bends to the other side."""
    here, there = discs[int(found.here[i])], discs[int(found.there[i])]
    share = float(found.journeys[i]) / most
    width = 0.6 + 9 * share
    length = math.hypot(there.x - here.x, there.y - here.y) or 1.0
    along = ((there.x - here.x) / length, (there.y - here.y) / length)
    bend = 0.14 * length
    middle = ((here.x + there.x) / 2 - along[1] * bend, (here.y + there.y) / 2 + along[0] * bend)
    head = 6 + 1.6 * width
    start, _ = _towards((here.x, here.y), middle, here.radius)
    tip, (dx, dy) = _towards((there.x, there.y), middle, there.radius + 2)
    neck = (tip[0] + dx * head, tip[1] + dy * head)
    left, right = ((neck[0] - side * dy * head * 0.45, neck[1] + side * dx * head * 0.45) for side in (1, -1))
    colour = COLOURS[there.kind if there.kind != "state" else here.kind]
    told = f"{here.name} → {there.name}: {_count(found.journeys[i], language)} ({language.text(Text('{p:.1%}', p=found.probability[i]))})"
    return (
        f'<g opacity="{0.35 + 0.5 * math.sqrt(share):.2f}"><title>{_text(told)}</title>'
        f'<path d="M{start[0]:.1f} {start[1]:.1f}Q{middle[0]:.1f} {middle[1]:.1f} {neck[0]:.1f} {neck[1]:.1f}" fill="none" '
        f'stroke="{colour}" stroke-width="{width:.1f}"/>'
        f'<path d="M{tip[0]:.1f} {tip[1]:.1f}L{left[0]:.1f} {left[1]:.1f}L{right[0]:.1f} {right[1]:.1f}Z" fill="{colour}"/></g>'
    )


def _towards(centre: tuple[float, float], point: tuple[float, float], radius: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """The place on a disc's edge that looks to a point, and the direction."""
    length = math.hypot(point[0] - centre[0], point[1] - centre[1]) or 1.0
    direction = ((point[0] - centre[0]) / length, (point[1] - centre[1]) / length)
    return (centre[0] + direction[0] * radius, centre[1] + direction[1] * radius), direction


def _drawn(disc: Disc) -> str:
    short = disc.label if len(disc.label) <= 30 else f"{disc.label[:29]}…"
    halo = 'paint-order="stroke" stroke="white" stroke-width="4" stroke-linejoin="round"'
    above = disc.kind == "state" and disc.y < HEIGHT / 2
    first = disc.y - disc.radius - 21 if above else disc.y + disc.radius + 16
    return (
        f'<g text-anchor="middle"><title>{_text(f"{disc.name}: {disc.count}")}</title>'
        f'<circle cx="{disc.x:.1f}" cy="{disc.y:.1f}" r="{disc.radius:.1f}" fill="{COLOURS[disc.kind]}" stroke="white" stroke-width="2"/>'
        f'<text x="{disc.x:.1f}" y="{first:.1f}" font-size="13" font-weight="600" fill="#222" {halo}>{_text(short)}</text>'
        f'<text x="{disc.x:.1f}" y="{first + 15:.1f}" font-size="12" fill="#555" {halo}>{_text(disc.count)}</text></g>'
    )


def _legend(discs: list[Disc]) -> list[str]:
    """Write the names of numbered states below the picture, the first half on the left."""
    rows = math.ceil(len(discs) / LEGEND_COLUMNS)
    return [
        f'<text x="{24 + (i // rows) * (WIDTH - 24) / LEGEND_COLUMNS:.0f}" y="{HEIGHT - 24 + LEGEND_ROW * (i % rows)}" font-size="13" '
        f'fill="#222">{_text(disc.label)}. {_text(disc.name)}</text>'
        for i, disc in enumerate(discs)
    ]


def printable(text: str) -> str:
    """Leave out control characters, which no XML file may hold.

    Examples
    --------
    >>> printable("ads\\x00")
    'ads'
    """
    return "".join(character for character in text if unicodedata.category(character)[0] != "C")


def _count(number: float, language: Language) -> str:
    whole = float(number).is_integer()
    return language.text(Text("{n}", n=int(number) if whole else round(float(number), 1)))


def _text(text: str) -> str:
    return escape(printable(text))
