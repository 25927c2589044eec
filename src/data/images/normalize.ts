import type {Normalization} from '../../base/normalization';

/** Applies {@link Normalization} to interleaved pixels, in place. */
export function normalize(
  values: Float32Array,
  {mean, deviation, order}: Required<Normalization>,
  channels: number,
): void {
  if (order === 'bgr') swapOuterChannels(values);
  if (typeof mean === 'number' && typeof deviation === 'number') {
    for (let i = 0; i < values.length; i++) values[i] = (values[i] - mean) / deviation;
    return;
  }
  const [means, deviations] = [mean, deviation].map(each =>
    typeof each === 'number' ? Array<number>(channels).fill(each) : each,
  );
  for (let i = 0; i < values.length; i++) {
    const channel = i % channels;
    values[i] = (values[i] - means[channel]) / deviations[channel];
  }
}

/** Makes BGR of RGB. */
function swapOuterChannels(values: Float32Array): void {
  for (let i = 0; i < values.length; i += 3) [values[i], values[i + 2]] = [values[i + 2], values[i]];
}
