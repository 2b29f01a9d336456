"""The group `social`: each of its commands is loaded when it is used."""

from __future__ import annotations

import click

from reports.command_line import LoadingGroup
from reports.report import N_

COMMANDS: tuple[tuple[str, str, str], ...] = (
    (
        "participation",
        "social.reach_commands:participation",
        N_("Count who is eligible, invited, enrolled and sharing, and how alike their posts are."),
    ),
    (
        "reach",
        "social.reach_commands:reach",
        N_("Count whom employees' posts can reach, each person once, and estimate whom they do reach."),
    ),
    (
        "engagement",
        "social.value_commands:engagement",
        N_("Show the engagement with employees' posts, and its rates, each over the posts that have the figures."),
    ),
    (
        "value",
        "social.value_commands:value",
        N_("Say what employees' posts would have cost as advertising (earned media value), by your own prices."),
    ),
    (
        "opportunities",
        "social.opportunities_commands:opportunities",
        N_("Follow posts to leads and opportunities, by evidence, and split the credit of the social touches."),
    ),
    ("activate", "social.activate_commands:activate", N_("Choose the advocates who together reach most people at target accounts.")),
    (
        "introductions",
        "social.introductions_commands:introductions",
        N_("Show whom employees know at key accounts, and who can introduce us to one of them."),
    ),
    ("graph", "social.introductions_commands:graph", N_("Write the graph of who knows whom at key accounts, as GraphML or as a picture.")),
    (
        "leaderboard",
        "social.leaderboard_commands:leaderboard",
        N_("Compare teams or advocates by points; off until the settings turn it on."),
    ),
    ("ssi", "social.leaderboard_commands:ssi", N_("Follow LinkedIn's Social Selling Index, as employees report it.")),
    (
        "activity",
        "social.leaderboard_commands:activity",
        N_("Show how active each advocate is, part by part; an index of our own, which is not LinkedIn's."),
    ),
    (
        "links",
        "social.links_commands:links",
        N_("Make tagged links for employees to post, each with an opaque code that says whose it is to this workspace alone."),
    ),
    (
        "experiment",
        "social.experiment_commands:experiment",
        N_("Draw which teams are offered which content, and show what the offer did, with its interval by the draw alone."),
    ),
    ("policy", "social.policy_commands:policy", N_("Show what each team may post, and the posts that break or await the policy.")),
    ("consent", "social.policy_commands:consent", N_("Show, or note, what employees agreed to; what they did not agree to is not stored.")),
    (
        "forget",
        "social.forget_commands:forget",
        N_("Forget an employee: what names them goes, the codes of their links are drawn anew, sums stay."),
    ),
)
"""Every command of the group: its name, where it is, and its summary."""


@click.group(cls=LoadingGroup, commands=COMMANDS)
def social() -> None:
    """Measure employee advocacy: whom its posts can reach and do reach, what that is worth, which opportunities it creates.

    \b
    Examples:
      smarketing social reach
      smarketing social opportunities --since 2026-01-01 -o opportunities.xlsx
    """
