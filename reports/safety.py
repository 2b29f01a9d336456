r"""Make text from outside harmless where it is shown: spreadsheets, terminals, Markdown and scripts.

References
----------
OWASP, CSV Injection: https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import re
from typing import Any

EXCEL_CHARACTERS = 32_767
"""What a cell holds: https://support.microsoft.com/office/excel-specifications-and-limits."""

_FORMULA = frozenset("=+-@\t\r\n\0＝＋－＠")
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_SPACES = re.compile("[\t\n\r\x0b\x0c\x85\u2028\u2029]+")
_MARKDOWN = re.compile(r"([\\|`*_\[\]<>#~$!])")


def csv_text(text: str) -> str:
    """Prefix with an apostrophe what a spreadsheet would run as a formula; plain numbers stay.

    Examples
    --------
    >>> csv_text("=HYPERLINK(A1)"), csv_text("-12.5"), csv_text("＠SUM(A1)")
    ("'=HYPERLINK(A1)", '-12.5', "'＠SUM(A1)")
    """
    return f"'{text}" if text[:1] in _FORMULA and text and not _NUMBER.fullmatch(text) else text


def excel_text(text: str) -> tuple[str, int, int]:
    """Replace what a workbook cannot hold and cut what a cell cannot.

    Returns
    -------
    tuple of (str, int, int)
        The text, how many characters were replaced, how many were cut. Excel counts UTF-16 units, and ends lines with a line feed.

    Examples
    --------
    >>> excel_text("bell" + chr(7))
    ('bell�', 1, 0)
    """
    text, replaced = _NOT_XML.subn("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) * 2 <= EXCEL_CHARACTERS:
        return text, replaced, 0
    kept = text.encode("utf-16-le")[: EXCEL_CHARACTERS * 2].decode("utf-16-le", "ignore")
    return kept, replaced, len(text) - len(kept)


def line_text(text: str) -> str:
    r"""Give text on one line without control characters, escape sequences or marks that reverse its direction.

    Examples
    --------
    >>> line_text("two\nlines\x1b[31m red")
    'two lines[31m red'
    """
    return _CONTROLS.sub("", _SPACES.sub(" ", text))


def markdown_text(text: str) -> str:
    r"""Give text on one line in which nothing is Markdown or HTML.

    Examples
    --------
    >>> print(markdown_text("a|b <b>*c*</b>"))
    a\|b \<b\>\*c\*\</b\>
    """
    return _MARKDOWN.sub(r"\\\1", line_text(text).replace("&", "&amp;"))


def script_json(content: Any) -> str:
    r"""Give JSON that may stand between script tags: no tag, comment or line end of JavaScript can come of it.

    Examples
    --------
    >>> script_json({"name": "</script>"})
    '{"name": "\\u003c/script\\u003e"}'
    """
    import json

    escaped = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
    return re.sub("[<>&\u2028\u2029]", lambda found: escaped[found[0]], json.dumps(content, allow_nan=False))
