import * as tf from '@tensorflow/tfjs-core';
import {gatherBatch} from '../../ops/collective/gatherBatch';
import type {ClassShard} from '../../ops/margin/classShard';

/**
 * The class with the largest logit for each embedding, int32 `[B]`, also where each process has the logits of its own classes alone.
 *
 * @param logitsOf The logits `[B, classes]` of the classes here.
 */
export function nearestClasses(
  embeddings: tf.Tensor2D,
  logitsOf: (embeddings: tf.Tensor2D) => tf.Tensor2D,
  shard: ClassShard | undefined,
): tf.Tensor1D {
  if (shard === undefined) return tf.argMax(logitsOf(embeddings), 1);
  const {collective, first, drawn} = shard;
  const none = tf.zeros([embeddings.shape[0]], 'int32') as tf.Tensor1D;
  const batch = gatherBatch(embeddings, none, collective);
  const logits = logitsOf(batch.embeddings);
  const [largest, ids] = [tf.max(logits, 1), tf.argMax(logits, 1)].map(tensor => tensor.dataSync());
  const count = largest.length;
  const [logitsOfAll, idsOfAll] = [
    collective.allGather(Float32Array.from(largest), new Float32Array(count * collective.size)),
    collective.allGather(
      Int32Array.from(ids, place => drawn?.ids[place] ?? place + first),
      new Int32Array(count * collective.size),
    ),
  ];
  const nearest = Float32Array.from({length: count}, (_, i) => {
    let best = i;
    for (let at = i; at < logitsOfAll.length; at += count) if (logitsOfAll[at] > logitsOfAll[best]) best = at;
    return idsOfAll[best];
  });
  return tf.cast(batch.own(tf.tensor1d(nearest)), 'int32');
}
