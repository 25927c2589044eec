import type {Curve, Picture, Side, Wish} from './messages';
import {unpackArrays} from './quantized';

/** The head that the recording was made with. */
export const recordedWish: Wish = {head: 'arcface', margin: 0.3};

/** The steps of the recording at which both planes were kept. */
export interface Frames {
  steps: ArrayLike<number>;
  labels: Uint8Array;
  pictures: Record<Side, Picture[]>;
  /** Of the recorded head. */
  curve: Curve;
}

/** The weights with which the recording ended. */
export interface RecordedWeights {
  network: Float32Array[];
  classWeights: Float32Array;
}

export const sides: readonly Side[] = ['plain', 'margin'];

/** The frames of a file that `recordTraining.ts` wrote. */
export function readFrames(file: ArrayBuffer): Frames {
  const {steps, labels, angles, target, other, ...rest} = unpackArrays(file);
  const pictures = (side: Side) =>
    Array.from(steps, (_, i): Picture => {
      const part = (name: string) => rest[`${side}/${i}/${name}`];
      return {points: part('points'), weights: part('weights'), found: part('found').map(Math.round)};
    });
  return {
    steps: steps.map(Math.round),
    labels: Uint8Array.from(labels, Math.round),
    pictures: {plain: pictures('plain'), margin: pictures('margin')},
    curve: {angles, target, other},
  };
}

/** The weights of a file that `recordTraining.ts` wrote. */
export function readWeights(file: ArrayBuffer): Record<Side, RecordedWeights> {
  const arrays = unpackArrays(file);
  const weights = (side: Side): RecordedWeights => ({
    network: Object.keys(arrays)
      .filter(name => name.startsWith(`${side}/network/`))
      .map(name => arrays[name]),
    classWeights: arrays[`${side}/classWeights`],
  });
  return {plain: weights('plain'), margin: weights('margin')};
}
