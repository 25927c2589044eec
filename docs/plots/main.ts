import {mkdir, writeFile} from 'node:fs/promises';
import {useBackend} from 'face-margins';
import {lenetPair} from './lenetPair';
import {marginPair} from './marginPair';
import {pictures} from './pictures';

const folder = new URL('../images/', import.meta.url);

await useBackend('cpu');
await mkdir(folder, {recursive: true});
for (const [name, draw] of Object.entries(pictures)) {
  await writeFile(new URL(`${name}.svg`, folder), `${await draw()}\n`);
  console.log(`docs/images/${name}.svg`);
}
const drawn = {lenet: await lenetPair(folder), margin: await marginPair()};
for (const [name, picture] of Object.entries(drawn)) {
  await writeFile(new URL(`${name}.png`, folder), picture);
  console.log(`docs/images/${name}.png`);
}
