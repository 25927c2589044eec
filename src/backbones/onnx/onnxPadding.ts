/** How a window of a convolution or a pooling goes over an image, both sides of it. */
export interface Window {
  kernelSize: readonly number[];
  strides: readonly number[];
  dilation: readonly number[];
  padding: string;
  /** Zeros already added before the window. */
  added: readonly (readonly [number, number])[];
}

/** Zeros before and behind along one side. */
function sidePadding(
  {kernelSize, strides, dilation, padding, added}: Window,
  axis: number,
  side: number,
): [number, number] {
  const reach = (kernelSize[axis] - 1) * dilation[axis] + 1;
  let [before, behind] = added[axis];
  if (padding === 'same') {
    const needed = Math.max(0, (Math.ceil(side / strides[axis]) - 1) * strides[axis] + reach - side);
    before += Math.floor(needed / 2);
    behind += Math.ceil(needed / 2);
  }
  // Zeros that no window reaches change nothing; other libraries write as many behind as before.
  const places = (zeros: number) => Math.floor((side + before + zeros - reach) / strides[axis]);
  return places(before) === places(behind) ? [before, before] : [before, behind];
}

/** ONNX's `pads` of a window: zeros before each side, then behind each, as many behind as before where that changes nothing. */
export function onnxPadding(window: Window, sides: readonly number[]): number[] {
  const pairs = sides.map((side, axis) => sidePadding(window, axis, side));
  return [...pairs.map(([before]) => before), ...pairs.map(([, behind]) => behind)];
}
