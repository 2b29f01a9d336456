"""The command that forgets employees."""

from __future__ import annotations

import click

from reports.command_line import Invocation, TranslatedCommand, confirm, say
from reports.report import N_, Text
from workspace.errors import UsageError
from workspace.store import open_workspace

STILL_READ = Text("Another program is reading this workspace: the old bytes are overwritten once it closes, not before. Close it now.")


@click.command(cls=TranslatedCommand)
@click.argument("advocate", required=False, metavar="[ADVOCATE]")
@click.option("--left", is_flag=True, help=N_("Forget everybody whose time in the programme has ended."))
@click.option("--yes", is_flag=True, help=N_("Do not ask whether that is meant."))
@click.pass_obj
def forget(invocation: Invocation, /, advocate: str | None, left: bool, yes: bool) -> None:
    """Forget an employee: what names them goes, the codes of their links are drawn anew, sums stay.

    What lies outside the workspace stays: files that were imported, and their names in smarketing.toml.

    \b
    Examples:
      smarketing social forget A7
      smarketing social forget --left --yes
    """
    from workspace import erasure

    if (advocate is None) == (not left):
        raise UsageError("Name an advocate, or pass --left for everybody who has left: smarketing social forget A7")
    with open_workspace(invocation.workspace) as workspace:
        if advocate is not None and not erasure.is_known(workspace, advocate):
            raise UsageError("Nothing is stored of {advocate}; codes are listed by 'smarketing social consent'", advocate=advocate)
        names = [advocate] if advocate is not None else erasure.leavers(workspace)
        if not names:
            say(invocation, Text("Nobody has left."))
            if not erasure.overwrite(workspace):  # what an earlier one was kept from
                say(invocation, STILL_READ)
            return
        if not yes:
            asked = Text("Forget {names}? This cannot be undone.", names=", ".join(names))
            confirm(invocation, asked)
        for name in names:
            done = erasure.forget_advocate(workspace, name)
            say(
                invocation,
                Text(
                    "{advocate}: {audience} {audience:connection was|connections were} deleted, {posts} {posts:post|posts} and {codes} "
                    "{codes:code|codes} of links kept without a name, as those of {stands_for}.",
                    advocate=name,
                    audience=done.audience,
                    posts=done.posts,
                    codes=done.codes,
                    stands_for=done.stands_for,
                ),
            )
            if not done.overwritten:
                say(invocation, STILL_READ)
        say(invocation, Text("Delete the files that were imported of them too, and take them out of smarketing.toml."))
