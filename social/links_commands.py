"""The command that makes tagged links for advocates."""

from __future__ import annotations

import click

from reports.command_line import Invocation, TranslatedCommand, report_options, show
from reports.report import N_
from workspace.store import open_workspace


def several(ctx: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """Read an option that may be given several times, and each time with commas."""
    return tuple(part for text in value for one in text.split(",") if (part := one.strip()))


@click.command(cls=TranslatedCommand)
@click.argument("urls", metavar="[URL]...", nargs=-1)
@click.option(
    "--advocate",
    "advocates",
    multiple=True,
    callback=several,
    metavar="CODE,CODE",
    help=N_("For these advocates; for all who take part by default."),
)
@click.option("--team", metavar="NAME", help=N_("Only the advocates of this team."))
@click.option("--content", metavar="NAME", help=N_("The content that the page belongs to; named after the page by default."))
@click.option("--network", metavar="NAME", help=N_("Where the link is posted; linkedin by default."))
@click.option("--campaign", metavar="NAME", help=N_("The campaign that stands in the link."))
@click.option("--list", "listed", is_flag=True, help=N_("Show the codes there are, and make none."))
@click.option(
    "--retire", multiple=True, callback=several, metavar="CODE,CODE", help=N_("Retire these codes: the next links have new ones.")
)
@report_options
@click.pass_obj
def links(
    invocation: Invocation,
    /,
    urls: tuple[str, ...],
    advocates: tuple[str, ...],
    team: str | None,
    content: str | None,
    network: str | None,
    campaign: str | None,
    listed: bool,
    retire: tuple[str, ...],
    format: str | None,
    output: str | None,
) -> None:
    """Make tagged links for employees to post, each with an opaque code that says whose it is to this workspace alone.

    Who asks again gets the same codes. What comes by these links is the channel Employee Advocacy.

    \b
    Examples:
      smarketing social links https://www.example.com/white-paper --team "Sales Lyon" -o links.xlsx
      smarketing social links https://www.example.com/white-paper --advocate A07,A12 --campaign spring
      smarketing social links --list --format csv
      smarketing social links --retire k7q2bcdf
    """
    from social.links import Wanted
    from social.links import links as report

    wanted = Wanted(urls, advocates, team, content, network, campaign)
    with open_workspace(invocation.workspace) as workspace:
        show(report(workspace, wanted, listed=listed, retired=retire), invocation, format, output)
