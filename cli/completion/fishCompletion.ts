import type {CompletedCommand} from './completionScript';

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** The script of fish: for a file in `~/.config/fish/completions`. */
export function fishCompletion(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({name, description, options, words}) => {
    const within = `complete -c face-margins -n '__face_margins_command ${name}'`;
    return [
      `complete -c face-margins -n __face_margins_no_command -f -a ${name} -d ${quoted(description)}`,
      ...(words ? [`${within} -f -a ${quoted(words.join(' '))}`] : []),
      ...options
        .filter(({flag}) => flag.startsWith('--'))
        .map(({flag, description: of, value}) => {
          const takes =
            value === undefined ? '' : value.choices ? ` -x -a ${quoted(value.choices.join(' '))}` : ' -r';
          return `${within} -l ${flag.slice(2)}${takes} -d ${quoted(of)}`;
        }),
    ];
  });
  return `# Completion of face-margins for fish.
function __face_margins_no_command
  test (count (commandline -opc)) -eq 1
end
function __face_margins_command
  set -l words (commandline -opc)
  test (count $words) -gt 1; and test $words[2] = $argv[1]
end
complete -c face-margins -n __face_margins_no_command -l help -d 'print help'
complete -c face-margins -n __face_margins_no_command -l version -d 'print the version'
${lines.join('\n')}
`;
}
