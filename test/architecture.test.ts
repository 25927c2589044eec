import {readdirSync, readFileSync} from 'node:fs';
import {builtinModules} from 'node:module';
import {posix} from 'node:path';
import {fileURLToPath} from 'node:url';
import ts from 'typescript';
import {describe, expect, it} from 'vitest';

/*
 * Keeps the arrows of docs/architecture.md: what each room of src/ may import, that there are no circles, and where Node
 * built-ins may stand. A room that is new needs a line here.
 */

const src = fileURLToPath(new URL('../src/', import.meta.url));

/** The rooms that a room imports from, beside itself and `base`: those that it needs today, so that another is a decision. */
const arrows: Record<string, string[]> = {
  base: [],
  formats: [],
  ops: [],
  schedules: [],
  backend: ['ops'],
  losses: ['ops', 'schedules'],
  backbones: ['formats', 'ops'],
  data: ['formats'],
  evaluate: ['neighbours'],
  neighbours: [],
  cluster: ['neighbours'],
  clean: ['cluster', 'data', 'neighbours'],
  distributed: ['losses', 'schedules'],
  plot: ['evaluate', 'losses'],
  search: ['evaluate', 'formats', 'neighbours'],
  train: ['backbones', 'backend', 'data', 'formats', 'losses', 'ops', 'schedules'],
};

const entries = [
  'distributed.ts',
  'index.ts',
  'clean.ts',
  'cluster.ts',
  'data.ts',
  'evaluate.ts',
  'formats.ts',
  'node.ts',
  'plot.ts',
  'search.ts',
];

/** What the SIMD module is compiled from. AssemblyScript knows no package, and TypeScript no AssemblyScript. */
const assembly = 'backend/wasm/assembly/';

/** Each file of src/, and what it imports: files of src/ by their path, packages by their name. */
const files = new Map(
  readdirSync(src, {recursive: true, encoding: 'utf8'})
    .map(path => path.replaceAll('\\', '/'))
    .filter(path => path.endsWith('.ts'))
    .map(path => {
      const {importedFiles} = ts.preProcessFile(readFileSync(src + path, 'utf8'));
      return [
        path,
        importedFiles.map(({fileName}) =>
          fileName.startsWith('.') ? `${posix.join(posix.dirname(path), fileName)}.ts` : fileName,
        ),
      ] as const;
    }),
);

const room = (path: string) => (path.includes('/') ? path.split('/')[0] : '');
const isBuiltIn = (name: string) => name.startsWith('node:') || builtinModules.includes(name);

/** The files that an entry reaches. */
function reached(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path) || !files.has(path)) return seen;
  seen.add(path);
  for (const next of files.get(path) ?? []) reached(next, seen);
  return seen;
}

/** The circles of imports, each as the files along it. */
function circles(): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: string[]) => {
    const start = trail.indexOf(path);
    if (start >= 0) found.push([...trail.slice(start), path].join(' → '));
    if (start >= 0 || done.has(path)) return;
    for (const next of files.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of files.keys()) visit(path, []);
  return found;
}

describe('the arrows of src/', () => {
  it('are known for every room, and only entries belong to none', () => {
    expect([...new Set([...files.keys()].map(room))].filter(Boolean).sort()).toEqual(
      Object.keys(arrows).sort(),
    );
    expect([...files.keys()].filter(path => !room(path)).sort()).toEqual([...entries].sort());
  });

  it('point one way', () => {
    const wrong = [...files].flatMap(([path, imports]) =>
      imports
        .filter(other => files.has(other) && room(path) && room(other) !== room(path))
        .filter(
          other => ![...arrows[room(path)], ...(room(path) === 'base' ? [] : ['base'])].includes(room(other)),
        )
        .map(other => `${path} → ${other}`),
    );
    expect(wrong).toEqual([]);
  });

  it('make no circle', () => {
    expect(circles()).toEqual([]);
  });

  it('lead neither into the AssemblyScript nor out of it', () => {
    const inside = (path: string) => path.startsWith(assembly);
    const wrong = [...files].flatMap(([path, imports]) =>
      imports.filter(other => inside(other) !== inside(path)).map(other => `${path} → ${other}`),
    );
    expect([...files.keys()].some(inside)).toBe(true);
    expect(wrong).toEqual([]);
  });

  it('lead to Node built-ins from node.ts alone', () => {
    for (const entry of entries.filter(entry => entry !== 'node.ts')) {
      const wrong = [...reached(entry)].filter(path => files.get(path)?.some(isBuiltIn));
      expect(wrong, entry).toEqual([]);
    }
    expect([...reached('node.ts')].some(path => files.get(path)?.some(isBuiltIn))).toBe(true);
  });

  it('reach every file', () => {
    const used = new Set([...entries, `${assembly}index.ts`].flatMap(entry => [...reached(entry)]));
    expect([...files.keys()].filter(path => !used.has(path) && !path.endsWith('.d.ts'))).toEqual([]);
  });
});

/** Files that export several things of one kind in place of one of their own name, and why. */
const collections: Record<string, string> = {
  'backbones/inference/modelFolder.ts': 'saving and loading, which share a format',
  'backbones/onnx/onnxLinear.ts': 'convolutions and fully connected layers, which share their activations',
  'backbones/weights/weightsFile.ts': 'import and export of a file',
  'backend/wasm/simdModule.ts': 'compiles the modules and starts one',
  'data/batches/batchOrder.ts': 'the orders of images',
  'data/sources/folderRules.ts': 'the rules of all folders of images',
  'base/rowGeometry.ts': 'products, norms and angles of rows',
  'evaluate/intervals/weightedRates.ts': 'rates of one sample of people',
  'formats/parseIjbMeta.ts': 'the three files of one protocol',
  'formats/recordIo.ts': 'the steps of reading one format',
  'formats/safetensors.ts': 'parsing and writing of one format',
  'plot/charts/pictureColors.ts': 'palettes',
  'plot/charts/pictureStyle.ts': 'inks and the font',
  'search/stored/indexFile.ts': 'encoding and decoding of one format',
  'train/checkpoints/checkpointFile.ts': 'encoding and decoding of one format',
};

/** The names that a file of src/ exports. */
function exportsOf(path: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(src + path, 'utf8'), ts.ScriptTarget.ES2022);
  return source.statements.flatMap(statement => {
    if (ts.isExportDeclaration(statement)) {
      const {exportClause} = statement;
      return exportClause && ts.isNamedExports(exportClause)
        ? exportClause.elements.map(({name}) => name.text)
        : [];
    }
    if (!ts.canHaveModifiers(statement)) return [];
    if (!ts.getModifiers(statement)?.some(({kind}) => kind === ts.SyntaxKind.ExportKeyword)) return [];
    const declared = ts.isVariableStatement(statement)
      ? [...statement.declarationList.declarations]
      : [statement as ts.DeclarationStatement];
    return declared.flatMap(({name}) => (name && ts.isIdentifier(name) ? [name.text] : []));
  });
}

describe('a file of src/', () => {
  // Entries are named for the reader, and AssemblyScript groups loops by what they share.
  const named = [...files.keys()].filter(
    path => room(path) && !/\.generated\.ts$|\.d\.ts$|^backend\/wasm\/assembly\//.test(path),
  );
  // A class may stand in a file that begins with a small letter.
  const isOfItsName = (path: string) =>
    exportsOf(path).some(name => name.toLowerCase() === posix.basename(path, '.ts').toLowerCase());

  it('exports what it is named after', () => {
    const others = named.filter(path => !isOfItsName(path) && !Object.hasOwn(collections, path));
    expect(others.map(path => `${path} exports ${exportsOf(path).join(', ')}`)).toEqual([]);
  });

  it('is listed as a collection only where it exports nothing of its name', () => {
    expect(Object.keys(collections).filter(path => !named.includes(path) || isOfItsName(path))).toEqual([]);
  });
});
