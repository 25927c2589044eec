import type {CompletedCommand, CompletedOption} from './completionScript';

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** Text within the brackets of \`_arguments\`, where brackets and colons mean something. */
const bracketed = (text: string) => text.replaceAll(/[\\[\]:]/g, '\\$&');

function argument({flag, description, value}: CompletedOption): string {
  const action = value?.choices ? `(${value.choices.join(' ')})` : '_files';
  const taken = value ? `:${flag.replace(/^--/, '')}:${action}` : '';
  return quoted(`*${flag}[${bracketed(description)}]${taken}`);
}

/** The script of zsh: for a file `_face-margins` in a folder of `fpath`, or to be evaluated. */
export function zshCompletion(commands: readonly CompletedCommand[]): string {
  const described = commands.map(({name, description}) => `    ${quoted(`${name}:${description}`)}`);
  const cases = commands.map(({name, options, words}) =>
    [
      `    ${name})`,
      '      _arguments -S \\',
      ...options.map(each => `        ${argument(each)} \\`),
      words ? `        '1:word:(${words.join(' ')})' ;;` : "        '*:file:_files' ;;",
    ].join('\n'),
  );
  return `#compdef face-margins
# Completion of face-margins for zsh.
_face_margins() {
  local -a commands=(
${described.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _arguments '(- *)--help[print help]' '(- *)--version[print the version]' '1:command:{_describe command commands}'
    return
  fi
  local command="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$command" in
${cases.join('\n')}
  esac
}
if [[ "$funcstack[1]" == _face-margins ]]; then
  _face_margins "$@"
else
  compdef _face_margins face-margins
fi
`;
}
