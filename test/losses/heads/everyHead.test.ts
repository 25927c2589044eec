import * as tf from '@tensorflow/tfjs-core';
import {layers} from '@tensorflow/tfjs-layers';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../../src/backend/useBackend';
import * as library from '../../../src/index';
import {headCases} from './headCases';

/** The classes of layers in the library that a program can make, by name. */
const layerClasses = new Map(
  Object.values(library as Record<string, unknown>).flatMap(value => {
    const isLayer = typeof value === 'function' && value.prototype instanceof layers.Layer;
    const {className} = value as {className?: string};
    return isLayer && className !== undefined ? [[className, value as typeof library.Softmax] as const] : [];
  }),
);

// Constructing a layer registers it, so nothing is constructed before this is known.
const registeredBefore = [...layerClasses.keys()].filter(isRegistered);
library.registerHeads();
const registeredAfter = [...layerClasses.keys()].filter(isRegistered);

function isRegistered(className: string): boolean {
  return className in tf.serialization.SerializationMap.getMap().classNameMap;
}

describe('every head and loss that is a layer', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });

  it('is made known to TensorFlow.js by registerHeads, and by nothing before it', () => {
    expect(registeredBefore).toEqual([]);
    expect(registeredAfter.sort()).toEqual([...layerClasses.keys()].sort());
  });

  it('has a class name that nobody else has', () => {
    expect([...layerClasses.keys()].filter(name => !name.startsWith('FaceMargins'))).toEqual([]);
  });

  it('is among the cases that are compared with formulas, where it is a row of the table', () => {
    const {MarginHead} = library;
    const heads = [...layerClasses].filter(
      ([, {prototype}]) => prototype instanceof MarginHead && prototype.loss === MarginHead.prototype.loss,
    );
    const compared = headCases.map(({head}) => head({classes: 3, scale: 1}).getClassName());
    expect(heads.map(([name]) => name).filter(name => !compared.includes(name))).toEqual([]);
  });
});
