import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {everyCommand} from '../../cli/commands';
import {completionScript} from '../../cli/completion/completionScript';
import {headNames} from '../../cli/names';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'completion-'));
});
afterAll(() => rmSync(folder, {recursive: true}));

/** What bash offers for the last of some words. */
function offered(...words: string[]): string[] {
  const file = join(folder, 'completion.bash');
  writeFileSync(file, completionScript('bash', everyCommand()));
  const script = `source ${file}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _face_margins; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', script, 'bash', 'face-margins', ...words], {encoding: 'utf8'})
    .split('\n')
    .filter(Boolean);
}

const isInstalled = (shell: string) => {
  try {
    execFileSync(shell, ['-c', 'true']);
    return true;
  } catch {
    return false;
  }
};

describe('bash', () => {
  it('completes commands, options and choices, and leaves files to itself', () => {
    expect(offered('al')).toEqual(['align']);
    expect(offered('')).toEqual(expect.arrayContaining(everyCommand().map(command => command.name())));
    expect(offered('train', '--le')).toEqual(['--learning-rate']);
    expect(offered('train', '--head', '')).toEqual([...headNames]);
    expect(offered('train', '--data', '')).toEqual([]);
    expect(offered('verify', 'x')).toEqual([]);
    expect(offered('help', 'ver')).toEqual(['verify']);
    expect(offered('hel')).toEqual(['help']);
    expect(offered('completion', '')).toEqual(['bash', 'zsh', 'fish']);
    expect(offered('export', '--no')).toEqual(['--no-fold']);
  });
});

describe.skipIf(!isInstalled('fish'))('fish', () => {
  /** What fish offers for a line, without its descriptions. */
  function inFish(line: string): string[] {
    const file = join(folder, 'offered.fish');
    writeFileSync(file, completionScript('fish', everyCommand()));
    return execFileSync('fish', ['--no-config', '-c', `source ${file}; complete -C '${line}'`], {
      cwd: folder,
      encoding: 'utf8',
    })
      .split('\n')
      .filter(Boolean)
      .map(offer => offer.split('\t')[0]);
  }

  it('completes commands, options, choices and files', () => {
    const names = everyCommand().map(command => command.name());
    expect(inFish('face-margins ')).toEqual([...names, 'help'].sort());
    expect(inFish('face-margins --')).toEqual(['--help', '--version']);
    expect(inFish('face-margins train --le')).toEqual(['--learning-rate']);
    expect(inFish('face-margins train --head ')).toEqual([...headNames].sort());
    expect(inFish('face-margins train --data offered.f')).toEqual(['offered.fish']);
    expect(inFish('face-margins help ')).toEqual(names.sort());
    // The word behind belongs to the command, though it is the name of another.
    expect(inFish('face-margins compare train --le')).toEqual([]);
    expect(inFish('face-margins completion ')).toEqual(['bash', 'fish', 'zsh']);
  });
});

describe('the script', () => {
  it.each(['bash', 'zsh', 'fish'] as const)(
    'of %s has every command and option, and that shell reads it',
    shell => {
      const script = completionScript(shell, everyCommand());
      for (const command of everyCommand()) {
        expect(script).toContain(command.name());
        for (const {long} of command.options)
          expect(script).toContain(shell === 'fish' ? `-l ${long?.slice(2)}` : long);
      }
      if (!isInstalled(shell)) return;
      const file = join(folder, `completion.${shell}`);
      writeFileSync(file, script);
      execFileSync(shell, ['-n', file]);
    },
  );
});
