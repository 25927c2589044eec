import {describe, expect, it} from 'vitest';
import {DataFormatError} from '../../src/formats/dataFormatError';
import {type PairListForm, parsePairList} from '../../src/formats/parsePairList';

const pairs = [
  {a: 'Ann/Ann_0001.jpg', b: 'Ann/Ann_0002.jpg', same: true, fold: 0},
  {a: 'Ann/Ann_0001.jpg', b: 'Bob/Bob_0001.jpg', same: false, fold: 0},
];
const numbered = [
  {a: {name: 'Ann', number: 1}, b: {name: 'Ann', number: 2}, same: true, fold: 0},
  {a: {name: 'Ann', number: 1}, b: {name: 'Bob', number: 1}, same: false, fold: 0},
];
const [a1, a2, b1] = ['Ann/Ann_0001.jpg', 'Ann/Ann_0002.jpg', 'Bob/Bob_0001.jpg'];

describe('parsePairList', () => {
  it.each<[name: string, form: PairListForm, text: string]>([
    ['paths and a label', 'pathsThenLabel', `${a1} ${a2} 1\n${a1} ${b1} 0\n`],
    ['paths and −1', 'pathsThenLabel', `${a1}\t${a2}\t1\r\n\r\n${a1}\t${b1}\t-1`],
    ['paths and a word', 'pathsThenLabel', `${a1} ${a2} True\n${a1} ${b1} False\n`],
    ['paths and a label between commas', 'pathsThenLabel', `${a1},${a2},1\n${a1}, ${b1}, 0\n`],
    ['a label and paths', 'labelThenPaths', `1 ${a1} ${a2}\n0 ${a1} ${b1}\n`],
    ['two lines a pair', 'twoLines', `${a1} 1\n${a2} 1\n${a1} 0\n${b1} 0\n`],
    ['two lines a pair, with numbers of folds', 'twoLines', `${a1} 9\n${a2} 9\n${a1} 0\n${b1} 0\n`],
    ['a CSV', 'csv', `image1,image2,label\n${a1},${a2},1\n${a1},${b1},0\n`],
    ['a CSV of other columns', 'csv', `id,Same,p1,p2,score\n0,1,${a1},${a2},0.5\n1,0,${a1},${b1},0.1\n`],
    [
      'a CSV of a spreadsheet',
      'csv',
      `\uFEFF"file a","file b","is_same"\r\n"${a1}","${a2}","1.0"\r\n${a1},${b1},0.0\r\n`,
    ],
    ['paths and a label between semicolons', 'pathsThenLabel', `${a1};${a2};1\n${a1}; ${b1}; 0\n`],
    ['a label and paths between semicolons', 'labelThenPaths', `1;${a1};${a2}\n0;${a1};${b1}\n`],
    ['two lines a pair between semicolons', 'twoLines', `${a1};1\n${a2};1\n${a1};0\n${b1};0\n`],
    ['a CSV between semicolons', 'csv', `image1;image2;label\n"${a1}";${a2};1,0\n${a1};"${b1}";0,00\n`],
    [
      'a CSV with other cells that are empty or have commas',
      'csv',
      `note;image1;score;image2;label\n;${a1};0,5;${a2};1\nno, not;${a1};;${b1};0\n`,
    ],
    [
      'a CSV that says its separator',
      'csv',
      `sep=;\r\nimage1;image2;same\r\n${a1};${a2};1\r\n${a1};${b1};0\r\n`,
    ],
    [
      'columns between tabs with empty and quoted cells',
      'csv',
      `note\tpath_1\tpath_2\tmore\tmatch\n\t"${a1}"\t${a2}\t\t1\n"a\tb"\t${a1}\t${b1}\t\t0\n`,
    ],
    ['columns between tabs', 'csv', `path_1\tpath_2\tmatch\n${a1}\t${a2}\tyes\n${a1}\t${b1}\tno\n`],
  ])('reads %s', (_, form, text) => {
    expect(parsePairList(text, 'x', {folds: 1})).toEqual({pairs, folds: 1});
    expect(parsePairList(text, 'x', {folds: 1, form})).toEqual({pairs, folds: 1});
  });

  it.each([
    ['LFW’s', '1 1\nAnn 1 2\nAnn 1 Bob 1\n'],
    ['LFW’s without the line before', 'Ann 1 2\nAnn 1 Bob 1\n'],
    ['LFW’s without the line before, a pair of two first', 'Ann 1 Bob 1\nAnn 1 2\n'],
    ['LFW’s as Kaggle has it', 'name,imagenum1,imagenum2,\nAnn,1,2,\nAnn,1,Bob,1\n'],
    ['LFW’s between commas', '1,1\nAnn,1,2\nAnn,1,Bob,1'],
    ['LFW’s between semicolons', '1;1\nAnn;1;2\nAnn;1;Bob;1'],
    ['LFW’s as Kaggle has it, between semicolons', 'name;imagenum1;imagenum2;\nAnn;1;2;\nAnn;1;Bob;1\n'],
    ['LFW’s as Kaggle has it, between tabs', 'name\timagenum1\timagenum2\t\nAnn\t1\t2\t\nAnn\t1\tBob\t1\n'],
  ])('reads %s', (_, text) => {
    const list = parsePairList(text, 'x');
    const found = list.pairs.map(pair => ({...pair, fold: 0}));
    expect(found.sort((one, other) => Number(other.same) - Number(one.same))).toEqual(numbered);
  });

  it('takes the folds of a column, and else cuts each kind in its order', () => {
    const rows = ['b.jpg,a.jpg,1,10', 'a.jpg,b.jpg,0,9', 'a.jpg,c.jpg,0,10'];
    const columns = parsePairList(`p1,p2,label,fold\n${rows.join('\n')}`, 'x');
    expect([columns.folds, ...columns.pairs.map(({fold}) => fold)]).toEqual([2, 1, 0, 1]);
    const foldsOf = (...names: string[]) => {
      const cells = names.map((name, i) => `a${i},b${i},${i % 2},${name}`);
      return parsePairList(`p1,p2,label,fold\n${cells.join('\n')}`, 'x').pairs.map(({fold}) => fold);
    };
    // Numbers by their size, names by the alphabet.
    expect(foldsOf('10', '9', '10', '2')).toEqual([2, 1, 2, 0]);
    expect(foldsOf('west', 'east', 'north', 'east')).toEqual([2, 0, 1, 0]);
    const list = (labels: number[]) =>
      parsePairList(labels.map((label, i) => `a${i} b${i} ${label}`).join('\n'), 'x', {folds: 2}).pairs.map(
        ({fold}) => fold,
      );
    expect(list([1, 1, 1, 1, 0, 0])).toEqual([0, 0, 1, 1, 0, 1]);
    // As LFW has them.
    expect(list([1, 1, 0, 0, 1, 1, 0, 0])).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    // Too few of a kind for each fold.
    expect(list([1, 0, 0, 0])).toEqual([0, 0, 1, 1]);
    expect(parsePairList('a b 1\na c 0\n', 'x').folds).toBe(2);
  });

  it('reads names with spaces, if they end as images do', () => {
    const text = 'Ann Lee/1 b.jpg Bob Ray/2.PNG 0\n';
    const expected = [{a: 'Ann Lee/1 b.jpg', b: 'Bob Ray/2.PNG', same: false, fold: 0}];
    expect(parsePairList(text, 'x').pairs).toEqual(expected);
    expect(parsePairList('0 Ann Lee/1 b.jpg Bob Ray/2.PNG', 'x').pairs).toEqual(expected);
    expect(parsePairList('Ann Lee/1 b.jpg 0\nBob Ray/2.PNG 0', 'x').pairs).toEqual(expected);
    expect(parsePairList('Lee; Ann.jpg,b.jpg,1', 'x').pairs[0].a).toBe('Lee; Ann.jpg');
    expect(parsePairList('Lee, Ann.jpg;b.jpg;1', 'x').pairs[0].a).toBe('Lee, Ann.jpg');
    const csv = 'a,b,label\n"Lee, ""Ann"".jpg",b.jpg,1\n';
    expect(parsePairList(csv, 'x').pairs[0].a).toBe('Lee, "Ann".jpg');
  });

  it('keeps to the form it is told', () => {
    // Told by its line, this is LFW's.
    expect(parsePairList('7 8 1', 'x').pairs[0]).toMatchObject({
      a: {name: '7', number: 8},
      b: {name: '7', number: 1},
    });
    expect(parsePairList('7 8 0', 'x', {form: 'pathsThenLabel'}).pairs).toEqual([
      {a: '7', b: '8', same: false, fold: 0},
    ]);
    expect(parsePairList('1 0 8', 'x', {form: 'labelThenPaths'}).pairs[0]).toMatchObject({a: '0', b: '8'});
    expect(() => parsePairList('a b 1', 'x', {form: 'csv'})).toThrow(
      'x has the columns a, b, 1, but must have two',
    );
    expect(() => parsePairList('a b 1', 'x', {form: 'LFW' as PairListForm})).toThrow(
      'parsePairList: form must be one of lfw, pathsThenLabel, labelThenPaths, twoLines, csv, but is LFW.',
    );
    expect(() => parsePairList('a b 1', 'x', {folds: 2})).toThrow('folds must be a number from 1 to 1');
  });

  it('names the line that is wrong', () => {
    const read = (text: string, form?: PairListForm) => () => parsePairList(text, 'x', {form});
    expect(read('a.jpg b.jpg 1\n\na.jpg b.jpg\n')).toThrow(
      "x has 'a.jpg b.jpg' in line 3, but must have pathA pathB 1 there.",
    );
    expect(read('a.jpg b.jpg 1\na.jpg b.jpg 2\n')).toThrow(
      "x has '2' in line 2, but must have 1 for one person or 0 for two there.",
    );
    expect(read('1 a.jpg b.jpg\n1 a.jpg')).toThrow('must have 1 pathA pathB there');
    expect(read('a.jpg 1\nb.jpg 1\nc.jpg 1')).toThrow('x has 3 lines, but must have two for each pair');
    expect(read('a.jpg 1\n\nb.jpg 0')).toThrow(
      'says in line 1 and the next one that their pair shows one person',
    );
    expect(read('a.jpg 1\nb.jpg c')).toThrow(
      "has 'b.jpg c' in line 2, but must have a path and a number there",
    );
    expect(read('a.jpg b.jpg')).toThrow(
      "x has 'a.jpg b.jpg' in line 1, but must have a pair there: name n1 n2",
    );
    expect(read('image1,image2,score\na,b,0.5')).toThrow(
      'has the columns image1, image2, score, but must have two',
    );
    expect(read('p1,p2,label\na,b,1\na,,0')).toThrow('x has no p2 in line 3');
    expect(read('p1,p2,label\n')).toThrow('x has no pairs');
    expect(read('1 1\nAnn 1 2\nAnn 1 Bob b')).toThrow(
      "x has 'b' in line 3, but must have the number of an image",
    );
    expect(read(' \n')).toThrow(DataFormatError);
  });
});
