"""The reports of credit that are asked for: the credit itself, how sure it is, how much it depends on the model, where it is earned."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from attribution.attribute import Prepared, credits_of, report_of_paths
from reports.report import Report

if TYPE_CHECKING:
    from attribution.interval_reports import Wanted


def asked_reports(found: Prepared, wanted: Wanted, agreement: bool = False, shown: Callable[[str], str] = str) -> list[Report]:
    """Make the reports that are asked for; the credit by itself where nothing more is.

    Parameters
    ----------
    found : Prepared
        Of `attribution.attribute.prepare` and its like. Its question's `ordered` asks for the places at which the Shapley value is earned.
    wanted : Wanted
        What is asked of how sure the credit is.
    agreement : bool
        Whether it is asked how much the answer depends on the model.
    shown : callable
        Says what a reader sees for a channel.
    """
    from attribution.interval_reports import reports_of

    paths, models, question, meta, notes, deals, adjust = found
    reports = reports_of(*found, wanted=wanted, shown=shown) if wanted.any else []
    if agreement or question.ordered:
        credits, more = credits_of(paths, models, deals), list(notes)
        if adjust is not None:
            credits, _, calibrated = adjust(credits, models=models)
            more += calibrated
        if agreement:
            from attribution.agreement_report import agreement_reports

            reports += agreement_reports(credits, question.by, meta, more)
        if question.ordered:
            from attribution.ordered_shapley import places_report

            reports.append(places_report(credits["shapley"], question.by, meta))
    return reports or [report_of_paths(*found)]
