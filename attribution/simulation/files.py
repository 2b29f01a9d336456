"""The simulated company's records as tables and as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from attribution.simulation.company import CURRENCY, OWN_DOMAIN
from attribution.simulation.funnel import GOALS, OPPORTUNITY, WON
from workspace.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

    from attribution.paths import Ints
    from attribution.simulation.funnel import Stages
    from attribution.simulation.simulate import Simulation

SLICE = 200_000
TOUCH = ("person", "at", "source", "medium", "campaign", "content", "term", "referrer", "url", "kind", "id")
"""The columns of touches."""
COMPANIES = (
    "acme", "nordvent", "bleuval", "cartonex", "meridiane", "alpagest", "ferrolia", "hydrance", "kervador", "lumaprint", "mecanor",
    "novafret", "opaline", "pyrelec", "quartzeo", "rivalto", "soudex", "terravia", "ultimat", "veltis", "wattera", "xylobois", "yonnelec",
    "zephyr-log",
)  # fmt: skip

README = """\
A simulated B2B company: every person, company and deal in these files is invented.

People         {people}
Seed           {seed}
Scenario       {scenario}
Window         {first} to {last} ({days} days)
Own domain     {own_domain}  (put it in own_domains in smarketing.toml before you import)

touches.csv      {touches} contacts between people and the company
conversions.csv  stages reached: lead, mql, sql, opportunity, won, lost
spend.csv        advertising by day and campaign, and fees
people.csv       the account of everybody with a touch
truth.csv        what each channel truly added to the leads; no import needs it

How leads come about: a person on the market becomes a lead at the hazard b + sum of beta * exp(-(t - s) / tau) over the touches at s <= t,
with b the person's own baseline and beta and tau those of the channel. true_incremental_conversions is the number of leads to be expected
from the touches in touches.csv, less the number to be expected without the channel's touches. Touches of decided people (harvest_touches)
and touches after the lead cause nothing.

{days_are}

Expected leads              {expected:.1f}
of these without any touch  {baseline:.1f}
Leads drawn                 {leads}
"""
BUYERS = "Rates are per day of the buyers' clock, which runs fast in working hours and slowly at night, on weekends and in August."
CALENDAR = "Rates are per day of the calendar."


def persons(person: Ints, account: Ints) -> pa.Array:
    """Write people as addresses at their account's domain ("p0000123@acme-17.example")."""
    import pyarrow as pa
    import pyarrow.compute as pc

    number = pc.utf8_lpad(pc.cast(pa.array(person), pa.string()), 7, "0")
    return pc.binary_join_element_wise("p", number, "@", domains(account[person]), "")


def domains(account: Ints) -> pa.Array:
    """Write accounts as their domain ("acme-17.example")."""
    import pyarrow as pa
    import pyarrow.compute as pc

    word = pa.array(COMPANIES).take(pa.array(account % len(COMPANIES)))
    number = pc.cast(pa.array(account // len(COMPANIES) + 1), pa.string())
    return pc.binary_join_element_wise(word, "-", number, ".example", "")


def numbered(letter: str, numbers: Ints) -> pa.Array:
    """Write ids ("t00000012")."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(letter, pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), 8, "0"), "")


def touches_table(simulation: Simulation, first: int, last: int) -> pa.Table:
    """Write some touches as the CSV connector reads them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    origins, kinds = simulation.origins, [process.kind for process in simulation.processes]
    place = pa.array(simulation.origin[first:last])

    def column(values: list[Any]) -> pa.Array:
        return pa.array(values, pa.string()).take(place)

    # Any odd factor makes distinct 64-bit numbers of the rows; this one, from the golden ratio, makes them look drawn.
    mixed = (np.arange(first + 1, last + 1, dtype=np.uint64) + np.uint64(simulation.seed % 2**64)) * np.uint64(0x9E3779B97F4A7C15)
    click = pc.if_else(column([o.click_id for o in origins]).is_valid(), pc.cast(pa.array(mixed), pa.string()), "")
    written = {
        field: column([getattr(o, field) for o in origins]) for field in ("source", "medium", "campaign", "content", "term", "referrer")
    }
    return pa.table(
        {
            "person": persons(simulation.person[first:last], simulation.account),
            "at": pa.array(simulation.at[first:last]).cast(pa.timestamp("s", "UTC")),
            **written,
            "url": pc.binary_join_element_wise(column([o.url for o in origins]), click, ""),
            "kind": column([kinds[o.process] for o in origins]),
            "id": numbered("t", np.arange(first + 1, last + 1)),
        }
    )


def conversions_table(simulation: Simulation) -> pa.Table:
    """Write the stages reached as the CSV connector reads them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    stages = simulation.stages
    value = pa.array(stages.value, from_pandas=True)
    return pa.table(
        {
            "person": persons(stages.person, simulation.account),
            "account": domains(simulation.account[stages.person]),
            "at": pa.array(stages.at).cast(pa.timestamp("s", "UTC")),
            "goal": pa.array(GOALS).take(pa.array(stages.goal)),
            "opportunity": _deals(stages),
            "value": value,
            "currency": pc.if_else(value.is_valid(), CURRENCY, None),
            "id": numbered("c", np.arange(1, len(stages.person) + 1)),
        }
    )


def _deals(stages: Stages) -> pa.Array:
    """Give the deal's id ("d0000123") to opportunities and what became of them; who buys once more has a second deal."""
    import pyarrow as pa
    import pyarrow.compute as pc

    won = stages.goal == WON
    order = np.lexsort((stages.at, stages.person, ~won))
    first = np.ones(len(won), dtype=np.bool_)
    first[order[1:]] = np.diff(stages.person[order]) != 0
    number = pc.utf8_lpad(pc.cast(pa.array(stages.person), pa.string()), 7, "0")
    names = pc.binary_join_element_wise("d", number, pa.array(np.where(won & ~first, "-2", "")), "")
    return pc.if_else(pa.array(stages.goal >= OPPORTUNITY), names, None)


def people_table(simulation: Simulation) -> pa.Table:
    """Write everybody with a touch and their account as the CSV connector reads them."""
    import pyarrow as pa

    met = np.unique(simulation.person)
    return pa.table({"person": persons(met, simulation.account), "account": domains(simulation.account[met])})


def write_files(simulation: Simulation, out: Path, others: pa.Table | None = None) -> list[Path]:
    """Write all files of a simulation into a folder, which is made where it is missing; `others` are touches that come after its own."""
    import pyarrow as pa
    from pyarrow import csv

    names = ("touches.csv", "conversions.csv", "spend.csv", "people.csv", "truth.csv", "README.txt")
    paths = [out / name for name in names]
    try:
        out.mkdir(parents=True, exist_ok=True)
        with csv.CSVWriter(paths[0], touches_table(simulation, 0, 0).schema) as file:
            for first in range(0, len(simulation.person), SLICE):
                file.write(touches_table(simulation, first, min(first + SLICE, len(simulation.person))))
            if others is not None:
                file.write(others)
        csv.write_csv(simulation.conversions(), paths[1])
        csv.write_csv(simulation.spend, paths[2])
        csv.write_csv(people_table(simulation), paths[3])
        csv.write_csv(pa.Table.from_pandas(simulation.truth, preserve_index=False), paths[4])
        paths[5].write_text(_readme(simulation, others.num_rows if others is not None else 0), encoding="utf-8", newline="\n")
    except OSError as error:
        template = "{out}: the simulated files cannot be written here ({why}); name another folder with --out"
        raise UsageError(template, out=out, why=error.strerror or error) from error
    return paths


def _readme(simulation: Simulation, others: int) -> str:
    days = round(simulation.clock.days)
    return README.format(
        people=simulation.people,
        seed=simulation.seed,
        scenario=simulation.scenario,
        first=simulation.start.isoformat(),
        last=simulation.last_day.isoformat(),
        days=days,
        own_domain=OWN_DOMAIN,
        touches=len(simulation.person) + others,
        days_are=BUYERS if simulation.business_hours else CALENDAR,
        expected=simulation.expected_leads,
        baseline=simulation.baseline_leads,
        leads=simulation.leads,
    )
