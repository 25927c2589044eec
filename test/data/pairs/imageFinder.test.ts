import {describe, expect, it} from 'vitest';
import {ImageFinder} from '../../../src/data/pairs/imageFinder';

const finder = (...names: string[]) => {
  const found = new ImageFinder(names, 'pairs.txt');
  return (...of: Parameters<ImageFinder['place']>) => names[found.place(...of)];
};
const ann1 = {name: 'Ann', number: 1};

describe('ImageFinder', () => {
  it.each([
    ['Ann/Ann_0001.jpg'],
    ['lfw/Ann/Ann_0001.png'],
    ['Ann_0001.jpg'],
    ['Ann_1.jpg'],
    ['Ann\\Ann_0001.JPG'],
    ['Ann/1.jpg'],
    ['x/Ann/0001.tif'],
    ['Ann/Ann_0001_0.png'],
    ['Ann/Ann_0001_1.png'],
  ])('finds image 1 of Ann as %s', name => {
    const find = finder('Bob/Bob_0001.jpg', 'Bob/1.jpg', 'Ann/Ann_0011.jpg', 'Ann/Ann_0010_1.jpg', name);
    expect(find(ann1)).toBe(name);
  });

  it('takes a face that was the only one before the first of several', () => {
    expect(finder('Ann_0001_1.png', 'Ann_0001_0.png', 'Ann_0001_10.png')(ann1)).toBe('Ann_0001_0.png');
    expect(finder('Ann_0001_0.png', 'Ann_0001.png')(ann1)).toBe('Ann_0001.png');
    expect(finder('Ann_0001_1.png', 'Ann_0001_0.png')('lfw/Ann/Ann_0001.jpg')).toBe('Ann_0001_0.png');
  });

  it.each([
    ['001/frontal/01.jpg', '001/frontal/01.jpg'],
    ['../Data/Images/001/frontal/01.jpg', '001/frontal/01.jpg'],
    ['C:\\cfp\\001\\profile\\01.jpg', '001/profile/01.jpg'],
    ['002/frontal/01', '002/frontal/01.png'],
    ['frontal/02.bmp', '002/frontal/02.png'],
    ['/abs/AgeDB/12_MickeyRourke_36_m.jpg', '12_MickeyRourke_36_m.jpg'],
    ['12_MickeyRourke_36_m', '12_MickeyRourke_36_m.jpg'],
  ])('finds %s as %s', (path, name) => {
    const find = finder(
      '002/frontal/01.png',
      '001/frontal/01.jpg',
      '001/profile/01.jpg',
      '002/frontal/02.png',
      '12_MickeyRourke_36_m.jpg',
    );
    expect(find(path)).toBe(name);
  });

  it('prefers the same ending, and the folder of a group', () => {
    const find = finder('Ann/1.png', 'Ann/1.jpg', 'Asian/m.1/m.1_0001.jpg', 'Indian/m.1/m.1_0001.jpg');
    expect(find('Ann/1.JPG')).toBe('Ann/1.jpg');
    expect(find({name: 'm.1', number: 1}, 'Indian')).toBe('Indian/m.1/m.1_0001.jpg');
  });

  it('says which image it looked for, and which is nearest', () => {
    const find = finder('Ann/Ann_0001.jpg', 'Bob/Bob_0001.jpg', 'Anne/Anne_0002.jpg');
    expect(() => find({name: 'Ann', number: 2})).toThrow(
      'pairs.txt names Ann/Ann_0002, which is not among the 3 images given; the nearest is Ann/Ann_0001.jpg.',
    );
    expect(() => find('lfw/Anna/Anna_0002.jpg')).toThrow('the nearest is Anne/Anne_0002.jpg');
    // Another person's image of the same name is not taken.
    expect(() => find('Carl/Bob_0001.jpg')).toThrow(
      'names Carl/Bob_0001.jpg, which is not among the 3 images',
    );
  });

  it('does not choose between two, and does not take one image for two', () => {
    const find = finder('a/Ann_0001.jpg', 'b/Ann_0001.jpg', '1.jpg');
    expect(() => find(ann1)).toThrow(
      'pairs.txt names Ann/Ann_0001, which may be a/Ann_0001.jpg or b/Ann_0001.jpg: leave one of them out of the images.',
    );
    expect(() => find('Ann_0001.jpg')).toThrow('which may be a/Ann_0001.jpg or b/Ann_0001.jpg');
    expect(find('Ann/1.jpg')).toBe('1.jpg');
    expect(find('Ann/1.jpg')).toBe('1.jpg');
    expect(() => find('Bob/1.jpg')).toThrow(
      'pairs.txt names Ann/1 and Bob/1, which would both be 1.jpg of the images given.',
    );
  });
});
