import {
  averageLinkage,
  chineseWhispers,
  clusterScores,
  connectedComponents,
  dbscan,
  infomap,
  nearestNeighbours,
} from 'face-margins/cluster';
import {beforeAll, describe, expect, it} from 'vitest';
import {lfwCleaning} from '../../bench/support/lfwCleaning';
import {lfwCommittee} from '../../bench/support/lfwCommittee';
import {type EmbeddedFaces, lfwData, lfwEmbeddings} from '../../bench/support/lfwEmbeddings';
import {useBackend} from '../../src/backend/useBackend';

// Embeds 6,000 images, which takes many minutes: set FACE_MARGINS_LFW=1, and FACE_MARGINS_DATA to the folder of the test data, which is
// not in the repository. `npm run bench -- cluster` has more figures.
describe.skipIf(lfwData === undefined || process.env.FACE_MARGINS_LFW === undefined)(
  'the 423 people of LFW with 5 images or more (with FACE_MARGINS_DATA and FACE_MARGINS_LFW=1)',
  () => {
    let faces: EmbeddedFaces;

    beforeAll(async () => {
      await useBackend('wasm');
      faces = await lfwEmbeddings(5);
    }, 1_800_000);

    it('are found by average linkage', async () => {
      const {pairwise, bCubed, nmi} = clusterScores(
        (await averageLinkage(faces)).cut(0.38).labels,
        faces.labels,
      );
      expect(pairwise.f).toBeGreaterThan(0.997);
      expect(bCubed.f).toBeGreaterThan(0.991);
      expect(nmi).toBeGreaterThan(0.996);
    }, 60_000);

    it('are found nearly as well in a graph of neighbors, and worse by chains', async () => {
      const neighbours = await nearestNeighbours(faces, 80);
      const bCubedOf = ({labels}: {labels: Int32Array}) => clusterScores(labels, faces.labels).bCubed.f;
      expect(bCubedOf(await chineseWhispers(neighbours, {threshold: 0.46}))).toBeGreaterThan(0.985);
      expect(bCubedOf(await infomap(neighbours, {threshold: 0.46}))).toBeGreaterThan(0.99);
      expect(bCubedOf(await connectedComponents(neighbours, {threshold: 0.58}))).toBeGreaterThan(0.96);
      expect(bCubedOf(await dbscan(faces, {threshold: 0.58, minimum: 4}))).toBeGreaterThan(0.95);
    }, 60_000);

    it('are found better by a vote than by one network, and best by a mediator', async () => {
      const [one, vote, mediator, withStructure] = (await lfwCommittee(faces)).map(({bCubed}) => bCubed);
      expect(one).toBeGreaterThan(0.85);
      expect(vote).toBeGreaterThan(one);
      // Common neighbors add less than the draw of the people that it is tuned on.
      expect(Math.min(mediator, withStructure)).toBeGreaterThan(vote);
    }, 300_000);

    it('are cleaned of errors that were planted', async () => {
      for (const {name, precision, recall} of await lfwCleaning(faces)) {
        expect(precision, name).toBeGreaterThan(0.97);
        expect(recall, name).toBeGreaterThan(0.97);
      }
    }, 300_000);
  },
);
