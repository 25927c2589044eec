import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {basename, posix} from 'node:path';
import type {Plugin} from 'vite';
import {htmlPage} from '../../cli/htmlPage';

/** The pages of the documentation that go with the demo, so that its links work wherever it is put. */
export const docsPages = ['what-a-margin-is', 'choosing-a-head', 'choosing-s-and-m', 'losses', 'mnist-2d'];

const docs = new URL('../../docs/', import.meta.url);

/** What of markdown-it is used here; typedoc, which makes the site of the documentation, brings it. */
interface Markdown {
  render(text: string): string;
}
const {resolve} = createRequire(import.meta.url);
const MarkdownIt: new (options: {html: boolean}) => Markdown = createRequire(resolve('typedoc'))(
  'markdown-it',
);
const markdown = new MarkdownIt({html: false});

const style = `
:root { color-scheme: light dark; }
body { margin: 0 auto; max-width: 50rem; padding: 1.75rem 1.5rem 4rem; overflow-wrap: anywhere;
  font: 16px/1.6 Inter, system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }
h1, h2, h3 { line-height: 1.25; letter-spacing: -.01em; }
img { max-width: 100%; background: #fff; border-radius: .5rem; }
pre { padding: .75rem 1rem; overflow-x: auto; border-radius: .5rem; background: rgb(128 128 128 / 12%); font-size: .8125rem; overflow-wrap: normal; }
table { display: block; overflow-x: auto; border-collapse: collapse; font-size: .875rem; overflow-wrap: normal; }
th, td { padding: .375rem .625rem; border-bottom: 1px solid rgb(128 128 128 / 25%); text-align: left; vertical-align: top; }
`;

/** A page as HTML. Links to pages that are not here are left as text. */
function rendered(page: string): string {
  const source = readFileSync(new URL(`${page}.md`, docs), 'utf8');
  const title = /^# (.*)$/m.exec(source)?.[1] ?? page;
  const body = markdown
    .render(source)
    .replace(
      /<h([1-4])>(.*?)<\/h\1>/g,
      (_, level, text) => `<h${level} id="${anchor(text)}">${text}</h${level}>`,
    )
    .replace(/<a href="([^"]*)">(.*?)<\/a>/gs, (link, target: string, text: string) => {
      if (/^(https?:|#)/.test(target)) return link;
      const [path, fragment] = target.split('#');
      const name = basename(path, '.md');
      if (path.includes('/') || !docsPages.includes(name)) return text;
      return `<a href="${name}.html${fragment ? `#${fragment}` : ''}">${text}</a>`;
    });
  return htmlPage({title, style, body: `<p><a href="../index.html">← What a margin does</a></p>\n${body}`});
}

/** The names that headings have in links, as on GitHub. */
const anchor = (heading: string) =>
  heading
    .replace(/<[^>]*>/g, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');

const types: Record<string, string> = {html: 'text/html', svg: 'image/svg+xml', png: 'image/png'};

/** Gives the page `docs/….html` and their pictures: while serving, and as files of a build. */
export function docsFiles(): Plugin {
  const pictures = [
    ...new Set(
      docsPages.flatMap(page =>
        [...rendered(page).matchAll(/src="(images\/[^"]+)"/g)].map(([, path]) => path),
      ),
    ),
  ];
  const read = (name: string) =>
    name.endsWith('.html') ? rendered(basename(name, '.html')) : readFileSync(new URL(name, docs));
  const names = [...docsPages.map(page => `${page}.html`), ...pictures];
  return {
    name: 'docs-files',
    configureServer({middlewares}) {
      middlewares.use((request, response, next) => {
        const name = names.find(each => request.url?.split('?')[0].endsWith(`/docs/${each}`));
        if (name === undefined) return next();
        response.setHeader('Content-Type', `${types[posix.extname(name).slice(1)]}; charset=utf-8`);
        response.end(read(name));
      });
    },
    generateBundle() {
      for (const name of names) this.emitFile({type: 'asset', fileName: `docs/${name}`, source: read(name)});
    },
  };
}
