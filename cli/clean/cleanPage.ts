import {escapeHtml} from '../escapeHtml';
import {htmlPage} from '../htmlPage';
import type {Choice, Section} from './candidates';
import {pageScript} from './pageScript';
import {pageStyle} from './pageStyle';

/** What the page is about. */
export interface CleanPage {
  /** Where the faces are, and how many. */
  summary: string;
  sections: Section[];
  /** The address of the picture of an image. */
  urlOf(image: number): string;
}

/** The page on which a person decides: one file, nothing to load. */
export function cleanPage({summary, sections, urlOf}: CleanPage): string {
  const effects: Choice['effect'][][] = sections.flatMap(({candidates}) =>
    candidates.map(({choices}) => choices.map(({effect}) => effect)),
  );
  let place = 0;
  const body = sections.map(
    ({title, explained, found, candidates}) => `<section>
<h2>${escapeHtml(title)} <span>${found.toLocaleString('en')}</span></h2>
<p>${escapeHtml(explained)}${candidates.length < found ? ` The surest ${candidates.length} are shown.` : ''}
<button type="button" data-all="suggested">as suggested</button> <button type="button" data-all="keep">keep all</button></p>
<div class="cards">
${candidates
  .map(({groups, note, choices, suggested}) => {
    const own = place++;
    return `<fieldset data-candidate="${own}" data-suggested="${suggested}">
<legend>${escapeHtml(note)}</legend>
<div class="groups">${groups
      .map(
        ({title: name, images}) =>
          `<figure><div>${images.map(i => `<img loading="lazy" src="${urlOf(i)}" alt="">`).join('')}</div><figcaption>${escapeHtml(name)}</figcaption></figure>`,
      )
      .join('')}</div>
${choices
  .map(
    ({name}, choice) =>
      `<label><input type="radio" name="c${own}" value="${choice}"${choice === 0 ? ' checked' : ''}> ${escapeHtml(name)}</label>`,
  )
  .join('\n')}
</fieldset>`;
  })
  .join('\n')}
</div>
</section>`,
  );
  return htmlPage({
    title: 'Cleaning faces',
    style: pageStyle,
    body: `<header>
<h1>Cleaning faces</h1>
<p>${escapeHtml(summary)}</p>
<p>These are candidates. Everything is kept until you choose otherwise; the choices stay in this browser until they are saved.</p>
</header>
<main>
${body.length > 0 ? body.join('\n') : '<p>Nothing looks wrong.</p>'}
</main>
<footer><output aria-live="polite"></output> <button type="button" id="save">Save keep-list.json</button></footer>
<script type="application/json" id="effects">${JSON.stringify(effects).replaceAll('<', '\\u003c')}</script>
<script>${pageScript}</script>`,
  });
}
