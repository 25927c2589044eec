import {readdirSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** The pages that are checked: those at the top, what lies in docs/, and what examples say of themselves. */
export const pages: string[] = [
  ...['README.md', 'CONTRIBUTING.md'],
  ...readdirSync(`${root}docs`)
    .filter(name => name.endsWith('.md'))
    .map(name => `docs/${name}`),
  ...readdirSync(`${root}examples`, {recursive: true, encoding: 'utf8'})
    .filter(name => name.endsWith('README.md'))
    .map(name => `examples/${name.replaceAll('\\', '/')}`),
];

/** A fenced block of code. */
export interface CodeBlock {
  /** The number of its first line in the page. */
  line: number;
  /** `ts`, `js`, … */
  language: string;
  /** Words after the language: `prelude`, `printed`. */
  marks: string[];
  code: string;
}

/** A page of Markdown, taken apart. */
export interface Page {
  blocks: CodeBlock[];
  /** The targets of links and pictures, as written. */
  links: string[];
  /** What `#…` can point to: the names that GitHub gives to headings. */
  anchors: Set<string>;
}

/** Reads a page. Headings begin with `#`, links are inline: `[text](target)`. */
export function readPage(name: string): Page {
  const page: Page = {blocks: [], links: [], anchors: new Set()};
  let open: CodeBlock | undefined;
  readFileSync(root + name, 'utf8')
    .split('\n')
    .forEach((line, i) => {
      const fence = line.match(/^ *```(.*)$/);
      if (fence && open) {
        page.blocks.push(open);
        open = undefined;
      } else if (fence) {
        const [language, ...marks] = fence[1].trim().split(/\s+/);
        open = {line: i + 2, language, marks, code: ''};
      } else if (open) {
        open.code += `${line}\n`;
      } else {
        const heading = line.match(/^#+ (.*)$/);
        if (heading) page.anchors.add(anchor(heading[1]));
        const prose = line.replace(/`[^`]*`/g, '');
        for (const [, target] of prose.matchAll(/\]\(([^)\s]+)\)/g)) page.links.push(target);
      }
    });
  if (open) throw new Error(`${name}: the block of code in line ${open.line} does not end.`);
  return page;
}

/** The name that GitHub gives to a heading. */
export const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
