import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {delimiter, dirname, join} from 'node:path';

/** A GPU that the package `webgpu` finds. */
export interface FoundGpu {
  /** What it calls itself, such as "SwiftShader driver 5.0.0". */
  name: string;
  /** The environment in which it is found; it counts from the start of a process. */
  env: NodeJS.ProcessEnv;
}

/** Folders of a Chromium, which has a Vulkan in software and a loader for it. */
const chromiumFolders = [
  ...(process.env.CHROMIUM ? [dirname(process.env.CHROMIUM)] : []),
  '/usr/lib/chromium',
  '/usr/lib/chromium-browser',
  '/opt/google/chrome',
];

const probe = `
  const {create} = await import('webgpu');
  const adapter = await create([]).requestAdapter({powerPreference: 'high-performance'});
  if (adapter) console.log(adapter.info.description || adapter.info.device || adapter.info.vendor || 'a GPU without a name');`;

/** The name of the GPU that a process with this environment finds, or nothing. */
function nameOfGpu(env: NodeJS.ProcessEnv): string {
  const {stdout} = spawnSync(process.execPath, ['--input-type=module', '--eval', probe], {
    env,
    encoding: 'utf8',
  });
  return stdout.trim();
}

/** The GPU of this machine or, where there is none, the one in software that comes with a Chromium on Linux. */
export function findGpu(): FoundGpu | undefined {
  const environments = [process.env];
  for (const folder of chromiumFolders) {
    const driver = join(folder, 'vk_swiftshader_icd.json');
    const libraries = [process.env.LD_LIBRARY_PATH, folder].filter(Boolean).join(delimiter);
    if (existsSync(driver))
      environments.push({...process.env, VK_DRIVER_FILES: driver, LD_LIBRARY_PATH: libraries});
  }
  for (const env of environments) {
    const name = nameOfGpu(env);
    if (name) return {name, env};
  }
  return undefined;
}
