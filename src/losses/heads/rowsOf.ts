import * as tf from '@tensorflow/tfjs-core';
import type {Initializer} from '../../base/layer';

/** An initializer that gives some rows of what another makes of a whole matrix. */
export function rowsOf(initializer: Initializer, total: number, first: number): Initializer {
  const apply = ([rows, ...rest]: number[], dtype?: tf.DataType) =>
    tf.tidy(() => {
      const whole = initializer.apply([total, ...rest], dtype);
      return tf.slice(whole, [first], [rows]);
    });
  return {apply} as unknown as Initializer;
}
