import {spawnSync} from 'node:child_process';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {findGpu} from './findGpu';

/*
 * Runs what is in vitest.gpu.config.ts on a GPU that Node has from the package `webgpu`. What stands after `npm run test:gpu --` goes to
 * Vitest. Without a GPU it says so and passes; REQUIRE_GPU=1 insists on one.
 */
const found = findGpu();
if (found === undefined) {
  const required = process.env.REQUIRE_GPU === '1';
  console.log(
    `GPU tests: ${required ? 'not run' : 'skipped'}, for the package webgpu finds no GPU: there is no driver for Vulkan, Metal or Direct3D 12. ` +
      'On Linux a Chromium has one in software (Debian and Ubuntu: apt install chromium).',
  );
  process.exitCode = required ? 1 : 0;
} else {
  console.log(`GPU tests: on ${found.name}.`);
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  const {status} = spawnSync(
    process.execPath,
    [vitest, 'run', '--config', 'vitest.gpu.config.ts', ...process.argv.slice(2)],
    {env: found.env, stdio: 'inherit'},
  );
  process.exitCode = status ?? 1;
}
