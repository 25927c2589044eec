import type {Album} from '../people/album';
import type {Person} from '../people/person';
import {byId} from './byId';
import {counted} from './counted';
import {element} from './element';
import {openDialog} from './openDialog';

/** So many are shown; a name finds the others. */
const shown = 60;

/**
 * Asks for a person, those most like some faces first.
 *
 * @param leftOut The key of a person who is not offered.
 */
export function choosePerson(
  album: Album,
  {title, faces, leftOut}: {title: string; faces: readonly number[]; leftOut?: string},
  onChosen: (person: Person) => void,
): void {
  const people = byLikeness(album, faces).filter(({key}) => key !== leftOut);
  const [filter, list] = [byId<HTMLInputElement>('choose-filter'), byId('choose-list')];
  byId('choose-title').textContent = title;
  const dialog = openDialog('choose');
  const show = () => {
    const wanted = filter.value.trim().toLowerCase();
    const some = people.filter(({name}) => name.toLowerCase().includes(wanted)).slice(0, shown);
    list.replaceChildren(
      ...some.map(person => {
        const button = element(
          'button',
          {type: 'button'},
          element('img', {alt: '', src: album.faces[person.faces[0]].url}),
          element('span', {}, person.name || 'without a name'),
          element('small', {}, counted(person.faces.length, 'face')),
        );
        button.addEventListener('click', () => {
          dialog.close();
          onChosen(person);
        });
        return element('li', {}, button);
      }),
    );
  };
  filter.value = '';
  filter.oninput = show;
  filter.onkeydown = event => {
    if (event.key === 'Enter') list.querySelector('button')?.click();
  };
  show();
}

/** People by the mean cosine of their faces to the mean of some faces. */
function byLikeness(album: Album, faces: readonly number[]): Person[] {
  const {embeddings} = album;
  const mean = new Float64Array(embeddings.dimension);
  for (const face of faces)
    embeddings.row(face).forEach((value, k) => {
      mean[k] += value;
    });
  const likeness = ({faces: own}: Person) => {
    let sum = 0;
    for (const face of own)
      embeddings.row(face).forEach((value, k) => {
        sum += value * mean[k];
      });
    return sum / own.length;
  };
  return album.people
    .map(person => ({person, value: likeness(person)}))
    .sort((one, other) => other.value - one.value)
    .map(({person}) => person);
}
