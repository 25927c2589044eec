import {Sorter} from './clustering/sorter';
import {TreeMaker} from './clustering/treeMaker';
import {drawSample} from './drawSample';
import {Importer, type PhotographFile} from './finding/importer';
import type {OwnNetwork} from './finding/messages';
import {drawingScale, faceApiScale, marginScale, type NetworkScale} from './finding/networkScale';
import {workerCount} from './finding/workerCount';
import {WorkerPool} from './finding/workerPool';
import {byId} from './page/byId';
import {counted} from './page/counted';
import {element} from './page/element';
import {ExportDialog} from './page/exportDialog';
import {FoundDialog} from './page/foundDialog';
import {isPicture} from './page/isPicture';
import {listenToDrops} from './page/listenToDrops';
import {listenToKeys} from './page/listenToKeys';
import {message} from './page/message';
import {oncePerFrame} from './page/oncePerFrame';
import {openDialog} from './page/openDialog';
import {PeopleGrid} from './page/peopleGrid';
import {PersonDialog} from './page/personDialog';
import {namedFiles, pickFiles} from './page/pickFiles';
import {showImport} from './page/showImport';
import {showPhotograph} from './page/showPhotograph';
import {ThresholdSlider} from './page/thresholdSlider';
import {Album} from './people/album';
import {mergePeople, namePerson} from './people/editPeople';
import type {Person} from './people/person';

const {dataset} = document.body;
/** What a page is served beside; workers have other addresses. */
const modelFolder = new URL('models/', location.href).href;
const workers = workerCount(
  new URL(location.href).searchParams.get('workers'),
  navigator.hardwareConcurrency,
);

const album = new Album(faceApiScale.threshold, oncePerFrame(show));
const progressChanged = oncePerFrame(showProgress);
const trees = new TreeMaker();
const sorter = new Sorter(
  album,
  request => trees.make(request),
  text => message(`The faces could not be sorted: ${text}`),
);
let pool = newPool();
const importer = new Importer(job => pool.find(job), {
  onFace: ({picture, box, embedding}, photograph) => {
    album.add({picture, url: URL.createObjectURL(picture), photograph, box}, embedding);
  },
  onProgress: () => {
    progressChanged();
    sorter.facesCame(!importer.running);
  },
});
const photographOf = (face: number) => importer.photographs[album.faces[face].photograph].name;

const grid = new PeopleGrid(
  album,
  {many: byId('people'), once: byId('once')},
  {
    open: person => personDialog.open(person),
    name: (person, name) => nameIt(person, name),
    choose: showChoice,
  },
);
const slider = new ThresholdSlider(faceApiScale, cosine => {
  album.threshold = cosine;
});
const personDialog = new PersonDialog(album, {
  typicalFaces: person => grid.typicalFaces(person),
  photographOf,
  edit,
  findLike: face =>
    foundDialog.open({face, embedding: album.embeddings.row(face), url: album.faces[face].url}),
  showPhotograph: face =>
    showPhotograph(album.faces[face], importer.photographs[album.faces[face].photograph]),
  closed: focusPerson,
});
const foundDialog = new FoundDialog(album, {open: person => personDialog.open(person), edit});
const exportDialog = new ExportDialog(album, photographOf);

function newPool(network?: OwnNetwork): WorkerPool {
  return new WorkerPool({
    workers,
    newWorker: () => new Worker(new URL('./finding/faceWorker.ts', import.meta.url), {type: 'module'}),
    modelFolder,
    network,
    onReady: ({network: name}) => {
      dataset.network = name;
      byId('network').textContent = `Faces are told apart by ${name}.`;
      byId('network-below').textContent = `Faces are found by face-api and told apart by ${name}.`;
    },
    onFailed: text => {
      const said = `The network does not work: ${text}`;
      byId('network').textContent = said;
      message(said);
      if (network === undefined) return;
      // The visitor's network: the album's own still works.
      pool = newPool();
      useScale(faceApiScale);
    },
  });
}

function show(): void {
  const {people, faces, sorted} = album;
  grid.show();
  personDialog.show();
  foundDialog.show();
  slider.draw(album.merges);
  const photographs = importer.photographs.length;
  const inAlbum = people.reduce((sum, person) => sum + person.faces.length, 0);
  byId('summary').replaceChildren(
    element('strong', {}, counted(people.length, 'person', 'people')),
    `${counted(inAlbum, 'face')} in ${counted(photographs, 'photograph')}`,
  );
  const {undoable, redoable} = album.edits;
  showStep('undo', 'Undo', undoable);
  showStep('redo', 'Redo', redoable);
  byId('names').replaceChildren(
    ...[...new Set(people.map(({name}) => name).filter(Boolean))].map(name =>
      element('option', {value: name}),
    ),
  );
  showChoice();
  Object.assign(dataset, {
    people: String(people.length),
    faces: String(faces.length),
    sorted: String(sorted),
  });
}

function showStep(id: string, label: string, what: string | undefined): void {
  const button = byId<HTMLButtonElement>(id);
  button.disabled = what === undefined;
  button.title = what === undefined ? label : `${label} ${what}`;
}

function useScale(scale: NetworkScale): void {
  slider.use(scale);
  album.threshold = scale.threshold;
}

function showProgress(): void {
  showImport(importer, album.faces.length);
  Object.assign(dataset, {faces: String(album.faces.length), tensors: String(importer.tensors)});
}

function showChoice(): void {
  const chosen = grid.chosenPeople;
  byId('chosen').hidden = chosen.length === 0;
  document.body.classList.toggle('choosing', chosen.length > 0);
  byId('chosen-text').textContent = `${counted(chosen.length, 'person', 'people')} chosen`;
  byId<HTMLButtonElement>('merge').disabled = chosen.length < 2;
}

function edit(what: string, change: Parameters<Album['edit']>[1]): void {
  album.edit(what, change);
  message(`Done: ${what}.`, {label: 'Undo', run: undo});
}

function nameIt(person: Person, name: string): void {
  if (name.trim() === person.name) return;
  const [first] = person.faces;
  album.edit('the name', edits => namePerson(edits, person, name));
  focusPerson(first);
  offerMerge(first);
}

/** Two people of one name are mostly one. */
function offerMerge(face: number): void {
  const named = album.personOf(face);
  const other =
    named && album.people.find(each => each !== named && each.name !== '' && each.name === named.name);
  if (!named || !other) return;
  message(`There is another ${named.name}.`, {
    label: 'Merge them',
    run: () => edit('the merge', edits => mergePeople(edits, [other, named])),
  });
}

/** Gives the focus to the person of a face, once the page shows who that is. */
function focusPerson(face: number): void {
  requestAnimationFrame(() => grid.focus(album.personOf(face)?.key));
}

function merge(): void {
  const chosen = grid.chosenPeople;
  if (chosen.length < 2) return;
  const [face] = chosen[0].faces;
  grid.chosen.clear();
  edit(`the merge of ${counted(chosen.length, 'person', 'people')}`, edits => mergePeople(edits, chosen));
  focusPerson(face);
}

function undo(): void {
  const what = album.undo();
  if (what !== undefined) message(`Taken back: ${what}.`);
}

function redo(): void {
  const what = album.redo();
  if (what !== undefined) message(`Done again: ${what}.`);
}

async function take(
  files: readonly PhotographFile[],
  cropped = byId<HTMLInputElement>('cropped').checked,
): Promise<void> {
  const pictures = files.filter(isPicture);
  if (pictures.length === 0) {
    message(files.length === 0 ? 'There was no file in it.' : 'There was no picture in it.');
    return;
  }
  byId('message').hidden = true;
  dataset.state = 'album';
  byId('start').hidden = true;
  byId('album').hidden = false;
  const done = importer.add(pictures, cropped);
  showProgress();
  show();
  await done;
}

async function takeSample(): Promise<void> {
  useScale(drawingScale);
  message('Drawing …');
  await take(await drawSample(), true);
}

async function search(file: File): Promise<void> {
  message('Looking for a face …');
  const result = await pool.find({file, cropped: byId<HTMLInputElement>('cropped').checked}, true);
  const face = result.type === 'found' ? result.faces[0] : undefined;
  if (!face) return message(result.type === 'unreadable' ? result.message : 'No face was found in it.');
  byId('message').hidden = true;
  foundDialog.open({embedding: face.embedding, url: URL.createObjectURL(face.picture)});
}

async function useNetwork(files: readonly File[]): Promise<void> {
  const read = await Promise.all(
    files.map(async file => ({name: file.name, bytes: await file.arrayBuffer()})),
  );
  pool.dispose();
  byId('network').textContent = 'The network is loading …';
  pool = newPool({name: files.length === 1 ? files[0].name : 'your network', files: read});
  useScale(marginScale);
}

pickFiles('choose-files', 'files', files => take(namedFiles(files)));
pickFiles('add', 'files', files => take(namedFiles(files)));
pickFiles('choose-folder', 'folder', files => take(namedFiles(files)));
pickFiles('search', 'query', ([file]) => search(file));
pickFiles('choose-network', 'network-files', useNetwork);

const clicks: Record<string, () => void> = {
  sample: takeSample,
  undo,
  redo,
  merge,
  clear: () => {
    grid.clearChoice();
    showChoice();
  },
  stop: () => pool.cancelWaiting(),
  export: () => exportDialog.open(),
  help: () => openDialog('help-dialog'),
  problems: () => openDialog('problems-dialog'),
};
for (const [id, run] of Object.entries(clicks)) byId(id).addEventListener('click', run);
listenToKeys({
  undo,
  redo,
  merge,
  search: () => byId('search').click(),
  nudge: steps => slider.nudge(steps),
});

listenToDrops(
  files => take(files),
  () => message('Reading the files …'),
);
window.addEventListener('beforeunload', event => {
  if (album.edits.undoable !== undefined) event.preventDefault();
});
