/**
 * Writes how the host calls the SIMD kernels, from their sources: `usize` is an address and nothing else, a number is a
 * count or a factor, a class is the address of a struct. Arguments go by name, so that no two can change places.
 */
import {readFile} from 'node:fs/promises';
import ts from 'typescript';

/** What the host gives for a type of AssemblyScript, or takes back. */
const hostTypes = {usize: 'Address', i32: 'number', u32: 'number', f32: 'number', void: 'void'};

async function parse(url) {
  return ts.createSourceFile(url.pathname, await readFile(url, 'utf8'), ts.ScriptTarget.Latest, true);
}

/** The doc comment of a declaration as it stands, moved to an indentation. */
function comment(node, indent) {
  const [doc] = ts.getJSDocCommentsAndTags(node);
  if (doc === undefined) return '';
  const lines = doc.getText().split('\n');
  return lines.map(line => `${indent}${line.trim().replace(/^\*/, ' *')}\n`).join('');
}

function fail(node, what) {
  throw new Error(`${node.getSourceFile().fileName}: ${what}`);
}

/** The fields of a struct: each of 4 bytes, so that one stands right after the other. */
function describeStruct(declaration) {
  const fields = declaration.members.filter(ts.isPropertyDeclaration);
  const other = fields.find(field => field.type?.getText() !== 'i32');
  if (other !== undefined) fail(other, `the field ${other.name.getText()} of a struct must be of type i32`);
  const name = declaration.name.text;
  return `${comment(declaration, '')}export interface ${name} {
${fields.map(field => `${comment(field, '  ')}  ${field.name.getText()}: number;\n`).join('')}}

/** The fields of a \`${name}\` in the order in which they lie in the memory, 4 bytes each. */
export const ${name[0].toLowerCase()}${name.slice(1)}Fields = [
${fields.map(field => `  '${field.name.getText()}',\n`).join('')}] as const satisfies (keyof ${name})[];
`;
}

/** What `index.ts` exports: functions, and the structs that they take. */
async function exported(index) {
  const functions = [];
  const structs = new Set();
  const files = new Map();
  const file = async (from, specifier) => {
    const url = new URL(`${specifier.text}.ts`, from);
    if (!files.has(url.href)) files.set(url.href, await parse(url));
    return {url, source: files.get(url.href)};
  };
  for (const {moduleSpecifier, exportClause} of (await parse(index)).statements) {
    const {url, source} = await file(index, moduleSpecifier);
    const names = exportClause?.elements.map(({name}) => name.text);
    for (const statement of source.statements) {
      const isExported = statement.modifiers?.some(({kind}) => kind === ts.SyntaxKind.ExportKeyword);
      if (!ts.isFunctionDeclaration(statement) || !isExported) continue;
      if (names !== undefined && !names.includes(statement.name.text)) continue;
      functions.push(statement);
      for (const {type} of statement.parameters) {
        if (type.getText() in hostTypes) continue;
        structs.add(await findStruct(type, source, specifier => file(url, specifier)));
      }
    }
  }
  return {functions, structs: [...structs]};
}

/** The class that a type names, in the same file or the one that it is imported from. */
async function findStruct(type, source, imported) {
  const name = type.getText();
  const declared = ({statements}) =>
    statements.find(statement => ts.isClassDeclaration(statement) && statement.name.text === name);
  const statement = source.statements.find(
    node =>
      ts.isImportDeclaration(node) &&
      node.importClause?.namedBindings?.elements.some(element => element.name.text === name),
  );
  const struct =
    declared(source) ?? (statement && declared((await imported(statement.moduleSpecifier)).source));
  return struct ?? fail(type, `${name} must be usize, i32, u32, f32 or a class`);
}

/** The module that declares what `index` exports, in TypeScript. */
export async function hostModule(index) {
  const {functions, structs} = await exported(index);
  const typeOf = type => hostTypes[type.getText()] ?? `Address<${type.getText()}>`;
  const methods = functions.map(declaration => {
    const {name, parameters, type} = declaration;
    const args = parameters.map(parameter => `${parameter.name.text}: ${typeOf(parameter.type)}`);
    const call = args.length > 0 ? `args: {${args.join('; ')}}` : '';
    return `${comment(declaration, '  ')}  ${name.text}(${call}): ${typeOf(type)};\n`;
  });
  const orders = functions.map(
    ({name, parameters}) =>
      `  ${name.text}: [${parameters.map(parameter => `'${parameter.name.text}'`).join(', ')}],\n`,
  );
  return `// Made by \`npm run kernels\` from the sources in \`assembly/\`.
import type {Address} from './address';

${structs.map(describeStruct).join('\n')}
/** The exports of the SIMD module, with arguments by name. */
export interface SimdKernels {
${methods.join('')}}

/** The order of the arguments of each. */
export const simdParameters: Record<keyof SimdKernels, readonly string[]> = {
${orders.join('')}};
`;
}
