import {layers} from '@tensorflow/tfjs-layers';

/** Builds networks of which only the shapes matter: drawing a hundred million random numbers would take long. */
export function withoutInitialValues<T>(build: () => T): T {
  const {prototype} = layers.Layer;
  const flag = 'fastWeightInitDuringBuild';
  Object.defineProperty(prototype, flag, {configurable: true, get: () => true, set: () => {}});
  try {
    return build();
  } finally {
    Reflect.deleteProperty(prototype, flag);
  }
}
