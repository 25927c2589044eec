import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, describe, expect, it} from 'vitest';
import {type Address, addressAt, NOWHERE} from '../../../src/backend/wasm/address';
import type {Heap} from '../../../src/backend/wasm/heap';
import {kernelModule} from '../../../src/backend/wasm/kernelModule.generated';
import {
  type Geometry,
  geometryFields,
  type SimdKernels,
  simdParameters,
} from '../../../src/backend/wasm/simdKernels.generated';
import {compileSimdModules, instantiateSimdKernels} from '../../../src/backend/wasm/simdModule';
import {randomValues, wasmHeap} from '../../support/kernelCheck';

let heap: Heap;
beforeAll(async () => {
  heap = await wasmHeap();
  await compileSimdModules();
});

const offsetOf = (address: unknown) => address as number;

/** A convolution in which no two sizes are alike. */
const info = tf.backend_util.computeConv2DInfo([29, 23, 19, 11], [7, 5, 11, 13], [3, 2], 1, [
  [0, 0],
  [6, 1],
  [4, 9],
  [0, 0],
]);

describe('a geometry', () => {
  it('is as long for the host as for the kernels', () => {
    expect(heap.simd.geometryBytes()).toBe(4 * geometryFields.length);
  });

  it('lies in the memory field by field, and is freed', () => {
    const before = tf.backend().numDataIds();
    const {wasm} = tf.backend() as unknown as {wasm: {HEAPU8: Uint8Array}};
    let fields: number[] = [];
    heap.withGeometry(info, geometry => {
      fields = [...new Int32Array(wasm.HEAPU8.buffer, offsetOf(geometry), geometryFields.length)];
    });
    expect(Object.fromEntries(geometryFields.map((field, i) => [field, fields[i]]))).toEqual({
      batchSize: 29,
      inHeight: 23,
      inWidth: 19,
      inChannels: 11,
      outHeight: 8,
      outWidth: 14,
      outChannels: 13,
      filterHeight: 7,
      filterWidth: 5,
      strideHeight: 3,
      strideWidth: 2,
      padTop: 6,
      padLeft: 4,
    });
    expect(tf.backend().numDataIds()).toBe(before);
  });

  it('means the same to the kernels', () => {
    heap.withGeometry(info, geometry => {
      const line = (13 * 2 + 5) * 11 + 4;
      expect(heap.simd.conv2DBackpropFilterNarrowScratch({geometry})).toBe(23 * line + 7 * 56 * 13);
      const [height, width] = [Math.floor(28 / 3) + 3, Math.floor(22 / 2) + 3];
      expect(heap.simd.conv2DBackpropInputPanels({geometry})).toBe(7 * 5 * 16 * 13);
      expect(heap.simd.conv2DBackpropInputScratch({geometry})).toBe(height * width * 13);
    });
  });
});

it('every kernel takes as many arguments as the host gives', async () => {
  const binary = atob(kernelModule.plain) + atob(kernelModule.common);
  const bytes = Uint8Array.from(binary, character => character.charCodeAt(0));
  const memory = new WebAssembly.Memory({initial: 1});
  const {module, instance} = await WebAssembly.instantiate(bytes, {env: {memory}});
  expect(WebAssembly.Module.imports(module)).toEqual([{module: 'env', name: 'memory', kind: 'memory'}]);
  const taken = Object.entries(instance.exports).map(([name, kernel]) => [
    name,
    (kernel as () => void).length,
  ]);
  const given = Object.entries(simdParameters).map(([name, parameters]) => [name, parameters.length]);
  expect(Object.fromEntries(taken)).toEqual(Object.fromEntries(given));
});

describe('a kernel stays inside of the scratch that it asks for', () => {
  const GUARD = 64;

  /** Hands out room in a memory of its own, which holds NaN to begin with. */
  function arena() {
    const memory = new WebAssembly.Memory({initial: 64});
    new Float32Array(memory.buffer).fill(Number.NaN);
    let next = 4;
    const place = (count: number): Address => {
      const at = next;
      next += 4 * count;
      return addressAt(at);
    };
    const view = (at: Address, count: number) => new Float32Array(memory.buffer, offsetOf(at), count);
    const values = (count: number): Address => {
      const at = place(count);
      view(at, count).set(randomValues([count], 1).values);
      return at;
    };
    const geometry = (sizes: tf.backend_util.Conv2DInfo): Address<Geometry> => {
      const at = place(geometryFields.length);
      const all: Geometry = {...sizes, padTop: sizes.padInfo.top, padLeft: sizes.padInfo.left};
      new Int32Array(memory.buffer, offsetOf(at)).set(geometryFields.map(field => all[field]));
      return addressAt(offsetOf(at));
    };
    const simd = instantiateSimdKernels(memory) as SimdKernels;
    return {place, values, view, geometry, simd};
  }

  type Arena = ReturnType<typeof arena>;

  /** Runs a kernel in the scratch that it asks for, and expects numbers in its output and nothing written around the scratch. */
  function check(
    {place, view}: Arena,
    count: number,
    out: [Address, number],
    run: (scratch: Address) => void,
  ) {
    const [before, scratch, after] = [GUARD, count, GUARD].map(place);
    const guards = [before, after].map(guard => view(guard, GUARD).fill(1));
    run(scratch);
    for (const guard of guards) expect([...guard]).toEqual(Array(GUARD).fill(1));
    expect(view(...out).every(Number.isFinite), 'output').toBe(true);
  }

  it.each([1, 4, 7, 20])('batch normalization over %i channels', channels => {
    const rows = 70;
    const all = arena();
    const {simd, values, place} = all;
    const [x, dy, scale, offset] = [rows * channels, rows * channels, channels, channels].map(values);
    const [mean, variance, doffset, dscale] = Array.from({length: 4}, () => place(channels));
    const [y, dx] = [place(rows * channels), place(rows * channels)];
    const shift = x;
    check(all, simd.channelSumsFloats({channels}), [variance, channels], sums => {
      simd.momentSums({x, shift, sums, rows, channels});
      simd.moments({sums, pieces: 1, shift, mean, variance, rows, channels});
    });
    check(all, channels, [y, rows * channels], slopes => {
      simd.batchNormSlopes({variance, scale, slopes, channels, epsilon: 1e-3});
      simd.batchNorm({x, mean, slopes, offset, y, rows, channels});
    });
    const terms = place(3 * channels);
    check(all, simd.channelSumsFloats({channels}), [dscale, channels], sums => {
      simd.batchNormGradSums({x, dy, mean, sums, rows, channels});
      const given = {sums, pieces: 1, scale, variance, rows, channels, epsilon: 1e-3};
      simd.batchNormGradTerms({...given, doffset, dscale, terms});
    });
    simd.batchNormGrad({x, dy, mean, terms, dx, rows, channels});
  });

  it.each([
    [1, 1, 1],
    [18, 7, 300],
    [5, 17, 6],
  ])('a product of %i rows, %i columns, depth %i', (rows, columns, depth) => {
    const all = arena();
    const {simd, values, place} = all;
    const [a, b] = [values(rows * depth), values(columns * depth)];
    const out = place(rows * columns);
    const args = {a, b, ending: NOWHERE, out, rows, columns, depth, aColumns: rows, outColumns: columns};
    check(all, simd.matMulTransposeAScratch({columns}), [out, rows * columns], scratch =>
      simd.matMulTransposeA({...args, scratch}),
    );
    check(all, simd.matMulTransposeBScratch({depth}), [out, rows * columns], scratch =>
      simd.matMulTransposeB({...args, scratch}),
    );
  });

  it.each([
    {inC: 3, outC: 5, filter: [3, 3], strides: [1, 1], pad: [1, 1]},
    {inC: 5, outC: 8, filter: [7, 2], strides: [3, 2], pad: [4, 0]},
    {inC: 9, outC: 3, filter: [1, 1], strides: [1, 1], pad: [0, 0]},
    {inC: 2, outC: 4, filter: [2, 3], strides: [2, 3], pad: [3, 4]},
  ] as const)('a convolution of %j', ({inC, outC, filter, strides, pad: [vertical, horizontal]}) => {
    const sizes = tf.backend_util.computeConv2DInfo([2, 9, 8, inC], [...filter, inC, outC], [...strides], 1, [
      [0, 0],
      [vertical, vertical],
      [horizontal, horizontal],
      [0, 0],
    ]);
    const [inCount, filterCount] = [2 * 9 * 8 * inC, filter[0] * filter[1] * inC * outC];
    const all = arena();
    const {simd, values, place} = all;
    const geometry = all.geometry(sizes);
    const [x, w, dy] = [inCount, filterCount, tf.util.sizeFromShape(sizes.outShape)].map(values);
    const [dx, dw] = [place(inCount), place(filterCount)];
    check(all, simd.conv2DBackpropFilterNarrowScratch({geometry}), [dw, filterCount], scratch =>
      simd.conv2DBackpropFilterNarrow({x, dy, dw, geometry, scratch}),
    );
    check(all, simd.conv2DBackpropInputPanels({geometry}), [dx, inCount], panels => {
      simd.packConv2DBackpropInput({filter: w, panels, geometry});
      check(all, simd.conv2DBackpropInputScratch({geometry}), [dx, inCount], scratch =>
        simd.conv2DBackpropInput({dy, panels, dx, geometry, scratch}),
      );
    });
  });
});

it('a wrong argument is a type error', () => {
  // Checked by `npm run typecheck`; never called.
  const misuse = (simd: SimdKernels, x: Address, geometry: Address<Geometry>) => {
    simd.rowNorms({x, out: x, rows: 1, count: 1});
    // @ts-expect-error: a count is no address.
    simd.rowNorms({x: 4, out: x, rows: 1, count: 1});
    // @ts-expect-error: an address is no count.
    simd.rowNorms({x, out: x, rows: x, count: 1});
    // @ts-expect-error: an argument is missing.
    simd.rowNorms({x, out: x, rows: 1});
    // @ts-expect-error: no argument has this name.
    simd.rowNorms({x, out: x, rows: 1, columns: 1});
    // @ts-expect-error: arguments go by name.
    simd.rowNorms(x, x, 1, 1);
    simd.avgPoolGrad({dy: x, dx: x, geometry});
    // @ts-expect-error: values are no geometry.
    simd.avgPoolGrad({dy: x, dx: x, geometry: x});
    // @ts-expect-error: a geometry is no values.
    simd.avgPoolGrad({dy: geometry, dx: x, geometry});
    // @ts-expect-error: there is no such kernel.
    simd.rowNorm({x, out: x, rows: 1, count: 1});
    // @ts-expect-error: an address is advanced by `advance`.
    return x + 4;
  };
  expect(misuse).toBeTypeOf('function');
});
