import {execFileSync} from 'node:child_process';
import {describe, expect, it} from 'vitest';

describe('16 million pairs in typed arrays', () => {
  it('take less than 1 GB with their curve', () => {
    const program = `
      import {pairScores} from './src/evaluate/verification/pairDistances';
      import {tarAtFar} from './src/evaluate/verification/tarAtFar';
      const count = 16_000_000;
      const dimension = 8;
      const values = Float32Array.from({length: 20_000 * dimension}, (_, i) => Math.sin(i * i));
      const a = Int32Array.from({length: count}, (_, i) => i % 20_000);
      const b = Int32Array.from({length: count}, (_, i) => (i * 7 + 1) % 20_000);
      const scores = Float32Array.from(pairScores({values, dimension}, {a, b}));
      const same = Uint8Array.from({length: count}, (_, i) => i % 800 === 0 ? 1 : 0);
      const [rate] = tarAtFar({scores, same}, [1e-4]);
      console.log(rate.impostors, process.resourceUsage().maxRSS * 1024);`;
    const printed = execFileSync('node', ['--import', 'tsx', '--input-type=module', '-e', program], {
      encoding: 'utf8',
    });
    const [impostors, bytes] = printed.trim().split(' ').map(Number);
    expect(impostors).toBe(16_000_000 - 20_000);
    expect(bytes).toBeLessThan(1e9);
  });
});
