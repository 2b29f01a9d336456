"""ClickHouse's SQL as Ibis 12.0 would have it, with two of its faults mended.

On a real ClickHouse (26.9), what Ibis writes for a computed place in an array reads the element before it, since ClickHouse counts from 1;
and a function of an element and its place is not written at all.
"""

from __future__ import annotations

from typing import Any

import sqlglot.expressions as sge
from ibis.backends.sql.compilers.clickhouse import ClickHouseCompiler


class Mended(ClickHouseCompiler):  # type: ignore[misc]  # Ibis carries no types
    """The compiler to put in the place of Ibis' own: `backend.compiler = Mended()`."""

    def visit_ArrayIndex(self, op: Any, *, arg: Any, index: Any) -> Any:  # noqa: N802 (Ibis' name)
        """Count from 1, and from -1 at the end."""
        return self.f.arrayElement(arg, self.if_(index >= 0, index + 1, index))

    def visit_ArrayMap(self, op: Any, *, arg: Any, param: Any, body: Any, index: Any) -> Any:  # noqa: N802
        """Write `arrayMap((x, i) -> ..., array, range(...))`, which sqlglot's own arrayMap takes for too many arguments."""
        places = [] if index is None else [self.f.range(0, self.f.length(arg))]
        parameters = [param] if index is None else [param, index]
        return sge.Anonymous(this="arrayMap", expressions=[sge.Lambda(this=body, expressions=parameters), arg, *places])
