import {readFileSync} from 'node:fs';
import {defineConfig} from 'vite';

/** What the command has in it, because the package depends on nothing: each with its license. */
const bundled = [
  'commander',
  'cli-progress',
  'string-width',
  'strip-ansi',
  'ansi-regex',
  'emoji-regex',
  'is-fullwidth-code-point',
];

const licenseOf = (name: string) => {
  for (const file of ['LICENSE', 'LICENSE.md', 'license', 'LICENSE-MIT.txt']) {
    try {
      return readFileSync(`node_modules/${name}/${file}`, 'utf8');
    } catch {}
  }
  throw new Error(`vite.cli.config.ts: ${name} must have a license, but has none that is known here.`);
};

const licenses = bundled.map(name => `${name}\n\n${licenseOf(name)}`).join('\n\n');

/** Builds `dist/cli/`: the command `face-margins`, which imports the library as any program does. */
export default defineConfig({
  build: {
    ssr: true,
    target: 'es2022',
    minify: false,
    sourcemap: false,
    emptyOutDir: false,
    outDir: 'dist/cli',
    rollupOptions: {
      input: {main: 'cli/main.ts', worker: 'cli/synthetic/worker.ts'},
      external: [/^face-margins/],
      output: {
        format: 'es',
        entryFileNames: '[name].js',
        chunkFileNames: 'chunks/[name].js',
      },
    },
  },
  plugins: [
    {
      name: 'licenses',
      // Last, because what compiles a chunk takes comments out of it.
      generateBundle: (_options, chunks) => {
        const main = chunks['main.js'];
        if (main.type === 'chunk') main.code += `/*\n${licenses.replaceAll('*/', '* /')}\n*/\n`;
      },
    },
  ],
  ssr: {noExternal: bundled},
});
