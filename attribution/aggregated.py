"""Attribution from a file of aggregated paths, without a workspace."""

from __future__ import annotations

from attribution.attribute import Question, make_models, report_of_paths
from reports.report import Report, Text


def attribute_file(name: str, question: Question) -> Report:
    """Credit the paths of a file; time decay is not among the defaults, since such a file carries no times."""
    from attribution.paths_file import read_paths

    found = read_paths(name)
    return report_of_paths(
        found, make_models(question), "channel", {"paths": name}, [Text("Lookback, window and goal are those of the file.")]
    )
