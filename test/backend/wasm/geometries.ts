import type * as tf from '@tensorflow/tfjs-core';

export interface Geometry {
  batch: number;
  height: number;
  width: number;
  filterHeight: number;
  filterWidth: number;
  strides: [number, number];
  pad: 'same' | 'valid' | tf.backend_util.ExplicitPadding;
}

/** Kernels 1×1 to 7×7, strides 1 and 2, every way to pad, odd and even sizes, one image and 17. */
export function geometries(): Geometry[] {
  const cases: Geometry[] = [];
  for (let size = 1; size <= 7; size++) {
    for (const stride of [1, 2]) {
      for (const pad of ['same', 'valid', 'explicit'] as const) {
        for (const [height, width] of [
          [8, 9],
          [9, 8],
        ]) {
          cases.push({
            batch: cases.length % 4 === 0 ? 17 : 1,
            height,
            width,
            filterHeight: size,
            filterWidth: size,
            strides: [stride, stride],
            pad:
              pad === 'explicit'
                ? [
                    [0, 0],
                    [size - 1, 1],
                    [Math.floor(size / 2), 2],
                    [0, 0],
                  ]
                : pad,
          });
        }
      }
    }
  }
  const base: Geometry = {
    batch: 2,
    height: 11,
    width: 6,
    filterHeight: 3,
    filterWidth: 3,
    strides: [1, 1],
    pad: 'same',
  };
  return cases.concat([
    {...base, filterHeight: 1, filterWidth: 4},
    {...base, filterHeight: 5, filterWidth: 2, strides: [2, 1]},
    {...base, filterHeight: 2, filterWidth: 3, strides: [1, 3]},
    {...base, strides: [3, 3], pad: 'valid'},
    // Padding as wide as the filter and wider: outputs that see nothing but padding.
    {
      ...base,
      pad: [
        [0, 0],
        [3, 4],
        [5, 3],
        [0, 0],
      ],
    },
    {
      ...base,
      strides: [2, 2],
      pad: [
        [0, 0],
        [4, 3],
        [3, 5],
        [0, 0],
      ],
    },
    // A row long enough to be taken in pieces.
    {...base, batch: 1, height: 3, width: 300},
  ]);
}

export function describeGeometry(geometry: Geometry): string {
  return JSON.stringify(geometry);
}
