import {Argument, Command} from 'commander';
import {type AlignCommandOptions, alignCommand} from './align/alignOptions';
import {cleanCommand, cleanOptions} from './clean/cleanOptions';
import {clusterCommand, clusterOptions} from './cluster/clusterOptions';
import {compareCommand, compareOptions} from './compareOptions';
import {type Shell, shells} from './completion/shells';
import {embedCommand, embedOptions} from './embedOptions';
import {evaluateCommand, evaluateOptions} from './evaluate/evaluateOptions';
import {exportCommand, exportOptions} from './exportOptions';
import {facesCommand, facesOptions} from './facesOptions';
import {optionsOfRun} from './runFolder';
import {searchCommand, searchCommandOptions} from './search/searchCommandOptions';
import {type SyntheticCommandOptions, syntheticCommand} from './synthetic/syntheticCommand';
import {verifyCommand, verifyOptions} from './verifyOptions';

/**
 * Every command, by its name: made with how it is called. What a command does loads when it does it, so that help needs neither
 * TensorFlow.js nor any other package.
 */
export const commands: Record<string, (name: string, called: string) => Command> = {
  align: name =>
    alignCommand(name).action(async (options: AlignCommandOptions) => {
      const {align} = await import('./align/align');
      await align(options);
    }),
  train: (name, called) =>
    facesCommand(name).action(async (_, command) => {
      const {train} = await import('./train');
      await train(facesOptions(command, optionsOfRun), called);
    }),
  verify: name =>
    verifyCommand(name).action(async (_, command) => {
      const {verify} = await import('./verify');
      await verify(verifyOptions(command));
    }),
  evaluate: name =>
    evaluateCommand(name).action(async (_, command) => {
      const {evaluate} = await import('./evaluate/evaluate');
      await evaluate(evaluateOptions(command));
    }),
  compare: name =>
    compareCommand(name).action(async (_first, _second, _, command) => {
      const {compare} = await import('./compare');
      await compare(compareOptions(command));
    }),
  embed: name =>
    embedCommand(name).action(async (_images, _, command) => {
      const {embed} = await import('./embed');
      await embed(embedOptions(command));
    }),
  cluster: name =>
    clusterCommand(name).action(async (_images, _, command) => {
      const {cluster} = await import('./cluster/cluster');
      await cluster(clusterOptions(command));
    }),
  search: name =>
    searchCommand(name).action(async (_, command) => {
      const {search} = await import('./search/search');
      await search(searchCommandOptions(command));
    }),
  clean: name =>
    cleanCommand(name).action(async (_, command) => {
      const {clean} = await import('./clean/clean');
      await clean(cleanOptions(command));
    }),
  export: name =>
    exportCommand(name).action(async (_out, _, command) => {
      const {exportModel} = await import('./exportModel');
      await exportModel(exportOptions(command));
    }),
  synthetic: name =>
    syntheticCommand(name).action(async (options: SyntheticCommandOptions) => {
      const {drawSynthetic} = await import('./synthetic/drawSynthetic');
      await drawSynthetic(options);
    }),
  init: name =>
    new Command(name)
      .description('Writes a commented program that trains, to change.')
      .argument('[folder]', 'where to write train.js', '.')
      .allowExcessArguments(false)
      .action(async (folder: string) => {
        const {initProgram} = await import('./initProgram');
        await initProgram(folder);
      }),
  doctor: name =>
    new Command(name)
      .description('Says what is installed and what is missing, with the lines that install it.')
      .option('--json', 'print it as JSON')
      .allowExcessArguments(false)
      .action(async (options: {json?: boolean}) => {
        const {doctor} = await import('./doctor');
        await doctor(options);
      }),
  completion: name =>
    new Command(name)
      .description('Prints the script that completes commands and options in a shell.')
      .addArgument(new Argument('<shell>', 'the shell').choices(shells))
      .allowExcessArguments(false)
      .addHelpText(
        'after',
        '\nFor bash: source <(npx face-margins completion bash)' +
          '\nFor zsh, after compinit: source <(npx face-margins completion zsh)' +
          '\nFor fish: npx face-margins completion fish > \\\n  ~/.config/fish/completions/face-margins.fish',
      )
      .action(async (shell: Shell) => {
        const {completionScript} = await import('./completion/completionScript');
        process.stdout.write(completionScript(shell, everyCommand()));
      }),
};

/** Every command, made. All take `--config`. */
export const everyCommand = (called = (name: string) => `npx face-margins ${name}`): Command[] =>
  Object.entries(commands).map(([name, make]) => withConfig(make(name, called(name))));

/** Adds the option that names a configuration file: `configWords` has taken it out when a command runs. */
export const withConfig = (command: Command): Command =>
  command.option('--config <file>', 'file of options (default: face-margins.config.json, if there)');
