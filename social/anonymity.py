"""Which groups are too small for their figures to be shown, and which others would give these away."""

from __future__ import annotations

from collections.abc import Collection, Mapping


def withheld(sizes: Mapping[str, int], smallest: float, already: Collection[str] = ()) -> set[str]:
    """Name the groups whose figures are not shown beside the total.

    Parameters
    ----------
    sizes : mapping of str to int
        How many advocates each group has; the groups are disjoint and make up the total.
    smallest : float
        The fewest advocates a figure may be about.
    already : collection of str
        Groups that are not shown anyway, for another reason.

    Returns
    -------
    set of str
        The groups that are too small; and where what they have together is about too few, since it is the total less all that is
        shown, the smallest of the others too, one after the other (complementary suppression).

    Notes
    -----
    Law: no figure that can be had by adding and subtracting what is shown is about fewer than `smallest` advocates, unless that is
    nobody. O(n log n) in the groups.

    References
    ----------
    A. Hundepool et al., Statistical Disclosure Control, 2012, section 4 (primary and secondary suppression in a table of one dimension).

    Examples
    --------
    >>> sorted(withheld({"Sales": 12, "Finance": 2, "Support": 6}, 5))
    ['Finance', 'Support']
    >>> withheld({"Sales": 12, "Support": 6}, 5)
    set()
    >>> sorted(withheld({"Sales": 12, "Finance": 2, "Support": 6}, 5, ["Sales"]))
    ['Finance', 'Sales']
    """
    ordered = sorted(sizes, key=lambda name: (sizes[name], name))
    hidden = [name for name in ordered if 0 < sizes[name] < smallest or name in already]
    together = sum(sizes[name] for name in hidden)
    for name in ordered:
        if not 0 < together < smallest:
            break
        if name not in hidden and sizes[name]:
            hidden.append(name)
            together += sizes[name]
    return set(hidden)
