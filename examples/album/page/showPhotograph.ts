import type {AlbumFace} from '../people/album';
import {byId} from './byId';
import {openDialog} from './openDialog';

/** Shows the photograph of a face, with a frame around the face. */
export function showPhotograph({box}: AlbumFace, {name, file}: {name: string; file: Blob}): void {
  const url = URL.createObjectURL(file);
  const dialog = openDialog('photograph', () => URL.revokeObjectURL(url));
  byId('photograph-title').textContent = name;
  const [picture, frame] = [dialog.querySelector('img'), dialog.querySelector('i')];
  if (!picture || !frame) return;
  picture.src = url;
  const percent = (part: number) => `${100 * part}%`;
  Object.assign(frame.style, {
    left: percent(box.x),
    top: percent(box.y),
    width: percent(box.width),
    height: percent(box.height),
  });
}
