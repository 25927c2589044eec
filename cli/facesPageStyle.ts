import {categoryColors} from 'face-margins/plot';

/** How the page looks. */
export const pageStyle = `
:root { ${categoryColors.map((color, i) => `--c${i}: ${color};`).join(' ')} }
body { margin: 0 auto; max-width: 1180px; padding: 2.5rem 1.5rem; color: #22252b; background: #fff;
  font: 16px/1.55 Inter, system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }
header, footer { max-width: 46rem; }
header p { margin: .35rem 0; }
h1 { margin: 0 0 .5rem; font-size: 1.75rem; font-weight: 650; letter-spacing: -.01em; }
h2 { margin: 0 0 .25rem; font-size: 1.1rem; font-weight: 650; }
h3 { margin: 1rem 0 .5rem; font-size: .9375rem; font-weight: 600; }
section { margin: 2.25rem 0; }
section p { margin: .25rem 0 .75rem; max-width: 46rem; }
.faint, figcaption, small, footer { color: #6f7682; font-size: .875rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(180px, 1fr)); gap: 1rem; }
.figures div { padding: .9rem 1rem; border: 1px solid #e9ebef; border-radius: 8px; display: grid; }
.figures strong { font-size: 1.75rem; font-weight: 650; line-height: 1.2; letter-spacing: -.01em; font-variant-numeric: tabular-nums; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 460px), 1fr)); gap: 2rem 1.5rem; }
figure { margin: 0; }
.charts svg { display: block; width: 100%; max-width: 560px; height: auto; }
.charts svg.feature-scatter { max-width: 420px; }
.people { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 540px), 1fr)); gap: .5rem 1.5rem; }
.people div { display: flex; gap: 2px; padding-left: 8px; border-left: 6px solid; }
.people img { width: calc(12.5% - 2px); max-width: 64px; border-radius: 4px; }
.pairs { display: grid; grid-template-columns: repeat(auto-fill, minmax(168px, 1fr)); gap: 1rem; }
.pairs img { width: 80px; height: 80px; object-fit: cover; border-radius: 4px; margin-right: 3px; }
.pairs figcaption { font-variant-numeric: tabular-nums; }
table { border-collapse: collapse; font-size: .9375rem; font-variant-numeric: tabular-nums; min-width: 26rem; }
th, td { padding: .4rem .75rem; text-align: right; border-bottom: 1px solid #e9ebef; }
th { font-weight: 400; color: #6f7682; }
tbody th { color: inherit; text-align: left; padding-left: 0; }
b { font-weight: 650; }
`;
