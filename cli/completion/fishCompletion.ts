import type {CompletedCommand} from './completionScript';

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** The script of fish: for a file in `~/.config/fish/completions`. */
export function fishCompletion(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({name, description, options}) => [
    `complete -c face-margins -n __fish_use_subcommand -f -a ${name} -d ${quoted(description)}`,
    ...options
      .filter(({flag}) => flag.startsWith('--'))
      .map(({flag, description: of, value}) => {
        const takes =
          value === undefined ? '' : value.choices ? ` -x -a ${quoted(value.choices.join(' '))}` : ' -r';
        return `complete -c face-margins -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)}${takes} -d ${quoted(of)}`;
      }),
  ]);
  return `# Completion of face-margins for fish.\n${lines.join('\n')}\n`;
}
