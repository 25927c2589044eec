import {closeSync, existsSync, openSync, readdirSync, readSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {checkOptions} from '../../base/checkOptions';
import {DataFormatError} from '../../formats/dataFormatError';
import {faceRecords, recordImage} from '../../formats/faceRecords';
import {parseRecordIndex, scanRecords} from '../../formats/parseRecordIndex';
import {type ByteSource, bufferedSource} from '../../formats/recordIo';
import {FaceImages} from '../faceImages';
import {type DecodeOptions, decodeOptions, encodedImages} from './encodedImages';
import {type UnreadableOptions, unreadableOptions} from './readableImages';
import {type KeepOptions, keepOptions, withKeepList} from './withKeepList';

/** Options of {@link imageRecords}. */
export interface ImageRecordsOptions extends DecodeOptions, UnreadableOptions, KeepOptions {}

/**
 * Opens a training set of InsightFace: `train.rec`, an MXNet RecordIO file of encoded images, with the index `train.idx` in the same
 * folder. Node only.
 *
 * The file is not loaded into memory: labels are read on opening, images on demand. Without an `.idx` the records are scanned in
 * order. An open file of 42 million images (WebFace42M) takes 1 GB.
 *
 * @param path The `.rec` file.
 * @throws {@link index.DataFormatError} if the file or its index is damaged, or `path` is a folder.
 * @throws If the file has fewer than two identities.
 *
 * @example
 * ```ts
 * const faces = await imageRecords('faces_emore/train.rec');
 * const batches = faces.batches({size: 128, augment: true});
 * ```
 */
export async function imageRecords(path: string, options: ImageRecordsOptions = {}): Promise<FaceImages> {
  checkOptions('imageRecords', options, {...decodeOptions, ...unreadableOptions, ...keepOptions});
  if (statSync(path).isDirectory()) {
    const [file] = readdirSync(path).filter(name => name.endsWith('.rec'));
    throw new DataFormatError(
      path,
      `is a folder: give the .rec in it${file ? `, ${join(path, file)}` : ''}.`,
    );
  }
  const source = fileSource(path);
  const index = `${path.replace(/\.rec$/i, '')}.idx`;
  const heads = bufferedSource(source);
  const records = existsSync(index)
    ? parseRecordIndex(piecesOf(fileSource(index)), index, source.byteLength)
    : scanRecords(heads);
  const {offsets, labels, classes} = faceRecords(heads, records);
  const images = encodedImages(
    offsets.length,
    i => `${path}, byte ${offsets[i]}`,
    i => recordImage(source, offsets[i]),
    options,
  );
  const {unreadable, onUnreadable} = options;
  return withKeepList(FaceImages.of(path, images, labels, classes, {unreadable, onUnreadable}), options);
}

/** The size of a piece of an index: more at once is not faster. */
const pieceSize = 2 ** 20;

/** A file in pieces: that of 42 million records is longer than a string can be. */
function* piecesOf(source: ByteSource): Generator<Uint8Array> {
  for (let at = 0; at < source.byteLength; at += pieceSize) {
    yield source.read(at, Math.min(pieceSize, source.byteLength - at));
  }
}

/** A file, open while it is referenced. Only requested bytes are read. */
function fileSource(path: string): ByteSource {
  const descriptor = openSync(path, 'r');
  const source: ByteSource = {
    name: path,
    byteLength: statSync(path).size,
    read(offset, length) {
      const bytes = new Uint8Array(length);
      let read = 0;
      while (read < length) {
        const more = readSync(descriptor, bytes, read, length - read, offset + read);
        if (more === 0)
          throw new DataFormatError(path, `ends at byte ${offset + read}: it was truncated after opening.`);
        read += more;
      }
      return bytes;
    },
  };
  closing.register(source, descriptor);
  return source;
}

const closing = new FinalizationRegistry((descriptor: number) => closeSync(descriptor));
