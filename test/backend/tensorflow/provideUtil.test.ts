import util from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import {afterEach, expect, it} from 'vitest';
import {provideUtil} from '../../../src/backend/tensorflow/provideUtil';
import {useBackend} from '../../../src/backend/useBackend';
import {installed} from '../../support/installed';

type Predicates = Record<string, ((value: unknown) => boolean) | undefined>;

const of = util as unknown as Predicates;
const names = ['isArray', 'isNullOrUndefined'];
const before = Object.fromEntries(names.map(name => [name, of[name]]));

const remove = () => {
  for (const name of names) delete of[name];
};

afterEach(() => {
  remove();
  for (const name of names) if (before[name] !== undefined) of[name] = before[name];
});

it('gives back what newer versions of Node have removed', async () => {
  remove();
  await provideUtil();
  expect([[], {length: 0}, null].map(value => of.isArray?.(value))).toEqual([true, false, false]);
  expect([null, undefined, 0, ''].map(value => of.isNullOrUndefined?.(value))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

it('leaves alone what is there', async () => {
  const own = () => true;
  of.isArray = own;
  await provideUtil();
  expect(of.isArray).toBe(own);
});

it.skipIf(!installed('@tensorflow/tfjs-node'))('lets the native backend compute without them', async () => {
  remove();
  await useBackend('tensorflow');
  const {values} = tf.topk(tf.tensor1d([1, 3, 2]), 2);
  expect(values.arraySync()).toEqual([3, 2]);
});
