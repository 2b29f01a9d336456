"""What several test files of connectors share."""

import pytest

from tests.connectors.linking_web import two_hosts


@pytest.fixture
def web():
    """Two hosts on loopback whose pages link to us."""
    with two_hosts() as made:
        yield made
