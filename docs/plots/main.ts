import {mkdir, writeFile} from 'node:fs/promises';
import {useBackend} from 'face-margins';
import {lenetTriple} from './lenetTriple';
import {pictures} from './pictures';

const folder = new URL('../images/', import.meta.url);

await useBackend('cpu');
await mkdir(folder, {recursive: true});
for (const [name, draw] of Object.entries(pictures)) {
  await writeFile(new URL(`${name}.svg`, folder), `${await draw()}\n`);
  console.log(`docs/images/${name}.svg`);
}
await writeFile(new URL('lenet.png', folder), await lenetTriple(folder));
console.log('docs/images/lenet.png');
