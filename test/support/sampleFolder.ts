import {mkdirSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {saveModelFolder} from '../../src/backbones/inference/modelFolder';
import {mobileFaceNet} from '../../src/backbones/mobileFaceNet';
import type {Network} from '../../src/backbones/network';
import {exportWeights} from '../../src/backbones/weights/exportWeights';
import {exportWeightsFile} from '../../src/backbones/weights/weightsFile';
import {useBackend} from '../../src/backend/useBackend';
import {parseSafetensors, serializeSafetensors} from '../../src/formats/safetensors';
import type {StoredTensor} from '../../src/formats/storedTensor';
import {plain, writeFiles} from './pictures';
import {insightFace} from './writeRecords';

const people = Array.from({length: 20}, (_, i) => `Person_${i}`);

/**
 * Makes a folder in which the samples of the documentation find the files they name: photographs of twenty people in `faces`, `aligned` and
 * `lfw`, `pairs.txt`, InsightFace's `cfp_fp.bin` and `faces_emore/train.rec`, two pairs each of CPLFW, CFP and RFW as they are published,
 * one photograph in `me.jpg`, weights in `backbone.safetensors`, those of a student and its teacher in `distilled.safetensors`, and a
 * saved model in `model`.
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
  const [one, other] = [await plain('red', 'jpeg', 112), await plain('blue', 'jpeg', 112)];
  const {rec, idx} = insightFace([Array(64).fill(one), Array(64).fill(other)]);
  await writeFiles(folder, {
    ...pictures,
    'pairs.txt': pairs(),
    'cfp_fp.bin': pickledPairs(one, other),
    'faces_emore/train.rec': rec,
    'faces_emore/train.idx': idx,
    'me.jpg': one,
    ...otherPairs(one, other),
  });
  await useBackend('wasm');
  const network = mobileFaceNet({variant: 'insightface', seed: 1});
  await exportWeightsFile(network, join(folder, 'backbone.safetensors'));
  await saveModelFolder(network, join(folder, 'model'));
  await writeFiles(folder, {'distilled.safetensors': await twoNetworks(network)});
  network.dispose();
}

/** Weights of a network and of another that is alike, behind a prefix each. */
async function twoNetworks(network: Network): Promise<Uint8Array> {
  const tensors = new Map<string, StoredTensor>();
  for (const [name, tensor] of parseSafetensors(await exportWeights(network), 'weights')) {
    tensors.set(`student.${name}`, tensor);
    tensors.set(`teacher.${name}`, {...tensor, bytes: new Uint8Array(tensor.bytes.length)});
  }
  return serializeSafetensors(tensors);
}

/** Ten folds of one pair of each kind, as LFW writes them. */
function pairs(): string {
  const folds = Array.from({length: 10}, (_, fold) => [
    [people[fold], 1, 2 + (fold % 5)].join('\t'),
    [people[fold], 1, people[fold + 1], 2].join('\t'),
  ]);
  return ['10\t1', ...folds.flat(), ''].join('\n');
}

/** A pair of one person and one of two: of CPLFW, of CFP's frontal images with profiles, and of each race of RFW. */
function otherPairs(one: Buffer, other: Buffer): Record<string, Uint8Array | string> {
  const races = ['African', 'Asian', 'Caucasian', 'Indian'].map(race => ({
    [`RFW/test/txts/${race}/${race}_pairs.txt`]: 'm.1\t1\t2\nm.1\t1\tm.2\t1\n',
    [`RFW/test/data/${race}/m.1/m.1_0001.jpg`]: one,
    [`RFW/test/data/${race}/m.1/m.1_0002.jpg`]: one,
    [`RFW/test/data/${race}/m.2/m.2_0001.jpg`]: other,
  }));
  return {
    'pairs_CPLFW.txt': 'Ann_1.jpg 1\nAnn_2.jpg 1\nAnn_1.jpg 0\nBob_1.jpg 0\n',
    'cplfw/images/Ann_1.jpg': one,
    'cplfw/images/Ann_2.jpg': one,
    'cplfw/images/Bob_1.jpg': other,
    'cfp-dataset/Data/Images/001/frontal/01.jpg': one,
    'cfp-dataset/Data/Images/001/profile/01.jpg': one,
    'cfp-dataset/Data/Images/002/profile/01.jpg': other,
    'cfp-dataset/Protocol/Pair_list_F.txt': '1 ../Data/Images/001/frontal/01.jpg\n',
    'cfp-dataset/Protocol/Pair_list_P.txt':
      '1 ../Data/Images/001/profile/01.jpg\n2 ../Data/Images/002/profile/01.jpg\n',
    'cfp-dataset/Protocol/Split/FP/01/same.txt': '1,1\n',
    'cfp-dataset/Protocol/Split/FP/01/diff.txt': '1,2\n',
    ...Object.assign({}, ...races),
  };
}

/** Ten folds of a pair of each kind as InsightFace pickles them: `(list of bytes, list of bool)`. */
function pickledPairs(one: Buffer, other: Buffer): Buffer {
  const bytes = (image: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(image.length);
    return Buffer.concat([Buffer.from('B'), length, image]);
  };
  const images = Array.from({length: 10}, () => [one, one, one, other].map(bytes)).flat();
  const answers = Buffer.from(Array.from({length: 10}, () => [0x88, 0x89]).flat());
  const list = (content: Buffer) => Buffer.concat([Buffer.from(']('), content, Buffer.from('e')]);
  return Buffer.concat([
    Buffer.from([0x80, 3]),
    list(Buffer.concat(images)),
    list(answers),
    Buffer.from([0x86, 0x2e]),
  ]);
}

/** What a page is served from: `fetch` of a relative address gives the file of the working folder. */
export async function fetchFromFolder(address: RequestInfo | URL): Promise<Response> {
  const name = String(address);
  const type = name.endsWith('.json') ? 'application/json' : 'application/octet-stream';
  return new Response(new Uint8Array(await readFile(name)), {headers: {'content-type': type}});
}
