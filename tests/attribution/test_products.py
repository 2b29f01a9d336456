"""Products in pieces are the products."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution import products


@pytest.mark.parametrize("small", [products.SMALL, 400])
@given(n=st.integers(0, 60), m=st.integers(0, 6), size=st.integers(0, 6), seed=st.integers(0, 99))
def test_pieces_add_up_to_the_product(small: int, n: int, m: int, size: int, seed: int) -> None:
    """Fewer rows than a piece, whole pieces, some over, none at all, and matrices too wide for pieces."""
    rng = np.random.default_rng(seed)
    left, right = rng.standard_normal((n, m)), rng.standard_normal((m, size))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(products, "SMALL", small)
        assert products.squared(left) == pytest.approx(left.T @ left)
        assert products.times(left, right) == pytest.approx(left @ right)
    assert products.times(left, right).shape == (n, size)
