import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {everyCommand} from '../../cli/commands';
import {configWords} from '../../cli/configWords';

let folder = '';
const home = process.cwd();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-'));
  process.chdir(folder);
});
afterEach(async () => {
  process.chdir(home);
  await rm(folder, {recursive: true});
});

/** The options of a command after a configuration file and a command line, as its action sees them. */
async function options(name: string, config: unknown, words: string[], file = 'face-margins.config.json') {
  await writeFile(file, typeof config === 'string' ? config : JSON.stringify(config));
  const all = everyCommand();
  const command = all.find(each => each.name() === name);
  if (command === undefined) throw new Error(`there is no ${name}`);
  const say = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  command.exitOverride().action(() => undefined);
  try {
    const merged = configWords(command, all, words);
    await command.parseAsync(merged, {from: 'user'});
    return command.opts();
  } finally {
    say.mockRestore();
  }
}

describe('a configuration file', () => {
  it('is found by itself, and gives options of a command and of all commands', async () => {
    const config = {
      $schema: 'ignored',
      backend: 'cpu',
      train: {epochs: 3, 'learning-rate': 0.02, freeze: ['all', 'batch-norm'], tensorboard: true},
      verify: {pairs: 'x'},
    };
    expect(await options('train', config, [])).toMatchObject({
      ...{backend: 'cpu', epochs: 3, learningRate: 0.02, tensorboard: true},
      freeze: ['all', 'batch-norm'],
    });
    // A command without such an option is not given it.
    expect(await options('synthetic', config, [])).not.toHaveProperty('backend');
  });

  it('yields to the command line, lists and opposites too', async () => {
    const config = {
      train: {epochs: 3, head: 'cosface'},
      export: {fold: false, model: '.', precision: 'int8'},
      search: {model: '.', index: 'a', image: ['face-margins.config.json', 'face-margins.config.json']},
    };
    expect(await options('train', config, ['--epochs=5'])).toMatchObject({epochs: 5, head: 'cosface'});
    expect(await options('export', config, ['out'])).toMatchObject({fold: false, precision: 'int8'});
    expect((await options('search', config, [])).image).toHaveLength(2);
    const image = ['--image', 'face-margins.config.json'];
    expect((await options('search', config, [...image, '--index', 'b'])).image).toHaveLength(1);
  });

  it('is the one that --config names, and none for a run that goes on', async () => {
    const config = {train: {epochs: 3}};
    expect(await options('train', config, ['--config', 'mine.json'], 'mine.json')).toMatchObject({epochs: 3});
    expect((await options('train', config, ['--resume'])).epochs).toBeUndefined();
  });

  it.each([
    ['no JSON', '{', 'face-margins.config.json must be JSON, but is not'],
    ['no object', [], 'face-margins.config.json must be an object of options, but is none.'],
    ['an unknown command', {trian: {}}, "has 'trian', which no command knows.\n(Did you mean train?)"],
    [
      'an unknown option',
      {train: {epoch: 3}},
      "has 'epoch', which train does not know.\n(Did you mean epochs?)",
    ],
    ['an option of another command', {train: {pairs: 'x'}}, "has 'pairs', which train does not know."],
    [
      'a value for a switch',
      {train: {tensorboard: 'yes'}},
      'tensorboard of face-margins.config.json must be true or false',
    ],
    [
      'a switch for a value',
      {train: {epochs: true}},
      'epochs of face-margins.config.json needs a value, but is true.',
    ],
    [
      'a command that is a number',
      {train: 3},
      'train of face-margins.config.json must be an object of options, but is 3.',
    ],
    [
      'a wrong value',
      {train: {epochs: 0}},
      "argument '0' is invalid. It must be a whole number of 1 or more.",
    ],
    ['a wrong choice', {train: {head: 'arcfase'}}, 'Allowed choices are arcface, cosface'],
  ])('is refused with %s', async (_, config, message) => {
    await expect(options('train', config, [])).rejects.toThrow(message);
  });

  it('must be there if it is named', async () => {
    await expect(options('train', {}, ['--config', 'none.json'])).rejects.toThrow(
      '--config must be a file of options, but none.json is not there.',
    );
    await expect(options('train', {}, ['--config'])).rejects.toThrow('--config must be followed by a file.');
  });
});
