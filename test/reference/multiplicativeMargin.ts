import type {Margin} from './angularLogit';

export interface MultiplicativeMargin {
  /** m, an integer of 1 or more. */
  margin: number;
  /** λ; 0 is the margin alone, ∞ none at all. */
  lambda?: number;
}

/** ψ(θ) = (−1)^k cos(mθ) − 2k for θ in [kπ/m, (k+1)π/m], k from 0 to m − 1 (arXiv 1612.02295). */
export const psi =
  (margin: number): Margin =>
  theta => {
    const k = Math.min(margin - 1, Math.floor((margin * theta) / Math.PI));
    const sign = k % 2 === 0 ? 1 : -1;
    return {
      value: sign * Math.cos(margin * theta) - 2 * k,
      slope: -sign * margin * Math.sin(margin * theta),
    };
  };

/** f(θ) = (λ cos θ + ψ(θ)) / (1 + λ): the annealed margin of L-Softmax and A-Softmax. */
export const annealedPsi =
  ({margin, lambda = 0}: MultiplicativeMargin): Margin =>
  theta => {
    if (lambda === Number.POSITIVE_INFINITY) return {value: Math.cos(theta), slope: -Math.sin(theta)};
    const {value, slope} = psi(margin)(theta);
    return {
      value: (lambda * Math.cos(theta) + value) / (1 + lambda),
      slope: (slope - lambda * Math.sin(theta)) / (1 + lambda),
    };
  };

/** λ at an iteration, max(λ_min, base·(1 + γ·iteration)^(−power)); the first iteration is 1. */
export const lambdaAt = (
  iteration: number,
  {base, gamma, power, minimum}: {base: number; gamma: number; power: number; minimum: number},
): number => Math.max(minimum, base * (1 + gamma * iteration) ** -power);
