import {availableParallelism} from 'node:os';
import {needPackages} from '../missingPackages';
import {progressDisplay} from '../progressBars';
import type {SyntheticCommandOptions} from './syntheticCommand';

/** Draws synthetic faces into a folder per identity, without training on them. */
export async function drawSynthetic({out, json, ...asked}: SyntheticCommandOptions): Promise<void> {
  const {groups} = asked;
  const identities = groups?.reduce((sum, group) => sum + group.identities, 0) ?? asked.identities;
  const faces = {...asked, identities};
  await needPackages('Drawing synthetic faces', {
    sharp: () => import('sharp'),
    facesjs: () => import('facesjs'),
    '@resvg/resvg-js': () => import('@resvg/resvg-js'),
  });
  const {syntheticFaces} = await import('./syntheticFaces');
  const display = progressDisplay();
  const started = performance.now();
  const onProgress = display.addImages('drawing', faces.identities * faces.images);
  const folder = await syntheticFaces(out, faces, onProgress).finally(() => display.stop());
  const seconds = (performance.now() - started) / 1000;
  console.log(
    json
      ? JSON.stringify({folder, ...faces, seconds})
      : `Synthetic faces are in ${folder} (${seconds.toFixed(1)} s, ${availableParallelism()} processes).`,
  );
}
