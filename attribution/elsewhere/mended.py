"""SQL as Ibis 12.0 would have it written, with the faults mended that journeys meet."""

from __future__ import annotations

from typing import Any

import sqlglot.expressions as sge
from ibis.backends.sql.compilers.clickhouse import ClickHouseCompiler
from ibis.backends.sql.compilers.snowflake import SnowflakeCompiler


class ClickHouse(ClickHouseCompiler):  # type: ignore[misc]  # Ibis carries no types
    """Arrays as ClickHouse has them.

    On a real one (26.9), what Ibis writes for a computed place in an array reads the element before it, since ClickHouse counts from 1; and
    a function of an element and its place is not written at all.
    """

    def visit_ArrayIndex(self, op: Any, *, arg: Any, index: Any) -> Any:  # noqa: N802 (Ibis' name)
        """Count from 1, and from -1 at the end."""
        return self.f.arrayElement(arg, self.if_(index >= 0, index + 1, index))

    def visit_ArrayMap(self, op: Any, *, arg: Any, param: Any, body: Any, index: Any) -> Any:  # noqa: N802
        """Write `arrayMap((x, i) -> ..., array, range(...))`, which sqlglot's own arrayMap takes for too many arguments."""
        places = [] if index is None else [self.f.range(0, self.f.length(arg))]
        parameters = [param] if index is None else [param, index]
        return sge.Anonymous(this="arrayMap", expressions=[sge.Lambda(this=body, expressions=parameters), arg, *places])


class Snowflake(SnowflakeCompiler):  # type: ignore[misc]
    """Elements of arrays as numbers.

    Snowflake's documentation of TRANSFORM says that an element of a semi-structured array is a VARIANT, and that of GET that a place is a
    whole number: an element is cast before it is counted with.
    """

    def visit_ArrayMap(self, op: Any, *, arg: Any, param: Any, body: Any, index: Any) -> Any:  # noqa: N802
        """Cast the function's argument where it is used."""
        kind = op.arg.dtype.value_type
        if index is None and kind.is_integer():
            body = body.transform(lambda node: self.cast(node.copy(), kind) if node == param else node)
        return super().visit_ArrayMap(op, arg=arg, param=param, body=body, index=index)


COMPILERS = {"clickhouse": ClickHouse, "snowflake": Snowflake}
"""By Ibis' name of the engine; what to put in the place of a backend's `compiler`."""
