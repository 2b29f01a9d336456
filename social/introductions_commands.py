"""The commands on who knows whom at key accounts."""

from __future__ import annotations

from pathlib import Path

import click

from reports.command_line import Invocation, TranslatedCommand, report_options, say, show
from reports.report import N_, Text
from social.buying_roles import ROLES
from social.scope import Scope, place_options
from workspace.errors import UsageError
from workspace.store import open_workspace


@click.command(cls=TranslatedCommand)
@click.argument("account", required=False, metavar="[ACCOUNT]")
@click.option(
    "--accounts", metavar="TIER|NAMES", help=N_("A tier, or names of accounts with commas between; every key account by default.")
)
@place_options
@click.option("--ask", metavar="ROLE", type=click.Choice([*ROLES, "anybody"]), help=N_("Ask the best placed advocate to introduce us."))
@click.option("--answer", nargs=2, metavar="ADVOCATE accepted|declined", help=N_("Note what an advocate answered."))
@report_options
@click.pass_obj
def introductions(
    invocation: Invocation,
    /,
    account: str | None,
    accounts: str | None,
    scope: Scope,
    ask: str | None,
    answer: tuple[str, str] | None,
    format: str | None,
    output: str | None,
) -> None:
    """Show whom employees know at key accounts, and who can introduce us to one of them.

    Names stay with the employees: one is named once they have accepted.

    \b
    Examples:
      smarketing social introductions
      smarketing social introductions "Acme"
      smarketing social introductions "Acme" --ask economic_buyer
      smarketing social introductions "Acme" --answer A7 accepted
    """
    from social import introductions as room

    if account is None and (ask or answer):
        raise UsageError("--ask and --answer need an account: smarketing social introductions ACCOUNT --ask champion")
    if account is not None and accounts:
        raise UsageError("--accounts is for the list of all; leave it out, or leave {account} out", account=account)
    if answer and answer[1] not in ("accepted", "declined"):
        raise UsageError("--answer {advocate} {said}: an answer is 'accepted' or 'declined'", advocate=answer[0], said=answer[1])
    with open_workspace(invocation.workspace) as workspace:
        if account is not None and ask:
            asked = room.ask(workspace, scope, account, None if ask == "anybody" else ask)
            say(invocation, Text("Noted: {advocate} is to be asked. Pass the question on to them alone.", advocate=asked))
        if account is not None and answer:
            room.answer(workspace, account, *answer)
        made = room.coverage_report(workspace, scope, accounts) if account is None else room.introductions_report(workspace, scope, account)
        show(made, invocation, format, output)


@click.command(cls=TranslatedCommand)
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help=N_("A .graphml or .html file.")
)
@click.option(
    "--accounts", metavar="TIER|NAMES", help=N_("A tier, or names of accounts with commas between; every key account by default.")
)
@place_options
@click.option("--people", is_flag=True, help=N_("With every person, under running numbers; by default people are folded into the ties."))
@click.pass_obj
def graph(invocation: Invocation, /, output: Path, accounts: str | None, scope: Scope, people: bool) -> None:
    """Write the graph of who knows whom at key accounts, as GraphML or as a picture.

    \b
    Examples:
      smarketing social graph -o programme.html
      smarketing social graph --accounts A --people -o programme.graphml
    """
    from social.graph_picture import write

    with open_workspace(invocation.workspace) as workspace:
        write(workspace, scope, accounts, people, output, invocation.language)
    say(invocation, Text("Written: {file}", file=str(output)))
