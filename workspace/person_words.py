"""How what leads to a person may be written in texts, so that it can be taken out of them."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

BETWEEN = r"(?:%20|[\s,._+-])+"
"""What may stand between the words of a name: in addresses and names of files, other things than a space do."""
NO_NAME = re.compile(r"[@/:\d]")


def spelled(text: str) -> set[str]:
    """Write the patterns by which a name, an address or an identifier is found.

    Parameters
    ----------
    text : str

    Returns
    -------
    set of str
        Regular expressions without what bounds them: the text as it is, without its accents, and as in an address. Of a name of two to four
        words also the family name first, whatever stands between the words.

    Examples
    --------
    >>> found = re.compile("|".join(spelled("Léa Durand-Moreau")), re.IGNORECASE)
    >>> texts = ("LEA DURAND MOREAU", "Durand-Moreau, Léa", "L%C3%A9a%20Durand-Moreau", "Connections_lea_durand_moreau", "Léa Moreau")
    >>> [found.search(text) is not None for text in texts]
    [True, True, True, True, False]
    """
    forms = {text, plain(text)} - {""}
    patterns = {re.escape(form) for form in forms} | {re.escape(quote(form, safe="")) for form in forms}
    if NO_NAME.search(text):
        return patterns
    for form in forms:
        words = re.findall(r"[^\W_]+", form)
        if 2 <= len(words) <= 4:
            orders = [words[turn:] + words[:turn] for turn in range(len(words))]
            patterns |= {BETWEEN.join(map(re.escape, order)) for order in (*orders, words[::-1])}
    return patterns


def plain(text: str) -> str:
    """Leave accents out, and letters that have no plain form.

    Examples
    --------
    >>> plain("Zoë Noël")
    'Zoe Noel'
    """
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def bounded(pattern: str) -> str:
    """Let a pattern be found as a whole alone; an underscore bounds it too, as in names of files."""
    return rf"(?<![^\W_])(?:{pattern})(?![^\W_])"
