"""The inside of a measured process: `python -m benchmarks.task MODULE:FUNCTION ARGUMENTS`.

The function loads the libraries it needs and returns what is to be timed; the last line printed is what was measured.
"""

from __future__ import annotations

import importlib
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Work = Callable[[], dict[str, Any]]
"""What is timed; it returns facts about what it did."""

ENGINE = (
    *("pandas", "pyarrow.compute", "adbc_driver_sqlite.dbapi", "attribution.engine", "ibis.backends.duckdb", "ibis.expr.types.groupby"),
    *("ibis.backends.duckdb.converter", "ibis.formats.numpy", "ibis.formats.pandas", "ibis.formats.pyarrow"),
)
"""What the engine loads on its first use."""


def load(*modules: str) -> None:
    """Load modules before the clock starts, those that would else be loaded on first use."""
    for module in modules:
        importlib.import_module(module)


def peak_memory() -> int:
    """Say how many bytes of memory this process has held at once."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not ru_maxrss: Linux hands a child the peak of its parent.
        lines = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
        return int(lines[0].split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def measure(place: str, arguments: str) -> str:
    """Prepare, run and time one task; return what was measured as JSON."""
    module, _, function = place.partition(":")
    work: Work = getattr(importlib.import_module(module), function)(**json.loads(arguments))
    started = time.perf_counter()
    facts = work()
    seconds = time.perf_counter() - started
    return json.dumps({"seconds": seconds, "peak": peak_memory(), "facts": facts})


if __name__ == "__main__":
    print(measure(*sys.argv[1:]))
