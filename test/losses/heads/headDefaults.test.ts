import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../../src/backend/useBackend';
import {ArcFace, arcFace} from '../../../src/losses/heads/arcFace';
import {ASoftmax, aSoftmax} from '../../../src/losses/heads/aSoftmax';
import {classContrastive} from '../../../src/losses/heads/classContrastive';
import {classTriplet} from '../../../src/losses/heads/classTriplet';
import {coco} from '../../../src/losses/heads/coco';
import {combinedMargin} from '../../../src/losses/heads/combinedMargin';
import {cosFace} from '../../../src/losses/heads/cosFace';
import {customHead} from '../../../src/losses/heads/customHead';
import {focal} from '../../../src/losses/heads/focal';
import {l2Softmax} from '../../../src/losses/heads/l2Softmax';
import {lSoftmax} from '../../../src/losses/heads/lSoftmax';
import type {MarginHead} from '../../../src/losses/heads/marginHead';
import {normFace} from '../../../src/losses/heads/normFace';
import {softmax} from '../../../src/losses/heads/softmax';
import {subCenterArcFace} from '../../../src/losses/heads/subCenterArcFace';
import type {Margin} from '../../../src/ops/margin/margin';
import {linearRamp} from '../../../src/schedules/linearRamp';

beforeAll(() => useBackend('cpu'));

const margin: Margin = {value: ({cos}) => cos};
const sphereFace = {kind: 'annealing', base: 1000, gamma: 0.12, power: 1, minimum: 5};
const scaled = {learnScale: false, minScale: 0.01};
const angular = {beyondPi: 'hard', easy: false, gradient: 'exact'};

/** The options that each paper, or the implementation that most follow, trains with. */
const defaults: [name: string, head: MarginHead, options: object][] = [
  ['softmax', softmax({classes: 3}), {}],
  ['L2-softmax', l2Softmax({classes: 3}), {scale: 16, ...scaled}],
  ['NormFace', normFace({classes: 3}), {scale: 20, ...scaled}],
  ['CosFace', cosFace({classes: 3}), {scale: 64, margin: 0.35, ...scaled}],
  ['ArcFace', arcFace({classes: 3}), {scale: 64, margin: 0.5, ...angular, ...scaled}],
  [
    'sub-center ArcFace',
    subCenterArcFace({classes: 3}),
    {scale: 64, margin: 0.5, subCenters: 3, ...angular, ...scaled},
  ],
  [
    'the combined margin',
    combinedMargin({classes: 3}),
    {scale: 64, m1: 1, m2: 0.3, m3: 0.2, ...angular, ...scaled},
  ],
  ['L-Softmax', lSoftmax({classes: 3}), {margin: 4, lambda: sphereFace}],
  ['A-Softmax', aSoftmax({classes: 3}), {margin: 4, lambda: sphereFace, gradient: 'exact'}],
  ['a custom head', customHead({classes: 3, margin}), {scale: 64, normalize: 'both', ...scaled}],
  [
    'class contrastive',
    classContrastive({classes: 3}),
    {positiveMargin: 0, negativeMargin: 1, negativeWeight: 1},
  ],
  ['class triplet', classTriplet({classes: 3}), {margin: 0.8, hardestOnly: true}],
];

describe('the options of a head', () => {
  it.each(defaults)('of %s are those of its paper where they are left out', (_, head, options) => {
    const {
      name: _name,
      trainable: _trainable,
      batchInputShape: _shape,
      dtype: _dtype,
      ...config
    } = head.getConfig();
    expect(config).toEqual({classes: 3, targetLoss: null, ...options});
  });

  it('of COCO have the scale for its classes', () => {
    const scaleOf = (classes: number) => coco({classes}).getConfig().scale;
    for (const classes of [2, 10, 1000])
      expect(scaleOf(classes)).toBeCloseTo(0.5 * Math.log((classes - 1) / 1e-4) + 3, 12);
    expect(scaleOf(1)).toBe(scaleOf(2));
    expect(coco({classes: 10, scale: 7}).getConfig().scale).toBe(7);
  });

  it('of a focal loss are saved, γ 2 where it is left out', () => {
    expect(focal().gamma).toBe(2);
    expect(softmax({classes: 3, targetLoss: focal({gamma: 1.5})}).getConfig().targetLoss).toEqual({
      kind: 'focal',
      gamma: 1.5,
    });
    const own = {value: (l: tf.Tensor) => l, derivative: (l: tf.Tensor) => l};
    expect(softmax({classes: 3, targetLoss: own}).getConfig().targetLoss).toEqual({kind: 'custom'});
    expect(() => focal({gamma: -1})).toThrow('gamma must be a finite number of 0 or more');
  });

  it('make the same head again from what is saved', () => {
    const ramp = linearRamp({to: 0.5, steps: 10});
    const heads = [
      new ArcFace({
        classes: 4,
        scale: 30,
        margin: ramp,
        beyondPi: 'none',
        easy: true,
        gradient: 'straight-through',
        minScale: 2,
      }),
      new ASoftmax({classes: 4, margin: 3, lambda: 2, gradient: 'sphereface', targetLoss: focal({gamma: 1})}),
    ];
    for (const head of heads) {
      const again = new (head.constructor as new (config: object) => MarginHead)(head.getConfig());
      expect(again.getConfig()).toEqual(head.getConfig());
    }
    expect(heads[0].getConfig()).toMatchObject({
      ...{scale: 30, margin: ramp, beyondPi: 'none', easy: true, gradient: 'straight-through', minScale: 2},
    });
  });

  it.each<[string, () => unknown]>([
    ['arcFace: margin must be a number from 0 to 3.14', () => arcFace({classes: 3, margin: -0.1})],
    [
      'arcFace: beyondPi must be one of hard, continuous, none',
      () => arcFace({classes: 3, beyondPi: 'soft' as 'hard'}),
    ],
    [
      'arcFace: gradient must be one of exact, straight-through',
      () => arcFace({classes: 3, gradient: 'no' as 'exact'}),
    ],
    ['arcFace: margin must be', () => arcFace({classes: 3, margin: linearRamp({to: 4, steps: 5})})],
    [
      'subCenterArcFace: subCenters must be a whole number of 1',
      () => subCenterArcFace({classes: 3, subCenters: 0}),
    ],
    ['cosFace: margin must be a finite number of 0 or more', () => cosFace({classes: 3, margin: -0.1})],
    ['combinedMargin: m1 must be a finite number above 0', () => combinedMargin({classes: 3, m1: 0})],
    ['combinedMargin: m2 must be a number from 0', () => combinedMargin({classes: 3, m2: -1})],
    ['combinedMargin: m3 must be a finite number of 0', () => combinedMargin({classes: 3, m3: -1})],
    ['combinedMargin: beyondPi must be', () => combinedMargin({classes: 3, beyondPi: 'soft' as 'hard'})],
    ['combinedMargin: gradient must be', () => combinedMargin({classes: 3, gradient: 'no' as 'exact'})],
    ['lSoftmax: margin must be', () => lSoftmax({classes: 3, margin: 0.9})],
    ['lSoftmax: lambda must be a finite number of 0', () => lSoftmax({classes: 3, lambda: -1})],
    ['aSoftmax: margin must be', () => aSoftmax({classes: 3, margin: 0.9})],
    ['aSoftmax: lambda must be a finite number of 0', () => aSoftmax({classes: 3, lambda: -1})],
    [
      'aSoftmax: gradient must be one of exact, sphereface',
      () => aSoftmax({classes: 3, gradient: 'no' as 'exact'}),
    ],
    [
      'normFace: scale must be a finite number above 0',
      () => normFace({classes: 3, scale: linearRamp({to: 9, steps: 5})}),
    ],
    ['normFace: minScale must be a finite number above 0', () => normFace({classes: 3, minScale: -1})],
    [
      'normFace: scale must be a number where learnScale is true',
      () => normFace({classes: 3, learnScale: true, scale: linearRamp({from: 1, to: 9, steps: 5})}),
    ],
    [
      'classContrastive: positiveMargin must be a number from 0 to 4',
      () => classContrastive({classes: 3, positiveMargin: 4.1}),
    ],
    [
      'classContrastive: negativeMargin must be a number from 0 to 4',
      () => classContrastive({classes: 3, negativeMargin: -1}),
    ],
    [
      'classContrastive: negativeWeight must be a finite number of 0',
      () => classContrastive({classes: 3, negativeWeight: -1}),
    ],
    ['classTriplet: margin must be a number from 0 to 4', () => classTriplet({classes: 3, margin: 5})],
    [
      'customHead: margin must be an object with functions',
      () => customHead({classes: 3, margin: {} as Margin}),
    ],
  ])('are refused: %s', (message, make) => {
    expect(make).toThrow(message);
  });
});

describe('a head that is built', () => {
  it('has a count only where something follows a schedule, and moves it in training alone', () => {
    const x = tf.ones([2, 3]) as tf.Tensor2D;
    const labels = tf.tensor1d([0, 1], 'int32');
    const plain = arcFace({classes: 2, seed: 1});
    plain.loss(x, labels);
    expect([plain.weights.length, plain.iteration]).toEqual([1, 0]);
    const counted = arcFace({classes: 2, margin: linearRamp({to: 0.5, steps: 4}), seed: 1});
    expect(counted.iteration).toBe(0);
    counted.loss(x, labels);
    counted.loss(x, labels, {training: false});
    expect(counted.iteration).toBe(1);
    counted.apply([x, labels]);
    expect(counted.iteration).toBe(1);
    counted.apply([x, labels], {training: true});
    expect(counted.iteration).toBe(2);
    counted.apply(x, {training: true});
    expect(counted.iteration).toBe(2);
    expect(counted.trainableWeights).toHaveLength(1);
    expect(counted.weights.map(({originalName}) => originalName.split('/').pop())).toEqual([
      'classWeights',
      'iteration',
    ]);
    expect(counted.row().scale).toBe(64);
  });

  it('has a row of weights for each class, or each of its centers, drawn with a deviation of 0.01', () => {
    for (const [head, rows] of [
      [softmax({classes: 40, seed: 3}), 40],
      [subCenterArcFace({classes: 40, subCenters: 2, seed: 3}), 80],
    ] as const) {
      head.build([null, 100]);
      expect(head.classWeights.shape).toEqual([rows, 100]);
      const deviation = Math.sqrt(tf.moments(head.classWeights).variance.dataSync()[0]);
      expect(Math.abs(deviation / 0.01 - 1)).toBeLessThan(5 / Math.sqrt(2 * rows * 100));
      expect(head.computeOutputShape([7, 100])).toEqual([7, 40]);
      expect(
        head.computeOutputShape([
          [7, 100],
          [7, 1],
        ]),
      ).toEqual([7, 40]);
    }
  });

  it('has weights once it is built, of embeddings of a known length', () => {
    expect(() => softmax({classes: 2}).classWeights).toThrow('softmax: has no weights before it is built');
    for (const shape of [[null, null], [2, 3, 4], [5]]) {
      expect(() => softmax({classes: 2}).build(shape)).toThrow(
        'embeddings must have shape [batch, dimension]',
      );
    }
  });

  it('learns its scale where it may, from the value given', () => {
    const head = normFace({classes: 2, scale: 7, learnScale: true, seed: 1});
    head.build([null, 3]);
    expect(head.trainableWeights.map(({originalName}) => originalName.split('/').pop())).toEqual([
      'classWeights',
      'scale',
    ]);
    expect(head.weights[1].read().dataSync()[0]).toBe(7);
    expect((head.row().scale as tf.Scalar).dataSync()[0]).toBe(7);
  });
});
