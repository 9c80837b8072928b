import numpy as np
import pytest

from knowledge.matching.calibration import Calibration


def test_confidence_is_the_share_that_came_true() -> None:
    evidence = np.repeat([[0.0], [1.0]], 100, axis=0)
    came_true = np.array([True] * 20 + [False] * 80 + [True] * 90 + [False] * 10)
    confidence = Calibration.fit(evidence, came_true).confidence(np.array([[0.0], [1.0]]))
    assert confidence == pytest.approx([0.2, 0.9], abs=0.01)


@pytest.mark.parametrize("always", [True, False])
def test_what_always_came_true_or_never_stays_finite(always: bool) -> None:
    confidence = Calibration.fit(np.zeros((10, 2)), np.full(10, always)).confidence(np.zeros((1, 2)))
    assert 0.0 <= float(confidence[0]) <= 1.0
    assert (float(confidence[0]) > 0.5) is always
