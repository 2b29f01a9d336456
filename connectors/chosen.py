"""Options that several connectors take, checked."""

from __future__ import annotations

import difflib
import zoneinfo

from connectors import cells
from workspace.errors import UsageError


def zone_named(name: str) -> str:
    """Check the name of a time zone."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        zones = sorted(zoneinfo.available_timezones())
        near = next((zone for zone in zones if zone.lower().endswith(f"/{name.lower()}")), None)
        near = near or difflib.get_close_matches(name, zones, n=1, cutoff=0.0)[0]
        raise UsageError("--timezone {zone}: there is no such time zone; did you mean '{near}'?", zone=name, near=near) from error
    return name


def currency_named(code: str) -> str:
    """Check the code of a currency."""
    known = cells.known_currencies()
    if code.upper() not in known:
        near = difflib.get_close_matches(code.upper(), sorted(known), n=1, cutoff=0.5)
        raise UsageError(
            "--currency {currency}: write a three-letter code of ISO 4217, such as {near}",
            currency=code,
            near=near[0] if near else "EUR",
        )
    return code.upper()


def delimiter_named(text: str) -> str:
    """Read what stands between columns: one character, or the word for the tab."""
    character = {"\\t": "\t", "tab": "\t"}.get(text.lower(), text)
    if len(character) != 1 or not character.isascii() or character in '\r\n"\0':
        raise UsageError("--delimiter {delimiter}: give one character, such as ';', or 'tab'", delimiter=text)
    return character
