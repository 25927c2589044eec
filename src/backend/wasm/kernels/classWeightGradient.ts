import {
  CLASS_WEIGHT_GRADIENT,
  type ClassWeightGradientParts,
  composedClassWeightGradient,
} from '../../../ops/margin/classWeightGradient';
import {advance, NOWHERE} from '../address';
import {split} from '../threads/piece';
import type {WasmKernel} from '../wasmKernel';

/** `pulls − diag(radial) W` with the targets' rows added, in the place of `pulls`, on all threads. */
export const classWeightGradient: WasmKernel = {
  kernelName: CLASS_WEIGHT_GRADIENT,

  simd(heap, {pulls, targetRows, ids, w, radial}) {
    const [classes, size] = w.shape;
    const all = heap.addresses({pulls, targetRows, ids, w});
    const byClass = radial === undefined ? undefined : heap.address(radial);
    heap.run(
      'classWeightGradient',
      split(classes, 3 * size).map(({first, count}) => ({
        ...all,
        pulls: advance(all.pulls, 4 * first * size),
        w: advance(all.w, 4 * first * size),
        radial: byClass === undefined ? NOWHERE : advance(byClass, 4 * first),
        examples: ids.shape[0],
        first,
        classes: count,
        size,
      })),
    );
    return heap.shared(pulls);
  },

  composed: parts => composedClassWeightGradient(parts as ClassWeightGradientParts),
};
