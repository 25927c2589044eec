import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../src/backend/useBackend';
import type {Normalization} from '../../src/base/normalization';
import type {AugmentOptions} from '../../src/data/augment/augment';
import type {BatchSource} from '../../src/data/batches/batchSource';
import {FaceImages} from '../../src/data/faceImages';
import {imageTensors} from '../../src/data/images/imageTensors';
import {arrayImages} from '../../src/data/sources/arrayImages';
import type {UnreadableImageError} from '../../src/data/sources/imageList';
import {numbered} from '../support/pictures';

beforeAll(async () => {
  await useBackend('cpu');
});

/** Identity i has i + 1 images: 15 of five. */
const labels = [0, 1, 1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4];
const classes = ['a', 'b', 'c', 'd', 'e'];
const open = (unreadable: number[] = [], options = {}) =>
  FaceImages.of('test', numbered(15, unreadable), labels, classes, options);
const plain = {mean: 0, deviation: 1};

interface Seen {
  images: number[];
  labels: number[];
}

/** The number of each image, and its label, batch by batch. */
async function seen(source: BatchSource, pass = 0, from?: number): Promise<Seen[]> {
  const batches: Seen[] = [];
  for await (const batch of source.epoch(pass, from)) {
    const corner = tf.tidy(() => tf.slice(batch.images, [0, 0, 0, 0], [-1, 1, 1, 1]).dataSync());
    batches.push({images: [...corner], labels: [...batch.labels.dataSync()]});
    tf.dispose([batch.images, batch.labels]);
  }
  return batches;
}

describe('FaceImages.batches', () => {
  it('shows every image once a pass, with its label, in another order each pass', async () => {
    const source = open().batches({size: 5, normalize: plain});
    expect(source.batchesPerEpoch).toBe(3);
    const orders: string[] = [];
    for (const pass of [0, 1]) {
      const all = (await seen(source, pass)).flatMap(({images, labels: own}) =>
        images.map((image, i) => [image, own[i]]),
      );
      expect(all.every(([image, label]) => labels[image] === label)).toBe(true);
      expect(all.map(([image]) => image).sort((a, b) => a - b)).toEqual(labels.map((_, i) => i));
      orders.push(all.join());
    }
    expect(orders[0]).not.toBe(orders[1]);
  });

  it('can be taken up at any place of any pass', async () => {
    const options = {size: 4, seed: 3, augment: {colorJitter: 1, erase: 0.5}, last: 'keep' as const};
    const whole = await seen(open().batches(options), 7);
    expect(whole).toHaveLength(4);
    for (const from of [0, 1, 3, 4]) {
      expect(await seen(open().batches({...options, prefetch: from}), 7, from)).toEqual(whole.slice(from));
    }
    expect(await seen(open().batches({...options, seed: 4}), 7)).not.toEqual(whole);
  });

  it('drops the images that do not fill a batch, or keeps them', async () => {
    expect(open().batches({size: 4}).batchesPerEpoch).toBe(3);
    const kept = await seen(open().batches({size: 4, last: 'keep', shuffle: false, normalize: plain}));
    expect(kept.map(({images}) => images)).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9, 10, 11],
      [12, 13, 14],
    ]);
  });

  it('scales pixels to −1 to 1 unless told otherwise', async () => {
    const [{images}] = await seen(open().batches({size: 15, shuffle: false}));
    expect(images[14]).toBeCloseTo((14 - 127.5) / 127.5, 6);
    const [{images: other}] = await seen(
      open().batches({size: 15, shuffle: false, normalize: {deviation: 128}}),
    );
    expect(other[14]).toBeCloseTo((14 - 127.5) / 128, 6);
  });

  it('normalizes each channel by its own numbers, and makes BGR', async () => {
    const colors = arrayImages({
      images: Uint8Array.of(10, 20, 30, 40, 50, 60),
      shape: [2, 1, 1, 3],
      labels: [0, 1],
    });
    const shown = async (normalize: Normalization) => {
      for await (const {images, labels} of colors.batches({size: 2, shuffle: false, normalize}).epoch(0)) {
        const values = [...images.dataSync()];
        tf.dispose([images, labels]);
        return values;
      }
      return [];
    };
    expect(await shown({mean: [1, 2, 3], deviation: [1, 2, 3]})).toEqual([9, 9, 9, 39, 24, 19]);
    expect(await shown({mean: [2, 8, 4], deviation: 2, order: 'bgr'})).toEqual([14, 6, 3, 29, 21, 18]);
    expect(await shown({mean: 0, deviation: [1, 2, 5]})).toEqual([10, 10, 6, 40, 25, 12]);
    expect(await shown({mean: 0, deviation: 1, order: 'bgr'})).toEqual([30, 20, 10, 60, 50, 40]);
    const gray = arrayImages({images: Uint8Array.of(1, 2), shape: [2, 1, 1, 1], labels: [0, 1]});
    expect(() => gray.batches({size: 2, normalize: {order: 'bgr'}})).toThrow(
      "normalize: order must be 'rgb' where images have other than 3 channels, but is 'bgr', and they have 1.",
    );
    expect(() => colors.batches({size: 2, normalize: {deviation: [1, 2]}})).toThrow(
      'normalize: deviation must be a number, or 3, one for each channel, but is 2 numbers.',
    );
  });

  it('fills a batch with K images of each of P identities, evenly over identities', async () => {
    const source = open().batches({sample: {identities: 2, images: 3}, normalize: plain});
    expect(source.batchesPerEpoch).toBe(2);
    const shown = new Array(5).fill(0);
    for (let pass = 0; pass < 100; pass++) {
      for (const {images, labels: own} of await seen(source, pass)) {
        expect(own.slice(0, 3)).toEqual([own[0], own[0], own[0]]);
        expect(own.slice(3)).toEqual([own[3], own[3], own[3]]);
        expect(own[0]).not.toBe(own[3]);
        expect(images.map(image => labels[image])).toEqual(own);
        // Whoever has three images shows three.
        for (const three of [images.slice(0, 3), images.slice(3)]) {
          expect(new Set(three).size).toBe(Math.min(3, labels[three[0]] + 1));
        }
        shown[own[0]]++;
        shown[own[3]]++;
      }
    }
    // 400 drawn of five: 80 each, deviation 8 even where they were independent.
    for (const count of shown) expect(Math.abs(count - 80)).toBeLessThan(30);
  });

  it('shows no image twice in a group, though its identity runs out in the middle of it', async () => {
    // Identities of 5, 5, 5 and 25 images: each is dealt several times a pass.
    const own = [5, 5, 5, 25].flatMap((images, label) => Array<number>(images).fill(label));
    const faces = FaceImages.of('test', numbered(own.length), own, ['a', 'b', 'c', 'd']);
    const source = faces.batches({sample: {identities: 2, images: 4}, normalize: plain});
    for (let pass = 0; pass < 20; pass++) {
      const shown = new Map<number, number>();
      const whole = await seen(source, pass);
      for (const {images} of whole) {
        for (const group of [images.slice(0, 4), images.slice(4)]) expect(new Set(group).size).toBe(4);
        for (const image of images) shown.set(image, (shown.get(image) ?? 0) + 1);
      }
      // Nor does one come again before all others of its identity have.
      for (const label of [0, 1, 2, 3]) {
        const counts = own.flatMap((other, image) => (other === label ? [shown.get(image) ?? 0] : []));
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThan(2);
      }
      expect(await seen(source, pass, 3)).toEqual(whole.slice(3));
    }
  });

  it('shows the images of an identity that has fewer than K as evenly as can be', async () => {
    const own = [3, 2, 40].flatMap((images, label) => Array<number>(images).fill(label));
    const faces = FaceImages.of('test', numbered(own.length), own, ['a', 'b', 'c']);
    const source = faces.batches({sample: {identities: 3, images: 4}, normalize: plain});
    for (let pass = 0; pass < 20; pass++) {
      for (const {images} of await seen(source, pass)) {
        for (const group of [images.slice(0, 4), images.slice(4, 8), images.slice(8)]) {
          const counts = [...new Set(group)].map(image => group.filter(other => other === image).length);
          expect(counts.sort()).toEqual(
            [
              [1, 1, 2],
              [2, 2],
              [1, 1, 1, 1],
            ][own[group[0]]],
          );
        }
      }
    }
  });

  it('shows another image of the same identity for one that cannot be read, or of the next where there is none', async () => {
    const met: string[] = [];
    const options = {onUnreadable: ({image}: UnreadableImageError) => met.push(image)};
    const faces = open([0, 4, 5], options);
    const source = faces.batches({size: 15, shuffle: false, normalize: plain});
    const [{images, labels: own}] = await seen(source);
    expect(images.slice(0, 7)).toEqual([1, 1, 2, 3, 3, 3, 6]);
    expect(own.slice(0, 7)).toEqual([1, 1, 1, 2, 2, 2, 3]);
    await seen(source, 1);
    expect(met.sort()).toEqual(['image 0', 'image 4', 'image 5']);
    expect(faces.select(() => true).classes).toEqual(['b', 'c', 'd', 'e']);
    await expect(seen(open([3], {unreadable: 'error'}).batches({size: 5}))).rejects.toThrow(
      'image 3 cannot be read as an image: it is torn',
    );
  });

  it('leaves no tensor behind when the caller stops early', async () => {
    const before = tf.memory().numTensors;
    for await (const {images, labels: own} of open().batches({size: 2, prefetch: 4}).epoch(0)) {
      tf.dispose([images, own]);
      break;
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it('names the option that is wrong', () => {
    const faces = open();
    expect(() => faces.batches({size: 16})).toThrow('batches: size must be at most 15');
    expect(() => faces.batches({} as never)).toThrow(
      'size must be a whole number of 1 or more, but is undefined',
    );
    expect(() => faces.batches({sample: {identities: 6, images: 2}})).toThrow(
      'sample.identities must be a number from 1 to 5, the number of identities, but is 6',
    );
    expect(() => faces.batches({size: 7, sample: {identities: 2, images: 2}})).toThrow('= 4, but is 7');
    expect(() => faces.batches({size: 5, augment: {flip: 2}})).toThrow(
      'the chance of flip must be a number from 0 to 1',
    );
    expect(() => faces.batches({size: 5, augment: {flop: 1} as never})).toThrow(
      'must be one of crop, lowResolution',
    );
    const refused = (augment: AugmentOptions, message: string) =>
      expect(() => faces.batches({size: 5, augment}), message).toThrow(message);
    refused({erase: {chance: 0.5, area: [0.5, 0.2]}}, 'randomErase: area must be');
    refused(
      {erase: {chance: 0.01, fill: 300}},
      'randomErase: fill must be a number from 0 to 255, but is 300',
    );
    refused({crop: {chance: 0.01, ratio: [0, 1]}}, 'randomCrop: ratio must be a finite number above 0');
    refused(
      {blur: {chance: 0.01, sigma: [2, 1]}},
      'blur: sigma must be a finite number of 2 or more, but is 1',
    );
    refused({lowResolution: {chance: 0.01, scale: [0.2, 2]}}, 'lowResolution: scale must be');
    refused(
      {colorJitter: {chance: 0.01, hue: 1}},
      'colorJitter: hue must be a number from 0 to 0.5, but is 1',
    );
    expect(() => faces.batches({size: 5, normalize: {deviation: 0}})).toThrow(
      'deviation must be a finite number above 0',
    );
  });
});

describe('FaceImages of gray images', () => {
  const gray = FaceImages.of('gray', {...numbered(15), channels: 1}, labels, classes);

  it.each([{colorJitter: 0.01}, {gray: 0.01}])('refuse at once what needs colors: %o', augment => {
    expect(() => gray.batches({size: 5, augment})).toThrow(
      `${Object.keys(augment)[0]}: the image must have 3 channels (RGB) or 4, but has 1.`,
    );
  });

  it('may be mirrored, and the rest', () => {
    const augment = {crop: 0.5, lowResolution: 0.5, blur: 0.5, flip: 0.5, erase: 0.5, colorJitter: 0};
    expect(gray.batches({size: 5, augment}).batchesPerEpoch).toBe(3);
  });
});

describe('FaceImages', () => {
  it('splits into parts that share no identity and lose no image', () => {
    const {train, validation} = open().split({validation: 2, seed: 5});
    expect(validation.classes).toHaveLength(2);
    expect([...train.classes, ...validation.classes].sort()).toEqual(classes);
    expect([...train.images.names, ...validation.images.names].sort()).toEqual(
      [...numbered(15).names].sort(),
    );
    expect([...new Set(train.labels)].sort()).toEqual([0, 1, 2]);
    expect(open().split({validation: 0.4, seed: 5}).validation.classes).toEqual(validation.classes);
  });

  it('holds back two identities at least where nobody says how many', () => {
    expect(open().split().validation.classes).toHaveLength(2);
    const many = FaceImages.of(
      'test',
      numbered(40),
      [...Array(40).keys()],
      [...Array(40).keys()].map(String),
    );
    expect(many.split().validation.classes).toHaveLength(4);
  });

  it.each([
    [0.1, '0.1, which is 1 of them'],
    [0.9, '0.9, which is 5 of them'],
    [1, '1'],
    [4, '4'],
    [2.5, '2.5'],
    [-1, '-1, which is -5 of them'],
    [Number.NaN, 'NaN'],
  ])('refuses to hold back %d of five', (validation, given) => {
    expect(() => open().split({validation})).toThrow(
      `split: validation must be a whole number from 2 to 3 of the 5 identities, or that part of them, but is ${given}.`,
    );
  });

  it('says that there are too few people, or images, whatever the options are', () => {
    const faces = (...counts: number[]) => {
      const own = counts.flatMap((images, label) => Array<number>(images).fill(label));
      return FaceImages.of('test', numbered(own.length), own, counts.map(String));
    };
    expect(() => faces(6, 6, 6).split()).toThrow(
      'split: there must be 4 identities at least, two to train on and two to hold back, but there are 3: add people.',
    );
    expect(() => faces(1, 1, 1).pairs({count: 0})).toThrow(
      'pairs: images must show some person twice, but each of the 3 identities has one image only: add images.',
    );
    expect(() => faces(2, 2).pairs({count: 0})).toThrow(
      'count must be a whole number of 1 or more, but is 0',
    );
    // Two pairs of one person, and as many folds as there are pairs.
    expect(faces(2, 2).pairs({count: 4})).toMatchObject({
      folds: 4,
      pairs: [0, 1, 2, 3].map(fold => ({fold})),
    });
    expect(() => faces(2, 2).pairs({count: 4, folds: 10})).toThrow(
      'pairs: folds must be a number from 1 to 4, the number of pairs, but is 10.',
    );
    expect(() => faces(2, 2).pairs({count: 4, folds: 1.5})).toThrow('folds must be a whole number');
  });

  it('draws pairs of images that can be read, once all have been tried', async () => {
    const met: string[] = [];
    const faces = open([3, 12], {onUnreadable: ({image}: UnreadableImageError) => met.push(image)});
    const readable = await faces.readAll();
    expect(faces.summary()).toBe('15 images of 5 identities; 2 cannot be read: image 3, image 12.');
    // 0 + 1 + 1 + 6 + 6 pairs of one person, all of which are drawn, of either.
    for (const drawn of [readable.pairs({count: 28}), faces.pairs({count: 28})]) {
      const {pairs, images} = drawn;
      const numbers: number[] = [];
      for await (const each of imageTensors(images, {normalize: plain})) {
        numbers.push(...tf.tidy(() => tf.slice(each, [0, 0, 0, 0], [-1, 1, 1, 1]).dataSync()));
        each.dispose();
      }
      expect(numbers).not.toContain(3);
      expect(numbers).not.toContain(12);
      expect(images.names).toEqual(numbers.map(i => `image ${i}`));
      expect(pairs).toHaveLength(28);
      expect(pairs.every(({a, b, same}) => same === (labels[numbers[a]] === labels[numbers[b]]))).toBe(true);
    }
    expect(met.sort()).toEqual(['image 12', 'image 3']);
  });

  it('counts an image of a pair that turns out to be unreadable, and says how to leave it out', async () => {
    const met: string[] = [];
    const faces = open([3], {onUnreadable: ({image}: UnreadableImageError) => met.push(image)});
    const {images} = faces.pairs({count: 40});
    await expect(images.pixels(images.names.indexOf('image 3'))).rejects.toThrow(
      'image 3 cannot be read as an image: it is torn (to leave out such images, await readAll()',
    );
    expect(met).toEqual(['image 3']);
    expect(faces.summary()).toMatch('1 cannot be read: image 3.');
    expect(faces.pairs({count: 30}).images.names).not.toContain('image 3');
  });

  it('hands out those images alone that its pairs name', () => {
    const {pairs, images} = open().pairs({count: 2, folds: 1});
    expect(images.length).toBe(images.names.length);
    expect(new Set(pairs.flatMap(({a, b}) => [a, b]))).toEqual(new Set(images.names.keys()));
    expect(images.length).toBeLessThan(5);
  });

  it('numbers the identities that are selected anew', async () => {
    const some = open().select((name, images) => images >= 3 && name !== 'd');
    expect(some.classes).toEqual(['c', 'e']);
    expect(some.images.names).toEqual([3, 4, 5, 10, 11, 12, 13, 14].map(i => `image ${i}`));
    const [{images, labels: own}] = await seen(some.batches({size: 8, shuffle: false, normalize: plain}));
    expect(images).toEqual([3, 4, 5, 10, 11, 12, 13, 14]);
    expect(own).toEqual([0, 0, 0, 1, 1, 1, 1, 1]);
    expect(() => some.select(name => name === 'c')).toThrow(
      'at least two identities must be left, but there are 1',
    );
  });

  it('draws pairs to verify with, half of them of one person, none twice', () => {
    const {pairs, folds, images} = open().pairs({count: 20, folds: 4, seed: 2});
    expect(folds).toBe(4);
    expect(pairs.filter(({same}) => same)).toHaveLength(10);
    const label = (i: number) => labels[Number(images.names[i].split(' ')[1])];
    expect(pairs.every(({a, b, same}) => a !== b && (label(a) === label(b)) === same)).toBe(true);
    expect(new Set(pairs.map(({a, b}) => [a, b].sort().join())).size).toBe(20);
    expect(pairs.map(({fold}) => fold)).toEqual([0, 1, 2, 3].flatMap(fold => Array(5).fill(fold)));
    // 0 + 1 + 3 + 6 + 10 pairs of one person, all of which can be had.
    expect(
      open()
        .pairs({count: 40, folds: 1})
        .pairs.filter(({same}) => same),
    ).toHaveLength(20);
    expect(() => open().pairs({count: 42})).toThrow('count must be at most 40 for these images');
  });

  it('refuses labels that do not fit', () => {
    const of =
      (given: number[], names = classes) =>
      () =>
        FaceImages.of('x', numbered(given.length), given, names);
    expect(of([])).toThrow('x holds no images.');
    expect(of([0, 0, 0, 1, 1], ['a', 'b', 'c'])).toThrow('there is no image of c');
    expect(of([0, 0], ['a'])).toThrow('x holds images of a alone');
    expect(of([0, 7], ['a', 'b'])).toThrow('whole numbers from 0 to 1, but label 1 is 7');
    expect(() => FaceImages.of('x', numbered(3), [0, 1], ['a', 'b'])).toThrow('there are 2 for 3');
  });
});

describe('imageTensors', () => {
  it('gives all images in order, the last tensor smaller', async () => {
    const sizes: number[] = [];
    const values: number[] = [];
    for await (const images of imageTensors(numbered(7), {size: 3, normalize: plain})) {
      sizes.push(images.shape[0]);
      values.push(...tf.tidy(() => tf.slice(images, [0, 0, 0, 0], [-1, 1, 1, 1]).dataSync()));
      images.dispose();
    }
    expect(sizes).toEqual([3, 3, 1]);
    expect(values).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('gives some tensors at equal distances, and reads no others', async () => {
    const values: number[] = [];
    for await (const images of imageTensors(numbered(7, [2, 3, 6]), {size: 2, normalize: plain}).everyNth(
      2,
      5,
    )) {
      values.push(...tf.tidy(() => tf.slice(images, [0, 0, 0, 0], [-1, 1, 1, 1]).dataSync()));
      images.dispose();
    }
    expect(values).toEqual([4, 5]);
    expect((await imageTensors(numbered(7), {size: 2}).everyNth(4, 2).next()).done).toBe(true);
  });

  it('stops at an image that cannot be read', async () => {
    const all = async () => {
      for await (const images of imageTensors(numbered(7, [5]), {size: 3})) images.dispose();
    };
    await expect(all()).rejects.toThrow('image 5 cannot be read as an image');
  });
});
