import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {Command, CommanderError} from 'commander';
import {commands, everyCommand, withConfig} from './commands';
import {configWords} from './configWords';
import {messageOf} from './missingPackages';

/** Exit codes: as of most programs, with that of a shell for Ctrl-C. */
const codes = {failed: 1, usage: 2, interrupted: 130};

const version = (): string => {
  const file = createRequire(import.meta.url).resolve('face-margins/package.json');
  return JSON.parse(readFileSync(file, 'utf8')).version;
};

/** The whole command, with every command in it. */
function program(): Command {
  const whole = new Command('face-margins')
    .description('Trains, verifies and uses face-recognition networks, with TensorFlow.js.')
    .usage('<command> [options]')
    .version(version(), '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print help; of a command: face-margins <command> --help')
    .helpCommand('help [command]', 'print help of a command');
  for (const command of everyCommand()) whole.addCommand(command);
  return whole.addHelpText(
    'after',
    '\nBegin with `face-margins doctor`, then `face-margins train`: it draws faces.',
  );
}

/** Has a command and all within it end with the code of wrong usage, and point to its help. */
function strict(command: Command, before = ''): Command {
  const called = before + command.name();
  command.exitOverride().showHelpAfterError(`(${called} --help lists what there is)`);
  for (const each of command.commands) strict(each, `${called} `);
  return command;
}

/** Ends quietly where what reads the output has ended: `face-margins embed … | head`. */
function endWithReader(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

/**
 * Runs the command line, and ends the process with a code of its own where something is wrong: 2 for wrong usage, 1 for what failed, 130
 * after Ctrl-C.
 *
 * @param words Those behind the program's name.
 * @param only One command alone, and what it is called there, as behind `npm run`.
 */
export async function runCommand(
  words: readonly string[],
  only?: {command: string; called: string},
): Promise<void> {
  endWithReader(process.stdout);
  endWithReader(process.stderr);
  const command = strict(
    only === undefined ? program() : withConfig(commands[only.command](only.called, only.called)),
  );
  try {
    await command.parseAsync(withFile(command, words, only?.command), {from: 'user'});
  } catch (error) {
    // Commander has printed its own already: of help, with code 0.
    if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : codes.usage);
    console.error(`\n${messageOf(error)}`);
    process.exit(codes.failed);
  }
}

/** The words together with those of a configuration file, if they call a command. */
function withFile(command: Command, words: readonly string[], only?: string): string[] {
  if (only !== undefined) {
    return configWords(command, everyCommand(), words, only);
  }
  const called = command.commands.find(each => each.name() === words[0]);
  if (called === undefined) return [...words];
  return [words[0], ...configWords(called, command.commands, words.slice(1))];
}
