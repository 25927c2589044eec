import * as tf from '@tensorflow/tfjs-core';
import {arcFace, classTriplet, type MarginHead, proxyAnchorLoss, softmax, useBackend} from 'face-margins';
import {type Collective, openCollective, sharded} from 'face-margins/distributed';
import {beforeAll, expect, it} from 'vitest';

beforeAll(async () => {
  await useBackend('cpu');
});

/** One of two ranks, of which nothing is asked but its place. */
const ofTwo = async (rank: number): Promise<Collective> => ({...(await openCollective()), rank, size: 2});

it('leaves a head alone in one process', async () => {
  const collective = await openCollective();
  const head = sharded(arcFace({classes: 5, seed: 1}), {collective});
  tf.dispose(head.apply(tf.ones([1, 3])));
  expect(head.classWeights.shape).toEqual([5, 3]);
  expect(head.classRange).toEqual({first: 0, count: 5});
});

it('gives ranks neighboring classes, as many to each as can be', async () => {
  const parts = [0, 1].map(async rank => sharded(softmax({classes: 5}), {collective: await ofTwo(rank)}));
  expect((await Promise.all(parts)).map(({classRange}) => classRange)).toEqual([
    {first: 0, count: 2},
    {first: 2, count: 3},
  ]);
});

it('refuses heads that cannot be divided', async () => {
  const collective = await ofTwo(0);
  const refused = (head: MarginHead) => expect(() => sharded(head, {collective}));
  refused(proxyAnchorLoss({classes: 4})).toThrow(
    'sharded: head must be of the softmax or the sigmoid family, but is proxyAnchorLoss.',
  );
  refused(classTriplet({classes: 4})).toThrow('but is classTriplet.');
  refused(softmax({classes: 1})).toThrow('at least 2 classes, one for each process, but has 1.');
  const built = softmax({classes: 4});
  tf.dispose(built.apply(tf.ones([1, 3])));
  refused(built).toThrow('sharded: head must not be built yet, but has its weights already.');
});
