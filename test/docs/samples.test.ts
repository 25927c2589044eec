import {mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {format} from 'node:util';
import ts from 'typescript';
import {afterAll, afterEach, beforeAll, describe, expect, it, vi} from 'vitest';
import {type CodeBlock, pages, readPage, root} from '../support/markdown';
import {fetchFromFolder, makeSampleFolder} from '../support/sampleFolder';

/*
 * Runs every sample of the documentation, so that none is wrong or out of date:
 *
 * - A block of `js` or `ts` is a program. It must run without an error, and `ts` must be free of type errors.
 * - A block marked `prelude` begins every later program of its page; the page says so.
 * - They run in a folder that has the files they name: see `sampleFolder.ts`.
 * - What `console.log(…);   // text` prints must be that text. A block of `text` marked `printed` is all that the program
 *   before it prints.
 */

interface Sample {
  name: string;
  file: string;
  program: string;
  block: CodeBlock;
  /** What it must print, a line each; nothing where it may print anything. */
  promised: string[];
}

const folder = `${root}out/docs-samples`;

function samplesOf(page: string): Sample[] {
  const samples: Sample[] = [];
  let prelude = '';
  for (const block of readPage(page).blocks) {
    if (block.language === 'js' || block.language === 'ts') {
      const name = `${page}:${block.line}`;
      const file = `${folder}/${name.replace(/\W/g, '-')}.${block.language}`;
      const program = `${prelude}${block.code}export {};\n`;
      samples.push({name, file, program, block, promised: commented(block.code)});
      if (block.marks.includes('prelude')) prelude += block.code;
    } else if (block.marks.includes('printed')) {
      samples[samples.length - 1].promised = block.code.trimEnd().split('\n');
    }
  }
  return samples;
}

/** What comments of a program say that it prints. */
const commented = (code: string) =>
  [...code.matchAll(/console\.log\(.*\); +\/\/ (.*)$/gm)].map(([, text]) => text.trim());

const samples = pages.flatMap(samplesOf);

rmSync(folder, {recursive: true, force: true});
mkdirSync(folder, {recursive: true});
for (const {file, program} of samples) writeFileSync(file, program);

const before = process.cwd();

beforeAll(async () => {
  await makeSampleFolder(`${folder}/files`);
  process.chdir(`${folder}/files`);
  vi.stubGlobal('fetch', fetchFromFolder);
});

afterEach(() => {
  vi.restoreAllMocks();
});

afterAll(() => {
  vi.unstubAllGlobals();
  process.chdir(before);
});

describe('samples of the documentation', () => {
  it('exist', () => {
    expect(samples.length).toBeGreaterThan(0);
  });

  it.each(samples.map(sample => [sample.name, sample] as const))(
    '%s runs, and prints what it says',
    async (_, {file, promised}) => {
      const printed: string[] = [];
      vi.spyOn(console, 'log').mockImplementation((...values) => {
        printed.push(format(...values));
      });
      await import(/* @vite-ignore */ file);
      if (promised.length > 0) expect(printed).toEqual(promised);
    },
  );

  it('have the types they should', () => {
    const {options} = ts.parseJsonConfigFileContent(
      ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile).config,
      ts.sys,
      root,
    );
    const files = samples.filter(({block}) => block.language === 'ts').map(({file}) => file);
    const program = ts.createProgram(files, {
      ...options,
      noUnusedLocals: false,
      noUnusedParameters: false,
      noEmit: true,
    });
    const wrong = files.flatMap(file => program.getSemanticDiagnostics(program.getSourceFile(file)));
    expect(wrong.map(describeError)).toEqual([]);
  });
});

function describeError({file, start, messageText}: ts.Diagnostic): string {
  const line = file?.getLineAndCharacterOfPosition(start ?? 0).line ?? 0;
  const code = file?.text.split('\n')[line].trim();
  return `${file?.fileName.split('/').pop()}: ${code}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
}
