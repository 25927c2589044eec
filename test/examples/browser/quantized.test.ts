import {expect, it} from 'vitest';
import {packArrays, unpackArrays} from '../../../examples/browser/quantized';

it('brings arrays back to a part in 65,000 of the largest of their numbers, in two bytes each', () => {
  const wave = Array.from({length: 1001}, (_, i) => 250 * Math.sin(i));
  const arrays = {wave, 'a/b': Float32Array.of(1e-6, -2e-6), zeros: new Float32Array(3), none: []};
  const file = packArrays(arrays);
  const back = unpackArrays(file.buffer);
  expect(Object.keys(back)).toEqual(Object.keys(arrays));
  back.wave.forEach((value, i) => {
    expect(Math.abs(value - wave[i])).toBeLessThanOrEqual(250 / 65_000);
  });
  expect(back['a/b'][1]).toBeCloseTo(-2e-6, 10);
  expect([...back.zeros, ...back.none]).toEqual([0, 0, 0]);
  expect(file.length).toBeLessThan(2 * 1006 + 250);
});

it('brings whole numbers back when rounded', () => {
  const labels = Uint8Array.from({length: 50}, (_, i) => i % 10);
  expect(unpackArrays(packArrays({labels}).buffer).labels.map(Math.round)).toEqual(Float32Array.from(labels));
});
