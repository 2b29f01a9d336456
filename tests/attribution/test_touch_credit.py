"""The credit of single touches adds up to what the models credit channels."""

import dataclasses

import numpy as np
import pytest

from attribution.attribute import attribute, make_models
from attribution.models import MODELS, needs_milestones
from attribution.question import Question
from attribution.simulation.simulate import simulate, write
from attribution.touch_credit import touch_credit
from connectors import importing
from connectors.csv_files import CsvFiles
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
