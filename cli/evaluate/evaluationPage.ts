import {rocCurve} from 'face-margins/plot';
import {parseHTML} from 'linkedom';
import {escapeHtml} from '../escapeHtml';
import {pageStyle} from '../facesPageStyle';
import {htmlPage} from '../htmlPage';
import {imageUrl} from '../imageUrl';
import type {Evaluation, HardPair, Row} from './evaluation';

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
  return htmlPage({
    title,
    style: pageStyle,
    body: `<header><h1>${escapeHtml(title)}</h1><p>${escapeHtml(summary)}</p>
<p class="faint">Intervals hold 95 % of the figures of people drawn anew. The second ones take pairs for independent, as many papers do, and are too narrow.</p></header>
${parts.join('\n')}`,
  });
}

const section = (title: string, content: string) =>
  `<section><h2>${escapeHtml(title)}</h2>${content}</section>`;

const table = (rows: Row[]) =>
  `<table><tbody>${rows
    .map(
      ({name, figure, interval, warning}) =>
        `<tr><th>${escapeHtml(name)}</th><td><b>${escapeHtml(figure)}</b></td><td>${escapeHtml(interval ?? '')}${
          warning === undefined ? '' : `<br><small>${escapeHtml(warning)}</small>`
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
