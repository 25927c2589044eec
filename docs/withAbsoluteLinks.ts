/**
 * Markdown whose relative links and pictures lead to a repository.
 *
 * @param markdown With links inline: `[text](target)`.
 * @param repository As in package.json: `git+https://github.com/owner/name.git`, `github:owner/name` or `owner/name`.
 */
export function withAbsoluteLinks(markdown: string, repository: string): string {
  const address = repository
    .replace(/^(github:)?([\w.-]+\/[\w.-]+)$/, 'https://github.com/$2')
    .replace(/^git\+/, '')
    .replace(/\.git$/, '');
  return markdown.replace(/(!?)\[([^\]]*)\]\((?![a-z]+:|#)([^)]+)\)/g, (_, picture, text, path) => {
    return `${picture}[${text}](${address}/${picture ? 'raw' : 'blob'}/HEAD/${path})`;
  });
}
