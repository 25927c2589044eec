import {describe, expect, it} from 'vitest';
import {interruptSignal} from '../../../src/train/loop/interruptSignal';

const names = ['SIGINT', 'SIGTERM'] as const;
const listeners = () => names.map(name => process.listenerCount(name));

describe('interruptSignal', () => {
  it.each(names)('is aborted by %s, and lets the next one end the process', name => {
    const before = listeners();
    const {signal} = interruptSignal();
    expect(listeners()).toEqual(before.map(count => count + 1));
    expect(signal.aborted).toBe(false);
    process.emit(name, name);
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toEqual(new Error(`Stopped by ${name}.`));
    expect(listeners()).toEqual(before);
  });

  it('stops listening when it is released', () => {
    const before = listeners();
    const {signal, release} = interruptSignal();
    release();
    expect(listeners()).toEqual(before);
    expect(signal.aborted).toBe(false);
  });
});
