"""What people say brought them, in their own words: a code, an employee's name, a post, or only the name of a network."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterable, Mapping

from workspace.company_names import folded

NETWORKS = {
    "linkedin": ("linkedin", "linked in"),
    "bluesky": ("bluesky", "blue sky"),
    "mastodon": ("mastodon",),
    "x": ("twitter",),
    "facebook": ("facebook",),
    "instagram": ("instagram",),
}
"""Words that name a network, folded."""
ADS = re.compile(r"\b(?:pub|publicites?|ads?|sponsorise[es]*|sponsored|annonces?|adverts?|advertisements?|promoted)\b")
"""Words that say it was an advertisement, which no employee posted; folded."""


@dataclasses.dataclass(frozen=True, slots=True)
class Declared:
    """What an answer says.

    Parameters
    ----------
    level : {"code", "declared", "network"}
        It holds a code of a link; names an employee; names a network and nobody.
    advocate : str or None
        Of the code or the name; None where it could be several employees: some employee it was, and nobody knows which.
    code : str or None
        None where there are several.
    network : str or None
    """

    level: str
    advocate: str | None = None
    code: str | None = None
    network: str | None = None


class Reader:
    """Reads answers in French and English.

    Parameters
    ----------
    names : iterable of (str, str)
        Advocates' names as they are written, each with its code.
    codes : mapping of str to (str or None)
        Codes of links to their advocates.

    Notes
    -----
    A name counts where first and last name stand side by side, in either order. A wrong guess would hand an employee somebody else's deal:
    nothing is matched that is merely alike, and an answer that names several employees, or a name that two of them bear, is nobody's in
    particular. A code says more than a name.
    """

    def __init__(self, names: Iterable[tuple[str, str]], codes: Mapping[str, str | None]) -> None:
        self._codes = {code.casefold(): (code, advocate) for code, advocate in codes.items()}
        self._names: dict[str, str | None] = {}
        for name, advocate in names:
            words = folded(name).split()
            if len(words) < 2:
                continue
            for written in {" ".join(words), " ".join([*words[1:], words[0]])}:
                self._names[written] = advocate if self._names.get(written, advocate) == advocate else None

    def read(self, answer: str) -> Declared | None:
        """Say what an answer says; None where it names nobody and no network.

        Examples
        --------
        >>> reader = Reader([("Léa Martin", "A7"), ("Hugo Petit", "A8")], {"k7q2": "A8"})
        >>> reader.read("Un post de Lea MARTIN sur LinkedIn").advocate, reader.read("code K7Q2").advocate
        ('A7', 'A8')
        >>> reader.read("Léa Martin ou Hugo Petit sur LinkedIn").advocate is None
        True
        >>> reader.read("vu sur LinkedIn"), reader.read("une pub LinkedIn"), reader.read("Lea m'en a parlé")
        (Declared(level='network', advocate=None, code=None, network='linkedin'), None, None)
        """
        tokens = re.findall(r"[\w-]+", answer)
        if codes := {self._codes[token.casefold()] for token in tokens if token.casefold() in self._codes}:
            return Declared("code", _only({advocate for _, advocate in codes}), _only({code for code, _ in codes}))
        text = f" {folded(answer)} "
        network = next((network for network, words in NETWORKS.items() if any(f" {word} " in text for word in words)), None)
        if named := {advocate for name, advocate in self._names.items() if f" {name} " in text}:
            return Declared("declared", _only(named), network=network)
        if network is None or ADS.search(text):
            return None
        return Declared("network", network=network)


def _only(found: Collection[str | None]) -> str | None:
    return next(iter(found)) if len(found) == 1 else None
