import {mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {format} from 'node:util';
import ts from 'typescript';
import {afterAll, afterEach, beforeAll, describe, expect, it, vi} from 'vitest';
import {useBackend} from '../../src/backend/useBackend';
import {Trainer} from '../../src/train/trainer';
import {commentProgram} from '../support/commentProgram';
import {commentSamples} from '../support/docComments';
import {pages, readPage, root} from '../support/markdown';
import {fetchFromFolder, makeSampleFolder} from '../support/sampleFolder';

/*
 * Runs every sample of the documentation, so that none is wrong or out of date:
 *
 * - A block of `js` or `ts` of a page is a program. It must run without an error, and have no type error under `strict`.
 * - A block marked `prelude` begins every later program of its page; the page says so.
 * - A sample of a doc comment is completed to a program by `commentProgram.ts`, and must do the same.
 * - They run in a folder that has the files they name: see `sampleFolder.ts`.
 * - A training ends after thirty steps, by which it has shown whether the program is right.
 * - What `console.log(…);   // text` prints must be that text. A block of `text` marked `printed` is all that the program
 *   before it prints. In doc comments, `value;   // 0.25` must have that value.
 */

interface Sample {
  /** Where it is: `README.md:53`. */
  name: string;
  /** Where its program is written. */
  file: string;
  program: string;
  /** What it must print, a line each; nothing where it may print anything. */
  promised: string[];
}

const folder = `${root}out/docs-samples`;

const programFile = (name: string) => `${folder}/${name.replace(/\W/g, '-')}.ts`;

function samplesOf(page: string): Sample[] {
  const samples: Sample[] = [];
  let prelude = '';
  for (const {language, line, code, marks} of readPage(page).blocks) {
    if (language === 'js' || language === 'ts') {
      const name = `${page}:${line}`;
      samples.push({
        name,
        file: programFile(name),
        program: `${prelude}${code}export {};\n`,
        promised: commented(code),
      });
      if (marks.includes('prelude')) prelude += code;
    } else if (marks.includes('printed')) {
      samples[samples.length - 1].promised = code.trimEnd().split('\n');
    }
  }
  return samples;
}

/** What comments of a program say that it prints. */
const commented = (code: string) =>
  [...code.matchAll(/console\.log\(.*\); +\/\/ (.*)$/gm)].map(([, text]) => text.trim());

const inComments = commentSamples();
const ofPages = pages.flatMap(samplesOf);
const ofComments = inComments.map((sample): Sample => {
  const {name, code} = sample;
  return {name, file: programFile(name), program: commentProgram(sample), promised: commented(code)};
});
const samples = [...ofPages, ...ofComments];

rmSync(folder, {recursive: true, force: true});
mkdirSync(folder, {recursive: true});
for (const {file, program} of samples) writeFileSync(file, program);

/** The most steps of a training. */
const enough = 30;

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

async function runSample({file, promised}: Sample): Promise<void> {
  const {fit} = Trainer.prototype;
  vi.spyOn(Trainer.prototype, 'fit').mockImplementation(function (this: Trainer, source, options = {}) {
    const {epochs, steps = epochs && enough} = options;
    return fit.call(this, source, {...options, steps: steps && Math.min(steps, enough)});
  });
  const printed: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((...values) => {
    printed.push(format(...values));
  });
  await import(/* @vite-ignore */ file);
  if (promised.length > 0) expect(printed).toEqual(promised);
}

const byName = (samples: Sample[]) => samples.map(sample => [sample.name, sample] as const);

describe(`the ${ofPages.length} samples of ${pages.length} pages`, () => {
  it.each(byName(ofPages))('%s runs, and prints what it says', (_, sample) => runSample(sample));
});

describe(`the ${ofComments.length} samples of the doc comments of ${new Set(inComments.map(({file}) => file)).size} files`, () => {
  it.each(byName(ofComments))('%s runs, and gives what it says', async (_, sample) => {
    await useBackend('wasm');
    rmSync('out', {recursive: true});
    mkdirSync('out');
    await runSample(sample);
  });
});

it('the samples have the types they should', () => {
  const {options} = ts.parseJsonConfigFileContent(
    ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile).config,
    ts.sys,
    root,
  );
  const files = samples.map(({file}) => file);
  const program = ts.createProgram(files, {
    ...options,
    noUnusedLocals: false,
    noUnusedParameters: false,
    noEmit: true,
  });
  const wrong = files.flatMap(file => program.getSemanticDiagnostics(program.getSourceFile(file)));
  expect(wrong.map(describeError)).toEqual([]);
});

function describeError({file, start, messageText}: ts.Diagnostic): string {
  const line = file?.getLineAndCharacterOfPosition(start ?? 0).line ?? 0;
  const code = file?.text.split('\n')[line].trim();
  return `${file?.fileName.split('/').pop()}: ${code}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
}
