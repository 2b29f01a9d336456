"""Tell a channel from a row of a report that bears the same name."""

from __future__ import annotations

from attribution.calibration import NOT_EXPLAINED
from attribution.credit_report import UNATTRIBUTED
from attribution.incremental import BASELINE, SHARED

NOT_MARKETING = "(not marketing)"
"""The row of opportunities that a definition of sourced, or of influenced, does not lay to marketing."""
TOTAL = "(total)"
"""The row of all others together, in reports on return."""
ROWS = frozenset((UNATTRIBUTED, NOT_EXPLAINED, BASELINE, SHARED, NOT_MARKETING, TOTAL))
"""Names that reports give to rows which are no channel's."""


def told_apart(name: str) -> str:
    """Put the name of a channel (a campaign, ...) between quotes where a row of a report has the same.

    Parameters
    ----------
    name : str
        As the data has it.

    Returns
    -------
    str
        Different names stay different.

    Notes
    -----
    The states of the chain are not among these names: only the chain's own reports show them, and name channels so that they can be
    told apart there (`attribution.chain_reports.state_names`).

    Examples
    --------
    >>> told_apart("(baseline)"), told_apart('"(baseline)"'), told_apart("(start)"), told_apart("Email")
    ('"(baseline)"', '""(baseline)""', '(start)', 'Email')
    """
    return f'"{name}"' if name.strip('"') in ROWS else name
