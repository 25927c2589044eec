import {check} from '../../base/check';
import {unitValues} from '../unitValues';
import type {Sighting} from './sighting';

/**
 * The embedding of a face, at length 1.
 *
 * @param dimension How many values it must have. Default: any number.
 * @throws If it is not finite, is all zeros or has another dimension, or time or place are not numbers.
 */
export function checkedSighting({embedding, time, place}: Sighting, dimension?: number): Float32Array {
  const values = Array.from(embedding);
  if (!values.every(Number.isFinite) || values.every(value => value === 0)) {
    throw new Error('add: embedding must hold finite numbers that are not all 0.');
  }
  if (dimension !== undefined && values.length !== dimension) {
    throw new Error(
      `add: embedding must have ${dimension} values, as those before, but has ${values.length}.`,
    );
  }
  if (time !== undefined) check.finite('add', 'time', time);
  place?.forEach((value, axis) => {
    check.finite('add', `place[${axis}]`, value);
  });
  return unitValues({values, dimension: values.length});
}
