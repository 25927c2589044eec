import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {commentSamples, docComments} from '../support/docComments';
import {pages, root} from '../support/markdown';

const comments = docComments();

/** Every match in the doc comments, with the file. */
const found = (pattern: RegExp) =>
  comments.flatMap(({file, text}) => [...text.matchAll(pattern)].map(([match]) => `${file}: ${match}`));

describe('doc comments', () => {
  it('are found', () => {
    expect(comments.length).toBeGreaterThan(0);
  });

  it('have their samples under @example', () => {
    const elsewhere = commentSamples().filter(({underExample}) => !underExample);
    expect(elsewhere.map(({name}) => name)).toEqual([]);
  });

  it('say what is thrown in one form: "@throws If …" or "@throws {@link SomeError} if …"', () => {
    expect(found(/@throws (?!If |\{@link [\w.]+\} if ).*/g)).toEqual([]);
  });

  it('link to papers', () => {
    expect(found(/(?<!\[)arXiv \d+\.\d+/g)).toEqual([]);
  });
});

it.each(pages)('%s links to papers', page => {
  expect(readFileSync(root + page, 'utf8').match(/(?<!\[)arXiv \d+\.\d+/g)).toBeNull();
});
