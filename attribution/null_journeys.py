"""Null journeys out of an engine's lists of unclaimed touches: cut where they break, told where they end in the window, counted."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from attribution.journeys import BREAK, CODES, INSIDE, OPEN
from attribution.paths import Floats, Ints
from attribution.transforms import Transform, kept_steps

if TYPE_CHECKING:
    import pyarrow as pa

SHORT = 5
"""So many codes fit one 64-bit integer, beside their number."""


@dataclasses.dataclass(frozen=True, eq=False)
class Pieces:
    """Null journeys.

    Parameters
    ----------
    codes : array of int, shape (n_steps,)
    lengths : array of int, shape (n_pieces,)
    row : array of int, shape (n_pieces,)
        The row of the table that each was cut out of.
    """

    codes: Ints
    lengths: Ints
    row: Ints

    def __add__(self, other: Pieces) -> Pieces:
        """Put the pieces of two tables one after the other."""
        return Pieces(*(np.concatenate(both) for both in zip(dataclasses.astuple(self), dataclasses.astuple(other), strict=True)))


def cut(lists: pa.ChunkedArray, weights: Floats, direct: NDArray[np.bool_], transform: Transform) -> tuple[Pieces, float, dict[str, float]]:
    """Cut lists of unclaimed touches into the null journeys that are told.

    Parameters
    ----------
    lists : pyarrow.ChunkedArray of list of int
        `attribution.journeys.Journeys.nulls`, its `path`.
    weights : array of float, shape (n_lists,)
        How many keys' touches each list stands for; for the counts alone.
    direct : array of bool, shape (n_channels,)
    transform : Transform

    Returns
    -------
    pieces : Pieces
        Those that end in the window and are not too young to judge.
    still_open : float
        How many end in the window and are too young.
    removed : dict of str to float
        Touches that the transform took out of the pieces.
    """
    import pyarrow.compute as pc

    column = lists.combine_chunks()
    steps = np.asarray(pc.list_flatten(column).to_numpy(zero_copy_only=False), dtype=np.int64)
    lengths = np.asarray(pc.list_value_length(column).to_numpy(zero_copy_only=False), dtype=np.int64)
    begins = (steps & BREAK) != 0
    begins[(np.cumsum(lengths) - lengths)[lengths > 0]] = True
    starts = np.flatnonzero(begins)
    pieces = np.diff(np.append(starts, len(steps)))
    row = np.repeat(np.arange(len(lengths)), lengths)[starts]
    last = steps[starts + pieces - 1]
    inside, young = (last & INSIDE) != 0, (last & OPEN) != 0
    told = inside & ~young
    codes = (steps & (CODES - 1))[np.repeat(told, pieces)]
    pieces, still_open, row = pieces[told], float(weights[row[inside & young]].sum()), row[told]
    removed: dict[str, float] = {}
    if transform.shortens:
        kept, removed = kept_steps(codes, pieces, weights[row], direct, transform)
        pieces = np.add.reduceat(kept.astype(np.int64), np.cumsum(pieces) - pieces) if len(pieces) else pieces
        codes = codes[kept]
    return Pieces(codes, pieces, row), still_open, removed


def counted_together(pieces: Pieces, exactly: bool = False) -> tuple[Ints, Ints, Ints]:
    """Find the pieces that ran alike, so that the models have a fraction of the steps to go through.

    Parameters
    ----------
    pieces : Pieces
    exactly : bool
        Else the long ones stand each for itself, alike or not.

    Returns
    -------
    codes : array of int, shape (n_steps,)
    lengths : array of int, shape (n_paths,)
    path : array of int, shape (n_pieces,)
        The path that each piece ran along.
    """
    import pyarrow as pa

    short = pieces.lengths <= SHORT
    starts, length = (np.cumsum(pieces.lengths) - pieces.lengths), pieces.lengths
    packed = length[short].copy()
    for step in range(SHORT):
        packed *= CODES
        there = np.flatnonzero(length[short] > step)
        packed[there] += pieces.codes[starts[short][there] + step]
    # Hashing takes a third of the time that sorting them (numpy.unique) does.
    coded: Any = pa.array(packed).dictionary_encode()
    alike, place = coded.dictionary.to_numpy(), coded.indices.to_numpy()
    steps = alike[:, None] // CODES ** np.arange(SHORT)[::-1]
    short_lengths = steps[:, 0] // CODES

    path = np.empty(len(length), dtype=np.int64)
    path[short] = place
    long = np.flatnonzero(~short)
    chosen, number = long, np.arange(len(long))
    if exactly and len(long):
        texts = [pieces.codes[starts[piece] : starts[piece] + length[piece]].tobytes() for piece in long.tolist()]
        first: dict[bytes, int] = {}
        number = np.array([first.setdefault(text, len(first)) for text in texts], dtype=np.int64)
        chosen = long[np.unique(number, return_index=True)[1]]
    path[long] = number + len(alike)
    wanted = np.zeros(len(length), dtype=np.bool_)
    wanted[chosen] = True
    codes = np.concatenate([(steps % CODES)[np.arange(SHORT) < short_lengths[:, None]], pieces.codes[np.repeat(wanted, length)]])
    return codes, np.concatenate([short_lengths, length[chosen]]), path
