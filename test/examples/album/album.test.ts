import {describe, expect, it} from 'vitest';
import {Album} from '../../../examples/album/people/album';
import {mergePeople, namePerson} from '../../../examples/album/people/editPeople';
import {EmbeddingStore} from '../../../examples/album/people/embeddingStore';
import {facesByTypicality} from '../../../examples/album/people/facesByTypicality';
import {History} from '../../../examples/album/people/history';
import {nearestFaces} from '../../../examples/album/people/nearestFaces';
import {peopleCurve} from '../../../examples/album/people/peopleCurve';
import {Dendrogram} from '../../../src/cluster/linkage/dendrogram';

const face = {picture: new Blob(), url: '', photograph: 0, box: {x: 0, y: 0, width: 1, height: 1}};
/** Faces 0 and 1 merge at 0.9, 2 and 3 at 0.8, all at 0.2. */
const tree = new Dendrogram(4, [0, 1, 2, 3, 4, 5], [0.9, 0.8, 0.2]);

function albumOfFour(cosine: number): Album {
  const album = new Album(cosine);
  for (let i = 0; i < 4; i++) album.add(face, Float32Array.of(1, i));
  album.takeTree(tree);
  return album;
}

describe('an album', () => {
  it('has nobody before there is a tree, and later who the slider says', () => {
    const album = new Album(0.85);
    album.add(face, Float32Array.of(1, 0));
    expect(album.people).toEqual([]);
    const full = albumOfFour(0.85);
    expect(full.people.map(({faces}) => faces)).toEqual([[0, 1], [2], [3]]);
    full.threshold = 0.5;
    expect(full.people.map(({faces}) => faces)).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  it('takes decisions back and does them again, whatever the slider does between', () => {
    const album = albumOfFour(0.5);
    album.edit('the name', edits => namePerson(edits, album.people[1], 'Bob'));
    album.edit('the merge', edits => mergePeople(edits, album.people));
    album.threshold = 0.95;
    expect(album.people.map(({name, faces}) => [name, faces])).toEqual([['Bob', [0, 1, 2, 3]]]);
    expect(album.undo()).toBe('the merge');
    expect(album.people.map(({name, faces}) => [name, faces])).toEqual([
      ['Bob', [2, 3]],
      ['', [0]],
      ['', [1]],
    ]);
    expect(album.undo()).toBe('the name');
    expect(album.people).toHaveLength(4);
    expect(album.undo()).toBeUndefined();
    expect(album.redo()).toBe('the name');
    expect(album.people[0].name).toBe('Bob');
  });

  it('keeps decisions when a larger tree comes', () => {
    const album = albumOfFour(0.5);
    album.edit('the merge', edits => mergePeople(edits, album.people));
    album.add(face, Float32Array.of(1, 9));
    album.takeTree(new Dendrogram(5, [0, 1, 2, 3, 5, 6, 4, 7], [0.9, 0.8, 0.7, 0.1]));
    expect(album.people.map(({faces}) => faces)).toEqual([[0, 1, 2, 3], [4]]);
  });
});

describe('History', () => {
  it('forgets what could be done again when something else is done, and the oldest beyond its depth', () => {
    const history = new History(0, 2);
    for (const value of [1, 2, 3]) history.change(value, `to ${value}`);
    history.undo();
    expect([history.value, history.undoable, history.redoable]).toEqual([2, 'to 2', 'to 3']);
    history.change(9, 'to 9');
    expect(history.redoable).toBeUndefined();
    history.undo();
    history.undo();
    expect([history.value, history.undo()]).toEqual([1, undefined]);
  });

  it('takes no note of a change that changes nothing', () => {
    const history = new History('a');
    history.change('a', 'nothing');
    expect(history.undoable).toBeUndefined();
  });
});

describe('EmbeddingStore', () => {
  it('keeps rows while it grows, and refuses another length', () => {
    const store = new EmbeddingStore();
    for (let i = 0; i < 1000; i++) store.add(Float32Array.of(i, -i, 1));
    expect([store.count, store.rows.length]).toEqual([1000, 3000]);
    expect([...store.row(777)]).toEqual([777, -777, 1]);
    expect(() => store.add(Float32Array.of(1))).toThrow('must have 3 numbers');
  });
});

describe('faces by their embeddings', () => {
  const units = Float32Array.of(1, 0, 0.8, 0.6, 0, 1, -1, 0);

  it('are found from the most alike, without those that are left out', () => {
    expect(nearestFaces(units, [1, 0], 3, new Set([0])).map(({face: each}) => each)).toEqual([1, 2, 3]);
    expect(nearestFaces(units, [0.6, 0.8], 1)[0].cosine).toBeCloseTo(0.96, 6);
  });

  it('are sorted by likeness to their mean', () => {
    expect(facesByTypicality(units, 2, [0, 1, 2])).toEqual([1, 0, 2]);
    expect(facesByTypicality(units, 2, [2, 3, 1])[0]).toBe(2);
  });
});

describe('peopleCurve', () => {
  it('counts the clusters of each cut', () => {
    const counts = peopleCurve([0.9, 0.8, 0.2], {min: 0, max: 1, points: 11}).map(part =>
      Math.round(4 * part),
    );
    const cuts = Array.from({length: 11}, (_, i) => tree.cut(i / 10).count);
    expect(counts).toEqual(cuts);
  });
});
