import {interruptSignal} from 'face-margins/node';
import {afterEach, expect, it} from 'vitest';

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const listeners = () => names.map(name => process.listenerCount(name));
const before = listeners();
let release: () => void = () => undefined;

const listening = () => {
  const interrupt = interruptSignal();
  release = interrupt.release;
  return interrupt.signal;
};
afterEach(() => release());

it.each(names)(
  '%s ends a training, and a second Ctrl-C the process, but a closed terminal does not',
  name => {
    const signal = listening();
    expect(signal.aborted).toBe(false);
    process.emit(name, name);
    expect(signal.reason).toEqual(new Error(`Stopped by ${name}.`));
    expect(listeners()).toEqual([before[0], before[1], before[2] + 1]);
    process.emit('SIGHUP', 'SIGHUP');
    expect(listeners()).toEqual([before[0], before[1], before[2] + 1]);
    release();
    expect(listeners()).toEqual(before);
  },
);

it.each(['stdout', 'stderr'] as const)('a %s that nobody reads ends a training', name => {
  const signal = listening();
  const stream = process[name];
  expect(() => stream.emit('error', Object.assign(new Error('full'), {code: 'ENOSPC'}))).toThrow('full');
  expect(signal.aborted).toBe(false);
  stream.emit('error', Object.assign(new Error('write EIO'), {code: 'EIO'}));
  expect(signal.aborted).toBe(true);
  stream.emit('error', Object.assign(new Error('write EPIPE'), {code: 'EPIPE'}));
  release();
  expect(() => stream.emit('error', Object.assign(new Error('write EIO'), {code: 'EIO'}))).toThrow('EIO');
});

it('stops listening when it is released', () => {
  const signal = listening();
  release();
  expect(listeners()).toEqual(before);
  expect(signal.aborted).toBe(false);
});
