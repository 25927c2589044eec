import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {seededRandom} from '../../src/base/random';
import {DataFormatError} from '../../src/formats/dataFormatError';
import {parseTorchCheckpoint} from '../../src/formats/parseTorchCheckpoint';
import {floatValues, isFloating} from '../../src/formats/storedTensor';

const fixture = (name: string) => new URL(`../fixtures/formats/${name}`, import.meta.url);
const bytesOf = (name: string) => new Uint8Array(readFileSync(fixture(name)));
type Expected = Record<string, {shape: number[]; values: number[]}>;
const {state, block}: {state: Expected; block: Expected} = JSON.parse(
  readFileSync(fixture('torch.json'), 'utf8'),
);

describe('parseTorchCheckpoint', () => {
  it.each([
    ['a state dict', 'torch-state.pth', state, ''],
    ['one written before PyTorch 1.6', 'torch-state-legacy.pth', state, ''],
    ['a checkpoint with one inside', 'torch-checkpoint.pth', block, 'state_dict.module.'],
    ['a whole module', 'torch-module.pth', block, ''],
  ])('reads the tensors of %s as PyTorch does', (_, file, expected, prefix) => {
    const tensors = parseTorchCheckpoint(bytesOf(file), file);
    expect([...tensors.keys()].sort()).toEqual(
      Object.keys(expected)
        .map(name => prefix + name)
        .sort(),
    );
    for (const [name, {shape, values}] of Object.entries(expected)) {
      const tensor = tensors.get(prefix + name);
      expect(tensor?.shape, name).toEqual(shape);
      if (tensor && isFloating(tensor)) {
        expect([...floatValues(tensor)], name).toEqual(values.map(Math.fround));
      }
    }
  });

  it('names a program of TorchScript, and what to do with it', () => {
    expect(() => parseTorchCheckpoint(bytesOf('torch-script.pt'), 'x.pt')).toThrow('x.pt is TorchScript');
  });

  it.each(['torch-state.pth', 'torch-state-legacy.pth', 'torch-checkpoint.pth', 'torch-module.pth'])(
    'reads or refuses %s where it is cut or damaged',
    file => {
      const bytes = bytesOf(file);
      const random = seededRandom(3);
      for (let i = 0; i < 500; i++) {
        const damaged = bytes.slice(0, i % 5 === 0 ? Math.floor(random() * bytes.length) : bytes.length);
        for (let k = 0; k < 1 + (i % 4); k++) {
          damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256);
        }
        try {
          for (const tensor of parseTorchCheckpoint(damaged, file).values())
            tensor.bytes.byteLength.toString();
        } catch (error) {
          expect(error).toBeInstanceOf(DataFormatError);
        }
      }
    },
  );
});
