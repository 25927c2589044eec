import {escapeHtml} from './escapeHtml';

/** A page in one file, with nothing to load. */
export const htmlPage = ({title, style, body}: {title: string; style: string; body: string}): string =>
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
${body}
</body>
</html>
`;
