import {expect, it} from 'vitest';
import {fuseMultiplyAdd} from '../../../src/backend/wasm/fuseMultiplyAdd';
import {kernelModule} from '../../../src/backend/wasm/kernelModule.generated';

const multiply = [0xfd, 0xe6, 0x01];
const add = [0xfd, 0xe4, 0x01];
const fused = [0xfd, 0x85, 0x02];
const nothing = [1, 1, 1];

const fuse = (...bytes: number[]) => [...fuseMultiplyAdd(Uint8Array.from(bytes))];

it('makes one instruction of a product, a sum that is read and an addition', () => {
  expect(fuse(7, ...multiply, 0x20, 3, ...add, 8)).toEqual([7, ...nothing, 0x20, 3, ...fused, 8]);
  expect(fuse(...multiply, 0x20, 0x83, 1, ...add)).toEqual([...nothing, 0x20, 0x83, 1, ...fused]);
});

it('leaves all else alone', () => {
  for (const bytes of [
    [...multiply, ...add],
    [...multiply, 0x20, 3, 0xfd, 0xe5, 0x01],
    [...multiply, 0x22, 3, ...add],
    [0x20, 3, ...add],
    [...multiply, 0x20],
  ]) {
    expect(fuse(...bytes)).toEqual(bytes);
  }
});

const binary = atob(kernelModule.plain) + atob(kernelModule.common);
const module = Uint8Array.from(binary, character => character.charCodeAt(0));

it('finds the inner loops of products, convolutions and depthwise convolutions', () => {
  const changed = fuseMultiplyAdd(module);
  expect(changed.length).toBe(module.length);
  const sites = changed.filter(
    (byte, i) => byte === fused[1] && module[i] === add[1] && changed[i + 1] === fused[2],
  );
  // 8, 4 and 1 of a tile of filter gradients, 12 and 8 of a panel, 4 each of three depthwise kernels, 9 taps of a column and 6 of the first
  // and the last, 1 of narrow inputs, 2 of sums of gradients, 4 of an exponential.
  expect(sites.length).toBe(8 + 4 + 1 + 12 + 8 + 3 * 4 + (9 + 2 * 6) + 1 + 2 + 4);
});

it('gives a module that compiles where the engine has relaxed SIMD', () => {
  const [major] = process.versions.node.split('.').map(Number);
  expect(WebAssembly.validate(module)).toBe(true);
  expect(WebAssembly.validate(fuseMultiplyAdd(module))).toBe(major >= 22);
});
