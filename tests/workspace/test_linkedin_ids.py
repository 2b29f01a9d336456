"""Numbers of LinkedIn posts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace.linkedin_ids import SAME_POST, NumbersInTime, comment_number, number_in, post_number, post_url

NUMBER = "7123456789012345678"
POST = "https://www.linkedin.com/feed/update/urn:li"


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        (f"{POST}:activity:{NUMBER}", "activity"),
        (f"{POST}:activity:{NUMBER}/", "activity"),
        (f"https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A{NUMBER}", "share"),
        (f"https://www.linkedin.com/feed/update/urn%253Ali%253Ashare%253A{NUMBER}", "share"),
        (f"https://www.linkedin.com/feed/update/urn%3Ali%3AugcPost%3A{NUMBER}?utm_source=share", "ugcPost"),
        (f"https://fr.linkedin.com/posts/lea-d_b2b-ugcPost-{NUMBER}-aB1c", "ugcPost"),
        (f"https://www.linkedin.com/posts/lea-d_b2b-activity-{NUMBER}-aB1c/?rcm=x", "activity"),
        (f"https://www.linkedin.com/posts/example_share-{NUMBER}-aB1c", "share"),
        (f"urn:li:share:{NUMBER}", "share"),
        (f"https://www.linkedin.com/feed/?highlightedUpdateUrn=urn%3Ali%3Aactivity%3A{NUMBER}", "activity"),
        (
            f"{POST}:activity:{NUMBER}?commentUrn=urn%3Ali%3Acomment%3A%28activity%3A7000000000000000000%2C7000000000000000001%29",
            "activity",
        ),
    ],
)
def test_every_form_of_an_address_has_the_number(url, kind):
    assert post_number(url) == NUMBER
    assert post_url(url) == f"{POST}:{kind}:{NUMBER}"


def test_a_post_in_a_group_has_a_number_and_no_address():
    url = f"https://www.linkedin.com/feed/update/urn%3Ali%3AgroupPost%3A12345-{NUMBER}"
    assert (post_number(url), post_url(url)) == (NUMBER, None)


@pytest.mark.parametrize(
    "url", [None, "", "https://www.linkedin.com/in/lea-7123456789012345678", "https://example.com/urn", "urn:li:share:12"]
)
def test_other_addresses_have_none(url):
    assert post_number(url) is None
    assert post_url(url) is None
    assert comment_number(url) is None


@pytest.mark.parametrize(
    "form",
    [
        "urn:li:comment:(activity:{post},{own})",
        "urn:li:comment:(urn:li:activity:{post},{own})",
        "urn:li:fsd_comment:({own},urn:li:activity:{post})",
    ],
)
def test_a_comment_has_a_number_of_its_own(form):
    """The newest form has its own number first."""
    urn = form.format(post=NUMBER, own="7200000000000000000")
    assert comment_number(f"{POST}:activity:{NUMBER}?commentUrn={urn}") == "7200000000000000000"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (NUMBER, NUMBER),
        (f" {NUMBER} ", NUMBER),
        (f"urn:li:ugcPost:{NUMBER}", NUMBER),
        (f"ugcPost:{NUMBER}", NUMBER),
        (f"activity-{NUMBER}", NUMBER),
        (f"https://www.linkedin.com/posts/lea-d_b2b-activity-{NUMBER}-aB1c", NUMBER),
        (f"repost {NUMBER} A7", None),
        (f"comment {NUMBER}", None),
        (f"9{NUMBER}99", None),
        ("12345", None),
        ("", None),
        (None, None),
    ],
)
def test_a_number_however_it_is_given(text, number):
    assert number_in(text) == number


MILLISECONDS = st.integers(1_600_000_000_000, 1_600_000_020_000)


@given(st.lists(MILLISECONDS, max_size=12), MILLISECONDS)
def test_numbers_near_in_time_the_nearest_first(known, made):
    """Against a look at every one."""
    numbers = NumbersInTime()
    for milliseconds in known:
        numbers.add(str(milliseconds << 22))
    apart = [abs((int(found) >> 22) - made) for found in numbers.near(str(made << 22))]
    assert apart == sorted(abs(milliseconds - made) for milliseconds in known if abs(milliseconds - made) < SAME_POST)
