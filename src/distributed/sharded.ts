import {checkOptions} from '../base/checkOptions';
import type {Collective} from '../base/collective';
import {SampledClasses} from '../losses/classRows/sampledClasses';
import type {MarginHead} from '../losses/heads/marginHead';
import type {Schedule} from '../schedules/schedule';

/** Options of {@link sharded}. */
export interface ShardedOptions {
  /** The processes to divide the classes among; see {@link openCollective}. */
  collective: Collective;
  /**
   * The part of the classes that each step draws, above 0 and up to 1, or a schedule of it: partial FC. The classes of the batch are drawn in
   * any case, the others by chance. Default: every step uses all classes, whose weights are on the backend.
   */
  sample?: number | Schedule;
}

/**
 * Divides the classes of a head among processes: each has the weights of its share, and none ever has all.
 *
 * The loss of a batch gathers the embeddings of all ranks, and each rank computes the logits of its own classes for all of them. What
 * ranks exchange is the angle to the target, the largest logit and the sum of exponentials of each example, and the gradient to
 * the embeddings: it does not grow with the number of classes. Loss and gradients are those of the head in one process over
 * the batches of all ranks. Gradients to weights are of the sum over all ranks' losses.
 *
 * Every head of the softmax and the sigmoid family can be divided, with all of its options. Losses over proxies (`proxyAnchorLoss`,
 * `softTripleLoss`, `classContrastive`, `classTriplet`) cannot. With a seed, the class weights begin as in one process, which makes the whole matrix once;
 * without one each rank makes its own rows. Applied to embeddings alone, the head gives the logits of this rank's classes.
 *
 * With `sample` the class weights lie in the host's memory, with what the optimizer remembers of them, and each step brings those of the drawn
 * classes to the backend: its time and memory are those of the rows drawn, not of all classes. The softmax is over the drawn classes. Rows that
 * are not drawn stay as they are, without weight decay and momentum (arcface_torch moves them too). A row is made when it is first drawn, by
 * the seed of the head and the class. Draws follow from the trainer's seed and the step, whatever the number of processes. A step has one batch
 * (`accumulate: 1`), and its accuracy is that among the drawn classes. This works in one process too.
 *
 * @param head A head that has no weights yet. Given back.
 * @param options The processes.
 * @throws If the head is built, has fewer classes than there are processes, or has a loss that cannot be divided; if `sample` is not above 0
 * and up to 1, or the head has an initializer of its own besides.
 *
 * @example
 * ```js
 * import {openCollective, sharded} from 'face-margins/distributed';
 *
 * const collective = await openCollective();
 * const head = sharded(arcFace({classes: 10, scale: 16, seed: 1}), {collective});
 * const loss = head.loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 1, 2, 3], 'int32'));   // shape [4]
 * await collective.close();
 * ```
 */
export function sharded<H extends MarginHead>(head: H, options: ShardedOptions): H {
  const {collective, sample} = checkOptions('sharded', options, {collective: true, sample: true});
  if (sample !== undefined) {
    head.shardOver(collective, {rate: sample, make: rows => new SampledClasses(rows)});
  } else if (collective.size > 1) {
    head.shardOver(collective);
  }
  return head;
}
