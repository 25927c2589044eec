import {DataFormatError} from './dataFormatError';

/** The images of templates, as `ijbc_face_tid_mid.txt` lists them. */
export interface TemplateImages {
  /** The file of each image, such as `1.jpg`. */
  images: string[];
  /** The template of each image. */
  templates: Int32Array;
  /** The medium of each image: a photograph, or a frame's video. */
  media: Int32Array;
}

/** Pairs of templates, as `ijbc_template_pair_label.txt` lists them. */
export interface TemplatePairs {
  /** The first template of each pair. */
  a: Int32Array;
  /** The second template of each pair. */
  b: Int32Array;
  /** 1 where both show one person, 0 where they do not. */
  same: Uint8Array;
}

/** The faces of images, as `ijbc_name_5pts_score.txt` lists them. */
export interface FacePoints {
  /** The file of each image, such as `1.jpg`. */
  images: string[];
  /** The five points of each face: x and y of the eyes, the nose and the corners of the mouth. `[N, 10]`. */
  points: Float32Array;
  /** The detector's score of each face, 0 to 1. */
  scores: Float32Array;
}

/**
 * Parses `ijbb_face_tid_mid.txt` or `ijbc_face_tid_mid.txt`: a line an image, with its file, its template and its medium.
 *
 * @param bytes The whole file.
 * @param file Its name in messages.
 * @throws {@link index.DataFormatError} if a line is of another form.
 *
 * @example
 * ```js
 * const {templates, media} = parseTemplateImages(new TextEncoder().encode('1.jpg 1 69544\n2.jpg 1 69545\n'), 'tid_mid.txt');
 * templates;   // 1, 1
 * ```
 */
export function parseTemplateImages(bytes: Uint8Array, file: string): TemplateImages {
  const lines = fieldsOf(bytes, file, 3);
  const whole = (at: number, field: number) => wholeNumber(lines[at][field], file, at);
  return {
    images: lines.map(([image]) => image),
    templates: Int32Array.from(lines, (_, i) => whole(i, 1)),
    media: Int32Array.from(lines, (_, i) => whole(i, 2)),
  };
}

/**
 * Parses `ijbb_name_5pts_score.txt` or `ijbc_name_5pts_score.txt`: a line an image, with its file, ten coordinates and the detector's score.
 *
 * @param bytes The whole file.
 * @param file Its name in messages.
 * @throws {@link index.DataFormatError} if a line is of another form.
 *
 * @example
 * ```js
 * const text = '1.jpg 30.3 51.7 65.5 51.5 48 71.7 33.5 92.4 62.7 92.2 0.99\n';
 * const {points, scores} = parseFacePoints(new TextEncoder().encode(text), '5pts.txt');
 * [points.length, scores.length];   // 10, 1
 * ```
 */
export function parseFacePoints(bytes: Uint8Array, file: string): FacePoints {
  const lines = fieldsOf(bytes, file, 12);
  const number = (at: number, field: number) => {
    const value = Number(lines[at][field]);
    if (lines[at][field] !== '' && Number.isFinite(value)) return value;
    throw new DataFormatError(
      file,
      `is damaged: line ${at + 1} has ${JSON.stringify(lines[at][field])} for a number.`,
    );
  };
  return {
    images: lines.map(([image]) => image),
    points: Float32Array.from({length: 10 * lines.length}, (_, i) =>
      number(Math.floor(i / 10), 1 + (i % 10)),
    ),
    scores: Float32Array.from(lines, (_, i) => number(i, 11)),
  };
}

function wholeNumber(text: string, file: string, line: number): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new DataFormatError(
    file,
    `is damaged: line ${line + 1} has ${JSON.stringify(text.slice(0, 40))} for a whole number.`,
  );
}

function fieldsOf(bytes: Uint8Array, file: string, count: number): string[][] {
  let text: string;
  try {
    text = new TextDecoder('utf-8', {fatal: true}).decode(bytes);
  } catch (cause) {
    throw new DataFormatError(file, 'is damaged: it is no text.', {cause});
  }
  const lines = text.split('\n');
  if (lines.at(-1)?.trim() === '') lines.pop();
  return lines.map((line, at) => {
    const fields = line.trim().split(/\s+/);
    if (fields.length === count) return fields;
    throw new DataFormatError(
      file,
      `is damaged: line ${at + 1} must have ${count} fields, but has ${fields.length}.`,
    );
  });
}

const [NEWLINE, RETURN, SPACE, TAB, ZERO] = [10, 13, 32, 9, 48];

/**
 * Parses `ijbb_template_pair_label.txt` or `ijbc_template_pair_label.txt`: a line a pair, with its two templates and 1 or 0. The 15.7 million pairs of IJB-C take
 * 9 bytes each, and no text is made of them.
 *
 * @param bytes The whole file.
 * @param file Its name in messages.
 * @throws {@link index.DataFormatError} if a line is of another form.
 *
 * @example
 * ```js
 * const {a, b, same} = parseTemplatePairs(new TextEncoder().encode('1 11065 1\n1 11066 0\n'), 'pair_label.txt');
 * b;      // 11065, 11066
 * same;   // 1, 0
 * ```
 */
export function parseTemplatePairs(bytes: Uint8Array, file: string): TemplatePairs {
  let lines = 0;
  for (const byte of bytes) if (byte === NEWLINE) lines++;
  if (bytes.length > 0 && bytes[bytes.length - 1] !== NEWLINE) lines++;
  const pairs = {a: new Int32Array(lines), b: new Int32Array(lines), same: new Uint8Array(lines)};
  const fields = [0, 0, 0];
  let at = 0;
  for (let line = 0; line < lines; line++) {
    let [found, digits] = [0, 0];
    const wrong = () =>
      new DataFormatError(
        file,
        `is damaged: line ${line + 1} must be two templates and 1 or 0, but is ${JSON.stringify(lineAt(bytes, at))}.`,
      );
    for (; ; at++) {
      const byte = at < bytes.length ? bytes[at] : NEWLINE;
      const digit = byte - ZERO;
      if (digit >= 0 && digit <= 9) {
        if (digits === 0 && ++found > 3) throw wrong();
        if (++digits > 9) throw wrong();
        fields[found - 1] = (digits === 1 ? 0 : 10 * fields[found - 1]) + digit;
        continue;
      }
      digits = 0;
      if (byte === NEWLINE) break;
      if (byte !== SPACE && byte !== TAB && byte !== RETURN) throw wrong();
    }
    if (found !== 3 || fields[2] > 1) throw wrong();
    at++;
    [pairs.a[line], pairs.b[line], pairs.same[line]] = fields;
  }
  return pairs;
}

/** The line around a byte, shortened. */
function lineAt(bytes: Uint8Array, at: number): string {
  const start = bytes.lastIndexOf(NEWLINE, Math.max(0, at - 1)) + 1;
  return new TextDecoder().decode(bytes.subarray(start, start + 40)).split('\n')[0];
}
