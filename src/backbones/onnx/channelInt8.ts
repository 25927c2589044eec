/** Weights as whole numbers from −127 to 127, and what they are times, channel by channel. */
export interface ChannelInt8 {
  quantized: Int8Array<ArrayBuffer>;
  /** One a channel: a weight is its whole number times the scale. */
  scales: Float32Array<ArrayBuffer>;
}

/** The largest whole number. */
const most = 127;

/**
 * Rounds weights to 255 steps a channel, such that the largest weight of each is kept.
 *
 * @param values Channel by channel.
 */
export function channelInt8(values: Float32Array, channels: number): ChannelInt8 {
  const each = values.length / channels;
  const quantized = new Int8Array(values.length);
  const scales = new Float32Array(channels);
  for (let channel = 0; channel < channels; channel++) {
    const first = channel * each;
    let largest = 0;
    for (let i = first; i < first + each; i++) largest = Math.max(largest, Math.abs(values[i]));
    // The scale as the file has it, so that rounding is right by the scale that is used.
    scales[channel] = largest / most || 1;
    for (let i = first; i < first + each; i++) {
      const whole = Math.round(values[i] / scales[channel]);
      quantized[i] = Math.max(-most, Math.min(most, whole));
    }
  }
  return {quantized, scales};
}
