"""The errors of smarketing, classed by what the reader can do about them.

::

    SmarketingError
    ├── UsageError        the command was typed wrongly: type it otherwise (exit code 2)
    ├── SettingsError     smarketing.toml holds something unusable: edit that line
    ├── WorkspaceError    the workspace file cannot be used: another file, another program, more room
    ├── SourceError       a file or an API cannot be read: mend or replace the source
    ├── DataError         the records do not allow this answer: import more, or ask otherwise
    └── MissingPartError  an optional library or program is absent: install it

Only `SmarketingError` is turned into a message at the command line; any other exception is a bug and keeps its traceback.
"""

import string
from collections.abc import Mapping
from typing import Any, ClassVar


class _Filled(string.Formatter):
    """As `str.format`, with words that depend on a number: those for one stand before the bar, those for several behind it."""

    def format_field(self, value: Any, format_spec: str) -> Any:
        if "|" not in format_spec:
            return super().format_field(value, format_spec)
        one, many = format_spec.split("|")
        return one if value == 1 else many


class SmarketingError(Exception):
    """Say where something went wrong, what was seen and what would work.

    Parameters
    ----------
    template : str
        The message in English with `{placeholders}`; it is also the key under which the French catalogue holds it.
    **fields
        What fills the placeholders. Kept as attributes of `fields`, so that callers can act on the numbers. A word that depends on a
        number stands in braces after its name, as in `reports.report.Text`.

    Examples
    --------
    >>> str(SourceError("{path}: there is no such file; check the spelling", path="leads.csv"))
    'leads.csv: there is no such file; check the spelling'
    >>> str(DataError("{count} {count:row|rows}", count=1))
    '1 row'
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, template: str, **fields: Any) -> None:
        super().__init__(template)
        self.template = template
        self.fields: Mapping[str, Any] = fields

    def __str__(self) -> str:
        return _Filled().format(self.template, **self.fields)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.template, dict(self.fields))


def _rebuild(cls: type[SmarketingError], template: str, fields: dict[str, Any]) -> SmarketingError:
    return cls(template, **fields)


class UsageError(SmarketingError):
    """The command was typed wrongly; the message says what to type."""

    exit_code = 2


class SettingsError(SmarketingError):
    """`smarketing.toml` holds something unusable; the message names the key and what would work."""


class WorkspaceError(SmarketingError):
    """The workspace file cannot be used as it stands."""


class SourceError(SmarketingError):
    """A file or an API that was to be imported cannot be read; nothing of it was stored."""


class DataError(SmarketingError):
    """The records at hand do not allow the answer that was asked for."""


class MissingPartError(SmarketingError):
    """An optional library or program is not installed; the message says how to install it."""
