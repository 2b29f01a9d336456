"""The part somebody plays in a purchase, as far as their title tells."""

from __future__ import annotations

import re

from workspace.company_names import folded
from workspace.job_titles import own_words, seniority

ROLES = ("economic_buyer", "technical", "procurement_legal", "champion", "user")
"""Who decides on the money; judges the technology; buys and contracts; leads those concerned, and can carry it; works with it."""

_TECHNICAL = re.compile(
    r"\b(?:it|si|dsi|cio|cto|ciso|rssi|informatiques?|information systems?|systemes? d information|technolog\w+|infrastructure|security|"
    r"securite|data|architect\w*|engineering|developpe\w+|software|logiciels?|digital|numerique)\b"
)
_BUYING = re.compile(
    r"\b(?:achats?|acheteu(?:r|se)s?|approvisionnements?|procurement|purchas\w+|buyer|sourcing|juridiques?|legal|counsel|juristes?|contracts?|"
    r"contrats?)\b"
)


def buying_role(title: str | None) -> str | None:
    """Say which of `ROLES` a title speaks for; None where there is none or it speaks of the past alone.

    Notes
    -----
    A title names a function and a rank, not what its bearer does in a deal: this is a first guess, for want of the CRM's own roles.
    Whom somebody assists and what they were do not count. Procurement and legal come first, then technology below the head of the company;
    then the rank: heads and vice presidents decide on money, directors and managers may be champions, everybody else is a user.

    Examples
    --------
    >>> [buying_role(title) for title in ("PDG", "DSI", "Acheteuse", "Directrice commerciale", "Assistante du PDG", "ex-CEO", None)]
    ['economic_buyer', 'technical', 'procurement_legal', 'champion', 'user', None, None]
    >>> [buying_role(title) for title in ("Assistante du DSI", "Consultant, ex-DSI", "DSI adjoint", "Former CTO")]
    ['user', 'user', 'technical', None]
    """
    words = folded(own_words(title))
    if not words:
        return None
    rank = seniority(title)
    if _BUYING.search(words):
        return "procurement_legal"
    if _TECHNICAL.search(words) and not re.search(r"\b(?:ceo|pdg|dg|directeur general|directrice generale)\b", words):
        return "technical"
    if rank in ("c_level", "vp"):
        return "economic_buyer"
    return "champion" if rank in ("director", "manager") else "user"
