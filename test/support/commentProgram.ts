import ts from 'typescript';
import type {CommentSample} from './docComments';
import {entries} from './entries';
import {isShown} from './expectShown';
import {root} from './markdown';

const support = `${root}test/support`;

/**
 * A sample of a doc comment as a program: what it uses and neither makes nor imports is imported before, and what comments show
 * of values (`scheduleAt(schedule, 50);   // 0.25`) is checked.
 */
export function commentProgram({file, code}: CommentSample): string {
  const source = ts.createSourceFile('sample.ts', code, ts.ScriptTarget.Latest, true);
  const checked = withChecks(source);
  const imports = [...missingNames(source)].flatMap(name => importOf(name, file) ?? []);
  return `${imports.join(' ')} import {expectShown} from '${support}/expectShown';\n${checked}\nexport {};\n`;
}

/** Where a name comes from that a sample does not explain; nothing for what the language has. */
function importOf(name: string, file: string): string | undefined {
  if (name === 'tf') return `import * as tf from '@tensorflow/tfjs-core';`;
  for (const entry of entries) {
    const found = exportsOf(`${root}src/${entry}.ts`).get(name);
    if (found) return `import {${found}} from 'face-margins${entry === 'index' ? '' : `/${entry}`}';`;
  }
  // What no entry exports has samples too, for those who work on it.
  if (exportsOf(root + file).has(name)) return `import {${name}} from '${root}${file.replace(/\.ts$/, '')}';`;
  if (exportsOf(`${support}/sampleValues.ts`).has(name))
    return `import {${name}} from '${support}/sampleValues';`;
  return undefined;
}

const known = new Map<string, Map<string, string>>();

/** The names that a file exports, each as one imports it: `type Margin`, `arcFace`. */
function exportsOf(file: string): Map<string, string> {
  let names = known.get(file);
  if (!names) {
    names = new Map();
    known.set(file, names);
    const source = ts.createSourceFile(file, ts.sys.readFile(file) ?? '', ts.ScriptTarget.Latest);
    for (const statement of source.statements) {
      if (
        ts.isExportDeclaration(statement) &&
        statement.exportClause &&
        ts.isNamedExports(statement.exportClause)
      ) {
        for (const {name, isTypeOnly} of statement.exportClause.elements) {
          names.set(name.text, isTypeOnly || statement.isTypeOnly ? `type ${name.text}` : name.text);
        }
      } else if (ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some(isExport)) {
        for (const name of namesOf(statement)) names.set(name, name);
      }
    }
  }
  return names;
}

const isExport = ({kind}: ts.Modifier) => kind === ts.SyntaxKind.ExportKeyword;

/** The names of values that a statement makes. */
function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({name}) => boundNames(name));
  }
  if ((ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name) {
    return [statement.name.text];
  }
  return [];
}

const boundNames = (name: ts.BindingName): string[] =>
  ts.isIdentifier(name)
    ? [name.text]
    : name.elements.flatMap(element => (ts.isBindingElement(element) ? boundNames(element.name) : []));

/** The names that a program uses and does not make. */
function missingNames(source: ts.SourceFile): Set<string> {
  const used = new Set<string>();
  const made = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isImportSpecifier(node) || ts.isNamespaceImport(node)) {
      made.add(node.name.text);
    } else if (ts.isVariableDeclaration(node) || ts.isParameter(node)) {
      for (const name of boundNames(node.name)) made.add(name);
    } else if (ts.isIdentifier(node) && isReference(node)) {
      used.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return new Set([...used].filter(name => !made.has(name)));
}

/** Whether an identifier stands for a value, and is not the name of a property. */
function isReference(node: ts.Identifier): boolean {
  const {parent} = node;
  if (ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent)) return parent.name !== node;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  return !ts.isImportSpecifier(parent);
}

/** The program with a check behind each statement whose comment shows a value. */
function withChecks(source: ts.SourceFile): string {
  let text = source.text;
  for (const statement of [...source.statements].reverse()) {
    const [, shown] = text.slice(statement.end).match(/^ +\/\/ (.*)/) ?? [];
    if (shown === undefined || !isShown(shown) || /^console\.log\(/.test(statement.getText())) continue;
    const words = JSON.stringify(shown);
    if (ts.isExpressionStatement(statement)) {
      const {expression} = statement;
      const check = `expectShown(${printed(expression) ?? expression.getText()}, ${words});`;
      text = text.slice(0, statement.getStart()) + check + text.slice(statement.end);
    } else {
      const names = namesOf(statement);
      const value = names.length === 1 ? names[0] : `[${names}]`;
      text = `${text.slice(0, statement.end)} expectShown(${value}, ${words});${text.slice(statement.end)}`;
    }
  }
  return text;
}

/** The tensor of `tensor.print()`. */
function printed(expression: ts.Expression): string | undefined {
  if (!ts.isCallExpression(expression) || !ts.isPropertyAccessExpression(expression.expression))
    return undefined;
  const {expression: tensor, name} = expression.expression;
  return name.text === 'print' ? tensor.getText() : undefined;
}
