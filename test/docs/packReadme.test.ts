import {expect, it} from 'vitest';
import {withAbsoluteLinks} from '../../docs/packReadme';

it('relative links and pictures of the packed README lead to the repository', () => {
  const page = '![A](docs/a.png) [b](docs/b.md#part) [c](https://example.org/c) [d](#here)';
  expect(withAbsoluteLinks(page, 'git+https://example.org/owner/name.git')).toBe(
    '![A](https://example.org/owner/name/raw/HEAD/docs/a.png) ' +
      '[b](https://example.org/owner/name/blob/HEAD/docs/b.md#part) [c](https://example.org/c) [d](#here)',
  );
});
