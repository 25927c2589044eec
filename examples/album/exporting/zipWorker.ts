import {strToU8, Zip, ZipPassThrough} from 'fflate';
import type {ZipNews, ZipRequest} from './messages';

const tell = (news: ZipNews) => postMessage(news);

/** A face at another size, as a JPEG. */
async function resized(picture: Blob, size: number): Promise<Uint8Array> {
  const bitmap = await createImageBitmap(picture, {
    resizeWidth: size,
    resizeHeight: size,
    resizeQuality: 'high',
  });
  const canvas = new OffscreenCanvas(size, size);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
  const jpeg = await canvas.convertToBlob({type: 'image/jpeg', quality: 0.95});
  return new Uint8Array(await jpeg.arrayBuffer());
}

/** Faces and notes in one zip; JPEGs are stored as they are, for they do not get smaller. */
async function zipped({faces, notes, size}: ZipRequest): Promise<Blob> {
  const parts: BlobPart[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    parts.push(chunk as Uint8Array<ArrayBuffer>);
  });
  const add = (path: string, bytes: Uint8Array) => {
    const file = new ZipPassThrough(path);
    zip.add(file);
    file.push(bytes, true);
  };
  for (const {path, text} of notes) add(path, strToU8(text));
  for (const [i, {path, picture}] of faces.entries()) {
    add(path, await resized(picture, size));
    if (i % 25 === 0) tell({type: 'progress', done: i});
  }
  zip.end();
  return new Blob(parts, {type: 'application/zip'});
}

self.onmessage = async ({data}: MessageEvent<ZipRequest>) => {
  try {
    tell({type: 'zip', zip: await zipped(data)});
  } catch (error) {
    tell({type: 'failed', message: error instanceof Error ? error.message : String(error)});
  }
};
