/** How the page looks, by day, by night, and on a phone. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: light-dark(#22252b, #e6e8ec); --faint: light-dark(#5f6672, #a2a9b5);
  --line: light-dark(#dfe2e7, #3a3f48); --paper: light-dark(#fff, #17191d); --mark: light-dark(#b4470b, #ff9f66); }
body { margin: 0 auto; max-width: 1180px; padding: 2rem 1.25rem 5rem; color: var(--ink); background: var(--paper);
  font: 16px/1.5 Inter, system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }
h1 { margin: 0 0 .5rem; font-size: 1.75rem; }
h2 { margin: 2.25rem 0 .25rem; font-size: 1.15rem; }
h2 span { color: var(--faint); font-weight: 400; }
p { margin: .25rem 0 .75rem; max-width: 46rem; color: var(--faint); }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 480px), 1fr)); gap: 1rem; }
fieldset { margin: 0; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: 8px; min-width: 0; }
fieldset.decided { border-color: var(--mark); }
legend { padding: 0 .35rem; font-size: .875rem; color: var(--faint); overflow-wrap: anywhere; }
.groups { display: flex; flex-wrap: wrap; gap: .5rem 1rem; margin-bottom: .5rem; }
figure { margin: 0; }
figure img { width: 72px; height: 72px; object-fit: cover; border-radius: 4px; margin: 0 2px 2px 0; }
figcaption { font-size: .8125rem; color: var(--faint); overflow-wrap: anywhere; max-width: 20rem; }
label { display: inline-block; margin-right: 1rem; padding: .25rem 0; }
button { font: inherit; padding: .25rem .75rem; border: 1px solid var(--line); border-radius: 6px; background: var(--paper); color: var(--ink); cursor: pointer; }
:focus-visible { outline: 2px solid var(--mark); outline-offset: 2px; }
footer { position: fixed; inset: auto 0 0 0; padding: .75rem 1.25rem; background: var(--paper); border-top: 1px solid var(--line); text-align: right; }
`;
