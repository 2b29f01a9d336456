"""What runs in the interpreter that has the other packages; nothing of smarketing is loaded here."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
from typing import Any

from benchmarks.task import Work

MAM_MODELS = {
    "first": "first_click",
    "last": "last_click",
    "linear": "linear",
    "u_shaped": "position_based",
    "time_decay": "time_decay",
    "markov": "markov",
    "shapley": "shapley",
}
"""Our names of the models, and theirs."""


def installed() -> Work:
    """Say which of the packages there are, by name and version."""

    def work() -> dict[str, Any]:
        names = ("marketing-attribution-models", "ChannelAttribution")
        there = {name: next((d.version for d in importlib.metadata.distributions(name=name)), None) for name in names}
        return {name: version for name, version in there.items() if version}

    return work


def mam(file: str) -> Work:
    """Credit raw touches by marketing-attribution-models; versions 2 are a package `mam` on polars, versions 1 one on pandas."""
    return _mam_2(file) if importlib.util.find_spec("mam") else _mam_1(file)


def _mam_2(file: str) -> Work:
    polars, package = importlib.import_module("polars"), importlib.import_module("mam")

    def work() -> dict[str, Any]:
        touches = polars.read_parquet(file)
        made = package.MAM(touches, "session", "channel", "converts", "at", "person", create_journey_id_based_on_conversion=True)
        found = {model: getattr(made, f"run_{name}")() for model, name in MAM_MODELS.items()}
        credits = {
            model: dict(result.to_polars().select(polars.col("channels").cast(str), "attribution").rows())
            for model, result in found.items()
        }
        effects = found["markov"].metadata["removal_effect"]["removal_effect"].to_dict()
        return {"credits": credits | {"removal effects": effects}}

    return work


def _mam_1(file: str) -> Work:
    import pandas as pd

    package = importlib.import_module("marketing_attribution_models")

    def work() -> dict[str, Any]:
        touches = pd.read_parquet(file)
        made = package.MAM(
            touches,
            group_channels=True,
            channels_colname="channel",
            journey_with_conv_colname="converts",
            group_timestamp_colname="at",
            group_channels_by_id_list=["person"],
            create_journey_id_based_on_conversion=True,
        )
        found = {model: getattr(made, f"attribution_{name}")() for model, name in MAM_MODELS.items() if model != "markov"}
        # Else it counts a journey as often as its value says, and those that did not convert not at all.
        found["markov"] = made.attribution_markov(conversion_value_as_frequency=False)
        credits = {model: _column(result[1]) for model, result in found.items()}
        return {"credits": credits | {"removal effects": found["markov"][3]["removal_effect"].to_dict()}}

    return work


def _column(result: Any) -> dict[str, float]:
    """Read channel and credit from a frame with a column of channels, or a series indexed by them."""
    pairs = result.items() if result.ndim == 1 else result.iloc[:, :2].itertuples(index=False, name=None)
    return {str(channel): float(credit) for channel, credit in pairs}


def channel_attribution(file: str, seed: int, order: int = 1) -> Work:
    """Credit aggregated paths by ChannelAttribution's Markov model, at its defaults but for the order."""
    import pandas as pd

    package = importlib.import_module("ChannelAttribution")

    def work() -> dict[str, Any]:
        paths = pd.read_csv(file)
        result = package.markov_model(paths, "path", "conversions", var_null="nulls", order=order, seed=seed, flg_pro=False)
        return {"credit": dict(zip(result["channel_name"], map(float, result["total_conversions"]), strict=True))}

    return work
