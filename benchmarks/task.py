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


def peak_memory() -> int:
    """Say how many bytes of memory this process has held at once."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not ru_maxrss: Linux hands a child the peak of its parent.
        lines = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
        return int(lines[0].split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def main(place: str, arguments: str) -> None:
    """Prepare, run and time one task."""
    module, _, function = place.partition(":")
    work: Work = getattr(importlib.import_module(module), function)(**json.loads(arguments))
    started = time.perf_counter()
    facts = work()
    seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "peak": peak_memory(), "facts": facts}))


if __name__ == "__main__":
    main(*sys.argv[1:])
