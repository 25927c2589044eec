import type {Command, Option} from 'commander';
import {bashCompletion} from './bashCompletion';
import {fishCompletion} from './fishCompletion';
import type {Shell} from './shells';
import {zshCompletion} from './zshCompletion';

/** A command, as a script of completion has it. */
export interface CompletedCommand {
  name: string;
  description: string;
  options: CompletedOption[];
  /** The words that its argument is one of; undefined where it takes files, or nothing. */
  words?: readonly string[];
}

/** An option, as a script of completion has it. */
export interface CompletedOption {
  /** With its dashes. */
  flag: string;
  description: string;
  /** What it takes; undefined if nothing. */
  value?: {
    /** The words to choose from; undefined where it may be a file. */
    choices?: readonly string[];
  };
}

/** The script that completes commands, options and their values in a shell. It is all there is: a shell runs no program to complete. */
export function completionScript(shell: Shell, commands: readonly Command[]): string {
  const completed: CompletedCommand[] = commands.map(command => ({
    name: command.name(),
    description: firstSentence(command.description()),
    options: [...command.createHelp().visibleOptions(command)].map(completedOption),
    words: command.registeredArguments[0]?.argChoices,
  }));
  const help = {
    name: 'help',
    description: 'Prints help of a command',
    options: [],
    words: commands.map(command => command.name()),
  };
  const script = {bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion}[shell];
  return script([...completed, help]);
}

function completedOption(option: Option): CompletedOption {
  const takes = option.required || option.optional;
  return {
    flag: option.long ?? option.short ?? '',
    description: option.description,
    ...(takes && {value: {choices: option.argChoices}}),
  };
}

const firstSentence = (text: string) => text.split(/[.:;] /, 1)[0].replace(/\.$/, '');
