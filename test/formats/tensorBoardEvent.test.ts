import {describe, expect, it} from 'vitest';
import {crc32c} from '../../src/formats/crc32c';
import {type TensorBoardContent, tensorBoardEvent} from '../../src/formats/tensorBoardEvent';
import {tfRecord} from '../../src/formats/tfRecord';
import events from '../fixtures/train/events.json';

/** The events of test/fixtures/train/make_events.py. */
const written: Record<Exclude<keyof typeof events, 'tensorboard'>, [TensorBoardContent, step: number]> = {
  version: [{kind: 'version'}, 0],
  start: [{kind: 'start'}, 300],
  scalars: [{kind: 'scalars', values: {loss: 0.1, 'terms/arcFace': -1e-30, accuracy: 1}}, 2 ** 40 + 3],
  notFinite: [{kind: 'scalars', values: {loss: Number.NaN, gradientNorm: Infinity}}, 1],
  hyperparameters: [
    {kind: 'hyperparameters', values: {flip: true, head: 'arcFace', margin: 0.5, name: 'größer'}},
    0,
  ],
};

describe('crc32c', () => {
  it('gives the values of RFC 3720', () => {
    const ascending = Uint8Array.from({length: 32}, (_, i) => i);
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
    expect(crc32c(ascending)).toBe(0x46dd794e);
    expect(crc32c(ascending.slice().reverse())).toBe(0x113fdb5c);
  });
});

describe('tensorBoardEvent', () => {
  it.each(Object.entries(written))(
    "writes %s to the bit as TensorBoard's own writer",
    (name, [content, step]) => {
      const record = tfRecord(tensorBoardEvent(content, {seconds: 1700000000.25, step}));
      expect(Buffer.from(record).toString('base64')).toBe(events[name as keyof typeof events]);
    },
  );
});
