import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';
import {beforeAll, describe, expect, it} from 'vitest';
import {importWeights} from '../../../src/backbones/weights/importWeights';
import {useBackend} from '../../../src/backend/useBackend';
import {DataFormatError} from '../../../src/formats/dataFormatError';
import {parseOnnx} from '../../../src/formats/parseOnnx';
import {parseSafetensors} from '../../../src/formats/safetensors';
import {filled} from './filled';
import {expectSound, mutated, reasonOf} from './mutations';
import {onnxCaseNetwork, onnxCases} from './onnxCases';
import {tinyFile, tinyNetwork} from './tinyNetwork';

/** A safetensors file of a header as written, and some bytes. */
function safetensors(header: string, dataBytes = 8, claimed = header.length): Uint8Array {
  const text = new TextEncoder().encode(header);
  const file = new Uint8Array(8 + text.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(claimed), true);
  file.set(text, 8);
  return file;
}

const entry = (shape: string, from: number | string, to: number | string, type = 'F32') =>
  `{"dtype":"${type}","shape":${shape},"data_offsets":[${from},${to}]}`;

describe('a safetensors file is refused that', () => {
  it.each([
    ['is empty', new Uint8Array(), /is truncated: it has 0 bytes/],
    ['claims a header longer than itself', safetensors('{}', 0, 1e9), /its header claims 1000000000 bytes/],
    [
      'claims a header of 2⁶⁴ bytes',
      Uint8Array.of(...Array(8).fill(255), 0x7b),
      /claims 18446744073709551615/,
    ],
    ['has no JSON', safetensors('{"a":'), /damaged header/],
    ['has no UTF-8', safetensors('{"\u00ff"}', 8, 4), /damaged header/],
    ['has a list for a header', safetensors('[]'), /must be a JSON object/],
    ['nests deeply', safetensors('{"a":'.repeat(50_000)), /nested deeper than 3/],
    ['has a name twice', safetensors(`{"a":${entry('[1]', 0, 4)},"\\u0061":${entry('[1]', 4, 8)}}`), /twice/],
    [
      'has ranges that overlap',
      safetensors(`{"a":${entry('[2]', 0, 8)},"b":${entry('[1]', 4, 8)}}`),
      /tensor b is at 4 to 8/,
    ],
    ['has a gap', safetensors(`{"a":${entry('[1]', 4, 8)}}`), /tensor a is at 4 to 8/],
    ['has bytes left', safetensors(`{"a":${entry('[1]', 0, 4)}}`), /4 surplus bytes at its end/],
    ['is cut off', safetensors(`{"a":${entry('[4]', 0, 16)}}`), /tensor a is at 0 to 16 of 8 bytes/],
    ['has a shape at odds with its range', safetensors(`{"a":${entry('[3]', 0, 8)}}`), /F32 of shape \[3\]/],
    [
      'has a shape that overflows',
      safetensors(`{"a":${entry('[4294967296,4294967296,1]', 0, 8)}}`),
      /does not match F32/,
    ],
    ['has a negative offset', safetensors(`{"a":${entry('[2]', -8, 0)}}`), /impossible range/],
    [
      'has a range that ends before it begins',
      safetensors(`{"a":${entry('[2]', 8, 0)}}`),
      /impossible range/,
    ],
    [
      'has an offset that is no whole number',
      safetensors(`{"a":${entry('[2]', 0, 8.5)}}`),
      /impossible range/,
    ],
    ['has a negative shape', safetensors(`{"a":${entry('[-1,-2]', 0, 8)}}`), /impossible shape/],
    [
      'has a type nobody knows',
      safetensors(`{"a":${entry('[2]', 0, 8, 'toString')}}`),
      /unknown type "toString"/,
    ],
    ['has a number for a tensor', safetensors('{"a":1}'), /unknown type/],
    ['has metadata of another kind', safetensors('{"__metadata__":{"a":[]}}'), /__metadata__/],
  ])('%s', (_, file, message) => {
    const reason = reasonOf(() => parseSafetensors(file, 'x.safetensors'));
    expect(reason).toBeInstanceOf(DataFormatError);
    expect((reason as Error).message).toMatch(message);
  });
});

/** A protobuf field of bytes. */
function field(number: number, content: Uint8Array | string, claimed?: number): Uint8Array {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return Uint8Array.from([(number << 3) | 2, ...varint(claimed ?? bytes.length), ...bytes]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
}

const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap(part => [...part]));

const number = (which: number, value: number) => Uint8Array.of(which << 3, ...varint(value));

const tensor = (name: string, shape: number[], bytes: number) =>
  joined(
    ...shape.map(length => number(1, length)),
    number(2, 1),
    field(8, name),
    field(9, new Uint8Array(bytes)),
  );

const graph = (...parts: Uint8Array[]) => field(7, joined(...parts));

const node = (inputs: string[], output: string, operation = 'Add') =>
  field(1, joined(...inputs.map(name => field(1, name)), field(2, output), field(4, operation)));

const output = field(12, field(1, 'y'));

describe('an ONNX file is refused that', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });

  it.each([
    ['is empty', new Uint8Array(), /neither a safetensors nor an ONNX file/],
    ['claims a graph longer than itself', field(7, '', 2 ** 31), /damaged or not an ONNX file/],
    [
      'claims a tensor of a terabyte',
      graph(field(5, tensor('w', [2 ** 20, 2 ** 18], 4))),
      /tensor w has 4 bytes/,
    ],
    [
      'claims a shape that overflows',
      graph(field(5, tensor('w', [2 ** 40, 2 ** 40], 4))),
      /tensor w has 4 bytes/,
    ],
    [
      'has a shape of a thousand sizes',
      graph(field(5, tensor('w', Array(1000).fill(1), 4))),
      /a list of more than/,
    ],
    [
      'has a tensor twice',
      graph(field(5, tensor('w', [1], 4)), field(5, tensor('w', [1], 4))),
      /tensor w twice/,
    ],
    ['nests groups deeply', new Uint8Array(100_000).fill(0x0b), /damaged or not an ONNX file/],
    [
      'goes round in a circle',
      graph(node(['b'], 'y'), node(['y'], 'b'), output),
      /reads b before it is made/,
    ],
    ['makes a value twice', graph(node([], 'y'), node([], 'y'), output), /y is made twice/],
    ['has nodes of two bytes', graph(field(1, '')), /node '' has no operation or no output/],
    [
      'has a node whose output has no name',
      graph(field(1, joined(field(2, ''), field(3, 'n'), field(4, 'Add')))),
      /node 'n' has no operation or no output/,
    ],
    ['makes no output', graph(node([], 'z'), output), /nothing makes its output/],
    [
      'keeps its weights elsewhere',
      graph(field(5, joined(number(2, 1), field(8, 'w'), number(14, 1)))),
      /in another file\. Merge the two: onnx\.save/,
    ],
  ])('%s', async (_, file, message) => {
    const reason = await importWeights(filled(tinyNetwork), file, {name: 'x.onnx'}).catch(
      (error: unknown) => error,
    );
    expect(reason).toBeInstanceOf(DataFormatError);
    expect((reason as Error).message).toMatch(message);
  });

  it('has more fields than any network', async () => {
    // Two bytes each, so that objects made of them would take a hundred times the file.
    const file = field(
      7,
      new Uint8Array(5_000_000).map((_, i) => (i % 2 ? 0 : 0x5a)),
    );
    await expect(parseOnnx(file, 'x.onnx')).rejects.toThrow(/more than 2000000 fields/);
  });

  it.each([
    ['nodes', 1, joined(field(2, 'y'), field(4, 'A'))],
    ['nodes with an input', 1, joined(field(1, 'x'), field(2, 'y'), field(4, 'A'))],
    ['inputs', 11, new Uint8Array()],
  ])(
    'but the smallest %s that there can be take memory by the size of the file',
    async (_, number, message) => {
      const file = field(7, Buffer.concat(Array<Uint8Array>(50_000).fill(field(number, message))));
      const before = heapUsed();
      const graph = await parseOnnx(file, 'x.onnx');
      expect((heapUsed() - before) / file.length).toBeLessThan(30);
      // Held until it is measured.
      expect(graph.nodes.length + graph.inputs.length).toBe(50_000);
    },
  );
});

/** What is in use on the heap, once the rest is collected. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

/** How many damaged files are tried of each kind: a few hundred, or as many as the environment says. */
const count = Number(process.env.FACE_MARGINS_FUZZ ?? 150);

describe(`${count} damaged files each are read, or refused with an error of their own type:`, () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });

  it.each(['tiny.safetensors', 'tiny-folded.onnx', 'tiny-plain.onnx'])(
    '%s',
    async file => {
      const whole = tinyFile(file);
      const network = filled(tinyNetwork);
      for (let seed = 1; seed <= count; seed++) {
        await expectSound(network, mutated(whole, seed), `${file}, seed ${seed}`);
      }
      network.dispose();
    },
    1_200_000,
  );

  it('ONNX files that normalize pixels, or whose weights lie in another file', async () => {
    const {preprocessing, leftovers, external} = onnxCases;
    const network = onnxCaseNetwork();
    const whole = [...preprocessing, ...leftovers, external];
    for (let seed = 1; seed <= count; seed++) {
      const {name, file} = whole[seed % whole.length];
      await expectSound(network, mutated(file, seed), `${name}, seed ${seed}`, {
        externalData: () => external.data,
      });
    }
    network.dispose();
  }, 1_200_000);
});
