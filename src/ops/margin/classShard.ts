import * as tf from '@tensorflow/tfjs-core';
import type {Collective} from '../../base/collective';

/** The classes whose weights a step uses in this process: of a head that is divided among several, or that draws some of its classes. */
export interface ClassShard {
  /** The processes that have the others. */
  collective: Collective;
  /** How many classes all of them have together. */
  classes: number;
  /** The id of the first class here. */
  first: number;
  /** The classes here that a step has drawn. Default: all. */
  drawn?: DrawnClasses;
}

/** Classes whose weights are there, in this order. */
export interface DrawnClasses {
  /** Ascending. */
  ids: Int32Array;
  /** Where each is among them. */
  places: ReadonlyMap<number, number>;
}

/** Where the classes of examples are among those of a process. */
export interface PlaceInShard {
  /** Each example's class, counted from the first one here; of another process' class 0. Int32 `[B]`. */
  target: tf.Tensor1D;
  /** The same, of another process' class −1, which hides nothing. */
  hidden: tf.Tensor1D;
  /** 1 where an example's class is here, else 0, `[B, 1]`; nothing where all are. */
  own?: tf.Tensor;
}

/**
 * Finds the classes of examples among those of a process.
 *
 * @param labels Ids among all classes.
 * @param count How many classes are here.
 */
export function placeInShard(
  labels: tf.Tensor1D,
  count: number,
  shard: ClassShard | undefined,
): PlaceInShard {
  if (shard === undefined) return {target: labels, hidden: labels};
  const {first, drawn} = shard;
  const placeOf = (id: number) => {
    if (drawn) return drawn.places.get(id) ?? -1;
    return id >= first && id < first + count ? id - first : -1;
  };
  const places = (labels.dataSync() as Int32Array).map(placeOf);
  const hidden = tf.tensor1d(places, 'int32');
  if (isAlone(shard)) return {target: hidden, hidden};
  return {
    target: tf.tensor1d(
      places.map(place => Math.max(0, place)),
      'int32',
    ),
    hidden,
    own: tf.tensor2d(
      Float32Array.from(places, place => (place < 0 ? 0 : 1)),
      [places.length, 1],
    ),
  };
}

/** Whether one process has all classes that a step uses. */
const isAlone = ({collective}: ClassShard) => collective.size === 1;

/** The sum over the processes of a head; the tensor itself where there is one. */
export function sumOverShards<T extends tf.Tensor>(tensor: T, shard: ClassShard | undefined): T {
  if (shard === undefined || isAlone(shard)) return tensor;
  const values = (tensor.dataSync() as Float32Array).slice();
  return tf.tensor(shard.collective.allReduce(values, 'sum'), tensor.shape) as T;
}

/**
 * Values `[B, 1]` as the process has them that has the example's class, which alone knows them.
 *
 * @param own Whose class is here; nothing where all are.
 */
export function toldByOwners(
  values: tf.Tensor[],
  own: tf.Tensor | undefined,
  shard: ClassShard | undefined,
): tf.Tensor[] {
  if (shard === undefined || own === undefined) return values;
  const isOwn = tf.cast(own, 'bool');
  const known = values.map(value => tf.where(isOwn, value, tf.zerosLike(value)));
  return tf.split(sumOverShards(tf.concat(known, 1), shard), values.length, 1);
}
