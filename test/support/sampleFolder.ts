import {mkdirSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {saveModelFolder} from '../../src/backbones/inference/modelFolder';
import {mobileFaceNet} from '../../src/backbones/mobileFaceNet';
import {exportWeightsFile} from '../../src/backbones/weights/weightsFile';
import {useBackend} from '../../src/backend/useBackend';
import {plain, writeFiles} from './pictures';

const people = Array.from({length: 20}, (_, i) => `Person_${i}`);

/**
 * Makes a folder in which the samples of the documentation find the files they name: photographs of twenty people in `faces`, `aligned` and
 * `lfw`, `pairs.txt`, weights in `backbone.safetensors` and a saved model in `model`.
 */
export async function makeSampleFolder(folder: string): Promise<void> {
  mkdirSync(join(folder, 'out'), {recursive: true});
  const pictures: Record<string, Uint8Array> = {};
  for (const [p, name] of people.entries()) {
    for (let i = 1; i <= 6; i++) {
      const picture = await plain(`rgb(${12 * p}, ${40 * i}, 90)`, 'png', 112);
      for (const set of ['faces', 'aligned', 'lfw']) pictures[`${set}/${name}/${name}_000${i}.png`] = picture;
    }
  }
  await writeFiles(folder, {...pictures, 'pairs.txt': pairs()});
  await useBackend('wasm');
  const network = mobileFaceNet({variant: 'insightface', seed: 1});
  await exportWeightsFile(network, join(folder, 'backbone.safetensors'));
  await saveModelFolder(network, join(folder, 'model'));
  network.dispose();
}

/** Ten folds of one pair of each kind, as LFW writes them. */
function pairs(): string {
  const folds = Array.from({length: 10}, (_, fold) => [
    [people[fold], 1, 2 + (fold % 5)].join('\t'),
    [people[fold], 1, people[fold + 1], 2].join('\t'),
  ]);
  return ['10\t1', ...folds.flat(), ''].join('\n');
}

/** What a page is served from: `fetch` of a relative address gives the file of the working folder. */
export async function fetchFromFolder(address: RequestInfo | URL): Promise<Response> {
  const name = String(address);
  const type = name.endsWith('.json') ? 'application/json' : 'application/octet-stream';
  return new Response(new Uint8Array(await readFile(name)), {headers: {'content-type': type}});
}
