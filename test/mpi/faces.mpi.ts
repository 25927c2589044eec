import {readdirSync, readFileSync} from 'node:fs';
import {expect, it} from 'vitest';
import {temporaryFolder} from '../support/temporaryFolder';
import {describeInRanks, inRanks} from './inRanks';

const program = '../../../examples/face-training/faces';
const options =
  '--identities 12 --images-each 4 --size 16 --batch 4 --backend wasm --checkpoint-every 1'.split(' ');

describeInRanks('npm run faces', () => {
  const folder = temporaryFolder();
  const run = async (ranks: number | 'alone', ...more: string[]) => {
    const {code, output} = await inRanks(ranks, program, [...options, ...more]);
    expect(code, output).toBe(0);
    return output;
  };

  it('trains in two ranks, goes on in one, and begins anew with the weights of both', async () => {
    const [out, later] = [`${folder.path}/faces`, `${folder.path}/later`];
    const output = await run(2, '--epochs', '1', '--out', out);
    expect(output.match(/of the pairs are told rightly; before training/g)).toHaveLength(1);
    const rows = readdirSync(`${out}/checkpoints`).filter(name => /\.rows-[01]-of-2\./.test(name));
    expect(rows.length).toBeGreaterThan(0);
    const lines = () => readFileSync(`${out}/log.jsonl`, 'utf8').trim().split('\n');
    // 40 images to train on, 8 of them in a step of two ranks.
    expect(lines()).toHaveLength(5);
    await run('alone', '--epochs', '2', '--resume', '--out', out);
    expect(lines()).toHaveLength(15);
    for (const weights of [`${out}/checkpoints`, `${out}/checkpoints/best.safetensors`]) {
      expect(
        await run(2, '--epochs', '1', '--weights', weights, '--overwrite', '--out', later),
      ).not.toContain('a new head');
    }
  });
});
