import {describe, expect, it} from 'vitest';
import {
  mergePeople,
  moveFaces,
  namePerson,
  removeFaces,
  splitFaces,
} from '../../../examples/album/people/editPeople';
import {groupPeople} from '../../../examples/album/people/groupPeople';
import {type HandEdits, noEdits} from '../../../examples/album/people/handEdits';
import type {Person} from '../../../examples/album/people/person';

/** Faces of all people, and their names, without keys. */
const plain = (people: readonly Person[]) => people.map(({name, faces}) => ({name, faces}));
const facesOf = (labels: number[], edits: HandEdits) => groupPeople(labels, edits).map(({faces}) => faces);

describe('people without decisions', () => {
  it('are the clusters, larger ones first, then those of earlier faces', () => {
    expect(facesOf([0, 1, 1, 2, 0, 1], noEdits)).toEqual([[1, 2, 5], [0, 4], [3]]);
  });

  it('keep their key while they keep their first face', () => {
    const [before] = groupPeople([0, 0, 1], noEdits);
    const [after] = groupPeople([4, 4, 4], noEdits);
    expect(after.key).toBe(before.key);
  });
});

describe('namePerson', () => {
  const labels = [0, 0, 1, 1];
  const named = namePerson(noEdits, groupPeople(labels, noEdits)[0], '  Ann   Lee ');

  it('gives a name without idle spaces', () => {
    expect(plain(groupPeople(labels, named))).toEqual([
      {name: 'Ann Lee', faces: [0, 1]},
      {name: '', faces: [2, 3]},
    ]);
  });

  it('holds what it named together when the slider takes it apart, and takes in what joins', () => {
    expect(facesOf([0, 1, 2, 3], named)).toEqual([[0, 1], [2], [3]]);
    expect(plain(groupPeople([0, 0, 0, 1], named))).toEqual([
      {name: 'Ann Lee', faces: [0, 1, 2]},
      {name: '', faces: [3]},
    ]);
  });

  it('takes a name away by an empty one', () => {
    const without = namePerson(named, groupPeople(labels, named)[0], ' ');
    expect(groupPeople(labels, without)[0].name).toBe('');
  });

  it('leaves the edits of before as they were', () => {
    expect(noEdits.pins.size).toBe(0);
    expect(named.names.size).toBe(1);
  });
});

describe('mergePeople', () => {
  const labels = [0, 0, 0, 1, 1, 2];

  it('makes one person, who keeps the name', () => {
    const people = groupPeople(labels, noEdits);
    const named = namePerson(noEdits, people[1], 'Ann');
    const merged = mergePeople(named, groupPeople(labels, named));
    expect(plain(groupPeople(labels, merged))).toEqual([{name: 'Ann', faces: [0, 1, 2, 3, 4, 5]}]);
  });

  it('holds them together wherever the slider goes', () => {
    const merged = mergePeople(noEdits, groupPeople(labels, noEdits).slice(0, 2));
    expect(facesOf([0, 1, 2, 3, 4, 5], merged)).toEqual([[0, 1, 2, 3, 4], [5]]);
  });

  it('does nothing for one', () => {
    expect(mergePeople(noEdits, groupPeople(labels, noEdits).slice(0, 1))).toBe(noEdits);
  });
});

describe('splitFaces', () => {
  const labels = [0, 0, 0, 0];
  const [everyone] = groupPeople(labels, noEdits);

  it('makes a new person, and both stay apart at any place of the slider', () => {
    const split = splitFaces(noEdits, everyone, [1, 3]);
    expect(facesOf(labels, split)).toEqual([
      [0, 2],
      [1, 3],
    ]);
    expect(facesOf([0, 1, 2, 3], split)).toEqual([
      [0, 2],
      [1, 3],
    ]);
  });

  it('leaves the name with those who stay', () => {
    const named = namePerson(noEdits, everyone, 'Ann');
    const split = splitFaces(named, groupPeople(labels, named)[0], [0]);
    expect(plain(groupPeople(labels, split))).toEqual([
      {name: 'Ann', faces: [1, 2, 3]},
      {name: '', faces: [0]},
    ]);
  });

  it('splits nobody by none or by all of the faces', () => {
    expect(splitFaces(noEdits, everyone, [])).toBe(noEdits);
    expect(splitFaces(noEdits, everyone, [0, 1, 2, 3])).toBe(noEdits);
  });

  it('gives a new face of the cluster to the part that has more of it', () => {
    const split = splitFaces(noEdits, everyone, [1]);
    expect(facesOf([0, 0, 0, 0, 0], split)).toEqual([[0, 2, 3, 4], [1]]);
  });
});

describe('moveFaces and removeFaces', () => {
  const labels = [0, 0, 1, 1];

  it('gives faces to another', () => {
    const people = groupPeople(labels, noEdits);
    const moved = moveFaces(noEdits, [1], people[1], people);
    expect(facesOf(labels, moved)).toEqual([[1, 2, 3], [0]]);
    expect(facesOf([0, 0, 0, 0], moved)).toEqual([[1, 2, 3], [0]]);
  });

  it('takes faces out, wherever they were', () => {
    const [first] = groupPeople(labels, noEdits);
    const named = namePerson(noEdits, first, 'Ann');
    const removed = removeFaces(named, [0, 2]);
    expect(plain(groupPeople(labels, removed))).toEqual([
      {name: 'Ann', faces: [1]},
      {name: '', faces: [3]},
    ]);
  });

  it('has no person left whose faces are all out', () => {
    expect(facesOf(labels, removeFaces(noEdits, [0, 1]))).toEqual([[2, 3]]);
  });
});
