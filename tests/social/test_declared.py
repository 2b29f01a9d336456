"""What answers say: whom they name, and whom they only seem to."""

import pytest

from social.declared import Declared, Reader

READER = Reader(
    [("Léa Martin", "A1"), ("Rose", "A2"), ("Jean Petit", "A3"), ("Jean Petit", "A4"), ("Jean Petit", "A5"), ("Pat O'Brien", "A6")],
    {"k7q2bcdf": "A3", "2b3c4d5f": None},
)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("Lea MARTIN", Declared("declared", "A1")),
        ("Martin, Léa, sur Linked In", Declared("declared", "A1", network="linkedin")),
        ("Pat O’Brien", Declared("declared", "A6")),
        ("Léa Martinez", None),
        ("Léa", None),
        ("une rose", None),  # a name of one word is a word
        ("Jean Petit", Declared("declared")),  # whichever of the three
        ("Jean Petit ou Léa Martin", Declared("declared")),
        ("Léa Martin, Pat O'Brien sur LinkedIn", Declared("declared", network="linkedin")),
        ("k7q2bcdf ou 2b3c4d5f", Declared("code")),
        ("K7Q2BCDF, k7q2bcdf", Declared("code", "A3", "k7q2bcdf")),
        ("Léa Martin, K7Q2BCDF", Declared("code", "A3", "k7q2bcdf")),
        ("code 2b3c4d5f", Declared("code", None, "2b3c4d5f")),
        ("k7q2bcdf2", None),
        ("vu sur LinkedIn", Declared("network", network="linkedin")),
        ("une annonce LinkedIn", None),
        ("une annonce de Léa Martin sur LinkedIn", Declared("declared", "A1", network="linkedin")),
        ("", None),
    ],
)
def test_what_an_answer_says(answer, said):
    assert READER.read(answer) == said
