"""Groups that are too small are withheld, and so are those that would give them away."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from social.anonymity import withheld

SIZES = st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 12), max_size=7)


@given(SIZES, st.integers(2, 8))
def test_what_can_be_worked_out_from_what_is_shown_is_about_nobody_or_enough(sizes, smallest):
    hidden = withheld(sizes, smallest)

    shown = [size for name, size in sizes.items() if name not in hidden]
    assert all(size == 0 or size >= smallest for size in shown)
    rest = sum(sizes.values()) - sum(shown)  # the total is shown
    if sum(sizes.values()) >= smallest:
        assert rest == 0 or rest >= smallest


@given(SIZES, st.integers(2, 8))
def test_no_more_is_withheld_than_has_to_be(sizes, smallest):
    hidden = withheld(sizes, smallest)
    small = {name for name, size in sizes.items() if 0 < size < smallest}
    added = sorted(hidden - small, key=lambda name: (sizes[name], name))

    assert small <= hidden
    for some in itertools.islice(itertools.accumulate(([name] for name in added[:-1]), initial=[]), len(added)):
        assert 0 < sum(sizes[name] for name in [*small, *some]) < smallest


@given(SIZES, st.integers(2, 8), st.sets(st.sampled_from("abcdefg")))
def test_groups_that_are_hidden_anyway_count_as_hidden(sizes, smallest, already):
    hidden = withheld(sizes, smallest, already)
    rest = sum(sizes[name] for name in hidden)

    assert already & sizes.keys() <= hidden
    assert all(sizes[name] == 0 or sizes[name] >= smallest for name in sizes.keys() - hidden)
    assert rest == 0 or rest >= smallest or hidden >= {name for name in sizes if sizes[name]}
    assert hidden <= already | withheld(sizes, smallest)


def test_a_worked_example():
    assert withheld({"Sales": 12, "Finance": 2, "Support": 6}, 5) == {"Finance", "Support"}
    assert withheld({"Sales": 12, "Finance": 2, "Legal": 3, "Support": 6}, 5) == {"Finance", "Legal"}
    assert withheld({"Sales": 12, "Finance": 2, "Support": 6}, 5, {"Sales"}) == {"Finance", "Sales"}
    assert withheld({"Sales": 12, "Left": 0, "Support": 6}, 5) == set()


@given(SIZES, st.integers(2, 8))
def test_of_a_line_of_two_dimensions_none_or_two_are_hidden(sizes, smallest):
    hidden = {name for name in withheld(sizes, smallest, least=2) if sizes[name]}

    assert len(hidden) != 1 or sum(size > 0 for size in sizes.values()) == 1
    assert withheld(sizes, smallest) <= withheld(sizes, smallest, least=2)


def test_a_worked_example_of_two_dimensions():
    assert withheld({"Sales": 12, "Finance": 7, "Support": 6}, 5, ["Finance"]) == {"Finance"}
    assert withheld({"Sales": 12, "Finance": 7, "Support": 6}, 5, ["Finance"], least=2) == {"Finance", "Support"}
