import {defineConfig, type Plugin} from 'vite';

/** Loads a module by `require`, and by `import()` where that fails, as for packages that are ES modules alone. */
const loadModule = `const loadModule = async name => {
  try {
    const loaded = require(name);
    return loaded[Symbol.toStringTag] === 'Module' ? loaded : {...loaded, default: loaded};
  } catch {
    return import(name);
  }
};`;

/** Files for `require` load others by it too: Jest runs them where there is no `import()`. */
const requireFirst: Plugin = {
  name: 'require-first',
  renderDynamicImport: ({format}) => (format === 'cjs' ? {left: 'loadModule(', right: ')'} : null),
  renderChunk: (code, _, {format}) =>
    format === 'cjs' && code.includes('loadModule(')
      ? code.replace(/^(['"])use strict\1;/, '$&\n' + loadModule)
      : null,
};

/**
 * Builds `dist`: for `import`, a file for each file of `src`, so that a bundler leaves out whole what a program does not
 * use; for `require`, which is never bundled, one file an entry. tsup adds the types.
 */
export default defineConfig({
  plugins: [requireFirst],
  build: {
    // Keeps every dependency, Node built-in and `import.meta.url` as written.
    ssr: true,
    target: 'es2022',
    // Readable as it is, a file for each of `src`: maps, with the sources in them, would be more than half of the package.
    minify: false,
    sourcemap: false,
    rollupOptions: {
      // An entry exports what its source does: parts that load later take what they share from a chunk, not from the entry.
      preserveEntrySignatures: 'strict',
      input: {
        index: 'src/index.ts',
        clean: 'src/clean.ts',
        cluster: 'src/cluster.ts',
        data: 'src/data.ts',
        distributed: 'src/distributed.ts',
        evaluate: 'src/evaluate.ts',
        formats: 'src/formats.ts',
        node: 'src/node.ts',
        plot: 'src/plot.ts',
        search: 'src/search.ts',
      },
      output: [
        {format: 'es', preserveModules: true, preserveModulesRoot: 'src', entryFileNames: '[name].js'},
        {format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: 'chunks/[name].cjs'},
      ],
    },
  },
});
