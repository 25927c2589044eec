import {existsSync} from 'node:fs';
import {copyFile, mkdir, readdir} from 'node:fs/promises';
import {basename, dirname, extname, join} from 'node:path';
import {useBackend} from 'face-margins';
import {
  averageLinkage,
  type ClusterScores,
  type Clusters,
  chineseWhispers,
  clusterScores,
  consensusPropagation,
  type Embeddings,
  infomap,
  nearestNeighbours,
  suggestClustering,
} from 'face-margins/cluster';
import {embedPaths} from '../embedPaths';
import {needPackagesOfModel} from '../missingPackages';
import {openModel} from '../openModel';
import type {ClusterOptions} from './clusterOptions';

/** Clusters faces, and prints or copies what belongs together. */
export async function cluster(options: ClusterOptions): Promise<void> {
  const {threshold, minImages, out, json} = options;
  await needPackagesOfModel('Clustering images', options.model);
  const backend = await useBackend(options.backend);
  const {names, ...embeddings} = await embedPaths(await openModel(options), options);
  const {method, clusters} = await clustered(embeddings, names.length, threshold);
  const labels = largestFirst(clusters, minImages);
  const groups = grouped(names, labels);
  const truth = options.truth ? agreement(names, labels) : undefined;
  if (out !== undefined) await copyClusters(groups, options.images[0], out);
  const aside = labels.filter(label => label < 0).length;
  const summary = {clusters: groups.length, aside, method, threshold, ...(truth && {truth}), backend};
  if (json) console.log(JSON.stringify({...summary, images: groups}));
  else if (out === undefined) {
    names.forEach((name, i) => {
      console.log(JSON.stringify({name, cluster: labels[i]}));
    });
  }
  if (!json) console.error(inWords(summary, names.length, out));
}

/** Clusters by what suits so many faces. */
async function clustered(
  embeddings: Embeddings,
  count: number,
  threshold: number,
): Promise<{method: string; clusters: Clusters}> {
  const {method, k} = suggestClustering(count);
  if (method === 'averageLinkage') {
    return {method, clusters: (await averageLinkage(embeddings)).cut(threshold)};
  }
  const neighbours = await nearestNeighbours(embeddings, k ?? 80);
  switch (method) {
    case 'infomap':
      return {method, clusters: await infomap(neighbours, {threshold})};
    case 'chineseWhispers':
      return {method, clusters: await chineseWhispers(neighbours, {threshold})};
    default:
      return {method, clusters: await consensusPropagation([{neighbours}], {threshold})};
  }
}

/** Labels in the order of clusters' sizes; −1 for images of clusters that are too small. */
function largestFirst({labels, count}: Clusters, least: number): number[] {
  const sizes = new Array<number>(count).fill(0);
  for (const label of labels) if (label >= 0) sizes[label]++;
  const order = sizes.map((_, label) => label).sort((a, b) => sizes[b] - sizes[a]);
  const place = new Map(order.filter(label => sizes[label] >= least).map((label, i) => [label, i]));
  return Array.from(labels, label => place.get(label) ?? -1);
}

function grouped(names: readonly string[], labels: readonly number[]): string[][] {
  const groups = Array.from(
    {length: labels.reduce((most, label) => Math.max(most, label), -1) + 1},
    (): string[] => [],
  );
  labels.forEach((label, i) => {
    if (label >= 0) groups[label].push(names[i]);
  });
  return groups;
}

/** How well clusters agree with the folders that the images are in. An image that is set aside is alone. */
function agreement(names: readonly string[], labels: readonly number[]): ClusterScores {
  const folders = [...new Set(names.map(dirname))];
  let alone = labels.length;
  return clusterScores(
    labels.map(label => (label < 0 ? alone++ : label)),
    names.map(name => folders.indexOf(dirname(name))),
  );
}

/** Copies images into folders `person-001` and so on. Of images of one name all but the first get a number. */
async function copyClusters(groups: readonly string[][], from: string, out: string): Promise<void> {
  await mkdir(out, {recursive: true});
  if ((await readdir(out)).length > 0) {
    throw new Error(
      `--out: ${out} must be empty or not there yet, so that nothing is mixed, but has files in it.`,
    );
  }
  const digits = Math.max(3, String(groups.length).length);
  for (const [i, names] of groups.entries()) {
    const folder = join(out, `person-${String(i + 1).padStart(digits, '0')}`);
    await mkdir(folder, {recursive: true});
    const taken = new Set<string>();
    for (const name of names) {
      const [stem, ending] = [basename(name, extname(name)), extname(name)];
      let file = `${stem}${ending}`;
      for (let n = 2; taken.has(file.toLowerCase()); n++) file = `${stem}-${n}${ending}`;
      taken.add(file.toLowerCase());
      // Images of folders are named within the folder that holds them.
      const within = join(from, name);
      await copyFile(existsSync(within) ? within : name, join(folder, file));
    }
  }
}

function inWords(
  summary: {clusters: number; aside: number; truth?: ClusterScores; method: string; backend: string},
  images: number,
  out: string | undefined,
): string {
  const {clusters, aside, truth, method, backend} = summary;
  return [
    `${images} images are in ${clusters} clusters${aside > 0 ? `, ${aside} are set aside` : ''} (${method}, ${backend} backend).`,
    ...(truth ? [`Agreement with the folders: BCubed F ${truth.bCubed.f.toFixed(4)}.`] : []),
    ...(out === undefined ? [] : [`Each cluster has a folder in ${out}.`]),
  ].join('\n');
}
