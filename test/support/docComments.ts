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

/** A doc comment as it stands, its stars taken off. */
interface DocComment {
  file: string;
  /** The line that it begins in. */
  line: number;
  text: string;
}

/** Every doc comment in `src`. */
export function docComments(): DocComment[] {
  return readdirSync(`${root}src`, {recursive: true, encoding: 'utf8'})
    .map(name => `src/${name.replaceAll('\\', '/')}`)
    .filter(file => file.endsWith('.ts'))
    .sort()
    .flatMap(file => {
      const source = readFileSync(root + file, 'utf8');
      return [...source.matchAll(/^[ \t]*\/\*\*.*?\*\//gms)].map(({0: comment, index}) => ({
        file,
        line: source.slice(0, index).split('\n').length,
        text: comment.replace(/^[ \t]*(\*(?!\/) ?)/gm, ''),
      }));
    });
}

/** Every sample of every doc comment in `src`. */
export function commentSamples(): CommentSample[] {
  return docComments().flatMap(({file, line: first, text}) => {
    const lines = text.split('\n');
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
