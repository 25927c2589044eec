import {describe, expect, it} from 'vitest';
import {consecutiveFolds} from '../../src/base/consecutiveFolds';
import {DataFormatError} from '../../src/formats/dataFormatError';
import {parsePairs} from '../../src/formats/parsePairs';

describe('parsePairs', () => {
  const text = '2\t1\nAnn\t1\t2\nAnn\t1\tBob Lee\t3\nZoé\t4\t5\nBob Lee\t1\tZoé\t2\n';

  it('reads folds of pairs of one person and of two', () => {
    expect(parsePairs(text, 'pairs.txt')).toEqual({
      folds: 2,
      pairs: [
        {a: {name: 'Ann', number: 1}, b: {name: 'Ann', number: 2}, same: true, fold: 0},
        {a: {name: 'Ann', number: 1}, b: {name: 'Bob Lee', number: 3}, same: false, fold: 0},
        {a: {name: 'Zoé', number: 4}, b: {name: 'Zoé', number: 5}, same: true, fold: 1},
        {a: {name: 'Bob Lee', number: 1}, b: {name: 'Zoé', number: 2}, same: false, fold: 1},
      ],
    });
  });

  it('takes spaces for tabs, Windows’ ends of lines, and blank lines', () => {
    const spaced = text.replaceAll('Bob Lee', 'Bob');
    expect(parsePairs(spaced.replaceAll('\t', '  ').replaceAll('\n', '\r\n\r\n'), 'x')).toEqual(
      parsePairs(spaced, 'x'),
    );
  });

  it('reads one fold under one number, and ten where there is none', () => {
    expect(parsePairs('1\nA 1 2\nA 1 B 1', 'x').folds).toBe(1);
    const lines = Array.from({length: 25}, (_, i) => `A ${i} ${i + 1}`);
    const {folds, pairs} = parsePairs(lines.join('\n'), 'x');
    expect(folds).toBe(10);
    expect(pairs.map(({fold}) => fold)).toEqual([...consecutiveFolds(25, 10)]);
    expect(parsePairs('007 1 2', 'x').pairs[0].a.name).toBe('007');
  });

  it('names the line that is wrong', () => {
    expect(() => parsePairs('1 1\nA 1 2\nA 1\n', 'x')).toThrow('x has 2 fields in line 3');
    expect(() => parsePairs('1 1\nA 1 2\nA 1 B b\n', 'x')).toThrow(
      "x has 'b' in line 3, but must have the number of an image",
    );
    expect(() => parsePairs('2 3\nA 1 2\nA 1 B 1\n', 'x')).toThrow(
      'x has 2 pairs, but its first line (2 3) says 2 folds',
    );
    expect(() => parsePairs('', 'x')).toThrow('x has no pairs.');
    expect(() => parsePairs('10 300', 'x')).toThrow(DataFormatError);
  });
});
