import {rocCurve} from 'face-margins/plot';
import {parseHTML} from 'linkedom';
import {pageStyle} from '../../cli/facesPageStyle';
import {imageUrl} from '../../cli/imageUrl';
import type {Evaluation, HardPair, Row} from './evaluation';

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** One page of all figures, with nothing to load. */
export async function evaluationPage(title: string, evaluation: Evaluation): Promise<string> {
  const {summary, tables, curves, hardest} = evaluation;
  const picture =
    curves.length === 0
      ? ''
      : `<section><div class="charts"><figure>${await rocCurve({curves, title: 'ROC', document: parseHTML('<html></html>').document})}</figure></div></section>`;
  const parts = [
    ...tables.map(({title: name, rows}) => section(name, table(rows))),
    picture,
    await hardestSection('One person, lowest scores', hardest.genuine),
    await hardestSection('Two people, highest scores', hardest.impostors),
  ];
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${pageStyle}</style></head>
<body>
<header><h1>${escaped(title)}</h1><p>${escaped(summary)}</p>
<p class="faint">Intervals hold 95 % of the figures of people drawn anew. The second ones take pairs for independent, as many papers do, and are too narrow.</p></header>
${parts.join('\n')}
</body>
</html>
`;
}

const section = (title: string, content: string) => `<section><h2>${escaped(title)}</h2>${content}</section>`;

const table = (rows: Row[]) =>
  `<table><tbody>${rows
    .map(
      ({name, figure, interval, warning}) =>
        `<tr><th>${escaped(name)}</th><td><b>${escaped(figure)}</b></td><td>${escaped(interval ?? '')}${
          warning === undefined ? '' : `<br><small>${escaped(warning)}</small>`
        }</td></tr>`,
    )
    .join('')}</tbody></table>`;

async function hardestSection(title: string, pairs: HardPair[]): Promise<string> {
  if (pairs.length === 0) return '';
  const figures = await Promise.all(
    pairs.map(async ({images, a, b, score}) => {
      const [first, second] = await Promise.all([imageUrl(images, a), imageUrl(images, b)]);
      return `<figure><img src="${first}" alt=""><img src="${second}" alt=""><figcaption>cosine ${score.toFixed(3)}</figcaption></figure>`;
    }),
  );
  return section(title, `<div class="pairs">${figures.join('')}</div>`);
}
