import {seededRandom, shuffle} from '../../src/base/random';
import {clusterScores} from '../../src/cluster/clusterScores';
import type {Clusters} from '../../src/cluster/clusters';
import type {CommitteeMember} from '../../src/cluster/committee/committeeMember';
import {consensusPropagation} from '../../src/cluster/committee/consensusPropagation';
import type {PairFeature} from '../../src/cluster/committee/pairFeatures';
import {trainMediator} from '../../src/cluster/committee/trainMediator';
import {nearestNeighbours} from '../../src/neighbours/nearestNeighbours';
import type {EmbeddedFaces} from './lfwEmbeddings';

/** The people of a committee's images, and what its members say. */
interface Half {
  members: CommitteeMember[];
  labels: Int32Array;
}

/** Five networks out of one: disjoint slices of 64 values of each embedding. */
async function half({values, dimension, labels}: EmbeddedFaces, people: ReadonlySet<number>): Promise<Half> {
  const rows = [...labels.keys()].filter(i => people.has(labels[i]));
  const members: CommitteeMember[] = [];
  for (let slice = 0; slice < 5; slice++) {
    const own = new Float32Array(rows.length * 64);
    rows.forEach((row, place) => {
      own.set(values.subarray(row * dimension + 64 * slice, row * dimension + 64 * (slice + 1)), 64 * place);
    });
    const embeddings = {values: own, dimension: 64};
    members.push({embeddings, neighbours: await nearestNeighbours(embeddings, 15)});
  }
  return {members, labels: Int32Array.from(rows, row => labels[row])};
}

/** What one step of the committee finds, with the options that are best on the people it is tuned on. */
export interface CommitteeStep {
  name: string;
  pairwise: number;
  bCubed: number;
}

/** The steps of the paper: one network, a vote, a mediator of votes and cosines, one of common neighbors too. */
export async function lfwCommittee(faces: EmbeddedFaces): Promise<CommitteeStep[]> {
  const people = shuffle([...new Set(faces.labels)], seededRandom(1));
  const middle = Math.floor(people.length / 2);
  const known = await half(faces, new Set(people.slice(0, middle)));
  const others = await half(faces, new Set(people.slice(middle)));
  const best = async <T>(
    name: string,
    choices: T[],
    cluster: (half: Half, choice: T) => Promise<Clusters>,
  ) => {
    const scored = [];
    for (const choice of choices) {
      const {pairwise, bCubed} = clusterScores((await cluster(known, choice)).labels, known.labels);
      scored.push({choice, f: pairwise.f + bCubed.f});
    }
    const {choice} = scored.reduce((a, b) => (b.f > a.f ? b : a));
    const {pairwise, bCubed} = clusterScores((await cluster(others, choice)).labels, others.labels);
    return {name: `${name} at ${choice}`, pairwise: pairwise.f, bCubed: bCubed.f};
  };
  const cosines = Array.from({length: 20}, (_, i) => 0.5 + 0.02 * i);
  const voted =
    (accept: number) =>
    ({members}: Half, threshold: number) =>
      consensusPropagation(members, {threshold, accept});
  const mediated = async (name: string, features: PairFeature[]) => {
    const mediator = await trainMediator(known.members, known.labels, {features});
    const probabilities = [0.5, 0.7, 0.8, 0.9, 0.94, 0.96, 0.98, 0.985, 0.99, 0.994, 0.997, 0.999, 0.9997];
    return best(name, probabilities, ({members}, threshold) =>
      consensusPropagation(members, {threshold, mediator}),
    );
  };
  return [
    await best('one network', cosines, voted(0)),
    await best('vote of two', cosines, voted(2)),
    await mediated('mediator of relationship and affinity', ['relationship', 'affinity']),
    await mediated('mediator with structure', ['relationship', 'affinity', 'structure']),
  ];
}
