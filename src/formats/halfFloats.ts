/** The bits of the nearest IEEE half-precision number, of two the even one; infinite from 65520 on. */
function halfBits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const exponent = (bits >>> 23) & 0xff;
  const fraction = bits & 0x7fffff;
  if (exponent === 0xff) return sign | 0x7c00 | (fraction === 0 ? 0 : 0x200);
  // Below the smallest normal half the fraction loses a digit for each power of two.
  const lost = Math.max(13, 126 - exponent);
  if (lost > 24) return sign;
  const whole = exponent === 0 ? fraction : fraction | 0x800000;
  const kept = whole >>> lost;
  const rest = whole & ((1 << lost) - 1);
  const tie = 1 << (lost - 1);
  const up = rest > tie || (rest === tie && (kept & 1) === 1) ? 1 : 0;
  // A carry out of the fraction goes into the exponent, where it belongs.
  const magnitude = lost > 13 ? kept + up : ((exponent - 113) << 10) + kept + up;
  return sign | Math.min(magnitude, 0x7c00);
}

/** The bits of the nearest half-precision number of each. */
export function halfFloats(values: Float32Array): Uint16Array<ArrayBuffer> {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(words.length);
  // A network has millions of weights, and `from` gathers them in an array first.
  for (let i = 0; i < words.length; i++) halves[i] = halfBits(words[i]);
  return halves;
}
