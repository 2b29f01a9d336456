"""How senior a job title is, in French and English; what is only near power ("assistante du PDG", "ex-CEO") is not power."""

from __future__ import annotations

import re
import unicodedata

LEVELS = ("c_level", "vp", "director", "manager", "senior", "staff", "junior")
"""From the top: who heads the company or one of its functions; vice presidents; directors; who leads people or projects; experienced
people; others; beginners."""

_WORDS: dict[str, tuple[str, ...]] = {
    "vp": (r"[se]?vp", r"avp", r"vice[- ]?president(?:e)?", r"vice[- ]?pdt"),
    "c_level": (
        r"c[efitmorpdslcg]o", r"ciso", r"chro", r"p\.?-?dg", r"pdg", r"dg", r"daf", r"dsi", r"drh", r"chief(?: \w+){1,4} officer",
        r"(?:co-?)?(?:founder|fondat(?:eur|rice))", r"founding partner", r"managing partner", r"general partner", r"managing director",
        r"general manager", r"president(?:e)?", r"associee?", r"associe\(e\)", r"gerante?", r"co-?gerante?",
        r"(?:business |co-?)?owner(?= |$)", r"proprietaire", r"direct(?:eur|rice) generale?",
        r"direct(?:eur|rice)(?: administrati(?:f|ve) et)? financi(?:er|ere)", r"direct(?:eur|rice) des ressources humaines",
        r"direct(?:eur|rice)(?: des)? systemes? d'? ?informations?",
    ),
    "director": (r"direct(?:eur|rice)s?", r"directors?", r"dir\.?", r"head", r"chief of staff", r"chef de cabinet", r"rssi"),
    "manager": (r"managers?", r"responsable", r"cheff?e? de", r"chef", r"lead(?! gen)", r"superviseu(?:r|se)", r"supervisor", r"encadrant"),
    "senior": (r"senior", r"sr\.?", r"principal", r"confirmee?", r"experimentee?", r"staff engineer"),
    "junior": (r"junior", r"jr\.?", r"stagiaire", r"stage", r"alternante?", r"alternance", r"apprentie?", r"intern", r"internship",
               r"trainee", r"apprentice", r"working student", r"etudiante?", r"student"),
    "staff": (
        r"chargee?", r"assistante?", r"attachee?", r"conseill(?:er|ere)", r"consultante?", r"engineer", r"ingenieure?", r"analyste?",
        r"develop(?:er|peur|peuse)", r"specialiste?", r"technicien(?:ne)?", r"technician", r"commerciale?", r"representative",
        r"account executive", r"coordinat(?:or|eur|rice)", r"secretaire", r"secretary", r"comptable", r"accountant", r"advis[eo]r",
        r"redact(?:eur|rice)", r"designer", r"acheteu(?:r|se)", r"buyer", r"administrator",
    ),
}  # fmt: skip
_LEVEL = {level: re.compile(rf"(?<![\w'])(?:{'|'.join(words)})(?![\w])") for level, words in _WORDS.items()}
_PARTS = re.compile(r"\s*(?:[|,;•·@/\n]|\s[-–—]\s|\s(?:chez|at)\s|\s&\s|\bet\b(?! financ)|\band\b)\s*")
_PLACE = re.compile(r"\s(?:chez|at|@)\s.*$|\s@.*$")
_PAST = re.compile(r"(?<!\w)(?:ex[- ]|former(?:ly)?\b|ancien(?:ne)?(?:ment)?\b|previously\b|retired\b|retraitee?\b|past\b)")
_DEPUTY = re.compile(
    r"(?<!\w)(?:adjointe?|deputy|associate(?= (?:director|manager|vp|vice))|assistant(?= (?:director|manager|vp|vice|head)))(?!\w)"
)
_NEAR = re.compile(
    r"(?<!\w)(?P<who>chief of staff|chef de cabinet|assistante?|advis[eo]r|conseill(?:er|ere)|attachee?|secretaire|secretary|office|"
    r"support|coach|bras droit|ea|pa)s? (?:personnelle? |particuli(?:er|ere) )?(?:to|of|for|de|du|des|d'|a la|aupres)(?!\w)"
)
_NOT_A_LEVEL = re.compile(r"(?<!\w)(?:product owner|process owner|business partner|lead(?:s)? generation|lead gen|data owner)(?!\w)")


def seniority(title: str | None) -> str | None:
    """Say how senior somebody with a title is: one of `LEVELS`, or None where the title does not tell.

    Notes
    -----
    A title has parts ("CEO & Founder | ex-Google"); the highest level of a part counts, a past one does not. A deputy stands one level
    below; who assists or advises somebody has a level of their own, not that of whom they serve.

    Examples
    --------
    >>> [seniority(title) for title in ("PDG", "VP Sales", "Directrice marketing", "Head of IT", "Chef de projet", "Senior Engineer")]
    ['c_level', 'vp', 'director', 'director', 'manager', 'senior']
    >>> [seniority(title) for title in ("Directeur adjoint", "Assistante du PDG", "ex-CEO", "Chief of Staff to the CEO", "Product Owner")]
    ['manager', 'staff', None, 'director', None]
    """
    levels = [level for part in _parts(title) if (level := _of_part(part)) is not None]
    return min(levels, key=LEVELS.index, default=None)


def own_words(title: str | None) -> str:
    """Keep the words of a title that tell of its bearer now: not what they were, not whom they assist, not where.

    Examples
    --------
    >>> [own_words(title) for title in ("Assistante du DSI", "Consultant | ex-DSI", "Advisor to the CTO", "Head of IT at Acme", "ex-CEO")]
    ['assistante', 'consultant', 'advisor', 'head of it', '']
    """
    return " ".join(part[: near.end("who")] if (near := _NEAR.search(part)) else part for part in _parts(title) if not _PAST.search(part))


def _parts(title: str | None) -> list[str]:
    """Split a title into its parts, in plain small letters, without the company."""
    if not title:
        return []
    plain = unicodedata.normalize("NFKD", title.replace("’", "'")).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = re.sub(r"\b(?:[a-z]\.){2,}[a-z]?", lambda found: found[0].replace(".", ""), plain)
    plain = re.sub(r"[^\S\n]+", " ", plain.replace("·e", "").replace("(e)", "")).strip()
    return [part for part in _PARTS.split(_PLACE.sub("", plain)) if part]


def _of_part(part: str) -> str | None:
    if _PAST.search(part):
        return None
    if near := _NEAR.search(part):
        part = part[: near.end("who")]
        if "chief" not in near["who"] and "cabinet" not in near["who"]:
            return "staff"
    part = _NOT_A_LEVEL.sub(" ", part)
    deputy = _DEPUTY.search(part)
    if deputy:
        part = part[: deputy.start()] + part[deputy.end() :]
    part = " ".join(part.split())
    level = next((level for level, words in _LEVEL.items() if words.search(part)), None)
    if level == "c_level" and re.search(r"(?<!\w)(?:chief of staff)(?!\w)", part):
        level = "director"
    if deputy and level is not None and level in LEVELS[:5]:
        return LEVELS[LEVELS.index(level) + 1]
    return level or ("staff" if deputy else None)
