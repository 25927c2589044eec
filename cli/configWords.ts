import {existsSync, readFileSync} from 'node:fs';
import type {Command, Option} from 'commander';

/** The file that is read where `--config` names none. */
export const CONFIG_FILE = 'face-margins.config.json';

type Settings = Record<string, unknown>;

const isSettings = (value: unknown): value is Settings =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const camelCase = (name: string) => name.replace(/-+(\w)/g, (_, letter: string) => letter.toUpperCase());

/**
 * A command line together with what a configuration file has for its command, as options before those of the command line. Commander
 * then checks both alike. Whatever the command line says itself is left out of the file's.
 *
 * @param command The command that the words behind its name are for.
 * @param all Every command, whose names and options are known in the file.
 * @param words The words behind the command's name; `--config` is taken out of them.
 * @param name The command's name in the file. Default: its own.
 */
export function configWords(
  command: Command,
  all: readonly Command[],
  words: readonly string[],
  name = command.name(),
): string[] {
  const {file, rest} = configFile(command, words);
  // A run that goes on has its own options already.
  if (file === undefined || rest.includes('--resume')) return rest;
  const settings = read(command, file);
  checkNames(command, all, settings, file);
  const common = Object.entries(settings).filter(
    ([name, value]) => !isSettings(value) && optionOf(command, name) !== undefined,
  );
  const own = Object.entries(isSettings(settings[name]) ? settings[name] : {});
  const merged = new Map([...common, ...own].map(([name, value]) => [optionOf(command, name), value]));
  const added = [...merged].flatMap(([option, value]) =>
    option === undefined || isSaid(command, option, rest) ? [] : wordsOf(command, option, value, file),
  );
  return [...added, ...rest];
}

/** Which file to read, and the words without `--config`. */
function configFile(command: Command, words: readonly string[]): {file?: string; rest: string[]} {
  const rest: string[] = [];
  let file: string | undefined;
  for (let i = 0; i < words.length; i++) {
    if (words[i] === '--config')
      file = words[++i] ?? command.error('error: --config must be followed by a file.');
    else if (words[i].startsWith('--config=')) file = words[i].slice('--config='.length);
    else rest.push(words[i]);
  }
  if (file !== undefined && !existsSync(file)) {
    command.error(`error: --config must be a file of options, but ${file} is not there.`);
  }
  return {file: file ?? (existsSync(CONFIG_FILE) ? CONFIG_FILE : undefined), rest};
}

function read(command: Command, file: string): Settings {
  let settings: unknown;
  try {
    settings = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    command.error(`error: ${file} must be JSON, but is not: ${(error as Error).message}`);
  }
  if (!isSettings(settings))
    return command.error(`error: ${file} must be an object of options, but is none.`);
  const {$schema, ...others} = settings;
  return others;
}

/** Refuses names that no command knows, in the words that commander has for unknown options. */
function checkNames(command: Command, all: readonly Command[], settings: Settings, file: string): void {
  for (const [name, value] of Object.entries(settings)) {
    const named = all.find(each => each.name() === name);
    if (named === undefined) {
      if (all.some(each => optionOf(each, name))) continue;
      const names = [...all.map(each => each.name()), ...all.flatMap(optionNames)];
      command.error(`error: ${file} has '${name}', which no command knows.${suggestion(name, names)}`);
    }
    if (!isSettings(value)) {
      command.error(
        `error: ${name} of ${file} must be an object of options, but is ${JSON.stringify(value)}.`,
      );
    }
    for (const option of Object.keys(value as Settings)) {
      if (optionOf(named as Command, option)) continue;
      command.error(
        `error: ${name} of ${file} has '${option}', which ${name} does not know.${suggestion(option, optionNames(named as Command))}`,
      );
    }
  }
}

const optionNames = (command: Command) => command.options.map(option => camelCase(option.name()));

/** The option of a name, as the command line has it or in camel case. */
const optionOf = (command: Command, name: string): Option | undefined =>
  command.options.find(option => option.attributeName() === camelCase(name));

function suggestion(name: string, names: readonly string[]): string {
  const wanted = camelCase(name).toLowerCase();
  const near = names.find(each => {
    const other = each.toLowerCase();
    return other.startsWith(wanted) || wanted.startsWith(other) || sharedLetters(other, wanted);
  });
  return near === undefined ? '' : `\n(Did you mean ${near}?)`;
}

/** Whether two names differ by one letter that is missing, or by two that are swapped. */
function sharedLetters(a: string, b: string): boolean {
  if (a.length === b.length) return [...a].sort().join() === [...b].sort().join();
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return (
    long.length === short.length + 1 &&
    [...long].some((_, i) => long.slice(0, i) + long.slice(i + 1) === short)
  );
}

/** Whether the command line has an option, or its opposite. */
function isSaid(command: Command, option: Option, words: readonly string[]): boolean {
  const flags = command.options
    .filter(each => each.attributeName() === option.attributeName())
    .flatMap(({long, short}) => [long, short]);
  return words.some(word => flags.includes(word.split('=', 1)[0]));
}

/** A value of the file as the command line has it. */
function wordsOf(command: Command, option: Option, value: unknown, file: string): string[] {
  const flag = option.long ?? option.short ?? '';
  if (typeof value === 'boolean') {
    if (option.required || option.optional) {
      command.error(`error: ${camelCase(option.name())} of ${file} needs a value, but is ${value}.`);
    }
    return value === option.negate ? [] : [flag];
  }
  const list = Array.isArray(value) ? value : [value];
  if (!list.every(each => typeof each === 'string' || typeof each === 'number') || option.isBoolean()) {
    const right = option.isBoolean() ? 'true or false' : 'text, a number or a list of them';
    command.error(
      `error: ${camelCase(option.name())} of ${file} must be ${right}, but is ${JSON.stringify(value)}.`,
    );
  }
  return option.variadic ? list.map(each => `${flag}=${each}`) : [`${flag}=${list.join(',')}`];
}
