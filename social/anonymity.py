"""Which groups are too small for their figures to be shown, and which others would give these away."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from typing import TypeVar

Group = TypeVar("Group", bound=Hashable)


def withheld(sizes: Mapping[Group, int], smallest: float, already: Collection[Group] = (), least: int = 1) -> set[Group]:
    """Name the groups whose figures are not shown beside the total.

    Parameters
    ----------
    sizes : mapping of group to int
        How many advocates each group has: those who contribute to the figure, or of a count of people those who may be counted. The groups
        make up the total.
    smallest : float
        The fewest advocates a figure may be about.
    already : collection of groups
        Groups that are not shown anyway, for another reason.
    least : int
        How many groups are withheld at least where any is: 2 in a line of a table of two dimensions, since one alone, however large, is the
        line's total less the others, and may in turn give away one of the other dimension.

    Returns
    -------
    set of groups
        The groups that are too small; and where what they have together is about too few, since it is the total less all that is
        shown, the smallest of the others too, one after the other (complementary suppression).

    Notes
    -----
    Law: no figure that can be had by adding and subtracting what is shown is about fewer than `smallest` advocates, unless that is
    nobody. O(n log n) in the groups.

    References
    ----------
    A. Hundepool et al., Statistical Disclosure Control, 2012, section 4 (the threshold rule, which counts those who contribute to a cell,
    not those who could; primary and secondary suppression in a table of one dimension).

    Examples
    --------
    >>> sorted(withheld({"Sales": 12, "Finance": 2, "Support": 6}, 5))
    ['Finance', 'Support']
    >>> withheld({"Sales": 12, "Support": 6}, 5)
    set()
    >>> sorted(withheld({"Sales": 12, "Finance": 2, "Support": 6}, 5, ["Sales"]))
    ['Finance', 'Sales']
    """
    ordered = sorted(sizes, key=lambda name: (sizes[name], str(name)))
    hidden = [name for name in ordered if 0 < sizes[name] < smallest or name in already]
    together = sum(sizes[name] for name in hidden)
    number = sum(sizes[name] > 0 for name in hidden)
    for name in ordered:
        if not (0 < together < smallest or 0 < number < least):
            break
        if name not in hidden and sizes[name]:
            hidden.append(name)
            together += sizes[name]
            number += 1
    return set(hidden)
