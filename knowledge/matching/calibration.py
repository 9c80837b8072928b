"""From ridge scores to "how often such an answer is right". Knows scores and topics, no texts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.matching.features import Doubles

STEPS = 50  # Newton steps; a dozen is enough where the two outcomes overlap at all
STIFFNESS = 1e-2  # keeps the coefficients finite where they do not
EVIDENCES = 3  # the topic's score, its best rival's, what the out-of-scope classes claim


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic curve over some evidences."""

    coefficients: tuple[float, ...]  # the intercept, then one for each evidence

    @classmethod
    def fit(cls, evidence: Doubles, right: NDArray[np.bool_]) -> "Calibration":
        """`evidence`: (questions, evidences); `right`: what came true, one a question."""
        design = np.column_stack([np.ones(len(evidence)), evidence])
        outcome = right.astype(np.float64)
        weights = np.zeros(design.shape[1])
        for _ in range(STEPS):
            chance = _logistic(design @ weights)
            slope = design.T @ (outcome - chance) - STIFFNESS * weights
            curve = (design * (chance * (1 - chance))[:, None]).T @ design + STIFFNESS * np.eye(len(weights))
            step = np.linalg.solve(curve, slope)
            weights += step
            if float(np.abs(step).max()) < 1e-9:
                break
        return cls(tuple(float(weight) for weight in weights))

    def confidence(self, evidence: Doubles) -> Doubles:
        """(questions, evidences) -> (questions,), each between 0 and 1."""
        return _logistic(self.coefficients[0] + evidence @ np.array(self.coefficients[1:]))


def _logistic(value: Doubles) -> Doubles:
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * value)), dtype=np.float64)
