"""The commands of commercial performance."""

from __future__ import annotations

from pathlib import Path

import click

from reports.command_line import Invocation, TranslatedCommand, say, show
from reports.report import N_, Text
from workspace.errors import UsageError


@click.command(cls=TranslatedCommand)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo"),
    show_default=True,
    metavar="DIR",
    help=N_("The folder to write to."),
)
@click.pass_obj
def demo(invocation: Invocation, /, out: Path) -> None:
    """Simulate a company, import it and write its workbooks and pages.

    A year of a B2B company that does not exist: some 200,000 touches, its leads and deals, what it spent, what its employees
    posted.

    \b
    Examples:
      smarketing demo
      smarketing --lang fr demo --out demonstration
    """
    from performance.demo import advocacy_overview, build, overview

    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError("--out {folder}: this folder cannot be made ({why}); choose another", folder=out, why=error.strerror) from error
    with build(out, lambda text: say(invocation, text)) as workspace:
        pages = {"attribution": overview(workspace), "advocacy": advocacy_overview(workspace)}
    for name, reports in pages.items():
        for suffix in ("xlsx", "html"):
            show(reports, invocation, None, str(out / f"{name}.{suffix}"))
    show(pages["attribution"][0], invocation)
    say(
        invocation,
        Text(
            "Open {attribution} in a browser for the channels, {advocacy} for employees' posts; beside each lies its workbook (.xlsx).",
            attribution=str(out / "attribution.html"),
            advocacy=str(out / "advocacy.html"),
        ),
    )
    asked = ("attribution", "social")
    for group in asked:
        say(
            invocation,
            Text("Ask more of it: smarketing --workspace {workspace} {group} --help", workspace=str(out / "smarketing.db"), group=group),
        )
