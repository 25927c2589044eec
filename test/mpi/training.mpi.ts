import {expect, it} from 'vitest';
import {describeInRanks, inRanks} from './inRanks';

interface Told {
  difference: Record<string, number>;
  error?: string;
  step: number;
  /** Of the squares of the network's weights. */
  sum: number;
}

async function train(size: number, way: string): Promise<Told[]> {
  const {code, output, told} = await inRanks(size, 'train', [way]);
  expect(code, output).toBe(0);
  expect(told).toHaveLength(size);
  return told as Told[];
}

describeInRanks('a training in ranks', () => {
  it.each([
    [2, 'whole'],
    [3, 'whole'],
    [2, 'divided'],
    [3, 'divided'],
  ])('of %i is that of one process which accumulates, with a head that is %s', async (size, way) => {
    const told = await train(size, way);
    for (const {difference, error, step, sum} of told) {
      expect({error, step, sum}).toEqual({error: undefined, step: 6, sum: told[0].sum});
      expect(Object.keys(difference)).toHaveLength(5);
      for (const [of, value] of Object.entries(difference)) expect(value, of).toBeLessThan(1e-6);
    }
  });

  it.each([2, 3])(
    'of %i has all that one process may have, and the same network on every rank to the bit after 50 steps',
    async size => {
      const {code, output, told} = await inRanks(size, 'everything');
      expect(code, output).toBe(0);
      expect(told).toHaveLength(size);
      const [first] = told as {difference: Record<string, number>; step: number; bits: string}[];
      for (const {difference, step, bits} of told as (typeof first)[]) {
        expect({step, bits}).toEqual({step: 50, bits: first.bits});
        expect(difference.frozen).toBe(0);
        for (const [of, value] of Object.entries(difference)) expect(value, of).toBeLessThan(1e-6);
      }
    },
  );

  it('tells the rank whose images are not finite, on every rank', async () => {
    for (const {error, step} of await train(2, 'nan')) {
      expect(error).toContain(
        'Training stopped before step 3 (epoch 0) was taken: not finite in the images on rank 1.',
      );
      expect(step).toBe(2);
    }
  });

  it('ends a pass of all ranks with the shortest', async () => {
    for (const {error, step} of await train(2, 'uneven')) {
      expect(error).toBeUndefined();
      expect(step).toBe(3);
    }
  });

  it('names a rank that has no batches', async () => {
    for (const {error} of await train(2, 'none')) {
      expect(error).toBe('Trainer: every rank must have batches in epoch 0, but rank 1 has none.');
    }
  });

  it('stops all ranks after the same step where one is to stop', async () => {
    expect((await train(2, 'stop')).map(({step}) => step)).toEqual([2, 2]);
  });

  it('stops all ranks after the same step where one breaks off', async () => {
    expect((await train(2, 'break')).map(({step}) => step)).toEqual([2, 2]);
  });

  it.each([
    ['read', 'no more of it', 2],
    ['report', 'the disk is full', 2],
    ['labels', 'must be a class id from 0 to 4, but is 9', 2],
  ])('ends on all ranks with the error of the one that fails: %s', async (way, text, step) => {
    const [first, second] = await train(2, way);
    expect(first.error).toContain('Trainer: all ranks end, because rank 1 failed: ');
    expect(first.error).toContain(text);
    expect(second.error).toContain(text);
    expect([first.step, second.step]).toEqual([step, step]);
  });

  it('ends the job where a rank fails while others wait for it within a step', async () => {
    const {code, output} = await inRanks(2, 'train', ['divided-labels']);
    expect(code).not.toBe(0);
    expect(output).toMatch(
      /Trainer: all ranks end, because rank 1 failed within a step: .*must be a class id/,
    );
  });

  it('refuses ranks with other options, with the difference', async () => {
    for (const {error, step} of await train(2, 'options')) {
      expect(error).toBe(
        'fit: all ranks must train the same, but rank 1 differs from rank 0: learningRate is 1.05, not 0.05.',
      );
      expect(step).toBe(0);
    }
  });
});
