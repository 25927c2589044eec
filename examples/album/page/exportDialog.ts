import type {ZipNews, ZipRequest} from '../exporting/messages';
import type {Album} from '../people/album';
import {exportPaths} from '../people/exportPaths';
import {byId} from './byId';
import {counted} from './counted';
import {openDialog} from './openDialog';
import {saveFile} from './saveFile';

/** Rows and columns of exported faces: what face networks are trained on. */
const size = 112;

/** Asks who is exported, and saves a zip of them. */
export class ExportDialog {
  private readonly namedOnly = byId<HTMLInputElement>('named-only');
  private readonly minFaces = byId<HTMLInputElement>('min-faces');
  private readonly summary = byId('export-summary');
  private readonly button = byId<HTMLButtonElement>('export-now');

  /** @param photographOf The name of a face's photograph. */
  constructor(
    private readonly album: Album,
    private readonly photographOf: (face: number) => string,
  ) {
    for (const input of [this.namedOnly, this.minFaces]) input.addEventListener('input', () => this.show());
    this.button.addEventListener('click', () => this.save());
  }

  open(): void {
    openDialog('export-dialog');
    this.show();
  }

  private get paths() {
    return exportPaths(this.album.people, {
      namedOnly: this.namedOnly.checked,
      minFaces: Math.max(1, Number(this.minFaces.value) || 1),
    });
  }

  private show(): void {
    const {paths} = this;
    const people = new Set(paths.map(({path}) => path.slice(0, path.indexOf('/')))).size;
    this.summary.textContent =
      people === 0
        ? 'Nobody is like that.'
        : `${counted(people, 'person', 'people')}, ${counted(paths.length, 'face')}.${people === 1 ? ' A training needs two people or more.' : ''}`;
    this.button.disabled = people === 0;
  }

  private save(): void {
    const {paths} = this;
    const worker = new Worker(new URL('../exporting/zipWorker.ts', import.meta.url), {type: 'module'});
    this.button.disabled = true;
    const end = (text: string) => {
      worker.terminate();
      this.button.disabled = false;
      this.summary.textContent = text;
    };
    worker.onerror = event => end(`The zip could not be made: ${event.message}`);
    worker.onmessage = ({data}: MessageEvent<ZipNews>) => {
      if (data.type === 'progress')
        this.summary.textContent = `${data.done} of ${counted(paths.length, 'face')} …`;
      if (data.type === 'failed') end(`The zip could not be made: ${data.message}`);
      if (data.type === 'zip') {
        saveFile(data.zip, 'album.zip');
        end(`Saved: ${counted(paths.length, 'face')}, ${(data.zip.size / 1e6).toFixed(1)} MB.`);
      }
    };
    worker.postMessage(this.request(paths));
  }

  private request(paths: ReturnType<typeof exportPaths>): ZipRequest {
    const origins = paths.map(({face, path}) => ({
      path,
      photograph: this.photographOf(face),
      box: this.album.faces[face].box,
    }));
    return {
      faces: paths.map(({face, path}) => ({path, picture: this.album.faces[face].picture})),
      notes: [{path: 'album.json', text: `${JSON.stringify({faces: origins}, undefined, 1)}\n`}],
      size,
    };
  }
}
