"""Made-up touches of any number: twelve channels, thousands of origins, four touches a person, 3 % of the people converting.

Drawn block by block, each from a seed of its own, so a file or a workspace of any size is made in little memory and always alike.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

VERSION = 1
"""To be raised when the touches change, so that nothing made before is used again."""
BLOCK = 100_000
TOUCHES_A_PERSON = 4
CONVERTING = 0.03
START = 1_735_689_600
"""2025-01-01; the touches fall in the year that begins here."""
YEAR = 365 * 86_400

Ints = NDArray[np.int64]


@dataclasses.dataclass(frozen=True)
class Way:
    """One of the ways in which people come, with its share of the touches; tagged ways have campaigns."""

    share: int
    source: str | None = None
    medium: str | None = None
    referrer: str | None = None
    tagged: bool = True


WAYS = (
    Way(20, referrer="https://www.google.com/", tagged=False),
    Way(15, "google", "cpc"),
    Way(12, tagged=False),
    Way(10, "linkedin", "paid-social"),
    Way(9, "newsletter", "email"),
    Way(8, referrer="https://www.linkedin.com/feed/", tagged=False),
    Way(7, referrer="https://www.industry-review.example/best-of", tagged=False),
    Way(6, "dv360", "display"),
    Way(5, referrer="https://chatgpt.com/", tagged=False),
    Way(4, "partnerize", "affiliate"),
    Way(3, referrer="https://www.youtube.com/watch", tagged=False),
    Way(1, "twilio", "sms"),
)
"""Each is another channel."""
CAMPAIGNS, CONTENTS, PAGES = 60, 5, 400


@dataclasses.dataclass(frozen=True)
class Origins:
    """Where touches can come from, one row each, and the first row of each way."""

    columns: dict[str, list[str | None]]
    first: Ints
    count: Ints


def origins() -> Origins:
    """List every origin that a touch can have: one for each untagged way, one for each campaign and content of the others."""
    rows: list[tuple[str | None, ...]] = []
    first, count = [], []
    for way in WAYS:
        first.append(len(rows))
        if not way.tagged:
            rows.append((way.source, way.medium, None, None, None, way.referrer))
        else:
            for campaign in range(CAMPAIGNS):
                term = f"keyword {campaign}" if way.medium == "cpc" else None
                rows.extend(
                    (way.source, way.medium, f"2025-{way.source}-{campaign:02}", f"variant-{content}", term, way.referrer)
                    for content in range(CONTENTS)
                )
        count.append(len(rows) - first[-1])
    names = ("source", "medium", "campaign", "content", "term", "referrer")
    return Origins(
        {name: [row[place] for row in rows] for place, name in enumerate(names)},
        np.array(first, dtype=np.int64),
        np.array(count, dtype=np.int64),
    )


@dataclasses.dataclass(frozen=True)
class Block:
    """Some touches as numbers, shape (n,) each: the person, the second, the way, the origin's row, a page."""

    begin: int
    person: Ints
    at: Ints
    way: Ints
    origin: Ints
    page: Ints


def blocks(size: int) -> Iterator[Block]:
    """Draw the touches."""
    known = origins()
    shares = np.array([way.share for way in WAYS]) / 100
    people = max(size // TOUCHES_A_PERSON, 1)
    for begin in range(0, size, BLOCK):
        n = min(BLOCK, size - begin)
        rng = np.random.default_rng((VERSION, size, begin))
        way = rng.choice(len(WAYS), n, p=shares)
        yield Block(
            begin,
            rng.integers(0, people, n),
            START + rng.integers(0, YEAR, n),
            way,
            known.first[way] + rng.integers(0, 1 << 30, n) % known.count[way],
            rng.integers(0, PAGES, n),
        )


def conversions(size: int) -> tuple[Ints, Ints, NDArray[np.float64]]:
    """Draw who converts, when, and what for.

    Returns
    -------
    person, at : array of int, shape (n_conversions,)
        3 % of the people, each once, within days of one of their touches.
    value : array of float, shape (n_conversions,)
    """
    rng = np.random.default_rng((VERSION, size))
    people = max(size // TOUCHES_A_PERSON, 1)
    wanted = max(round(people * CONVERTING), 1)
    drawn = [
        (block.person[chosen], block.at[chosen]) for block in blocks(size) for chosen in [rng.random(len(block.at)) < 4 * wanted / size]
    ]
    person, first = np.unique(np.concatenate([who for who, _ in drawn]), return_index=True)
    at = np.concatenate([when for _, when in drawn])[first]
    kept = rng.permutation(len(person))[:wanted]
    return person[kept], at[kept] + rng.exponential(86_400, len(kept)).astype(np.int64), np.round(rng.lognormal(9, 1, len(kept)), 2)


def people_names(person: Ints) -> Any:
    """Write the people's addresses."""
    import pyarrow as pa
    import pyarrow.compute as pc

    number = pa.array(person).cast(pa.string())
    company = pa.array(person % 50_021).cast(pa.string())
    return pc.binary_join_element_wise("person", number, "@company", company, ".example", "")


def names_of_origins(block: Block, known: Origins) -> dict[str, Any]:
    """Look the origins' columns up for a block."""
    import pyarrow as pa

    chosen = pa.array(block.origin)
    return {name: pa.array(values, pa.string()).take(chosen) for name, values in known.columns.items()}


def times(at: Ints) -> pa.Array:
    """Make Arrow's times of seconds."""
    import pyarrow as pa

    return pa.array(at).cast(pa.timestamp("s", tz="UTC"))
