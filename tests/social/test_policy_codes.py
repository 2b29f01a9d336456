"""Codes that nobody has, and teams of which few are eligible: refused and withheld."""

import pytest

from social.participation import report as participation
from social.policy import agree, consent_report
from social.scope import Scope
from tests.social.workspaces import agreed, day, make
from workspace.errors import UsageError

REMEDY = "'smarketing social consent' lists them all, and new ones are imported with 'smarketing import csv FILE --as advocates'"


def test_a_mistyped_code_is_neither_shown_nor_noted(tmp_path):
    with make(tmp_path, advocates=[{"advocate": code} for code in ("AMELIE", "BENOIT")], consents=agreed("GONE")) as workspace:
        for attempt in (lambda: consent_report(workspace, "AMELI"), lambda: agree(workspace, "AMELI", (), ("audience",), None)):
            with pytest.raises(UsageError) as error:
                attempt()
            assert str(error.value) == f"AMELI: no advocate has this code; there are AMELIE; {REMEDY}"
        # Whoever is no longer on the list can still take back what they agreed to.
        assert agree(workspace, "GONE", (), ("audience",), None).counts
        assert consent_report(workspace, "AMELIE").frame.empty


def test_before_there_is_a_list_consents_can_be_noted(tmp_path):
    with make(tmp_path) as workspace:
        with pytest.raises(UsageError) as error:
            consent_report(workspace, "A1")
        assert str(error.value) == f"A1: no advocate has this code; there are none yet; {REMEDY}"
        agree(workspace, "A1", ("own_posts",), (), None)
        assert str(consent_report(workspace, "A1").notes[0]) == "Holds today: Own posts."


def listed(team, count, since=None):
    return [{"advocate": f"{team}{one}", "team": team, "eligible_since": day(-90), "since": since} for one in range(count)]


def test_a_team_of_few_who_did_not_enrol_is_withheld(tmp_path):
    teams = listed("Few", 2) + listed("Many", 6) + listed("Sales", 9, day(-30)) + listed("Support", 7, day(-30))
    with make(tmp_path, advocates=teams) as workspace:
        told = participation(workspace, Scope(), "team")
    # Of "Few" it would be told that its two did not enrol; with "Many" beside it, the total does not tell it either.
    assert told.frame["team"].tolist() == ["Sales", "Support"]
    assert told.frame["enrolled"].tolist() == [9, 7]


def test_a_team_is_as_large_as_it_was_in_the_period(tmp_path):
    teams = (
        listed("Sales", 9, day(-30))
        + listed("Support", 3, day(-30))
        + [one | {"advocate": f"L{one['advocate']}"} for one in listed("Support", 6, day(40))]
    )
    with make(tmp_path, advocates=teams) as workspace:
        assert participation(workspace, Scope(), "team").frame["team"].tolist() == ["Sales", "Support"]
        # In January Support had three.
        assert participation(workspace, Scope(until=day(20)), "team").frame["team"].tolist() == []
