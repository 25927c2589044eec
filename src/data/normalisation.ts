import {check} from '../base/check';

/** How pixels from 0 to 255 become what the network takes: `(x − mean) / deviation`. */
export interface Normalisation {
  /** Default 127.5. */
  mean?: number;
  /** Default 127.5, so that pixels lie from −1 to 1 (InsightFace). SphereFace and MobileFaceNet ports divide by 128. */
  deviation?: number;
}

/** A normalisation with its defaults filled in, and checked. */
export function checkedNormalisation({
  mean = 127.5,
  deviation = 127.5,
}: Normalisation = {}): Required<Normalisation> {
  return {
    mean: check.finite('normalise', 'mean', mean),
    deviation: check.positive('normalise', 'deviation', deviation),
  };
}

/** Applies {@link Normalisation} to pixels, in place. */
export function normalise(values: Float32Array, {mean, deviation}: Required<Normalisation>): void {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] - mean) / deviation;
}
