import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {BinaryReader} from '@bufbuild/protobuf/wire';
import {arcFace, sgd, Trainer} from 'face-margins';
import {tensorBoardLog} from 'face-margins/node';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../../src/backend/useBackend';
import {temporaryFolder} from '../../support/temporaryFolder';
import {tinyNetwork, tinySource} from '../../support/tinyTraining';

interface Event {
  step: number;
  /** Field numbers besides time and step. */
  kind: number;
  scalars: Record<string, number>;
}

/** The fields of a message: numbers, or bytes. */
function fieldsOf(message: Uint8Array): [number, number | Uint8Array][] {
  const reader = new BinaryReader(message);
  const fields: [number, number | Uint8Array][] = [];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (type === 0) fields.push([field, Number(reader.int64())]);
    else if (type === 1) fields.push([field, reader.double()]);
    else if (type === 5) fields.push([field, reader.float()]);
    else fields.push([field, reader.bytes()]);
  }
  return fields;
}

function eventOf(message: Uint8Array): Event {
  const fields = fieldsOf(message);
  const [kind, content] = fields.find(([field]) => field > 2) as [number, Uint8Array];
  const scalars =
    kind !== 5 ? [] : fieldsOf(content).map(([, value]) => new Map(fieldsOf(value as Uint8Array)));
  return {
    step: Number(fields.find(([field]) => field === 2)?.[1] ?? 0),
    kind,
    scalars: Object.fromEntries(
      scalars.map(value => [new TextDecoder().decode(value.get(1) as Uint8Array), value.get(2) as number]),
    ),
  };
}

/** The events of each file of a folder, in the order in which TensorBoard reads them. */
function eventsIn(folder: string): Event[][] {
  return readdirSync(folder)
    .sort()
    .map(name => {
      const bytes = readFileSync(join(folder, name));
      const events: Event[] = [];
      for (let at = 0; at < bytes.length; ) {
        const length = Number(bytes.readBigUInt64LE(at));
        events.push(eventOf(bytes.subarray(at + 12, at + 12 + length)));
        at += 12 + length + 4;
      }
      return events;
    });
}

const folder = temporaryFolder();

describe('tensorBoardLog', () => {
  beforeAll(async () => void (await useBackend('cpu')));

  it('writes every number of the reports of a training', async () => {
    const trainer = new Trainer({
      backbone: tinyNetwork({}),
      objective: arcFace({classes: 3, scale: 8, margin: 0.2, seed: 1}),
      optimizer: sgd(),
      learningRate: 0.05,
    });
    const board = tensorBoardLog(folder.path);
    const reports = [];
    for await (const report of trainer.fit(tinySource(2), {epochs: 1, validate: () => ({auc: 0.75})})) {
      board.write(report);
      reports.push(report);
    }
    board.close();
    trainer.dispose();
    const [[version, ...events], ...others] = eventsIn(folder.path);
    expect(others).toEqual([]);
    expect(version).toMatchObject({kind: 3, step: 0});
    expect(events.map(({step}) => step)).toEqual([1, 2]);
    for (const [
      i,
      {loss, terms, accuracy, learningRate, gradientNorm, epoch, metrics},
    ] of reports.entries()) {
      const {imagesPerSecond, ...scalars} = events[i].scalars;
      const expected = {
        epoch,
        loss,
        'terms/arcFace': terms.arcFace,
        accuracy,
        learningRate,
        gradientNorm,
        ...(metrics && {'metrics/loss': metrics.loss, 'metrics/auc': 0.75}),
      };
      const rounded = Object.entries(expected).map(([tag, value]) => [tag, Math.fround(value as number)]);
      expect(imagesPerSecond).toBeGreaterThan(0);
      expect(scalars).toEqual(Object.fromEntries(rounded));
    }
  });

  it('goes on in a file behind the earlier ones, which stay, and says from which step on', () => {
    const names = ['events.out.tfevents.9999999998.host.1', 'events.out.tfevents.1700000000.host.9'];
    for (const name of names) writeFileSync(join(folder.path, name), '');
    const second = tensorBoardLog(folder.path, {after: 7, hyperparameters: {head: 'arcFace'}});
    second.write({step: 8});
    second.close();
    expect(readdirSync(folder.path).sort().slice(0, 2)).toEqual([...names].reverse());
    expect(eventsIn(folder.path)[2]).toMatchObject([
      {kind: 3, step: 0},
      {kind: 7, step: 8},
      {kind: 5, step: 0, scalars: {'_hparams_/session_start_info': undefined}},
      {kind: 5, step: 8, scalars: {}},
    ]);
  });

  it('leaves nothing where nothing was written', () => {
    const path = join(folder.path, 'run');
    const board = tensorBoardLog(path);
    board.close();
    expect(existsSync(path)).toBe(false);
    expect(() => board.write({step: 1})).toThrow(
      'tensorBoardLog: write must come before close, but comes after it.',
    );
  });

  it('refuses steps that are none', () => {
    const right = 'must be a whole number of 0 or more, but is';
    expect(() => tensorBoardLog(folder.path, {after: -1})).toThrow(`tensorBoardLog: after ${right} -1.`);
    const board = tensorBoardLog(folder.path);
    expect(() => board.write({loss: 1} as never)).toThrow(`tensorBoardLog: step ${right} undefined.`);
    expect(() => board.write({step: 1.5})).toThrow(`tensorBoardLog: step ${right} 1.5.`);
    expect(readdirSync(folder.path)).toEqual([]);
  });
});
