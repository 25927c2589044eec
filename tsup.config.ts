import {defineConfig} from 'tsup';

/** The types of each entry, in one file; `vite.build.config.ts` builds the code. */
export default defineConfig({
  entry: {
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
  format: ['esm', 'cjs'],
  dts: {only: true},
});
