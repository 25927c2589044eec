import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {seededRandom, shuffle} from '../src/base/random';
import {clusterScores} from '../src/cluster/clusterScores';
import type {Clusters} from '../src/cluster/clusters';
import {consensusPropagation} from '../src/cluster/committee/consensusPropagation';
import {dbscan} from '../src/cluster/dbscan';
import {chineseWhispers} from '../src/cluster/graph/chineseWhispers';
import {connectedComponents} from '../src/cluster/graph/connectedComponents';
import {densityPeaks} from '../src/cluster/graph/densityPeaks';
import {infomap} from '../src/cluster/graph/infomap';
import {kMeans} from '../src/cluster/kMeans';
import {averageLinkage} from '../src/cluster/linkage/averageLinkage';
import {completeLinkage} from '../src/cluster/linkage/completeLinkage';
import {numberedClusters} from '../src/cluster/numberedClusters';
import {onlineClusters} from '../src/cluster/online/onlineClusters';
import type {OnlineClustersOptions} from '../src/cluster/online/onlineClustersOptions';
import type {Sighting} from '../src/cluster/online/sighting';
import {nearestNeighbours} from '../src/neighbours/nearestNeighbours';
import {type Bench, benchCase, type Case, type OwnMeasurement} from './harness';
import {lfwCleaning} from './support/lfwCleaning';
import {lfwCommittee} from './support/lfwCommittee';
import {type EmbeddedFaces, lfwData, lfwEmbeddings} from './support/lfwEmbeddings';
import {type PlantedGraph, plantedGraph} from './support/plantedGraph';
import {PythonPeer, peersPython} from './support/pythonPeer';
import {simulatedVisits} from './support/simulatedVisits';

export const description =
  'clusters of LFW and of planted graphs, beside SciPy and scikit-learn where a Python is named';

const printed = new Set<string>();

/** The labels of a case, to be compared with a peer's. */
const labelsOf = new Map<string, Int32Array>();

/** Prints once how well a case finds people. */
function judge(name: string, labels: ArrayLike<number>, identities: ArrayLike<number>): void {
  if (printed.has(name)) return;
  printed.add(name);
  labelsOf.set(name, numberedClusters(Int32Array.from(labels)).labels);
  const {pairwise, bCubed, nmi, clusters} = clusterScores(labels, identities);
  const figures = [pairwise.f, bCubed.f, nmi].map(value => (100 * value).toFixed(2));
  console.log(
    `${name}: pairwise F ${figures[0]}, BCubed F ${figures[1]}, NMI ${figures[2]}, ${clusters} clusters`,
  );
}

/** A method on faces of LFW. */
function faceCase(
  name: string,
  open: () => Promise<EmbeddedFaces>,
  run: (faces: EmbeddedFaces) => Promise<Clusters>,
): Case {
  return benchCase<EmbeddedFaces>({
    name,
    backend: 'wasm',
    memory: true,
    setup: open,
    async run(faces) {
      judge(name, (await run(faces)).labels, faces.labels);
    },
  });
}

/** A case that prints a few figures. */
function tableCase(
  name: string,
  open: () => Promise<EmbeddedFaces>,
  run: (faces: EmbeddedFaces) => Promise<[name: string, figures: Record<string, number>][]>,
): Case {
  return benchCase<EmbeddedFaces>({
    name,
    backend: 'wasm',
    setup: open,
    async run(faces) {
      const rows = await run(faces);
      if (printed.has(name)) return;
      printed.add(name);
      for (const [row, figures] of rows) {
        const words = Object.entries(figures).map(([what, value]) => `${what} ${(100 * value).toFixed(2)}`);
        console.log(`${row}: ${words.join(', ')}`);
      }
    },
  });
}

function graphCase(count: number): Case {
  const name = `propagation, ${count.toLocaleString('en')} planted nodes`;
  return benchCase<PlantedGraph>({
    name,
    memory: true,
    setup: async () => plantedGraph(count, 60, 15),
    async run({neighbours, identities}) {
      const {labels} = await consensusPropagation([{neighbours}], {threshold: 0.5});
      judge(name, labels, identities);
    },
  });
}

interface PeerState {
  peer: PythonPeer;
  folder: string;
  path: string;
  labels: Int32Array;
}

/** The same in Python, by cluster_peer.py. */
function peerCase(name: string, own: string, open: () => Promise<EmbeddedFaces>, question: object): Case {
  return benchCase<PeerState>({
    name,
    async setup() {
      const {values, labels} = await open();
      const folder = await mkdtemp(join(tmpdir(), 'bench-cluster-'));
      const path = join(folder, 'rows.f32');
      await writeFile(path, values);
      return {peer: new PythonPeer('cluster_peer.py'), folder, path, labels};
    },
    async run({peer, path, labels}) {
      const answer = (await peer.ask({...question, path, dimension: 512})) as OwnMeasurement & {
        labels: number[];
      };
      if (!printed.has(name)) {
        judge(name, answer.labels, labels);
        const theirs = labelsOf.get(name);
        const equal = labelsOf.get(own)?.every((label, i) => label === theirs?.[i]);
        if (equal !== undefined) console.log(`  labels of ${own} are ${equal ? 'the same' : 'others'}`);
      }
      return {milliseconds: answer.milliseconds};
    },
    async dispose({peer, folder}) {
      peer.close();
      await rm(folder, {recursive: true});
    },
  });
}

/** Clusters a stream, and follows its merges. */
function stream(
  faces: Iterable<Sighting & {image: number}>,
  count: number,
  options: OnlineClustersOptions,
): Clusters {
  const idOf = new Map<number, number>();
  const people = onlineClusters({...options, onMerge: ({from, into}) => idOf.set(from, into)});
  const found = new Int32Array(count);
  for (const {image, ...face} of faces) found[image] = people.add(face);
  const final = (id: number): number => (idOf.has(id) ? final(idOf.get(id) as number) : id);
  return {labels: found.map(final), count: people.people.length};
}

const rowOf = ({values, dimension}: EmbeddedFaces, i: number) =>
  values.subarray(i * dimension, (i + 1) * dimension);

/** The faces in a random order. */
const online = async (faces: EmbeddedFaces): Promise<Clusters> => {
  const order = shuffle([...faces.labels.keys()], seededRandom(1));
  const sightings = order.map(image => ({image, embedding: rowOf(faces, image)}));
  return stream(sightings, order.length, {threshold: 0.46});
};

/** The faces as cameras of a city see them. */
const visited =
  (options: OnlineClustersOptions) =>
  async (faces: EmbeddedFaces): Promise<Clusters> => {
    const visits = simulatedVisits(faces.labels, 1).map(visit => ({
      ...visit,
      embedding: rowOf(faces, visit.image),
    }));
    return stream(visits, visits.length, options);
  };

/** People stay a while, and come back to where they were. */
const prior = (seconds: number, meters: number): number =>
  meters > 3 * seconds + 50 ? -0.1 : 0.12 * Math.exp(-seconds / 600);

export function bench(): Bench {
  const some = () => lfwEmbeddings(5);
  const everyone = () => lfwEmbeddings(1);
  const [all, some423] = ['all of LFW', 'LFW, people with 5 images'];
  const linkage = `averageLinkage at .38, ${some423}`;
  const ofFaces: Case[] = [
    faceCase(linkage, some, async faces => (await averageLinkage(faces)).cut(0.38)),
    faceCase(`completeLinkage at .14, ${some423}`, some, async faces =>
      (await completeLinkage(faces)).cut(0.14),
    ),
    faceCase(`chineseWhispers at .46, ${some423}`, some, async faces =>
      chineseWhispers(await nearestNeighbours(faces, 80), {threshold: 0.46}),
    ),
    faceCase(`infomap at .46, ${some423}`, some, async faces =>
      infomap(await nearestNeighbours(faces, 80), {threshold: 0.46}),
    ),
    faceCase(`connectedComponents at .58, ${some423}`, some, async faces =>
      connectedComponents(await nearestNeighbours(faces, 15), {threshold: 0.58}),
    ),
    faceCase(`densityPeaks at .5, ${some423}`, some, async faces =>
      densityPeaks(await nearestNeighbours(faces, 80), {threshold: 0.5}),
    ),
    faceCase(`dbscan at .58 with 4, ${some423}`, some, faces => dbscan(faces, {threshold: 0.58, minimum: 4})),
    faceCase(`kMeans with 423, ${some423}`, some, faces => kMeans(faces, {clusters: 423})),
    faceCase(`onlineClusters at .46, ${some423}`, some, online),
    faceCase(`visits at .46, ${some423}`, some, visited({threshold: 0.46})),
    faceCase(`visits with a speed limit, ${some423}`, some, visited({threshold: 0.46, speedLimit: 3})),
    faceCase(
      `visits with speed limit and prior, ${some423}`,
      some,
      visited({threshold: 0.46, speedLimit: 3, prior}),
    ),
    faceCase(`averageLinkage at .46, ${all}`, everyone, async faces =>
      (await averageLinkage(faces)).cut(0.46),
    ),
    faceCase(`chineseWhispers at .50, ${all}`, everyone, async faces =>
      chineseWhispers(await nearestNeighbours(faces, 40), {threshold: 0.5}),
    ),
  ];
  const peers: Case[] = [
    peerCase(`SciPy average linkage at .38, ${some423}`, linkage, some, {
      method: 'averageLinkage',
      threshold: 0.38,
    }),
    peerCase(`scikit-learn DBSCAN at .58 with 4, ${some423}`, `dbscan at .58 with 4, ${some423}`, some, {
      method: 'dbscan',
      threshold: 0.58,
      minimum: 4,
    }),
    peerCase(`scikit-learn k-means with 423, ${some423}`, '', some, {method: 'kMeans', clusters: 423}),
  ];
  ofFaces.push(
    tableCase(`committee, ${some423}`, some, async faces =>
      (await lfwCommittee(faces)).map(({name, pairwise, bCubed}) => [
        name,
        {'pairwise F': pairwise, 'BCubed F': bCubed},
      ]),
    ),
    tableCase(`cleaning, ${some423}`, some, async faces =>
      (await lfwCleaning(faces)).map(({name, ...figures}) => [name, figures]),
    ),
  );
  if (lfwData === undefined) console.error('Without FACE_MARGINS_DATA no faces of LFW are clustered.');
  return {
    cases: [
      ...(lfwData === undefined ? [] : ofFaces),
      ...(lfwData === undefined || peersPython === undefined ? [] : peers),
      graphCase(200_000),
      graphCase(1_400_000),
    ],
    ratios: {'averageLinkage / SciPy': [linkage, `SciPy average linkage at .38, ${some423}`]},
    rounds: 3,
    warmUp: 1,
  };
}
