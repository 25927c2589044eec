import type {CompletedCommand} from './completionScript';

/** The script of bash. Where it gives no words, bash completes files. */
export function bashCompletion(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({name}) => name).join(' ');
  const cases = commands.map(({name, options, words}) => {
    const chosen = options
      .filter(({value}) => value?.choices)
      .map(
        ({flag, value}) =>
          `        ${flag}) COMPREPLY=($(compgen -W "${value?.choices?.join(' ')}" -- "$cur")); return ;;`,
      );
    const others = options.filter(({value}) => value && !value.choices).map(({flag}) => flag);
    return [
      `    ${name})`,
      '      case "$prev" in',
      ...chosen,
      ...(others.length > 0 ? [`        ${others.join('|')}) return ;;`] : []),
      '      esac',
      ...(words
        ? [`      [[ $COMP_CWORD -eq 2 ]] && COMPREPLY=($(compgen -W "${words.join(' ')}" -- "$cur"))`]
        : []),
      `      [[ "$cur" == -* ]] && COMPREPLY=($(compgen -W "${options.map(({flag}) => flag).join(' ')}" -- "$cur"))`,
      '      ;;',
    ].join('\n');
  });
  return `# Completion of face-margins for bash.
_face_margins() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}"
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 ]]; then
    COMPREPLY=($(compgen -W "${names} --help --version" -- "$cur"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
}
complete -o bashdefault -o default -F _face_margins face-margins
`;
}
