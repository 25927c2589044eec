import {findLabelErrors, type KeepList} from 'face-margins/clean';
import {arrayImages} from 'face-margins/data';
import {parseHTML} from 'linkedom';
import {beforeAll, describe, expect, it} from 'vitest';
import {sectionsOf} from '../../cli/clean/candidates';
import {cleanPage} from '../../cli/clean/cleanPage';
import {useBackend} from '../../src/backend/useBackend';
import {planted} from '../clean/planted';

beforeAll(() => useBackend('cpu'));

const people = 6;
const truth = Array.from({length: 48}, (_, i) => i % people);
/** One image under another name, one person under two, and two under one. */
const labels = truth.map((label, i) => (i === 0 ? 3 : label === 5 ? 1 : i % 12 === 4 ? 5 : label));
const faces = arrayImages({
  images: new Uint8Array(48 * 12),
  shape: [48, 2, 2, 3],
  labels,
  classes: ['Ann', 'Bob', 'Cy & <Co>', 'Dee', 'Eve', 'Fay'],
});

async function openPage() {
  const report = await findLabelErrors(planted(5, people, 8), labels, {
    qualities: truth.map((_, i) => i),
    lowestPart: 0.02,
  });
  const sections = sectionsOf(report, faces, 200);
  const html = cleanPage({summary: 'faces', sections, urlOf: i => `data:image/jpeg;base64,${i}`});
  const {document} = parseHTML(html);
  const saved: string[] = [];
  const memory = new Map<string, string>();
  const run = () => {
    const script = [...document.querySelectorAll('script')].at(-1)?.textContent ?? '';
    const storage = {getItem: (key: string) => memory.get(key) ?? null, setItem: memory.set.bind(memory)};
    const url = {createObjectURL: () => 'blob:', revokeObjectURL: () => undefined};
    class SavedBlob {
      constructor([text]: string[]) {
        saved.push(text);
      }
    }
    new Function('document', 'localStorage', 'URL', 'Blob', script)(document, storage, url, SavedBlob);
  };
  run();
  /** Chooses what a label says, as a click on it does. */
  const choose = (name: string) => {
    const label = [...document.querySelectorAll('label')].find(each => each.textContent.trim() === name);
    const fieldset = label?.closest('fieldset');
    for (const input of fieldset?.querySelectorAll('input') ?? []) input.removeAttribute('checked');
    label?.querySelector('input')?.setAttribute('checked', '');
  };
  const save = (): KeepList => {
    document
      .getElementById('save')
      ?.dispatchEvent(new (document.defaultView as Window & typeof globalThis).Event('click'));
    return JSON.parse(saved.at(-1) as string);
  };
  return {document, sections, choose, save};
}

describe('the page of npm run clean', () => {
  it('shows each kind of candidate with its pictures, and escapes names', async () => {
    const {document, sections} = await openPage();
    expect(sections.map(({title}) => title)).toEqual([
      'Images of somebody else',
      'One person under two names',
      'Several people under one name',
      'Look-alikes under two names',
      'Low quality',
    ]);
    const {candidates} = sections[0];
    expect(candidates.some(({groups}) => groups[0].images[0] === 0)).toBe(true);
    expect(document.querySelectorAll('fieldset').length).toBe(
      sections.flatMap(({candidates}) => candidates).length,
    );
    const sources = [...document.querySelectorAll('img')].map(image => image.getAttribute('src'));
    expect(sources).toContain('data:image/jpeg;base64,0');
    expect(document.toString()).not.toContain('<Co>');
  });

  it('saves nothing but what is chosen, as a list that the set takes', async () => {
    const {choose, save} = await openPage();
    expect(save()).toEqual({format: 'face-margins keep-list 1', drop: [], move: {}, merge: {}});
    choose('move to Ann');
    choose('merge Fay into Eve');
    choose('name them Bob (2)');
    const list = save();
    expect(list.move?.['image 0']).toBe('Ann');
    expect(list.merge).toEqual({Fay: 'Eve'});
    const clean = faces.subset(list);
    expect(clean.classes).toEqual(['Ann', 'Bob', 'Cy & <Co>', 'Dee', 'Eve', 'Bob (2)']);
    const nameOf = (i: number) => clean.classes[clean.labels[i]];
    for (const [i, person] of truth.entries()) expect(nameOf(i)).toBe(nameOf(person + people));
  });
});
