import {Converter} from 'typedoc';

/** A plugin of typedoc that lists pages by their heading in place of their file's name, and takes away the heading that would be there twice. */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, page) => {
    const [first] = page.content;
    const heading = first?.kind === 'text' && first.text.match(/^\s*# (.+)\n/);
    if (!heading) return;
    page.name = heading[1].replaceAll('`', '');
    first.text = first.text.slice(heading[0].length);
  });
}
