import * as tf from '@tensorflow/tfjs-core';
import {adamW, compact, type MarginHead, type StepReport, Trainer} from 'face-margins';
import type {BatchSource} from 'face-margins/data';
import {assignClassWeights, fitHeadTo} from '../mnist-2d/warmStart';
import {plain} from './choices';
import {makeHead} from './makeHead';
import type {Picture, Wish} from './messages';
import type {RecordedWeights} from './recording';

/** Images and their digits. */
export interface Images {
  /** `[N, 28, 28, 1]`. Whoever made it disposes of it. */
  images: tf.Tensor4D;
  labels: Uint8Array;
}

/** What a training learns from, and what it is looked at with. */
export interface Material {
  source: BatchSource;
  /** Training images: a new head's class weights begin in their directions. */
  aim: Images;
  /** Test images, which the planes show. */
  shown: Images;
}

/** From where a training begins: weights, and the head that they were trained under. */
export interface Start {
  weights: RecordedWeights;
  wish: Wish;
}

/** How many training images aim the class weights of a new head. */
export const aimingImages = 1000;

/** The highest learning rates: under softmax from random weights, under a new head, and where training only goes on. */
const rates = {warmUp: 0.01, newHead: 0.002, onward: 0.0003};

/** A network with a two-dimensional embedding, the head it is trained under, and the trainer of both. */
export class Training {
  private readonly network = compact({embeddingSize: 2, seed: 1});
  private readonly warmUpSteps: number;
  private head: MarginHead;
  private trainer: Trainer;
  private stepsBefore = 0;
  private firstEpoch = 0;
  /** Whether softmax still prepares the network; see the example mnist-2d for why. */
  warmUp: boolean;

  private constructor(
    private readonly material: Material,
    private wish: Wish,
    start?: Start,
    private readonly schedule?: (step: number) => number,
  ) {
    this.warmUpSteps = material.source.batchesPerEpoch;
    this.warmUp = start === undefined;
    this.head = makeHead(start?.wish ?? {head: plain, margin: 0});
    if (start) this.setWeights(start.weights);
    this.trainer = this.newTrainer(start ? rates.onward : rates.warmUp);
  }

  /**
   * Begins under a head, from weights of another or the same head, or from random ones with an epoch under softmax.
   *
   * @param schedule Learning rates, for a training whose end is known.
   */
  static async begin(
    material: Material,
    wish: Wish,
    start?: Start,
    schedule?: (step: number) => number,
  ): Promise<Training> {
    const training = new Training(material, start?.wish ?? wish, start, schedule);
    if (start) await training.choose(wish);
    return training;
  }

  get steps(): number {
    return this.stepsBefore + this.trainer.position.step;
  }

  get epochs(): number {
    return this.steps / this.material.source.batchesPerEpoch;
  }

  /** Goes on under another head or margin: what the network has learned stays. */
  async choose(wish: Wish): Promise<void> {
    const before = this.wish;
    this.wish = wish;
    if (this.warmUp || (before.head === wish.head && before.margin === wish.margin)) return;
    await this.changeHead(before.head === wish.head);
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
      await this.changeHead(this.wish.head === plain);
    }
  }

  /** Where the network puts the images of the plane, and a drawing `[1, 28, 28, 1]` beside them. */
  async picture(drawing?: tf.Tensor4D): Promise<Picture> {
    const {images, labels} = this.material.shown;
    const embedded = tf.tidy(() => {
      const points = this.embed(images);
      return drawing ? tf.concat([points, this.embed(drawing)]) : points;
    });
    const nearest = tf.tidy(() => tf.argMax(this.head.apply(embedded) as tf.Tensor2D, 1));
    const read = [embedded.data(), nearest.data(), this.head.classWeights.data()] as const;
    const [points, found, weights] = await Promise.all(read);
    tf.dispose([embedded, nearest]);
    const [x, y] = points.subarray(2 * labels.length);
    return {
      points: Float32Array.from(points.subarray(0, 2 * labels.length)),
      weights: Float32Array.from(weights),
      found: Array.from(found.subarray(0, labels.length)),
      ...(drawing && {drawn: {x, y, digit: found[labels.length]}}),
    };
  }

  /** The weights as they are now. */
  async weights(): Promise<RecordedWeights> {
    const network = await Promise.all(this.network.getWeights().map(weight => weight.data<'float32'>()));
    return {network, classWeights: await this.head.classWeights.data<'float32'>()};
  }

  dispose(): void {
    this.trainer.dispose();
    this.network.dispose();
    this.head.dispose();
  }

  private embed(images: tf.Tensor4D): tf.Tensor2D {
    return this.network.predict(images, {batchSize: 250}) as tf.Tensor2D;
  }

  private setWeights({network, classWeights}: RecordedWeights): void {
    tf.tidy(() =>
      this.network.setWeights(this.network.getWeights().map(({shape}, i) => tf.tensor(network[i], shape))),
    );
    assignClassWeights(this.head, classWeights);
  }

  /** A new trainer counts its steps from 0; the passes over the digits go on where they were. */
  private fromHere(): BatchSource {
    const {firstEpoch} = this;
    const {source} = this.material;
    return {
      batchesPerEpoch: source.batchesPerEpoch,
      epoch: (index, from = 0) => source.epoch(firstEpoch + index, from),
    };
  }

  private newTrainer(rate: number): Trainer {
    const {warmUp, warmUpSteps, schedule} = this;
    const usual = (step: number) => {
      const risen = rate * Math.min(1, step / 16);
      return warmUp
        ? risen * 0.5 * (1 + Math.cos((Math.PI * step) / (warmUpSteps + 1)))
        : risen / (1 + step / 600);
    };
    return new Trainer({
      backbone: this.network,
      objective: this.head,
      optimizer: adamW(),
      // The recipe of mnist-2d; but who watches may go on for as long as they like, so the second stage has no end.
      learningRate: schedule ?? usual,
      clipNorm: 0.5,
    });
  }

  /** Begins a new stage with the head that is wished for, its weights along the classes, or the same as before. */
  private async changeHead(sameWeights: boolean): Promise<void> {
    const head = makeHead(this.wish);
    const weights = await this.head.classWeights.data();
    if (sameWeights) assignClassWeights(head, Float32Array.from(weights));
    else await this.aim(head);
    this.stepsBefore = this.steps;
    this.firstEpoch = Math.floor(this.epochs);
    this.trainer.dispose();
    this.head.dispose();
    this.head = head;
    this.trainer = this.newTrainer(rates.newHead);
  }

  /** Lets the class weights of a new head begin in the directions of their digits. */
  private async aim(head: MarginHead): Promise<void> {
    const {images, labels} = this.material.aim;
    const embedded = this.embed(images);
    const points = Float32Array.from(await embedded.data());
    embedded.dispose();
    fitHeadTo(this.network, head, points, labels);
  }
}
