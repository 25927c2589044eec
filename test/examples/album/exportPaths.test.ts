import {describe, expect, it} from 'vitest';
import {exportPaths} from '../../../examples/album/people/exportPaths';

const person = (name: string, ...faces: number[]) => ({key: `${faces[0]}`, name, faces});
const everyone = {namedOnly: false, minFaces: 1};
const folder = (name: string) => exportPaths([person(name, 0)], everyone)[0].path.split('/')[0];

describe('exportPaths', () => {
  it('has a folder for each person, with files as LFW names them', () => {
    expect(exportPaths([person('Ann Lee', 3, 5), person('', 8)], everyone)).toEqual([
      {face: 3, path: 'Ann_Lee/Ann_Lee_0001.jpg'},
      {face: 5, path: 'Ann_Lee/Ann_Lee_0002.jpg'},
      {face: 8, path: 'unnamed-00001/unnamed-00001_0001.jpg'},
    ]);
  });

  it('puts people of one name together, whatever the case of its letters', () => {
    const paths = exportPaths([person('Ann', 1), person('Bob', 2), person('ann', 4)], everyone);
    expect(paths.map(({path}) => path)).toEqual(['Ann/Ann_0001.jpg', 'Ann/Ann_0002.jpg', 'Bob/Bob_0001.jpg']);
  });

  it('leaves out who has no name or too few faces, counted together', () => {
    const people = [person('Ann', 1), person('', 2, 3), person('Ann', 4), person('Bob', 5)];
    expect(exportPaths(people, {namedOnly: true, minFaces: 2}).map(({face}) => face)).toEqual([1, 4]);
  });

  it.each([
    ['../../etc/passwd', '_.._etc_passwd'],
    ['a/b\\c:d*e?', 'a_b_c_d_e'],
    ['.hidden.', 'hidden'],
    ['CON', 'CON_'],
    ['///', 'person'],
    ['Zoë Ångström', 'Zoë_Ångström'],
    ['山田 太郎', '山田_太郎'],
    ['a\u0000\u202eb', 'a_b'],
  ])('makes a folder of %j that every system takes: %j', (name, expected) => {
    expect(folder(name)).toBe(expected);
  });

  it('keeps names short enough for a file', () => {
    expect(folder('x'.repeat(400))).toHaveLength(100);
  });
});
