import {describe, expect, it} from 'vitest';
import {DataFormatError} from '../../src/formats/dataFormatError';
import {parseFacePoints, parseTemplateImages, parseTemplatePairs} from '../../src/formats/parseIjbMeta';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('the files of IJB', () => {
  it('name the template and the medium of each image', () => {
    expect(parseTemplateImages(bytes('1.jpg 1 69544\r\nimg/2.jpg 1 69545\n'), 'x')).toEqual({
      images: ['1.jpg', 'img/2.jpg'],
      templates: Int32Array.of(1, 1),
      media: Int32Array.of(69544, 69545),
    });
  });

  it('have five points and a score of each face', () => {
    const found = parseFacePoints(bytes('1.jpg 1 2 3 4 5 6.5 7 8 9 -10 0.75'), 'x');
    expect(found).toEqual({
      images: ['1.jpg'],
      points: Float32Array.of(1, 2, 3, 4, 5, 6.5, 7, 8, 9, -10),
      scores: Float32Array.of(0.75),
    });
  });

  it.each(['1 11065 1\n17 2 0\n', '1 11065 1\n17 2 0', '1\t11065  1 \r\n 17 2 0\r\n'])(
    'pair templates: %j',
    text => {
      expect(parseTemplatePairs(bytes(text), 'x')).toEqual({
        a: Int32Array.of(1, 17),
        b: Int32Array.of(11065, 2),
        same: Uint8Array.of(1, 0),
      });
    },
  );

  it('name the line that is wrong', () => {
    for (const [text, message] of [
      ['1 2 1\n1 2\n', 'x is damaged: line 2 must be two templates and 1 or 0, but is "1 2".'],
      ['1 2 2\n', 'line 1 must be two templates and 1 or 0, but is "1 2 2".'],
      ['1 2 1\n\n1 2 0\n', 'line 2'],
      ['1 2 1 4\n', 'line 1'],
      ['1 x 1\n', 'line 1'],
      ['12345678901 2 1\n', 'line 1'],
      ['-1 2 1\n', 'line 1'],
    ]) {
      expect(() => parseTemplatePairs(bytes(text), 'x'), text).toThrow(message);
    }
    expect(() => parseTemplateImages(bytes('1.jpg 1\n'), 'x')).toThrow(
      'line 1 must have 3 fields, but has 2.',
    );
    expect(() => parseTemplateImages(bytes('1.jpg 1 1e3\n'), 'x')).toThrow('has "1e3" for a whole number.');
    expect(() => parseFacePoints(bytes('1.jpg 1 2 3 4 5 6 7 8 9 a 1\n'), 'x')).toThrow(
      'has "a" for a number.',
    );
    expect(() => parseTemplateImages(Uint8Array.of(0xff, 0xfe), 'x')).toThrow(DataFormatError);
  });
});
