import {execFileSync} from 'node:child_process';
import {join} from 'node:path';
import ts from 'typescript';
import {beforeAll, describe, expect, inject, it} from 'vitest';

const consumer = inject('consumer');

const run = (program: string) => execFileSync('node', [program], {cwd: consumer, encoding: 'utf8'}).trim();

describe('the installed package', () => {
  it.each(['esm.mjs', 'cjs.cjs', 'withoutImport.cjs'])('trains a head in %s', program => {
    expect(run(program)).toBe('wasm true 2 function');
  });

  it('has no side effects, as its package.json says', () => {
    expect(run('sideEffects.mjs')).toBe('unchanged');
  });

  describe('saves models', () => {
    beforeAll(() => run('save.mjs'));

    it('that load after registerHeads(), and compute the same', () => {
      expect(run('load.mjs')).toBe('same');
    });

    it('that load where a head of their kind has been made', () => {
      expect(run('loadAfterUse.mjs')).toBe('same');
    });

    it('whose embedding loads without this library, and computes the same', () => {
      expect(run('loadStock.mjs')).toBe('same');
    });
  });

  it.each([
    ['node16', ts.ModuleKind.Node16, ts.ModuleResolutionKind.Node16, 'ts'],
    ['bundler', ts.ModuleKind.ESNext, ts.ModuleResolutionKind.Bundler, 'ts'],
    ['node16 from CommonJS', ts.ModuleKind.Node16, ts.ModuleResolutionKind.Node16, 'cts'],
  ])('has types under %s resolution, and sound ones', (_, module, moduleResolution, extension) => {
    const file = join(consumer, 'typed.ts');
    const root = file.replace(/ts$/, extension);
    if (extension !== 'ts') ts.sys.writeFile(root, ts.sys.readFile(file) ?? '');
    const options = {module, moduleResolution, target: ts.ScriptTarget.ES2022, strict: true, noEmit: true};
    const host = ts.createCompilerHost({...options, types: ['node']});
    host.getCurrentDirectory = () => consumer;
    const program = ts.createProgram([root], {...options, types: ['node'], skipLibCheck: false}, host);
    // Whether the types of TensorFlow.js and of Node are sound is theirs to check.
    const ours = program
      .getSourceFiles()
      .filter(({fileName}) => fileName === root || fileName.includes('node_modules/face-margins/'));
    expect(ours.length).toBeGreaterThan(2);
    const wrong = ours.flatMap(source => [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ]);
    expect(
      wrong.map(
        ({file, messageText}) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
      ),
    ).toEqual([]);
  });
});
