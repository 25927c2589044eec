import type {FacesOptions} from './facesOptions';
import {anyBackend, needPackages} from './missingPackages';
import {runFaces} from './runFaces';
import {filesOf} from './runFolder';

/** The exit code of a program that Ctrl-C has stopped. */
const interrupted = 130;

/**
 * Trains, verifies and writes the folder of the run.
 *
 * @param name How the command is called, to say how to go on.
 */
export async function train(options: FacesOptions, name: string): Promise<void> {
  await needPackages(options.data === undefined ? 'Drawing synthetic faces' : 'Reading images', {
    sharp: () => import('sharp'),
    ...(options.data === undefined && {
      facesjs: () => import('facesjs'),
      '@resvg/resvg-js': () => import('@resvg/resvg-js'),
    }),
    ...anyBackend,
  });
  if (await runFaces(options)) return;
  const where = options.out === 'out/faces' ? '' : ` --out ${options.out}`;
  console.error(
    `\nStopped, with a checkpoint in ${filesOf(options.out).checkpoints}. Go on with: ${name} --resume${where}`,
  );
  process.exit(interrupted);
}
