import {readdirSync, readFileSync} from 'node:fs';
import {root} from './markdown';

/** A sample of a doc comment: a fenced block of code. */
export interface CommentSample {
  /** Where it is, `src/losses/heads/arcFace.ts:68`. */
  name: string;
  /** The file, `src/losses/heads/arcFace.ts`. */
  file: string;
  code: string;
  /** Whether `@example` stands right above it. */
  underExample: boolean;
}

/** Every sample of every doc comment in `src`. */
export function commentSamples(): CommentSample[] {
  return readdirSync(`${root}src`, {recursive: true, encoding: 'utf8'})
    .map(name => `src/${name.replaceAll('\\', '/')}`)
    .filter(file => file.endsWith('.ts'))
    .sort()
    .flatMap(samplesOf);
}

function samplesOf(file: string): CommentSample[] {
  const text = readFileSync(root + file, 'utf8');
  return [...text.matchAll(/^[ \t]*\/\*\*.*?\*\//gms)].flatMap(({0: comment, index}) => {
    const lines = comment.split('\n').map(line => line.replace(/^\s*\* ?/, ''));
    const first = text.slice(0, index).split('\n').length;
    const samples: CommentSample[] = [];
    let open: CommentSample | undefined;
    lines.forEach((line, i) => {
      if (!line.startsWith('```')) {
        if (open) open.code += `${line}\n`;
      } else if (open) {
        samples.push(open);
        open = undefined;
      } else {
        const underExample = lines[i - 1].trim() === '@example';
        open = {name: `${file}:${first + i + 1}`, file, code: '', underExample};
      }
    });
    return samples;
  });
}
