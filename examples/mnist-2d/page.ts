import {escapeHtml} from '../../cli/escapeHtml';
import {htmlPage} from '../../cli/htmlPage';
import {heads} from './heads';
import type {HeadResult, Results} from './results';

/** A figure of the table: how it is called, printed, and which end of it is the better one. */
interface Figure {
  name: string;
  value: (head: HeadResult) => number;
  print: (value: number) => string;
  better?: 'high' | 'low';
}

const degrees = (value: number) => `${value.toFixed(1)}°`;

const figures: Figure[] = [
  {
    name: 'Accuracy',
    value: head => 100 * head.accuracy,
    print: value => `${value.toFixed(2)} %`,
    better: 'high',
  },
  {name: 'Mean angle within classes', value: head => head.meanIntraClassAngle, print: degrees, better: 'low'},
  {
    name: 'Smallest angle between classes',
    value: head => head.minInterClassAngle,
    print: degrees,
    better: 'high',
  },
  {
    name: 'Angular Fisher score',
    value: head => head.angularFisher,
    print: value => value.toFixed(4),
    better: 'low',
  },
  {name: 'Mean norm', value: head => head.meanNorm, print: value => value.toFixed(1)},
  {name: 'Deviation of norms', value: head => head.normDeviation, print: value => value.toFixed(1)},
  {name: 'Images a second', value: head => head.imagesPerSecond, print: value => value.toFixed(0)},
];

/** The page that shows the pictures side by side with their figures: one file, nothing to load. */
export function page(results: Results, pictures: Record<string, string>): string {
  const names = Object.keys(results.heads);
  const cards = names.map(
    name => `<figure>
${pictures[name]}
<figcaption>${escapeHtml(heads[name].formula)}</figcaption>
</figure>`,
  );
  return htmlPage({
    title: 'MNIST in two dimensions',
    style: style,
    body: `<header>
<h1>MNIST in two dimensions</h1>
<p>Each point is one of the 10,000 test images, at the direction the network gives it; its color is its digit. A colored wedge holds
nine tenths of a digit's images. A striped wedge is where a margin wants none. The networks are alike; only the head they were trained
under differs.</p>
</header>
<main>
${cards.join('\n')}
</main>
${table(results)}
<footer>
<p>${escapeHtml(results.recipe)}</p>
<p>${escapeHtml(`Network ${results.network}, seed ${results.seed}, backend ${results.backend}, ${Math.round(results.seconds)} seconds in all.`)}</p>
</footer>`,
  });
}

function table({heads: results}: Results): string {
  const rows = Object.values(results);
  const columns = figures.map(({value, print, better}) => {
    const values = rows.map(value);
    const best = better && rows.length > 1 ? Math[better === 'high' ? 'max' : 'min'](...values) : undefined;
    return values.map(each => (each === best ? `<td><b>${print(each)}</b></td>` : `<td>${print(each)}</td>`));
  });
  const body = Object.keys(results).map(
    (name, i) =>
      `<tr><th scope="row">${escapeHtml(heads[name].title)}</th>${columns.map(cells => cells[i]).join('')}</tr>`,
  );
  return `<table>
<thead><tr><th></th>${figures.map(({name}) => `<th scope="col">${name}</th>`).join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table>`;
}

const style = `
body { margin: 0 auto; max-width: 1500px; padding: 2.5rem 1.5rem; color: #22252b; background: #fff;
  font: 16px/1.55 Inter, system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }
header, footer { max-width: 46rem; }
h1 { margin: 0 0 .5rem; font-size: 1.75rem; font-weight: 650; letter-spacing: -.01em; }
main { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 1.5rem; margin: 2rem 0; }
figure { margin: 0; max-width: 560px; }
figure svg { width: 100%; height: auto; }
figcaption { padding: 0 8px; color: #6f7682; font-size: .875rem; }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; font-variant-numeric: tabular-nums; }
th, td { padding: .5rem .75rem; text-align: right; border-bottom: 1px solid #e9ebef; }
th { font-weight: 400; color: #6f7682; vertical-align: bottom; }
tbody th { color: inherit; }
th:first-child { text-align: left; padding-left: 8px; }
b { font-weight: 650; }
footer { margin-top: 2rem; color: #6f7682; font-size: .875rem; }
code { font-size: .9em; }
`;
