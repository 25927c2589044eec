import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {groupTable} from '../../cli/groupTable';
import {groupFindings, openGroups} from '../../cli/peopleGroups';
import {numbered} from '../support/pictures';
import {temporaryFolder} from '../support/temporaryFolder';

const folder = temporaryFolder();

/** Five people with two images each: two of `day`, two of `dusk`, one of `lone`. */
const names = ['day/ann', 'day/bo', 'dusk/cy', 'dusk/dee', 'lone/eve'].flatMap(person => [
  `${person}/1.png`,
  `${person}/2.png`,
]);
const protocol = {images: {...numbered(10), names}};
/** Each person in a direction of their own; those of `dusk` lie closer. */
const values = names.flatMap((_, i) => {
  const angle = [0, 1.5, 3, 3.3, 5][i >> 1] + 0.05 * (i % 2);
  return [Math.cos(angle), Math.sin(angle)];
});
const verification = {embeddings: {values: Float32Array.from(values), dimension: 2, count: 10}};

describe('groupFindings', () => {
  it('compares the groups that folders name, and says which it cannot', async () => {
    const {report, left} = groupFindings(protocol, verification, await openGroups('folders'), 1);
    expect(Object.keys(report?.groups ?? {})).toEqual(['day', 'dusk']);
    expect(report?.groups.day).toMatchObject({people: 2, genuine: 2, impostors: 4});
    expect(left).toContain('too few people or images to compare: lone');
    const lines = report ? groupTable(report).split('\n') : [];
    expect(lines.filter(line => /^ {2}(day|dusk) /.test(line)).length).toBe(4);
    expect(lines[0]).toMatch(
      /^TAR at FAR 0\.001, with 95 % intervals by people; the threshold for all is cosine/,
    );
  });

  it('takes a file of identities, and counts images of people it does not name', async () => {
    const file = join(folder.path, 'groups.csv');
    await writeFile(file, 'day,one\ndusk,two\n');
    const found = groupFindings(protocol, verification, await openGroups(file), 1);
    expect(found.report).toBeUndefined();
    expect(found.left).toBe(
      'Groups with too few people or images to compare: one, two; each needs two people, one of them with two images. ' +
        '2 images show people of no group.',
    );
  });
});
