import {expect, it} from 'vitest';
import {useBackend} from '../../src/backend/useBackend';
import {fullHeapRounds} from './fullHeapRounds';

it('a training whose heap fills up says so, and its newest checkpoint is sound', async () => {
  await useBackend('wasm');
  let full = 0;
  for await (const round of fullHeapRounds(3, 3)) {
    expect(round).toMatchObject({isEqual: true, loss: round.expected});
    if (round.error === undefined) continue;
    expect(round.error).toContain('has no room for');
    full++;
  }
  expect(full).toBeGreaterThan(0);
}, 600_000);
