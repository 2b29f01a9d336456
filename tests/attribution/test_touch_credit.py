"""The credit of single touches adds up to what the models credit channels."""

import dataclasses

import numpy as np
import pytest

from attribution import naming
from attribution.attribute import attribute, make_models
from attribution.models import MODELS, needs_milestones
from attribution.question import Question
from attribution.simulation.simulate import simulate, write
from attribution.touch_credit import touch_credit
from connectors import importing
from connectors.csv_files import CsvFiles
from tests.social.workspaces import at, click, make
from workspace import reading, store
from workspace.errors import UsageError

BY_TOUCH = [model.name for model in MODELS if model.credits_touches and not needs_milestones(model) and model.name != "custom"]
SOCIAL = ("Employee Advocacy", "Organic Social")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company")
    write(simulate(people=4000, seed=11), folder)
    store.create(folder / "smarketing.db")
    with store.open_workspace(folder / "smarketing.db") as found:
        context = importing.context_of(found, lambda done, total: None)
        for kind in ("touches", "conversions", "people"):
            importing.run(found, CsvFiles(context, (str(folder / f"{kind}.csv"),), kind), strict=True)
        yield found


def origins_of(workspace, channels):
    return np.array([row["id"] for row in reading.origins(workspace) if row["channel"] in channels])


@pytest.mark.parametrize("level", ["person", "account"])
@pytest.mark.parametrize("name", BY_TOUCH)
def test_summed_by_channel_it_is_what_attribution_reports(workspace, name, level):
    question = Question(models=(name,), goal="opportunity", level=level, lookback_days=120)
    (model,) = make_models(question)
    reported = attribute(workspace, question).frame.set_index("channel")

    found = touch_credit(workspace, question, model, origins_of(workspace, SOCIAL))

    channel = found.touches["origin_id"].map({row["id"]: row["channel"] for row in reading.origins(workspace)})
    value = found.touches["share"] * found.touches["id"].map(found.conversions.set_index("id")["value"])
    for social in SOCIAL:
        assert found.touches["share"][channel == social].sum() == pytest.approx(reported["conversions"][social], abs=1e-6)
        assert value[channel == social].sum() == pytest.approx(reported["value"][social], abs=0.005)
    assert found.touches.groupby("id")["share"].sum().to_numpy() == pytest.approx(1)
    assert len(found.conversions) == pytest.approx(reported["conversions"].sum())


def test_a_period_without_such_touches_has_no_row(workspace):
    question = Question(models=("linear",), goal="lead")
    (model,) = make_models(question)

    found = touch_credit(workspace, question, model, np.array([-1]))

    assert found.touches.columns.tolist() == ["id", "key", "at", "origin_id", "share"]
    assert found.touches.empty
    assert not found.conversions.empty


@pytest.mark.parametrize("name", ["markov", "shapley", "w_shaped"])
def test_a_model_that_gives_touches_nothing_is_refused(workspace, name):
    question = Question(models=(name,), goal="lead")
    (model,) = make_models(question)

    with pytest.raises(UsageError) as refused:
        touch_credit(workspace, question, model, np.array([-1]))

    assert str(refused.value) == (
        f"--model {name} gives no touch a share of its own, so nothing of it can be told of single touches; take one of "
        f"{', '.join(BY_TOUCH)}"
    )


def test_shortened_journeys_are_refused(workspace):
    question = Question(models=("linear",), goal="lead")
    question = dataclasses.replace(question, transform=dataclasses.replace(question.transform, max_touches=3))
    (model,) = make_models(question)

    with pytest.raises(UsageError, match="The credit of single touches is told of whole journeys; leave "):
        touch_credit(workspace, question, model, np.array([-1]))


def test_each_conversion_of_a_person_has_a_journey_of_its_own(tmp_path):
    """The second begins after the first; conversions of one second share one, and each gives its touches their shares."""
    touches = [
        click("anna@x.example", at(1), "k-1"),
        {"person": "anna@x.example", "at": at(2), "source": "google", "medium": "organic"},
        click("anna@x.example", at(5), "k-1"),
        click("ben@x.example", at(6), "k-1"),
    ]
    leads = [("anna@x.example", 3, "a1"), ("anna@x.example", 7, "a2"), ("anna@x.example", 7, "a3"), ("ben@x.example", 7, "b1")]
    conversions = [{"person": person, "at": at(days), "goal": "lead", "id": name} for person, days, name in leads]
    with make(tmp_path, touches=touches, conversions=conversions) as workspace:
        naming.name_origins(workspace)
        question = Question(models=("linear",), goal="lead")
        (model,) = make_models(question)
        found = touch_credit(workspace, question, model, origins_of(workspace, SOCIAL))

    told = sorted((moment, round(share, 9)) for moment, share in found.touches[["at", "share"]].itertuples(index=False))
    days = {int(at(number).timestamp()): number for number in range(9)}
    assert [(days[moment], share) for moment, share in told] == [(1, 0.5), (2, 0.5), (5, 1.0), (5, 1.0), (6, 1.0)]
    assert found.touches.groupby("id")["share"].sum().tolist() == [1.0] * 4
