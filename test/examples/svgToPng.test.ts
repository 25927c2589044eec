import {inflateSync} from 'node:zlib';
import {describe, expect, it} from 'vitest';
import {svgToPng} from '../../examples/mnist-2d/svgToPng';

const picture = (content: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40">${content}</svg>`;

/** The image data of a PNG, still filtered: equal for equal pictures. */
function pixels(png: Uint8Array): Buffer {
  const file = Buffer.from(png);
  const parts: Buffer[] = [];
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at)) {
    if (file.toString('latin1', at + 4, at + 8) === 'IDAT') {
      parts.push(file.subarray(at + 8, at + 8 + file.readUInt32BE(at)));
    }
  }
  return inflateSync(Buffer.concat(parts));
}

describe('svgToPng', () => {
  it('has two pixels for each of the picture', () => {
    const header = Buffer.from(svgToPng(picture('')));
    expect([header.readUInt32BE(16), header.readUInt32BE(20)]).toEqual([160, 80]);
  });

  it('draws text without any font of the machine', () => {
    const text = (weight: number) =>
      picture(`<text x="8" y="28" font-family="Inter" font-weight="${weight}">ArcFace 7</text>`);
    const blank = pixels(svgToPng(picture('')));
    const regular = pixels(svgToPng(text(400)));
    expect(regular.equals(blank)).toBe(false);
    expect(regular.equals(pixels(svgToPng(text(600))))).toBe(false);
  });

  it('draws points that are round ends of lines without length', () => {
    const point = picture('<path d="M40,20h0" stroke="#000" stroke-width="6" stroke-linecap="round"/>');
    expect(pixels(svgToPng(point)).equals(pixels(svgToPng(picture(''))))).toBe(false);
  });
});
