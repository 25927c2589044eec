import {seededRandom} from '../../src/base/random';
import type {Neighbours} from '../../src/neighbours/nearestNeighbours';

/** A graph of neighbors with people planted in it. */
export interface PlantedGraph {
  neighbours: Neighbours;
  /** The person of each node. */
  identities: Int32Array;
}

/**
 * The neighbors of many faces, without the search: most name the same person with a high cosine, some another with a lower one.
 *
 * @param count The number of nodes.
 * @param images The mean number of images of a person.
 * @param k The number of neighbors.
 */
export function plantedGraph(count: number, images: number, k: number): PlantedGraph {
  const random = seededRandom(count);
  const identities = new Int32Array(count);
  const starts: number[] = [];
  for (let at = 0; at < count; ) {
    const size = Math.max(1, Math.round(-Math.log(1 - random()) * images));
    starts.push(at);
    identities.fill(starts.length - 1, at, Math.min(count, at + size));
    at += size;
  }
  starts.push(count);
  const indices = new Int32Array(count * k);
  const cosines = new Float32Array(count * k);
  for (let i = 0; i < count; i++) {
    const [start, end] = [starts[identities[i]], starts[identities[i] + 1]];
    for (let n = 0; n < k; n++) {
      const isOwn = end - start > 1 && random() < 0.93;
      let other = isOwn ? start + Math.floor(random() * (end - start)) : Math.floor(random() * count);
      if (other === i) other = (other + 1) % count;
      indices[i * k + n] = other;
      cosines[i * k + n] =
        identities[other] === identities[i] ? 0.55 + 0.35 * random() : 0.2 + 0.4 * random() ** 2;
    }
  }
  return {neighbours: {indices, cosines, k}, identities};
}
