import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';

/** The map from pixels, 0 to 255, to the network's input: `(x − mean) / deviation`. */
export interface Normalization {
  /** Default 127.5. */
  mean?: number;
  /** Default 127.5, for values from −1 to 1 (InsightFace). Ports of SphereFace and MobileFaceNet use 128. */
  deviation?: number;
}

/** A checked normalization with its defaults. */
export function checkedNormalization(options: Normalization = {}): Required<Normalization> {
  const {mean = 127.5, deviation = 127.5} = checkOptions('normalize', options, {mean: true, deviation: true});
  return {
    mean: check.finite('normalize', 'mean', mean),
    deviation: check.positive('normalize', 'deviation', deviation),
  };
}

/** Applies {@link Normalization} to pixels, in place. */
export function normalize(values: Float32Array, {mean, deviation}: Required<Normalization>): void {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] - mean) / deviation;
}
