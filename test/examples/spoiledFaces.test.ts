import {FaceImages, type ImageList} from 'face-margins/data';
import {describe, expect, it} from 'vitest';
import {degradedImages} from '../../cli/degradedImages';
import {parseFacesOptions} from '../../cli/facesOptions';
import {describeHead, heads, makeHead} from '../../cli/heads';
import {mislabeled} from '../../cli/mislabeled';
import {optionsOfRun} from '../../cli/runFolder';
import {spoiledFaces} from '../../cli/spoiledFaces';
import {refusal} from '../support/refusal';

const side = 32;

/** Images with much detail: stripes of two pixels, of another gray each. */
const striped: ImageList = {
  length: 20,
  names: Array.from({length: 20}, (_, i) => `striped ${i}`),
  height: side,
  width: side,
  channels: 3,
  pixels: async index =>
    new Uint8Array(side * side * 3).map((_, i) => (Math.floor(i / 6) % 2 === 0 ? 0 : 200 + index)),
};

/** Mean square of the difference between neighbors in a row. */
function detail(pixels: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 3; i < pixels.length; i++) sum += (pixels[i] - pixels[i - 3]) ** 2;
  return sum / pixels.length;
}

const all = (images: ImageList) => Promise.all(striped.names.map((_, i) => images.pixels(i)));
const changed = (before: ArrayLike<number>[], after: ArrayLike<number>[]) =>
  before.flatMap((_, i) =>
    before[i].length === after[i].length && detail(before[i]) === detail(after[i]) ? [] : [i],
  );

describe('--degrade', () => {
  it('takes the detail from that part of the images, and leaves the others alone', async () => {
    const before = await all(striped);
    const {images, count} = degradedImages(striped, 0.3, 1);
    const after = await all(images);
    const poor = changed(before, after);
    expect([count, poor.length]).toEqual([6, 6]);
    for (const i of poor) expect(detail(after[i])).toBeLessThan(0.3 * detail(before[i]));
    const {length, width, height, channels, names} = images;
    expect({length, width, height, channels, names}).toMatchObject({
      length: 20,
      width: 32,
      height: 32,
      channels: 3,
    });
    expect(names).toEqual(striped.names);
  });

  it('makes the same images poor in the same way at every look, by the seed', async () => {
    const [first, again, other] = await Promise.all(
      [1, 1, 2].map(seed => all(degradedImages(striped, 0.5, seed).images)),
    );
    expect(again).toEqual(first);
    expect(changed(await all(striped), other)).not.toEqual(changed(await all(striped), first));
  });

  it('leaves the pixels of the source as they are', async () => {
    const [source] = await all(striped);
    const kept = source.slice();
    const {images} = degradedImages({...striped, pixels: async () => source}, 1, 1);
    await images.pixels(0);
    expect(source).toEqual(kept);
  });
});

describe('--wrong-labels', () => {
  const people = 10;
  const labels = new Int32Array(1000).map((_, i) => i % people);

  it('gives that part of the images the name of another, evenly, by the seed', () => {
    const {labels: wrong, count} = mislabeled(labels, people, 0.2, 1);
    const changes = [...wrong.keys()].filter(i => wrong[i] !== labels[i]);
    expect([count, changes.length]).toEqual([200, 200]);
    const taken = new Array(people).fill(0);
    for (const i of changes) taken[wrong[i]]++;
    for (const count of taken) expect(Math.abs(count - 20)).toBeLessThan(15);
    expect(mislabeled(labels, people, 0.2, 1).labels).toEqual(wrong);
    expect(mislabeled(labels, people, 0.2, 2).labels).not.toEqual(wrong);
    expect(labels).toEqual(new Int32Array(1000).map((_, i) => i % people));
  });

  it('leaves everyone an image of their own, and says so where that cannot be', () => {
    const few = new Int32Array([0, 0, 0, 0, 1, 2, 2]);
    for (let seed = 1; seed < 20; seed++) {
      const {labels: wrong} = mislabeled(few, 3, 4 / 7, seed);
      for (const person of [0, 1, 2]) {
        expect(few.some((label, i) => label === person && wrong[i] === person)).toBe(true);
      }
    }
    expect(() => mislabeled(few, 3, 1, 1)).toThrow(
      '--wrong-labels must be 0.5714285714285714 or less, so that each of 3 people keeps one of 7 images, but is 1.',
    );
  });
});

describe('faces that are made worse', () => {
  const labels = new Int32Array(20).map((_, i) => i % 4);
  const faces = FaceImages.of('test', striped, labels, ['a', 'b', 'c', 'd']);

  it('are described by how many images and labels were changed', async () => {
    const {faces: worse, description} = spoiledFaces(faces, {degrade: 0.5, wrongLabels: 0.2, seed: 1});
    expect(description).toBe(
      ' 10 of the training images are made poor: shrunk to 0.2 to 0.4 of their size, enlarged and blurred.' +
        " 4 of the training labels are another person's.",
    );
    expect(worse.classes).toEqual(faces.classes);
    expect(worse.labels.filter((label, i) => label !== labels[i])).toHaveLength(4);
    expect(changed(await all(striped), await all(worse.images))).toHaveLength(10);
  });

  it('are the faces themselves where nothing is asked for, as in runs of before these options', () => {
    expect(spoiledFaces(faces, {seed: 1})).toEqual({faces, description: ''});
    expect(spoiledFaces(faces, {degrade: 0, wrongLabels: 0, seed: 1}).faces).toBe(faces);
  });
});

describe('the options for worse faces', () => {
  const parse = (...options: string[]) => parseFacesOptions(['node', 'faces.ts', ...options], optionsOfRun);

  it('are off unless given', () => {
    expect(parse()).toMatchObject({degrade: 0, wrongLabels: 0});
    expect(parse().interClassFilter).toBeUndefined();
    expect(parse('--degrade', '0.5', '--wrong-labels', '0.2', '--inter-class-filter', '0.4')).toMatchObject({
      degrade: 0.5,
      wrongLabels: 0.2,
      interClassFilter: 0.4,
    });
  });

  it.each([
    [['--degrade', '1.5'], 'It must be a number from 0 to 1'],
    [['--wrong-labels', '-0.1'], 'It must be a number from 0 to 1'],
    [['--inter-class-filter', '2'], 'It must be a number from -1 to 1'],
  ])('say of %j what is right', (options, message) => {
    expect(refusal(() => parse(...options))).toContain(message);
  });

  it('give every head the filter', () => {
    for (const name of Object.keys(heads)) {
      const options = {classes: 4, seed: 1};
      expect(makeHead(name, {...options, interClassFilter: 0.4}).getConfig().interClassFilter, name).toBe(
        0.4,
      );
      expect(makeHead(name, options).getConfig(), name).not.toHaveProperty('interClassFilter');
      expect(describeHead(name, {...options, interClassFilter: 0.4})).toContain('above a cosine of 0.4');
    }
  });
});
