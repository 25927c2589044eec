/** The outer function g of a softmax loss g(log p_y), with its derivative with respect to log p_y. */
export type TargetLoss = (logProbability: number) => {value: number; slope: number};

/** g(ℓ) = −ℓ. */
export const crossEntropy: TargetLoss = logProbability => ({value: 0 - logProbability, slope: -1});

/**
 * Focal loss, g(ℓ) = −(1 − e^ℓ)^γ ℓ (arXiv 1708.02002), per example and on whatever logits the head makes.
 *
 * g′ = (1 − p)^γ (γ p ℓ/(1 − p) − 1), and ℓ/(1 − p) → −1 as p → 1. With 1 − p from expm1 both stay exact to
 * rounding there.
 */
export const focal =
  (gamma: number): TargetLoss =>
  logProbability => {
    const probability = Math.exp(logProbability);
    const miss = 0 - Math.expm1(logProbability);
    const ratio = miss === 0 ? -1 : logProbability / miss;
    const weight = miss ** gamma;
    return {value: 0 - weight * logProbability, slope: weight * (gamma * probability * ratio - 1)};
  };
