import {verificationReport} from 'face-margins/evaluate';
import {expect, it} from 'vitest';
import {warningsOf} from '../../cli/warningsOf';

it('names the option of the command that helps, and not where it was given', () => {
  // All cosines lie within one step of the grid, which accepts all or none; every threshold tells them apart.
  const same = Array.from({length: 2000}, (_, i) => i % 2);
  const scores = same.map((one, i) => 0.99 + 1e-6 * (one ? 2000 + i : i));
  const warnings = (thresholds: 'grid' | 'every') =>
    warningsOf(verificationReport({scores, same}, {thresholds, fars: [0.1, 1e-4]}), thresholds);
  const few = expect.stringMatching(/^FAR 0.0001 of 1000 impostor pairs/);
  expect(warnings('grid')).toEqual([
    expect.stringMatching(/Choose by every threshold \(--thresholds every\)/),
    few,
  ]);
  expect(warnings('every')).toEqual([few]);
});
