"""The commands on what employees agreed to and what teams may post."""

from __future__ import annotations

import datetime as dt

import click

from attribution.options import day
from reports.command_line import Invocation, TranslatedCommand, report_options, say, show
from reports.report import N_, Text
from social.scope import Scope, scope_options
from workspace.consent import DATA
from workspace.store import open_workspace


@click.command(cls=TranslatedCommand)
@click.argument("advocate", required=False, metavar="[ADVOCATE]")
@click.option("--grant", multiple=True, type=click.Choice(DATA), help=N_("Note that they agree to this."))
@click.option(
    "--revoke", multiple=True, type=click.Choice(DATA), help=N_("Note that they no longer agree; what is stored of it is removed.")
)
@click.option("--on", callback=day, metavar="DAY", help=N_("The day they said so; today by default."))
@report_options
@click.pass_obj
def consent(
    invocation: Invocation,
    /,
    advocate: str | None,
    grant: tuple[str, ...],
    revoke: tuple[str, ...],
    on: dt.date | None,
    format: str | None,
    output: str | None,
) -> None:
    """Show, or note, what employees agreed to; what they did not agree to is not stored.

    \b
    Examples:
      smarketing social consent
      smarketing social consent A7
      smarketing social consent A7 --grant own_posts --grant audience
      smarketing social consent A7 --revoke audience
    """
    from social.policy import agree, consent_report
    from workspace.errors import UsageError

    if advocate is None and (grant or revoke or on):
        raise UsageError("--grant and --revoke need the employee's code: smarketing social consent CODE --grant own_posts")
    if on and not (grant or revoke):
        raise UsageError("--on says since when; say what was agreed to as well, with --grant or --revoke")
    with open_workspace(invocation.workspace) as workspace:
        if advocate is not None and (grant or revoke):
            done = agree(workspace, advocate, grant, revoke, on)
            removed = sum(count.rows_removed for count in done.counts)
            if removed:
                say(
                    invocation,
                    Text("{count} {count:record was removed: it is|records were removed: they are} no longer agreed to.", count=removed),
                )
        show(consent_report(workspace, advocate), invocation, format, output)


@click.command(cls=TranslatedCommand)
@scope_options
@click.option(
    "--show",
    "shown",
    type=click.Choice(["rules", "posts"]),
    default="rules",
    show_default=True,
    help=N_("What each team may post where, or the posts without disclosure, held back or refused."),
)
@click.option("--approve", multiple=True, metavar="POST", help=N_("Approve a post that is held back."))
@click.option("--refuse", multiple=True, metavar="POST", help=N_("Refuse a post that is held back."))
@report_options
@click.pass_obj
def policy(
    invocation: Invocation,
    /,
    scope: Scope,
    shown: str,
    approve: tuple[str, ...],
    refuse: tuple[str, ...],
    format: str | None,
    output: str | None,
) -> None:
    """Show what each team may post, and the posts that break or await the policy.

    \b
    Examples:
      smarketing social policy
      smarketing social policy --show posts
      smarketing social policy --approve 7280009832436858880
    """
    from social.policy import decide, policy_report

    with open_workspace(invocation.workspace) as workspace:
        if approve or refuse:
            say(invocation, Text("{count} {count:post was|posts were} decided on.", count=decide(workspace, approve, refuse)))
            shown = "posts"
        show(policy_report(workspace, scope, shown), invocation, format, output)
