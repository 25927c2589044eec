import {describe, expect, it} from 'vitest';
import {DataFormatError} from '../../src/formats/dataFormatError';
import {parseCfpProtocol} from '../../src/formats/parseCfpProtocol';

const first = {file: 'F.txt', text: '1 ../Data/001/frontal/01.jpg\r\n2  ../Data/002/a b.jpg\n\n'};
const second = {file: 'P.txt', text: '1 p1.jpg\n2 p2.jpg\n'};
const fold = (same: string, diff: string) => ({
  same: {file: 'same.txt', text: same},
  diff: {file: 'diff.txt', text: diff},
});

describe('parseCfpProtocol', () => {
  it('pairs a number of the first list with one of the second, in the folds as they come', () => {
    const folds = [fold('1,1\n2 , 2\n', '1,2'), fold('', '\r\n2,1\r\n')];
    const [a1, a2] = ['../Data/001/frontal/01.jpg', '../Data/002/a b.jpg'];
    expect(parseCfpProtocol({first, second, folds})).toEqual({
      folds: 2,
      pairs: [
        {a: a1, b: 'p1.jpg', same: true, fold: 0},
        {a: a2, b: 'p2.jpg', same: true, fold: 0},
        {a: a1, b: 'p2.jpg', same: false, fold: 0},
        {a: a2, b: 'p1.jpg', same: false, fold: 1},
      ],
    });
  });

  it('says what is wrong, and in which line', () => {
    const read =
      (same: string, files = {first, second}) =>
      () =>
        parseCfpProtocol({...files, folds: [fold(same, '')]});
    expect(read('1,1\n3,1')).toThrow(
      'same.txt has image 3 in line 2, which is not among the 2 images of the list.',
    );
    expect(read('1,3')).toThrow('has image 3 in line 1');
    expect(read('1,1,1')).toThrow(
      "same.txt has '1,1,1' in line 1, but must have the numbers of two images there.",
    );
    expect(read('1,1', {first: {file: 'F.txt', text: '1 a.jpg\nb.jpg'}, second})).toThrow(
      "F.txt has 'b.jpg' in line 2, but must have the number and the path of an image there.",
    );
    expect(read('')).toThrow('F.txt has no folds of pairs beside it.');
    expect(() => parseCfpProtocol({first, second, folds: []})).toThrow(DataFormatError);
  });
});
