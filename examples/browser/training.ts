import * as tf from '@tensorflow/tfjs-core';
import {adamW, compact, type MarginHead, type StepReport, Trainer} from 'face-margins';
import type {BatchSource} from 'face-margins/data';
import {angularStatistics} from 'face-margins/evaluate';
import type {MnistPart} from 'face-margins/node';
import {assignClassWeights, fitHeadTo} from '../mnist-2d/warmStart';
import {choices} from './choices';
import {allImages} from './digits';
import type {Snapshot, Wish} from './messages';

/** A network with a two-dimensional embedding, the head it is trained under, and the trainer of both. */
export class Training {
  private readonly network = compact({embeddingSize: 2, seed: 1});
  private readonly testImages: tf.Tensor4D;
  private readonly warmUpSteps: number;
  private head: MarginHead;
  private trainer: Trainer;
  private stepsBefore = 0;
  private firstEpoch = 0;
  /** Whether softmax still prepares the network; see the example mnist-2d for why. */
  warmUp = true;

  constructor(
    private readonly source: BatchSource,
    private readonly test: MnistPart,
    private wish: Wish,
  ) {
    this.testImages = allImages(test);
    this.warmUpSteps = source.batchesPerEpoch;
    this.head = madeHead('softmax', 0);
    this.trainer = this.newTrainer();
  }

  get steps(): number {
    return this.stepsBefore + this.trainer.position.step;
  }

  get epochs(): number {
    return this.steps / this.source.batchesPerEpoch;
  }

  /** Goes on under another head or margin: what the network has learned stays. */
  async choose(wish: Wish): Promise<void> {
    const before = this.wish;
    this.wish = wish;
    if (!this.warmUp) await this.changeHead(before.head === wish.head);
  }

  /** Trains for some steps, or until `stop` says so, with a report every few. */
  async *train(steps: number, stop: () => boolean): AsyncGenerator<StepReport> {
    const until = this.trainer.position.step + steps;
    const last = this.warmUp ? Math.min(until, this.warmUpSteps) : until;
    for await (const report of this.trainer.fit(this.fromHere(), {steps: last, reportEvery: 5})) {
      yield report;
      if (stop()) return;
    }
    if (this.warmUp && this.trainer.position.step >= this.warmUpSteps) {
      this.warmUp = false;
      await this.changeHead(this.wish.head === 'softmax');
    }
  }

  /** Where the network puts the test images. */
  async snapshot(): Promise<Snapshot> {
    const embedded = tf.tidy(() => this.network.predict(this.testImages, {batchSize: 250}) as tf.Tensor2D);
    const nearest = tf.tidy(() => tf.argMax(this.head.apply(embedded) as tf.Tensor2D, 1));
    const read = [embedded.data(), nearest.data(), this.head.classWeights.data()] as const;
    const [embeddings, found, weights] = await Promise.all(read);
    tf.dispose([embedded, nearest]);
    const {labels} = this.test;
    const {meanIntraClassAngle, minInterClassAngle} = await angularStatistics(embeddings, labels, 10);
    return {
      type: 'snapshot',
      epochs: this.epochs,
      embeddings: Float32Array.from(embeddings),
      labels,
      weights: Float32Array.from(weights),
      accuracy: labels.reduce((right, label, i) => right + Number(label === found[i]), 0) / labels.length,
      withinClasses: meanIntraClassAngle,
      betweenClasses: minInterClassAngle,
    };
  }

  dispose(): void {
    this.trainer.dispose();
    this.network.dispose();
    this.head.dispose();
    this.testImages.dispose();
  }

  /** A new trainer counts its steps from 0; the passes over the digits go on where they were. */
  private fromHere(): BatchSource {
    const {source, firstEpoch} = this;
    return {
      batchesPerEpoch: source.batchesPerEpoch,
      epoch: (index, from = 0) => source.epoch(firstEpoch + index, from),
    };
  }

  private newTrainer(): Trainer {
    const {warmUp, warmUpSteps} = this;
    return new Trainer({
      backbone: this.network,
      objective: this.head,
      optimizer: adamW(),
      // The recipe of mnist-2d; but who watches may go on for as long as they like, so the second stage has no end.
      learningRate: step =>
        warmUp
          ? 0.01 * Math.min(1, step / 16) * 0.5 * (1 + Math.cos((Math.PI * step) / (warmUpSteps + 1)))
          : (0.002 * Math.min(1, step / 16)) / (1 + step / 600),
      clipNorm: 0.5,
    });
  }

  /** Begins a new stage with the head that is wished for, its weights along the classes, or the same as before. */
  private async changeHead(sameWeights: boolean): Promise<void> {
    const {head: name, margin} = this.wish;
    const head = madeHead(name, margin);
    const weights = await this.head.classWeights.data();
    const {embeddings, labels} = await this.snapshot();
    if (sameWeights) assignClassWeights(head, Float32Array.from(weights));
    else fitHeadTo(this.network, head, embeddings, labels);
    this.stepsBefore = this.steps;
    this.firstEpoch = Math.floor(this.epochs);
    this.trainer.dispose();
    this.head.dispose();
    this.head = head;
    this.trainer = this.newTrainer();
  }
}

/** A head with its weights: made by applying it, for only layers that were applied can be disposed of. */
function madeHead(name: string, margin: number): MarginHead {
  const head = choices[name].make(margin);
  tf.tidy(() => head.apply(tf.zeros([1, 2])) as tf.Tensor);
  return head;
}
