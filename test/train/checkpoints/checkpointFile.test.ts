import {describe, expect, it, vi} from 'vitest';
import {parseSafetensors, serializeSafetensors} from '../../../src/formats/safetensors';
import type {StoredTensor} from '../../../src/formats/storedTensor';
import {decodeCheckpoint, encodeCheckpoint} from '../../../src/train/checkpoints/checkpointFile';
import type {TrainingState} from '../../../src/train/checkpoints/trainingState';

const state: TrainingState = {
  record: {
    version: 1,
    position: {step: 3, epoch: 1, batch: 2},
    seed: 1,
    optimizer: 'sgd',
    terms: ['arcFace'],
    means: {report: {}, terms: {}, epoch: {}},
    metrics: {},
  },
  tensors: new Map([['backbone/w', {shape: [2], values: Float32Array.of(1.5, -2)}]]),
};

/** The checkpoint with another record, and no fingerprint that would tell. */
async function withRecord(text: string): Promise<Uint8Array> {
  const tensors = parseSafetensors(await encodeCheckpoint(state), 'x');
  tensors.delete('sha256');
  const bytes = new TextEncoder().encode(text);
  return serializeSafetensors(new Map([...tensors, ['record', {type: 'U8', shape: [bytes.length], bytes}]]));
}

describe('the record of a checkpoint', () => {
  it('may stand without a fingerprint, which not every platform can make', async () => {
    expect(await decodeCheckpoint(await withRecord(JSON.stringify(state.record)))).toEqual(state);
    const subtle = vi.spyOn(globalThis.crypto, 'subtle', 'get').mockReturnValue(undefined as never);
    const bytes = await encodeCheckpoint(state);
    expect(parseSafetensors(bytes, 'x').has('sha256')).toBe(false);
    expect(await decodeCheckpoint(bytes)).toEqual(state);
    subtle.mockRestore();
    expect(await decodeCheckpoint(bytes)).toEqual(state);
    const marked = await encodeCheckpoint(state);
    expect(parseSafetensors(marked, 'x').get('sha256')?.bytes).toHaveLength(32);
  });

  it.each<[string, string]>([
    ['is damaged: its record is not JSON', '{"version":1'],
    ['is a checkpoint of version undefined', '{}'],
    ['is a checkpoint of version undefined', 'null'],
    ['is a checkpoint of version 2', '{"version":2}'],
    ['does not say how far the training had come', '{"version":1}'],
    ['does not say how far', '{"version":1,"position":{"step":1,"epoch":0,"batch":0}}'],
    ['does not say how far', '{"version":1,"position":{"step":1,"epoch":0},"means":{}}'],
    ['does not say how far', '{"version":1,"position":{"step":1,"epoch":-1,"batch":0},"means":{}}'],
    ['does not say how far', '{"version":1,"position":{"step":1.5,"epoch":0,"batch":0},"means":{}}'],
  ])('is refused where it %s: %s', async (problem, text) => {
    await expect(decodeCheckpoint(await withRecord(text), 'a.safetensors')).rejects.toThrow(problem);
  });

  it('has to be there', async () => {
    const weight: StoredTensor = {type: 'F32', shape: [1], bytes: new Uint8Array(4)};
    const weights = serializeSafetensors(new Map([['w', weight]]));
    await expect(decodeCheckpoint(weights, 'w.safetensors')).rejects.toThrow(
      'w.safetensors is not a checkpoint of a training: it has no record.',
    );
  });

  it('is vouched for by a fingerprint of names, types, shapes and values, whatever their order', async () => {
    const tensors = parseSafetensors(await encodeCheckpoint(state), 'x');
    const load = (change: (all: Map<string, StoredTensor>) => void) => {
      const all = new Map([...tensors].reverse());
      change(all);
      return decodeCheckpoint(serializeSafetensors(all), 'x');
    };
    const weight = tensors.get('backbone/w') as StoredTensor;
    expect(await load(() => undefined)).toEqual(state);
    for (const change of [
      (all: Map<string, StoredTensor>) => void all.set('backbone/w', {...weight, shape: [2, 1]}),
      (all: Map<string, StoredTensor>) => void all.set('backbone/w', {...weight, type: 'I32'}),
      (all: Map<string, StoredTensor>) => void (all.delete('backbone/w') && all.set('backbone/v', weight)),
      (all: Map<string, StoredTensor>) =>
        void all.set('backbone/w', {...weight, bytes: weight.bytes.map(byte => byte ^ 1)}),
    ]) {
      await expect(load(change)).rejects.toThrow('is damaged: its content is not what was written.');
    }
  });
});
