import {seededRandom, shuffle} from '../../src/base/random';
import {findLabelErrors} from '../../src/clean/findLabelErrors';
import type {EmbeddedFaces} from './lfwEmbeddings';

/** How well planted errors are found. */
export interface CleaningFigures {
  name: string;
  /** Of what was reported, the part that was planted. */
  precision: number;
  /** Of what was planted, the part that was reported. */
  recall: number;
}

/** Plants errors of each kind in labels that are right, and counts which are found. */
export async function lfwCleaning(faces: EmbeddedFaces): Promise<CleaningFigures[]> {
  return [...(await permuted(faces)), await split(faces), await merged(faces)];
}

/** A fifth of the labels change places. */
async function permuted(faces: EmbeddedFaces): Promise<CleaningFigures[]> {
  const labels = faces.labels.slice();
  const chosen = shuffle([...labels.keys()], seededRandom(1)).slice(0, Math.round(0.2 * labels.length));
  const given = shuffle([...chosen], seededRandom(2));
  chosen.forEach((image, i) => {
    labels[image] = faces.labels[given[i]];
  });
  const {outliers} = await findLabelErrors(faces, labels, {duplicateThreshold: 1});
  const planted = chosen.filter(image => labels[image] !== faces.labels[image]).length;
  const right = outliers.filter(({image}) => labels[image] !== faces.labels[image]);
  const named = right.filter(({image, suggested}) => suggested === faces.labels[image]);
  return [
    {
      name: `${planted} permuted labels`,
      precision: right.length / outliers.length,
      recall: right.length / planted,
    },
    {
      name: 'the right name suggested',
      precision: named.length / right.length,
      recall: named.length / planted,
    },
  ];
}

/** A hundred people get two names. */
async function split(faces: EmbeddedFaces): Promise<CleaningFigures> {
  const people = [...new Set(faces.labels)];
  const chosen = new Set(shuffle(people, seededRandom(3)).slice(0, 100));
  const random = seededRandom(4);
  const other = (label: number) => label + 100_000;
  const labels = faces.labels.map(label => (chosen.has(label) && random() < 0.5 ? other(label) : label));
  const present = new Set(labels);
  const planted = [...chosen].filter(label => present.has(label) && present.has(other(label))).length;
  const {splits} = await findLabelErrors(faces, labels, {duplicateThreshold: 1});
  const right = splits.filter(({into, from}) => Math.abs(into - from) === 100_000).length;
  return {name: `${planted} split people`, precision: right / splits.length, recall: right / planted};
}

/** A hundred pairs of people get one name. */
async function merged(faces: EmbeddedFaces): Promise<CleaningFigures> {
  const people = shuffle([...new Set(faces.labels)], seededRandom(5));
  const into = new Map(Array.from({length: 100}, (_, i) => [people[2 * i], people[2 * i + 1]]));
  const labels = faces.labels.map(label => into.get(label) ?? label);
  const mixedNames = new Set(into.values());
  const {mixed} = await findLabelErrors(faces, labels, {duplicateThreshold: 1});
  const right = mixed.filter(({label}) => mixedNames.has(label)).length;
  return {name: '100 merged pairs of people', precision: right / mixed.length, recall: right / 100};
}
