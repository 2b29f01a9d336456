"""How what leads to a person may be written in texts, so that it can be taken out of them."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

BETWEEN = r"(?:%(?:2[0BCDE]|5F)|[\s,._+-])+"
"""What may stand between the words of a name: in addresses and names of files, other things than a space do."""
NO_NAME = re.compile(r"[@/:\d]")
WORD = re.compile(r"[^\W_]+(?:['’ʼ`][^\W_]+)*")
APOSTROPHE = r"(?:['’ʼ`]|%27|%E2%80%99)?"
WHOLE_LETTERS = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ı": "i", "þ": "th", "Þ": "Th", "ß": "ss", "ẞ": "SS"}
    | {"æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe"}
)
"""Letters that are none with an accent, as they are written where only A to Z can be."""
SPELLED_OUT = str.maketrans({"ä": "ae", "Ä": "Ae", "ö": "oe", "Ö": "Oe", "ü": "ue", "Ü": "Ue", "ø": "oe", "Ø": "Oe", "å": "aa", "Å": "Aa"})
"""Letters that are written as two in German and Scandinavian addresses."""


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
    composed = unicodedata.normalize("NFC", text)
    patterns = {re.escape(form) for form in _forms(composed)} | {re.escape(quote(form, safe="")) for form in _forms(composed)}
    if NO_NAME.search(composed):
        return patterns
    words = [_word(word) for word in WORD.findall(composed)]
    if 2 <= len(words) <= 4:
        orders = [words[turn:] + words[:turn] for turn in range(len(words))]
        patterns |= {BETWEEN.join(order) for order in (*orders, words[::-1])}
    return patterns


def _forms(text: str) -> set[str]:
    """Give a text as it is, with its accents as signs of their own (as names of files have them on a Mac), and in plain letters."""
    spelled_out = plain(text.translate(SPELLED_OUT))
    return {text, unicodedata.normalize("NFD", text), plain(text), spelled_out} - {""}


def _word(word: str) -> str:
    """Write the pattern of one word of a name: in all its forms, with any apostrophe or none."""
    forms = {APOSTROPHE.join(re.escape(part) for part in re.split(r"['’ʼ`]", form)) for form in _forms(word)}
    forms |= {re.escape(quote(form, safe="")) for form in _forms(word)}
    return f"(?:{'|'.join(sorted(forms, key=lambda form: (-len(form), form)))})"


def plain(text: str) -> str:
    """Write a text in letters from A to Z; "" where one of its letters has no such form, for the others would be another name.

    Examples
    --------
    >>> plain("Zoë Noël"), plain("Łukasz Groß"), plain("Lebœuf"), plain("Ann Иванова")
    ('Zoe Noel', 'Lukasz Gross', 'Leboeuf', '')
    """
    letters = [unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode() for letter in text.translate(WHOLE_LETTERS)]
    lost = any(letter.isalnum() and not written for letter, written in zip(text.translate(WHOLE_LETTERS), letters, strict=True))
    return "" if lost else "".join(letters)


def bounded(pattern: str) -> str:
    """Let a pattern be found as a whole alone; an underscore bounds it too, as in names of files, and what an address writes as %20.

    Examples
    --------
    >>> found = re.compile(bounded("rose"))
    >>> [found.search(text) is not None for text in ("my_rose", "a%20rose", "roses", "prose")]
    [True, True, False, False]
    """
    return rf"(?:(?<![^\W_])|(?<=%[0-9A-Fa-f]{{2}}))(?:{pattern})(?![^\W_])"
