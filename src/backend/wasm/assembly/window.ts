/** First output position whose tap at `offset` (tap minus padding) is inside the input. */
export function firstInside(offset: i32, stride: i32): i32 {
  return offset >= 0 ? 0 : (stride - 1 - offset) / stride;
}

/** One past the last output position whose tap at `offset` is inside an input of `size`. */
export function endInside(offset: i32, stride: i32, size: i32, outSize: i32): i32 {
  return offset >= size ? 0 : min(outSize, (size - 1 - offset) / stride + 1);
}

/** First output position whose filter reaches `position` of the padded input. */
export function firstReaching(position: i32, stride: i32, filterSize: i32): i32 {
  return max(0, (position - filterSize + stride) / stride);
}

/** One past the last output position whose filter reaches `position` of the padded input. */
export function endReaching(position: i32, stride: i32, outSize: i32): i32 {
  return min(outSize, position / stride + 1);
}
