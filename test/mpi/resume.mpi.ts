import {readdirSync, writeFileSync} from 'node:fs';
import {expect, it} from 'vitest';
import {seededRandom} from '../../src/base/random';
import {temporaryFolder} from '../support/temporaryFolder';
import {describeInRanks, inRanks} from './inRanks';

interface Told {
  losses: Record<number, number>;
  isResumed: boolean;
  step: number;
}

/** How often a rank is killed in each training. */
const kills = Number(process.env.FACE_MARGINS_KILLS ?? 2);

/** What the last trainings go on to, in 2, 3 and 1 ranks: one that is killed takes at most three steps. */
const [first, second, last] = [3 * kills + 3, 3 * kills + 4, 3 * kills + 6];

/** The processes that ranks have named themselves. */
const processes = (output: string) =>
  [...output.matchAll(/rank \d+ is process (\d+)/g)].map(([, id]) => Number(id));

const lossesOf = (told: unknown[]) => (told[0] as Told).losses;

describeInRanks('a training that saves', () => {
  const folder = temporaryFolder();

  it.each(['whole', 'divided', 'sampled'])(
    'goes on in any number of ranks, though ranks are killed, with a head that is %s',
    async way => {
      const never = await inRanks('alone', 'resume', [`${folder.path}/never`, way, String(last)]);
      expect(never.code, never.output).toBe(0);
      const expected = lossesOf(never.told);
      expect(Object.keys(expected)).toHaveLength(last);

      const random = seededRandom(way.length);
      const found: Record<number, number> = {};
      for (let kill = 0; kill < kills; kill++) {
        const ranks = [2, 3][kill % 2];
        const after = 1 + Math.floor(2 * random());
        let isKilled = false;
        const {code, output} = await inRanks(ranks, 'resume', [`${folder.path}/killed`, way, String(last)], {
          environment: {FACE_MARGINS_WAIT: '200'},
          onOutput: text => {
            if (isKilled || text.split(' took step ').length <= after * ranks) return;
            isKilled = true;
            process.kill(processes(text)[Math.floor(ranks * random())], 'SIGKILL');
          },
        });
        expect(code, output).not.toBe(0);
      }
      for (const [ranks, steps] of [
        [2, first],
        [3, second],
        [1, last],
      ]) {
        const {code, output, told} = await inRanks(ranks, 'resume', [
          `${folder.path}/killed`,
          way,
          String(steps),
        ]);
        expect(code, output).toBe(0);
        expect((told as Told[]).every(({isResumed, step}) => isResumed && step === steps)).toBe(true);
        for (const {losses} of told as Told[]) expect(losses).toEqual(lossesOf(told));
        Object.assign(found, lossesOf(told));
      }
      expect(Object.keys(found)).toEqual(expect.arrayContaining([second, last - 1, last].map(String)));
      for (const [step, loss] of Object.entries(found)) {
        const whole = expected[Number(step)];
        // Ranks add float32 in another order than one process.
        expect(Math.abs(loss - whole) / Math.max(1, whole), `step ${step}`).toBeLessThan(1e-6);
      }
      const rows = readdirSync(`${folder.path}/killed`).filter(name => name.includes('.rows-'));
      // Two checkpoints are kept, one of a single rank with a file of its own.
      expect(rows.length).toBeLessThanOrEqual(way === 'whole' ? 0 : 2);
    },
    120_000 * (kills + 5),
  );

  it('tells once what all ranks find: a checkpoint that is torn, and another learning rate', async () => {
    const path = `${folder.path}/other`;
    expect((await inRanks('alone', 'resume', [path, 'divided', '1'])).code).toBe(0);
    writeFileSync(`${path}/checkpoint-000009-step-9.safetensors`, 'torn');
    const environment = {FACE_MARGINS_RATE: '0.04'};
    const {code, output} = await inRanks(2, 'resume', [path, 'divided', '2'], {environment});
    expect(code, output).toBe(0);
    expect(output.match(/Going back to checkpoint-/g), output).toHaveLength(1);
    expect(output.match(/training continues with other settings: learningRate/g), output).toHaveLength(1);
  });

  it.each(['SIGTERM', 'SIGUSR1'] as const)(
    'stops after the same step by %s to the launcher, with a checkpoint',
    async name => {
      let isSent = false;
      const {output, told} = await inRanks(2, 'resume', [folder.path, 'divided', '1000'], {
        environment: {FACE_MARGINS_WAIT: '20'},
        onOutput: (text, launcher) => {
          if (isSent || text.split(' took step ').length < 6) return;
          isSent = true;
          launcher.kill(name);
        },
      });
      const steps = (told as Told[]).map(({step}) => step);
      expect(steps, output).toEqual([steps[0], steps[0]]);
      expect(steps[0]).toBeLessThan(1000);
      expect(readdirSync(folder.path).some(file => file.endsWith(`-step-${steps[0]}.safetensors`))).toBe(
        true,
      );
    },
  );
});
