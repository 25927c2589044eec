import * as tf from '@tensorflow/tfjs-core';
import {expect} from 'vitest';

const number = /^[+-]?(\d[\d_]*(\.\d+)?(e[+-]?\d+)?|Infinity|NaN)$/;
const token = /'[^']*'|[+-]?\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?|[+-]?\w+|[[\]{}:,]/g;

/**
 * Compares a value with what a comment shows of it: `13.8`, `0.67, 0.67, 1`, `[[0, 1], [1, 0]]`, `{a: 0, b: 2}`, `'wasm'`, and
 * `shape [4]` for tensors. Numbers must agree to the digits shown. Words after the value, `0.25, on any machine`, are prose.
 */
export function expectShown(value: unknown, shown: string): void {
  const parts = (shown.match(token) ?? []).filter(part => !/^[[\]{}:,]$/.test(part));
  const found = shown.startsWith('shape ') ? ['shape', ...(value as tf.Tensor).shape] : flatten(value);
  const message = `shows ${shown}, but is ${found.join(', ')}`;
  expect(parts.length, message).toBeGreaterThanOrEqual(found.length);
  expect(isValue(parts[found.length] ?? ''), message).toBe(false);
  found.forEach((actual, i) => {
    if (typeof actual === 'number') expect(agrees(actual, parts[i]), message).toBe(true);
    else expect(parts[i].replaceAll("'", ''), message).toBe(String(actual));
  });
}

/** Whether a comment shows a value, and not prose. */
export const isShown = (comment: string): boolean =>
  /^([+-]?\d|\[|\{\w|'|true\b|false\b|[+-]?Infinity\b|NaN\b|shape \[)/.test(comment);

const isValue = (part: string) => number.test(part) || part.startsWith("'");

/** What a value is made of, in order: numbers, words, the names of an object's parts. */
function flatten(value: unknown): unknown[] {
  if (value instanceof tf.Tensor) return [...value.dataSync()];
  if (ArrayBuffer.isView(value)) return [...(value as Float64Array)];
  if (Array.isArray(value)) return value.flatMap(flatten);
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, part]) => [name, ...flatten(part)]);
  }
  return [value];
}

/** Whether a number is what is written: half a unit of the last digit away at most. */
function agrees(actual: number, written: string): boolean {
  if (!number.test(written)) return false;
  const expected = Number(written.replaceAll('_', ''));
  if (!Number.isFinite(expected)) return Object.is(actual, expected);
  const [digits, exponent = '0'] = written.split('e');
  const decimals = digits.split('.')[1]?.length ?? 0;
  const half =
    decimals > 0 ? 0.5 * 10 ** (Number(exponent) - decimals) : 1e-6 * Math.max(1, Math.abs(expected));
  return Math.abs(actual - expected) <= half * (1 + 1e-9) + 1e-7 * Math.abs(expected);
}
