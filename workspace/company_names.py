"""Company names as people write them, told apart and told to be the same: accents, case and legal forms do not count, words do."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_SEVERAL = (
    "gmbh and co kg",
    "gmbh und co kg",
    "gmbh co kg",
    "ag and co kg",
    "sa de cv",
    "sapi de cv",
    "sab de cv",
    "s de rl de cv",
    "sp z oo",
    "sp z o o",
)
_SINGLE = """sa sas sasu sarl eurl snc sca scop scic selarl selas sci gie inc incorporated corp corporation co company ltd limited llc llp
lp plc pllc pty pte pvt gmbh mbh ag kg kgaa ohg ug eg se spa srl srls sapa bv nv bvba sprl vof ab as asa aps oy oyj ehf sl slu sau lda ltda
eirl kft zrt nyrt doo sro spzoo ood eood kk"""
ENDINGS = (*(tuple(form.split()) for form in (*_SEVERAL, "private limited")), *((form,) for form in _SINGLE.split()))
"""Legal forms that stand at the end of a name. No single letter is one: "Plan A" is a name."""
BEGINNINGS = frozenset(("sarl", "eurl", "sasu", "selarl"))
"""Legal forms that French names may begin with; not SAS and SA, which are names too ("SAS Institute")."""


def folded(name: str) -> str:
    """Write a name in plain small letters, its words apart by single spaces.

    Examples
    --------
    >>> folded("Crédit Agricole S.A."), folded("Johnson & Johnson"), folded("L’Oréal")
    ('credit agricole sa', 'johnson and johnson', 'l oreal')
    """
    plain = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = re.sub(r"\ba/s(?=\W|$)", "as", plain).replace("&", " and ")
    plain = re.sub(r"\b(?:\w\.){2,}(?:\w\b)?", lambda found: found[0].replace(".", ""), plain)  # S.A. is SA
    return " ".join(re.findall(r"\w+", plain))


def bare_name(name: str) -> str:
    """Write a name without what stands in brackets and without its legal form; never less than one word.

    Examples
    --------
    >>> [bare_name(name) for name in ("Acme SAS", "Müller GmbH & Co. KG", "Cemex, S.A. de C.V.", "Plan A", "Plan A S.A.S.")]
    ['acme', 'muller', 'cemex', 'plan a', 'plan a']
    >>> bare_name("Amazon Web Services (AWS), Inc."), bare_name("SAS Institute"), bare_name("SA"), bare_name("SARL Dupont")
    ('amazon web services', 'sas institute', 'sa', 'dupont')
    """
    words = folded(re.sub(r"\s\([^()]*\)", " ", name)).split() or folded(name).split()
    if len(words) > 1 and words[0] in BEGINNINGS:
        words = words[1:]
    while ending := next((form for form in ENDINGS if len(form) < len(words) and tuple(words[-len(form) :]) == form), None):
        words = words[: -len(ending)]
    return " ".join(words)


class CompanyNames:
    """Accounts by the names of their companies.

    Parameters
    ----------
    names : iterable of (account, name)
        An account may have several names.

    Notes
    -----
    A name is an account's where the two are the same but for accents, case and legal form; never where one only contains the other
    ("Citadel" and "Citadel Securities" are two companies). Where two accounts differ in their legal form alone, only the full name tells.
    """

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        self._full: dict[str, set[str]] = {}
        self._bare: dict[str, set[str]] = {}
        for account, name in names:
            for known, key in ((self._full, folded(name)), (self._bare, bare_name(name))):
                if key:
                    known.setdefault(key, set()).add(account)

    def account_of(self, name: str | None) -> str | None:
        """Find the account of a company; None where there is none, or more than one.

        Examples
        --------
        >>> names = CompanyNames([("acme.com", "Acme SAS"), ("7", "Plan A"), ("8", "Citadel LLC"), ("9", "Citadel GmbH")])
        >>> [names.account_of(name) for name in ("ACME", "Plan B", "plan a Ltd.", "Citadel", "Citadel LLC", "Acme Labs", None)]
        ['acme.com', None, '7', None, '8', None, None]
        """
        if not name:
            return None
        found = self._full.get(folded(name)) or self._bare.get(bare_name(name)) or set()
        return next(iter(found)) if len(found) == 1 else None

    def __len__(self) -> int:
        return len(set().union(*self._full.values()))
