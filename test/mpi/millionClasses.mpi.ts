import {expect, it} from 'vitest';
import {describeInRanks, inRanks} from './inRanks';

const program = '../../../examples/million-classes/main';
const options = [
  '--classes',
  '5000',
  '--dimension',
  '16',
  '--sample',
  '0.02',
  '--batch',
  '12',
  '--steps',
  '4',
];
const line =
  /^step (\d): loss (\d+\.\d{4}), \d+ ms, \d+ MiB in rank 0, (\d+) kB sent, (\d[\d,]*) classes have rows$/gm;

describeInRanks('the example of a million classes', () => {
  it('trains the same in one process and in two, and tells what a step takes', async () => {
    const [alone, together] = [
      await inRanks('alone', program, options),
      await inRanks(2, program, options),
    ].map(({code, output}) => {
      expect(code, output).toBe(0);
      expect(output).toMatch(/Median \d+ ms a step, \d+ images a second\./);
      return [...output.matchAll(line)].map(([, step, loss, sent, made]) => ({
        ...{step: Number(step), loss: Number(loss), sent: Number(sent)},
        made: Number(made.replaceAll(',', '')),
      }));
    });
    expect(alone.map(({step}) => step)).toEqual([1, 2, 3, 4]);
    expect(together.map(({step}) => step)).toEqual([1, 2, 3, 4]);
    alone.forEach(({loss, sent, made}, i) => {
      expect(Math.abs(together[i].loss - loss)).toBeLessThan(2e-4);
      expect(sent).toBe(0);
      expect(together[i].sent).toBeGreaterThan(0);
      // 100 classes are drawn of 5,000, and rank 0 has half of them.
      expect(made).toBeGreaterThanOrEqual(99);
      expect(together[i].made).toBeLessThan(made);
    });
  });
});
