"""The command that tells which records a table may bring."""

from __future__ import annotations

import click

from reports.command_line import Invocation, TranslatedCommand, report_options, say, show
from reports.report import N_, Text


@click.command(cls=TranslatedCommand)
@click.argument("kind", required=False, metavar="[KIND]")
@click.option("--template", metavar="FILE", help=N_("Write an empty table of this kind, ready to be filled in: FILE.xlsx or FILE.csv."))
@report_options
@click.pass_obj
def kinds(invocation: Invocation, /, kind: str | None, template: str | None, format: str | None, output: str | None) -> None:
    """Tell which kinds of record a table may bring, and their columns; make an empty table to fill in.

    What is filled in is imported with 'smarketing import csv FILE --as KIND'. Tables that other programs export are read as they are.

    \b
    Examples:
      smarketing kinds
      smarketing kinds posts
      smarketing kinds advocates --template advocates.xlsx
    """
    from connectors import kinds as told
    from workspace.errors import UsageError

    if kind is None:
        if template is not None:
            raise UsageError("--template needs a kind: smarketing kinds KIND --template FILE; 'smarketing kinds' lists them")
        show(told.listing(), invocation, format, output)
        return
    told.checked_kind(kind)
    if template is None:
        show(told.columns(kind), invocation, format, output)
        return
    told.write_template(kind, template, invocation.language)
    say(invocation, Text("Written: {file}", file=template))
