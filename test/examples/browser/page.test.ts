import {readFileSync} from 'node:fs';
import {categoryColors} from 'face-margins/plot';
import {expect, it} from 'vitest';
import {cardText} from '../../../examples/browser/card';
import {choices} from '../../../examples/browser/choices';
import {softmaxHeads} from '../../../examples/mnist-2d/softmaxHeads';

const file = (name: string) =>
  readFileSync(new URL(`../../../examples/browser/${name}`, import.meta.url), 'utf8');

it('has the colors of the library’s pictures', () => {
  const [light] = file('style.css').split('@media');
  expect([...light.matchAll(/--digit-\d: (#\w+);/g)].map(([, color]) => color)).toEqual(categoryColors);
});

it('calls heads what the example mnist-2d calls them', () => {
  for (const [name, {title}] of Object.entries(choices)) expect(title).toBe(softmaxHeads[name].title);
});

it('says of an image what both networks take it for', () => {
  const text = (plain: number, margin: number) =>
    cardText({label: 4, found: {plain, margin}, head: 'arcface'});
  expect(text(4, 4)).toBe('A 4. Both networks say so.');
  expect(text(9, 4)).toBe('A 4. Softmax says 9.');
  expect(text(4, 7)).toBe('A 4. ArcFace says 7.');
  expect(text(9, 7)).toBe('A 4. Softmax says 9. ArcFace says 7.');
  expect(text(9, 9)).toBe('A 4. Both networks say 9.');
});
