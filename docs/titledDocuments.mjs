import {Converter} from 'typedoc';

const heading = /^\s*# (.+)\n/;

/** A plugin of typedoc that lists pages by their heading in place of their file's name. */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, page) => {
    const title = page.content[0]?.text.match(heading)?.[1];
    if (title) page.name = title.replaceAll('`', '');
  });
  // The front page has the name of the project above what README.md begins with.
  app.converter.on(Converter.EVENT_RESOLVE_END, ({project}) => {
    const first = project.readme?.[0];
    if (first) first.text = first.text.replace(heading, '');
  });
}
