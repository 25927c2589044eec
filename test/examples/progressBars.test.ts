import {afterEach, beforeEach, expect, it, vi} from 'vitest';
import {progressDisplay} from '../../cli/progressBars';

const {isTTY} = process.stderr;

beforeEach(() => {
  process.stderr.isTTY = false;
  vi.useFakeTimers({toFake: ['performance']});
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

afterEach(() => {
  process.stderr.isTTY = isTTY;
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const lines = () => vi.mocked(console.error).mock.calls.map(([line]) => line);

it('tells the speed of a walk through images by that walk, not by what came before it', () => {
  const walked = progressDisplay().addImages('verifying', 1000);
  for (const before of [3_600_000, 7_200_000]) {
    vi.advanceTimersByTime(before);
    for (const images of [100, 200, 300]) {
      walked(images);
      vi.advanceTimersByTime(10_000);
    }
    walked(1000);
  }
  const walk = [
    'verifying    20 % · 10 images/s · 80 s left',
    'verifying    30 % · 10 images/s · 70 s left',
    'verifying    100 % · 30 images/s · done',
  ];
  expect(lines()).toEqual([...walk, ...walk]);
});

it('prints nothing of a walk of a few seconds', () => {
  const walked = progressDisplay().addImages('verifying', 200);
  vi.advanceTimersByTime(3_600_000);
  walked(100);
  vi.advanceTimersByTime(5000);
  walked(200);
  expect(lines()).toEqual([]);
});
