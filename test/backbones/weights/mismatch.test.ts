import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {beforeAll, describe, expect, it} from 'vitest';
import {type IrResNetOptions, irResNet} from '../../../src/backbones/irResNet';
import {type MobileFaceNetOptions, mobileFaceNet} from '../../../src/backbones/mobileFaceNet';
import {findStateDict} from '../../../src/backbones/weights/findStateDict';
import {irBodyNaming} from '../../../src/backbones/weights/irBodyNaming';
import {matchStateDict} from '../../../src/backbones/weights/matchStateDict';
import {pyTorchName} from '../../../src/backbones/weights/pyTorchName';
import {type PyTorchParameter, pyTorchParameters} from '../../../src/backbones/weights/pyTorchParameters';
import type {StateDictNaming} from '../../../src/backbones/weights/stateDictNaming';
import {WeightsMismatchError} from '../../../src/backbones/weights/weightsMismatchError';
import {useBackend} from '../../../src/backend/useBackend';
import type {StoredTensor} from '../../../src/formats/storedTensor';
import {arcFace} from '../../../src/losses/heads/arcFace';
import {withoutInitialValues} from '../../support/withoutInitialValues';

type Size = {inputShape?: [number, number, number]; embeddingSize?: number};
const size: Size = {inputShape: [16, 16, 3], embeddingSize: 8};

type Naming = 'own' | 'TreB1eN' | 'AdaFace' | 'mobile TreB1eN';

function named(naming: Naming, names: string[]): StateDictNaming {
  if (naming === 'own') return name => name;
  if (naming === 'mobile TreB1eN') return name => pyTorchName('treb1en', name);
  return irBodyNaming(names)[naming === 'TreB1eN' ? 0 : 1];
}

/** The parameters of a network that is not there any more, and its name. */
interface Parameters {
  target: string;
  parameters: PyTorchParameter[];
}

const built = new Map<string, Parameters>();

/** Builds each network once: only the names and the shapes of its weights matter. */
function once(key: string, build: () => LayersModel): () => Parameters {
  return () => {
    const known = built.get(key);
    if (known !== undefined) return known;
    const network = withoutInitialValues(build);
    const made = {target: network.name, parameters: pyTorchParameters('test', network)};
    network.dispose();
    built.set(key, made);
    return made;
  };
}

/** Zeros by the names and in the shapes of a network, as a file would have them. */
function stateDict(build: () => Parameters, naming: Naming = 'own', prefix = ''): Map<string, StoredTensor> {
  const {parameters} = build();
  const nameOf = named(
    naming,
    parameters.map(({name}) => name),
  );
  const tensors = new Map<string, StoredTensor>();
  for (const {name, shape} of parameters) {
    const theirs = nameOf(name);
    const count = shape.reduce((product, length) => product * length, 1);
    if (theirs !== undefined) tensors.set(prefix + theirs, zeros(shape, count));
  }
  return tensors;
}

/** Longer than any weight here: files are views of it, so that they cost nothing. */
const manyZeros = new Uint8Array(2 ** 24);

const zeros = (shape: number[], count: number): StoredTensor => ({
  type: 'F32',
  shape,
  bytes: manyZeros.subarray(0, 4 * count),
});

function mismatchOf(build: () => Parameters, tensors: Map<string, StoredTensor>): WeightsMismatchError {
  const {parameters, target} = build();
  try {
    matchStateDict(parameters, tensors, 'mine.pth', target);
  } catch (error) {
    if (error instanceof WeightsMismatchError) return error;
    throw error;
  }
  throw new Error('It fits.');
}

const fits = (build: () => Parameters, tensors: Map<string, StoredTensor>) => {
  const {parameters, target} = build();
  expect(matchStateDict(parameters, tensors, 'mine.pth', target)).toHaveLength(parameters.length);
};

const ir = (options: IrResNetOptions) =>
  once(`ir ${JSON.stringify(options)}`, () => irResNet({depth: 18, ...size, ...options}));
const mobile = (options: MobileFaceNetOptions) =>
  once(`mobile ${JSON.stringify(options)}`, () => mobileFaceNet({...size, ...options}));

beforeAll(async () => {
  await useBackend('cpu');
});

describe('WeightsMismatchError says what would make the network fit:', () => {
  const cases: [change: string, network: () => Parameters, file: () => Parameters, naming?: Naming][] = [
    ['depth: 34', ir({}), ir({depth: 34})],
    ['depth: 18', ir({depth: 50}), ir({})],
    ['depth: 152', ir({depth: 100}), ir({depth: 152})],
    ['depth: 34', ir({shortcut: 'pooling'}), ir({depth: 34, shortcut: 'pooling'}), 'AdaFace'],
    ['depth: 34', ir({shortcut: 'pooling'}), ir({depth: 34, shortcut: 'pooling'}), 'TreB1eN'],
    ['embeddingSize: 5', ir({}), ir({embeddingSize: 5})],
    ['embeddingSize: 5', mobile({}), mobile({embeddingSize: 5})],
    ['embeddingSize: 5', mobile({}), mobile({embeddingSize: 5}), 'mobile TreB1eN'],
    ['inputShape: [32, 32, 3]', ir({}), ir({inputShape: [32, 32, 3]})],
    ['inputShape: [32, 32, 3]', mobile({}), mobile({inputShape: [32, 32, 3]})],
    ['another inputShape', ir({}), ir({inputShape: [48, 16, 3]})],
    ['se: true', ir({}), ir({se: true})],
    ['se: false', ir({se: true}), ir({})],
    ['se: true', ir({shortcut: 'pooling'}), ir({shortcut: 'pooling', se: true}), 'TreB1eN'],
    ['se: true', ir({shortcut: 'pooling'}), ir({shortcut: 'pooling', se: true}), 'AdaFace'],
    [`shortcut: 'pooling'`, ir({}), ir({shortcut: 'pooling'})],
    [`shortcut: 'pooling'`, ir({}), ir({shortcut: 'pooling'}), 'AdaFace'],
    [`shortcut: 'convolution'`, ir({shortcut: 'pooling'}), ir({})],
    ['blocks: [2, 8, 12, 4]', mobile({}), mobile({blocks: [2, 8, 12, 4]})],
    ['blocks: [1, 4, 6, 2]', mobile({blocks: [2, 1, 1, 1]}), mobile({})],
    ['scale: 2', mobile({}), mobile({variant: 'insightface'})],
    ['blocks: [2, 8, 12, 4] and scale: 2', mobile({}), mobile({blocks: [2, 8, 12, 4], scale: 2})],
    ['depth: 34 and se: true and embeddingSize: 5', ir({}), ir({depth: 34, se: true, embeddingSize: 5})],
  ];

  it.each(cases)('%s', (change, network, file, naming) => {
    const error = mismatchOf(network, stateDict(file, naming, 'module.'));
    expect(error.change).toBe(change);
    expect(error.message).toContain(`The file fits a network with ${change}. `);
    expect(error.message.length).toBeLessThan(1500);
  });

  it('and nothing where no option would', () => {
    const tensors = stateDict(ir({depth: 34}));
    tensors.delete('conv1.weight');
    const {change, message} = mismatchOf(ir({}), tensors);
    expect(change).toBeUndefined();
    expect(message).not.toContain('fits a network');
  });
});

describe('WeightsMismatchError says first where file and network part:', () => {
  it.each<[string, (tensors: Map<string, StoredTensor>) => void]>([
    ['layer1.1.bn2.bias [64], which the file lacks', tensors => tensors.delete('layer1.1.bn2.bias')],
    [
      'layer1.1.extra [3], which the network lacks',
      tensors => {
        // Behind what it follows, not at the end of the file.
        const all = [...tensors];
        tensors.clear();
        for (const [name, tensor] of all) {
          tensors.set(name, tensor);
          if (name === 'layer1.1.bn1.weight') tensors.set('layer1.1.extra', zeros([3], 3));
        }
        tensors.delete('layer2.0.bn1.weight');
      },
    ],
    [
      'bn1.weight, which is I32 [64] in the file and [64] in the network',
      tensors => tensors.set('bn1.weight', {...zeros([64], 64), type: 'I32'}),
    ],
    [
      'conv1.weight, which is [32, 3, 3, 3] in the file and [64, 3, 3, 3] in the network',
      tensors => tensors.set('conv1.weight', zeros([32, 3, 3, 3], 864)),
    ],
  ])('%s', (place, change) => {
    const tensors = stateDict(ir({}));
    change(tensors);
    const {message} = mismatchOf(ir({}), tensors);
    expect(message).toMatch(/^importWeights: mine\.pth does not fit irResNet18\. They part at /);
    expect(message).toContain(`They part at ${place}. `);
  });

  it('behind a prefix, which it names', () => {
    const tensors = stateDict(ir({}), 'own', 'state_dict.backbone.');
    tensors.delete('state_dict.backbone.conv1.weight');
    expect(mismatchOf(ir({}), tensors).message).toContain(
      'conv1.weight [64, 3, 3, 3], which the file lacks (names are those behind state_dict.backbone.)',
    );
  });

  it('nowhere, where the two share no name', () => {
    const tensors = new Map([['encoder.block.0.w', zeros([3], 3)]]);
    expect(mismatchOf(ir({}), tensors).message).toContain(
      'the names, none of which is in both: the file begins with encoder.block.0.w, the network with conv1.weight',
    );
  });
});

it('WeightsMismatchError counts all tensors, and has all names but shows a dozen', () => {
  const tensors = stateDict(ir({depth: 50}));
  tensors.delete('conv1.weight');
  tensors.delete('bn1.weight');
  tensors.set('fc.bias', zeros([9], 9));
  const {message, missing, surplus, misshapen} = mismatchOf(ir({}), tensors);
  expect(missing).toHaveLength(2);
  expect(misshapen).toHaveLength(1);
  // Sixteen blocks of 15 tensors more than in IR-18.
  expect(surplus).toHaveLength(16 * 15);
  expect(message).toContain(`; ${16 * 15} surplus: `);
  expect(message).toMatch(/2 missing: conv1\.weight \[64, 3, 3, 3\], bn1\.weight \[64\]; /);
  expect(message).toContain(`, and ${16 * 15 - 9} more; 1 of another shape: fc.bias is [9], must be [8].`);
});

it('a name as long as a file does not make the message long', () => {
  const tensors = stateDict(ir({}));
  tensors.set('x'.repeat(100_000), zeros([3], 3));
  expect(mismatchOf(ir({}), tensors).message.length).toBeLessThan(2000);
});

describe('a state dict fits', () => {
  it.each([
    'module.',
    'backbone.',
    'model.',
    'features.module.',
    '_orig_mod.',
    'state_dict.module.',
    'state_dict.model._orig_mod.module.',
  ])('behind %s', prefix => {
    for (const naming of ['own', 'AdaFace', 'TreB1eN'] as const) {
      fits(ir({shortcut: 'pooling'}), stateDict(ir({shortcut: 'pooling'}), naming, prefix));
    }
    fits(mobile({}), stateDict(mobile({}), 'mobile TreB1eN', prefix));
  });

  it('behind the shortest of two prefixes, as a copy of averaged weights stands behind another', () => {
    const tensors = new Map([
      ...stateDict(ir({}), 'own', 'model_ema.'),
      ...stateDict(ir({}), 'own', 'model.'),
    ]);
    fits(ir({}), tensors);
    const {parameters} = ir({})();
    const names = parameters.map(({name}) => name);
    expect(findStateDict(tensors, names)[0].prefix).toBe('model.');
  });

  it.each<[string, Record<string, number[]>]>([
    ['of AdaFace', {'head.kernel': [8, 100], 'head.t': [1], 'head.batch_mean': [1], 'head.batch_std': [1]}],
    ['of partial FC', {'head.weight': [100, 8]}],
    ['that rates the quality', {'qs.weight': [1, 8], 'qs.bias': [1]}],
    ['of center loss, with its counter', {centers: [100, 8], 'bn9.num_batches_tracked': []}],
  ])('with a head beside it, %s', (_, head) => {
    for (const prefix of ['', 'model.']) {
      const tensors = stateDict(ir({}), 'own', prefix);
      for (const [name, shape] of Object.entries(head)) {
        const count = shape.reduce((product, length) => product * length, 1);
        tensors.set(prefix + name, zeros(shape, count));
      }
      fits(ir({}), tensors);
    }
  });

  it('but not with a part of the network that is no head', () => {
    const tensors = stateDict(ir({}));
    tensors.set('conv9.weight', zeros([8, 8, 1, 1], 64));
    tensors.set('conv9.scale', zeros([8, 8], 64));
    tensors.set('layer4.9.weight', zeros([8, 8], 64));
    expect(mismatchOf(ir({}), tensors).surplus).toEqual([
      'conv9.weight [8, 8, 1, 1]',
      'conv9.scale [8, 8]',
      'layer4.9.weight [8, 8]',
    ]);
  });

  it('with a batch normalization without weight and bias, but not with half of one', () => {
    const tensors = stateDict(ir({}));
    tensors.delete('features.weight');
    tensors.delete('features.bias');
    fits(ir({}), tensors);
    const other = stateDict(ir({}));
    other.delete('features.weight');
    expect(mismatchOf(ir({}), other).missing).toEqual(['features.weight [8]']);
  });
});

describe('of several networks in a file', () => {
  const [manyOnes, otherZeros] = [1, 0].map(value => new Uint8Array(2 ** 24).fill(value));
  const of = (file: () => Parameters, prefix: string, values: Uint8Array) =>
    [...stateDict(file, 'own', prefix)].map(([name, {bytes, ...tensor}]): [string, StoredTensor] => [
      name,
      {...tensor, bytes: values.subarray(0, bytes.length)},
    ]);
  const two = (one: string, other: string, file = ir({})) =>
    new Map([...stateDict(ir({}), 'own', one), ...of(file, other, manyOnes)]);
  /** The byte that most of the assigned weights begin with: 0 of the first network, 1 of the other. */
  const taken = (tensors: Map<string, StoredTensor>, prefix?: string) => {
    const {parameters, target} = ir({})();
    const [first] = matchStateDict(parameters, tensors, 'mine.pth', target, {prefix});
    return tf.tidy(() => new Uint8Array(first.value().dataSync().slice(0, 1).buffer)[0]);
  };

  it.each([
    ['student.', 'teacher.', 'student. and teacher.'],
    ['teacher.', 'student.', 'teacher. and student.'],
    ['model.encoder_q.', 'model.encoder_k.', 'model.encoder_q. and model.encoder_k.'],
    ['', 'teacher.', 'no prefix and teacher.'],
    ['net.', 'net.target.', 'net. and net.target.'],
  ])('behind "%s" and "%s", none is guessed, and the option takes either', (one, other, shown) => {
    const tensors = two(one, other);
    expect(() => taken(tensors)).toThrow(
      `mine.pth has weights that fit irResNet18 behind ${shown}: choose by the option prefix, such as {prefix: '${other}'}.`,
    );
    expect([taken(tensors, one), taken(tensors, other)]).toEqual([0, 1]);
    // Also without its dot.
    expect(taken(tensors, other.slice(0, -1))).toBe(1);
  });

  it('the one that fits is taken, wherever it stands', () => {
    for (const [one, other] of [
      ['student.', 'teacher.'],
      ['small.', 'a.'],
      ['', 'teacher.'],
    ]) {
      expect(taken(two(one, other, ir({depth: 34})))).toBe(0);
    }
  });

  it.each(['model_ema.', 'ema.', 'ema_model.module.', 'state_dict_ema.', 'swa_model.', 'averaged.'])(
    'a moving average behind %s stands back',
    average => {
      for (const trained of ['model.', 'a_long_prefix.', '']) {
        expect(taken(two(trained, average))).toBe(0);
        expect(taken(two(trained, average), average)).toBe(1);
      }
    },
  );

  it('a network that stands there twice is one', () => {
    const twice = new Map([...stateDict(ir({}), 'own', 'net.'), ...of(ir({}), 'criterion.net.', otherZeros)]);
    expect(taken(twice)).toBe(0);
  });

  it('a prefix that has nothing behind it is an error that names others', () => {
    expect(() => taken(two('student.', 'teacher.'), 'techer')).toThrow(
      "importWeights: prefix must be what stands before weights of the network in mine.pth, such as 'student.' or 'teacher.', but is 'techer.'.",
    );
    expect(() => taken(new Map([['x', zeros([1], 1)]]), 'a.')).toThrow(WeightsMismatchError);
  });

  it('the layer of a head is chosen among many by the option', () => {
    const head = arcFace({classes: 2, seed: 1});
    head.build([null, 3]);
    const parameters = pyTorchParameters('test', head);
    const tensors = new Map(['a.', 'b.'].map(prefix => [`${prefix}weight`, zeros([2, 3], 6)]));
    expect(() => matchStateDict(parameters, tensors, 'mine.pth', 'arcFace')).toThrow(
      'weight, which stands behind 2 prefixes in the file (choose one by the option prefix): a., b.',
    );
    expect(matchStateDict(parameters, tensors, 'mine.pth', 'arcFace', {prefix: 'b'})).toHaveLength(1);
  });
});

it('a batch normalization that a file lacks becomes the identity, whatever its ε', () => {
  const {parameters} = ir({epsilon: 0.5})();
  const neutralOf = (name: string) => parameters.find(each => each.name === `layer1.0.bn2.${name}`)?.neutral;
  // (x − mean) / √(variance + ε) · weight + bias
  expect(['running_mean', 'running_var', 'weight', 'bias'].map(neutralOf)).toEqual([0, 0.5, 1, 0]);
});
