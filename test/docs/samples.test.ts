import {mkdirSync, writeFileSync} from 'node:fs';
import {format} from 'node:util';
import ts from 'typescript';
import {afterEach, describe, expect, it, vi} from 'vitest';
import {type CodeBlock, pages, readPage, root} from './markdown';

/*
 * Runs every sample of the documentation, so that none is wrong or out of date:
 *
 * - A block of `js` or `ts` is a program. It must run without an error, and `ts` must be free of type errors.
 * - A block marked `prelude` begins every later program of its page; the page says so.
 * - A block marked `no-run` needs what a test cannot have (somebody's faces): only its syntax is checked.
 * - What `console.log(…);   // text` prints must be that text.
 */

interface Sample {
  name: string;
  file: string;
  program: string;
  block: CodeBlock;
}

const folder = `${root}out/docs-samples`;

const runs = ({marks}: CodeBlock) => !marks.includes('no-run');

function samplesOf(page: string): Sample[] {
  let prelude = '';
  return readPage(page)
    .blocks.filter(({language}) => language === 'js' || language === 'ts')
    .map(block => {
      const name = `${page}:${block.line}`;
      const program = `${prelude}${block.code}export {};\n`;
      if (block.marks.includes('prelude')) prelude += block.code;
      return {name, file: `${folder}/${name.replace(/\W/g, '-')}.${block.language}`, program, block};
    });
}

/** What the block says that it prints, a line each. */
const promised = (code: string) =>
  [...code.matchAll(/console\.log\(.*\); +\/\/ (.*)$/gm)].map(([, text]) => text.trim());

const samples = pages.flatMap(samplesOf);

const named = (which: (block: CodeBlock) => boolean): [string, Sample][] =>
  samples.filter(({block}) => which(block)).map(sample => [sample.name, sample]);

mkdirSync(folder, {recursive: true});
for (const {file, program} of samples) writeFileSync(file, program);

afterEach(() => {
  vi.restoreAllMocks();
});

describe('samples of the documentation', () => {
  it('exist', () => {
    expect(samples.length).toBeGreaterThan(0);
  });

  it.each(named(runs))('%s runs, and prints what it says', async (_, {file, block}) => {
    const printed: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((...values) => {
      printed.push(format(...values));
    });
    await import(/* @vite-ignore */ file);
    const promises = promised(block.code);
    if (promises.length > 0) expect(printed).toEqual(promises);
  });

  it.each(named(block => !runs(block)))('%s is well-formed', (_, {program}) => {
    const options = {reportDiagnostics: true, compilerOptions: {module: ts.ModuleKind.ESNext}};
    expect(ts.transpileModule(program, options).diagnostics?.map(({messageText}) => messageText)).toEqual([]);
  });

  it('have the types they should', () => {
    const {options} = ts.parseJsonConfigFileContent(
      ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile).config,
      ts.sys,
      root,
    );
    const files = samples.filter(({block}) => block.language === 'ts' && runs(block)).map(({file}) => file);
    const program = ts.createProgram(files, {...options, noUnusedLocals: false, noEmit: true});
    const wrong = files.flatMap(file => program.getSemanticDiagnostics(program.getSourceFile(file)));
    expect(wrong.map(describeError)).toEqual([]);
  });
});

function describeError({file, start, messageText}: ts.Diagnostic): string {
  const line = file?.getLineAndCharacterOfPosition(start ?? 0).line ?? 0;
  const code = file?.text.split('\n')[line].trim();
  return `${file?.fileName.split('/').pop()}: ${code}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
}
