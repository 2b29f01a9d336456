"""Attribution from a file of aggregated paths, without a workspace."""

from __future__ import annotations

from attribution.attribute import Prepared, make_models, notes_of_transform, report_of_paths, with_order
from attribution.question import Question
from attribution.transforms import together, transformed
from reports.report import Report, Text


def attribute_file(name: str, question: Question) -> Report:
    """Credit the paths of a file; see `prepare_file`."""
    return report_of_paths(*prepare_file(name, question))


def prepare_file(name: str, question: Question) -> Prepared:
    """Read the paths of a file, as `attribution.attribute.report_of_paths` takes them.

    Parameters
    ----------
    name : str
        A file as `attribution.paths_file.read_paths` takes it; "-" is stdin.
    question : Question
        Its models and their parameters.

    Raises
    ------
    SourceError
        The file cannot be read.
    DataError
        A model needs what such a file does not carry (time_decay: times).
    """
    from attribution.paths_file import read_paths

    found = read_paths(name)
    paths, removed = transformed(found.paths, question.transform)
    notes = [Text("Lookback, window and goal are those of the file."), *found.remarks]
    notes += notes_of_transform(together(removed), question.transform)
    models = with_order(make_models(question), question, paths)
    return paths, models, question, {"file": name}, notes, None, None
