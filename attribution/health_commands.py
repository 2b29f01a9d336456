"""The commands against wrong tags: check finds them, links builds right ones."""

from __future__ import annotations

import click

from reports.command_line import Invocation, TranslatedCommand, report_options, show
from reports.report import N_
from workspace.store import open_workspace


@click.command(cls=TranslatedCommand)
@click.option("--goal", metavar="GOAL", help=N_("Whose conversions are counted; the settings' goal or the last stage by default."))
@click.option("--show", "shown", metavar="NAME", help=N_("Every case of one problem, by its name in the list."))
@report_options
@click.pass_obj
def check(invocation: Invocation, /, goal: str | None, shown: str | None, format: str | None, output: str | None) -> None:
    """List what is wrong with the data, worst first: tags, referrers, spend and conversions that do not fit together.

    \b
    Examples:
      smarketing check
      smarketing check --show spellings
      smarketing check --goal lead -o check.xlsx
    """
    from attribution.health import check as report

    with open_workspace(invocation.workspace) as workspace:
        show(report(workspace, goal, shown), invocation, format, output)


@click.command(cls=TranslatedCommand)
@click.argument("urls", nargs=-1, required=True, metavar="URL…")
@click.option("--source", required=True, metavar="TEXT", help=N_("utm_source, such as linkedin."))
@click.option("--medium", required=True, metavar="TEXT", help=N_("utm_medium, such as cpc."))
@click.option("--campaign", required=True, metavar="TEXT", help=N_("utm_campaign."))
@click.option("--content", metavar="TEXT", help=N_("utm_content."))
@click.option("--term", metavar="TEXT", help=N_("utm_term."))
@report_options
@click.pass_obj
def links(invocation: Invocation, /, urls: tuple[str, ...], format: str | None, output: str | None, **tags: str | None) -> None:
    """Build tagged links, and say which channel their visits will belong to.

    Tags are spelled in lower case with hyphens, and held against the lists under [links] in smarketing.toml.

    \b
    Examples:
      smarketing links https://example.com/white-paper --source linkedin --medium social --campaign 2026q1-white-paper
      smarketing links https://example.com/ https://example.com/fr --source newsletter --medium email --campaign april -o links.xlsx
    """
    from attribution.links import links as report
    from workspace import settings

    chosen = settings.load(invocation.workspace.with_name(settings.FILE_NAME))
    show(report(urls, tags, chosen), invocation, format, output)
