import {type TermsInputs, type TermsOptions, type TermsResult, termsLoss} from './termsLoss';

export interface Triplet {
  anchor: number;
  positive: number;
  negative: number;
}

export interface TripletOptions extends TermsOptions {
  /** Added to d_ap − d_an; 0 by default. */
  margin?: number;
  /** softplus in place of the hinge: the soft margin of arXiv 1703.07737 has margin 0. */
  soft?: boolean;
}

/**
 * Triplet loss, one value a triplet: max(0, d_ap − d_an + m) (FaceNet, arXiv 1503.03832: squared,
 * normalized), or softplus of the same.
 */
export function triplet(
  inputs: TermsInputs & {triplets: readonly Triplet[]},
  {margin = 0, soft = false, ...options}: TripletOptions = {},
): TermsResult {
  return termsLoss(inputs, inputs.triplets, options, ({anchor, positive, negative}, between) => {
    const toPositive = between(anchor, positive);
    const toNegative = between(anchor, negative);
    const violation = toPositive.value - toNegative.value + margin;
    const {value, slope} = soft ? softplus(violation) : hinge(violation);
    return {
      value,
      slopes: [
        {first: anchor, second: positive, by: toPositive, slope},
        {first: anchor, second: negative, by: toNegative, slope: -slope},
      ],
    };
  });
}

const hinge = (v: number) => ({value: Math.max(0, v), slope: v > 0 ? 1 : 0});

/** log(1 + e^v), without overflow. */
const softplus = (v: number) => ({
  value: Math.max(0, v) + Math.log1p(Math.exp(-Math.abs(v))),
  slope: v >= 0 ? 1 / (1 + Math.exp(-v)) : Math.exp(v) / (1 + Math.exp(v)),
});
