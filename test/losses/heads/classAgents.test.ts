import * as tf from '@tensorflow/tfjs-core';
import {expect, it} from 'vitest';
import {classContrastive} from '../../../src/losses/heads/classContrastive';
import {classTriplet} from '../../../src/losses/heads/classTriplet';
import type {MarginHead} from '../../../src/losses/heads/marginHead';
import {trainableVariables} from '../../../src/train/step/trainableVariables';
import {atAngle} from '../../reference/atAngle';
import {relativeError} from '../../reference/centralDifference';
import * as reference from '../../reference/classAgents';
import {type Matrix, scaled} from '../../reference/vectors';
import {describeOnBackends} from '../../support/backends';
import {awkwardBatches, inFloat32} from '../../support/evaluateLoss';
import {type GoldenCase, goldenCases} from '../../support/fixtures';
import {randomLabels, randomMatrix, randomVector, testRandom} from '../../support/random';

const TOLERANCE = 1e-4;

interface AgentCase {
  name: string;
  layer(classes: number): MarginHead;
  formula(inputs: reference.ClassAgentInputs): reference.ClassAgentResult;
}

const wide = {positiveMargin: 0.3, negativeMargin: 2.2, negativeWeight: 0.4};
const agentCases: AgentCase[] = [
  {
    name: 'C-contrastive',
    layer: classes => classContrastive({classes}),
    formula: x => reference.classContrastive(x),
  },
  {
    name: 'C-contrastive with margins',
    layer: classes => classContrastive({classes, ...wide}),
    formula: x => reference.classContrastive(x, wide),
  },
  {name: 'C-triplet', layer: classes => classTriplet({classes}), formula: x => reference.classTriplet(x)},
  {
    name: 'C-triplet over all classes',
    layer: classes => classTriplet({classes, margin: 1.5, hardestOnly: false}),
    formula: x => reference.classTriplet(x, {margin: 1.5, hardestOnly: false}),
  },
];

function evaluate(
  layer: MarginHead,
  {embeddings, weights, labels, upstream = []}: reference.ClassAgentInputs,
) {
  return tf.tidy(() => {
    const rows = [embeddings, weights].map(matrix => tf.tensor2d(matrix as number[][]));
    const ids = tf.tensor1d(labels as number[], 'int32');
    layer.apply(rows[0]);
    const agents = layer.classWeights as unknown as tf.Variable;
    agents.assign(rows[1]);
    const x = tf.variable(rows[0]);
    let losses: number[] = [];
    const {grads} = tf.variableGrads(() => {
      const each = layer.loss(x as unknown as tf.Tensor2D, ids);
      losses = each.arraySync();
      return tf.sum(tf.mul(each, tf.tensor1d(upstream as number[]))) as tf.Scalar;
    });
    const of = (variable: tf.Variable) => grads[variable.name].arraySync() as number[][];
    const result = {losses, embeddings: of(x), weights: of(agents)};
    x.dispose();
    return result;
  });
}

function expectAgreement({layer, formula}: AgentCase, given: reference.ClassAgentInputs) {
  const inputs = {...given, embeddings: inFloat32(given.embeddings), weights: inFloat32(given.weights)};
  const agents = layer(inputs.weights.length);
  const actual = evaluate(agents, inputs);
  const {losses, gradients} = formula(inputs);
  expect(relativeError([actual.losses], [losses])).toBeLessThan(TOLERANCE);
  expect(relativeError(actual.embeddings, gradients.embeddings)).toBeLessThan(TOLERANCE);
  expect(relativeError(actual.weights, gradients.weights)).toBeLessThan(TOLERANCE);
  agents.dispose();
}

describeOnBackends('class agents', () => {
  it.each(agentCases)('$name agrees with its formula on random batches', agentCase => {
    const random = testRandom(91);
    for (const [batch, dimension, classes, size] of [
      [8, 5, 4, 1],
      [33, 16, 12, 1],
      [1, 2, 10, 1],
      [5, 3, 1, 1],
      [6, 4, 2, 1e-3],
      [6, 4, 5, 1e3],
    ]) {
      const embeddings: Matrix = randomMatrix(random, batch, dimension).map(row => scaled(row, size));
      const weights = randomMatrix(random, classes, dimension);
      const labels = randomLabels(random, batch, classes);
      expectAgreement(agentCase, {embeddings, weights, labels, upstream: randomVector(random, batch)});
    }
  });

  it.each(agentCases)('$name agrees at every angle to the own agent', agentCase => {
    const random = testRandom(92);
    for (const theta of [1e-5, 1e-4, 1e-3, 0.03, 0.3, 1, Math.PI / 2, 2, 3, Math.PI - 1e-3, Math.PI - 1e-5]) {
      const weights = inFloat32(randomMatrix(random, 4, 6));
      const embeddings = [atAngle(weights[2], randomVector(random, 6), theta, 1.7)];
      expectAgreement(agentCase, {embeddings, weights, labels: [2], upstream: [0.7]});
    }
  });

  const {inputs, cases} =
    goldenCases<GoldenCase<typeof wide & {margin: number; hardestOnly: boolean}>>('embedding');
  it.each(cases.filter(({loss}) => loss.startsWith('class')))(
    '$loss $options agrees with PyTorch',
    golden => {
      const given = inputs[golden.inputs];
      const classes = given.weights.length;
      const layer =
        golden.loss === 'classTriplet'
          ? classTriplet({classes, ...golden.options})
          : classContrastive({classes, ...golden.options});
      const actual = evaluate(layer, given);
      expect(relativeError([actual.losses], [golden.losses])).toBeLessThan(TOLERANCE);
      expect(relativeError(actual.embeddings, golden.gradients.embeddings)).toBeLessThan(TOLERANCE);
      expect(relativeError(actual.weights, golden.gradients.weights ?? [])).toBeLessThan(TOLERANCE);
      layer.dispose();
    },
  );

  it('C-triplet of two classes is the same over the hardest and over all', () => {
    const random = testRandom(93);
    const inputs = {
      embeddings: randomMatrix(random, 6, 3),
      weights: randomMatrix(random, 2, 3),
      labels: [0, 1, 1, 0, 0, 1],
      upstream: randomVector(random, 6),
    };
    const [hardest, all] = [true, false].map(hardestOnly =>
      evaluate(classTriplet({classes: 2, hardestOnly}), inputs),
    );
    expect(relativeError([hardest.losses], [all.losses])).toBeLessThan(1e-6);
    expect(relativeError(hardest.weights, all.weights)).toBeLessThan(1e-6);
  });

  it.each(awkwardBatches)('are finite, value and gradients, on $name', ({embeddings, labels}) => {
    for (const {layer} of agentCases) {
      for (const weights of [embeddings, embeddings.map(row => row.map(value => -value))]) {
        const classes = Math.max(3, weights.length);
        const padded = [...weights, ...weights, ...weights].slice(0, classes);
        const agents = layer(classes);
        const upstream = labels.map(() => 1);
        const actual = evaluate(agents, {embeddings, weights: padded, labels, upstream});
        expect([actual.losses, actual.embeddings, actual.weights].flat(2).every(Number.isFinite)).toBe(true);
        agents.dispose();
      }
    }
  });

  it.each(agentCases)('$name draws embeddings and agents of a class together', ({layer}) => {
    const labels = Array.from({length: 24}, (_, i) => i % 4);
    const random = testRandom(94);
    const points = labels.map(label =>
      randomMatrix(random, 1, 4, 0.2)[0].map((value, d) => value + (d === label ? 1 : 0)),
    );
    const [x, ids] = [tf.tensor2d(points), tf.tensor1d(labels, 'int32')];
    const agents = layer(4);
    tf.dispose(agents.loss(x, ids));
    const optimizer = tf.train.sgd(0.02);
    for (let step = 0; step < 60; step++) {
      optimizer.minimize(() => tf.mean(agents.loss(x, ids)) as tf.Scalar, false, trainableVariables(agents));
    }
    const nearest = tf.tidy(() => [...tf.argMax(agents.apply(x) as tf.Tensor, 1).dataSync()]);
    expect(nearest).toEqual(labels);
    tf.dispose([x, ids]);
    agents.dispose();
  });

  it.each(agentCases)('$name leaves no tensor behind, not even when a step throws', ({layer}) => {
    const random = testRandom(95);
    const x = tf.tensor2d(randomMatrix(random, 8, 4));
    const labels = tf.tensor1d(randomLabels(random, 8, 3), 'int32');
    const wrong = tf.fill([8], 3, 'int32') as tf.Tensor1D;
    const agents = layer(3);
    const step = () => {
      tf.dispose(
        tf.variableGrads(
          () => tf.mean(agents.loss(x, labels)) as tf.Scalar,
          agents.built ? trainableVariables(agents) : undefined,
        ),
      );
      expect(() => agents.loss(x, wrong)).toThrow('labels[0] must be a class id from 0 to 2, but is 3');
    };
    tf.dispose(agents.loss(x, labels));
    step();
    const {numTensors} = tf.memory();
    for (let i = 0; i < 5; i++) step();
    expect(tf.memory().numTensors).toBe(numTensors);
    tf.dispose([x, labels, wrong]);
    agents.dispose();
  });

  it.each(agentCases)('$name is made again from its config', ({layer}) => {
    const agents = layer(5);
    const Class = agents.constructor as new (config: object) => MarginHead;
    const again = new Class(agents.getConfig());
    expect(again.getConfig()).toEqual(agents.getConfig());
    expect(tf.serialization.SerializationMap.getMap().classNameMap[agents.getClassName()]).toBeDefined();
  });
});

it('says what is wrong with an option', () => {
  expect(() => classContrastive({classes: 0})).toThrow(
    'classes must be a whole number of 1 or more, but is 0',
  );
  expect(() => classContrastive({classes: 3, negativeMargin: 5})).toThrow(
    'negativeMargin must be a number from 0 to 4, but is 5',
  );
  expect(() => classContrastive({classes: 3, positiveMargin: -1})).toThrow('positiveMargin');
  expect(() => classContrastive({classes: 3, negativeWeight: -1})).toThrow(
    'negativeWeight must be a finite number of 0 or more',
  );
  expect(() => classTriplet({classes: 3, margin: Number.NaN})).toThrow(
    'margin must be a number from 0 to 4, but is NaN',
  );
});
