import {relative} from 'node:path';
import {Application, Comment, CommentTag, Converter, JSX, ReferenceReflection} from 'typedoc';

/** Pages in the order in which one reads them, by group. */
const guides = {
  'Start here': [
    'docs/what-a-margin-is.md',
    'docs/losses.md',
    'docs/choosing-a-head.md',
    'docs/choosing-s-and-m.md',
    'docs/gallery.md',
  ],
  Train: [
    'docs/raw-photographs.md',
    'docs/data.md',
    'docs/training.md',
    'docs/your-own-loop.md',
    'docs/training-faces.md',
    'docs/command.md',
    'docs/networks.md',
    'docs/weights.md',
    'docs/fine-tuning.md',
    'docs/backends.md',
    'docs/beyond-one-process.md',
    'docs/troubleshooting.md',
  ],
  'Evaluate and use': [
    'docs/evaluation.md',
    'docs/enrollment.md',
    'docs/search.md',
    'docs/faces-without-names.md',
  ],
  Examples: [
    'examples/mnist-2d/README.md',
    'docs/mnist-2d.md',
    'examples/browser/README.md',
    'examples/album/README.md',
    'examples/clean/README.md',
    'examples/face-training/README.md',
    'examples/deepid/README.md',
    'examples/million-classes/README.md',
    'examples/evaluation/README.md',
    'examples/unlabeled-faces/README.md',
    'examples/face-training/synthetic/README.md',
  ],
  'The project': [
    'docs/architecture.md',
    'docs/comparison.md',
    'docs/what-was-run-where.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'CHANGELOG.md',
  ],
};

/** Opens the guides in the side column for who has not closed them yet. Runs before the theme reads what is open. */
const openGuides = `
  for (const group of ${JSON.stringify(['Start here', 'Train', 'Evaluate and use'])}) {
    try { localStorage['tsd-accordion-' + group] ??= 'true' } catch {}
  }`;

/** The topic of a symbol, by the longest of these that the path of its file begins with. */
const topics = {
  'losses/heads/': 'Heads',
  'losses/classRows/': 'Several processes',
  'losses/registerHeads': 'Heads',
  'losses/margins/': 'Margins and target losses',
  'losses/heads/focal': 'Margins and target losses',
  'losses/heads/savedTargetLoss': 'Margins and target losses',
  'ops/margin/': 'Margins and target losses',
  'losses/': 'Embedding losses',
  'losses/heads/class': 'Embedding losses',
  'ops/pairwise/': 'Embedding losses',
  'losses/scaleAndMargin/': 'Choosing s and m',
  'backbones/': 'Networks',
  'backbones/layers/': 'Layers',
  'backbones/inference/': 'Inference',
  'backbones/weights/': 'Weights in and out',
  'backbones/onnx/': 'Weights in and out',
  'train/': 'Training',
  'train/optimizers/': 'Optimizers',
  'schedules/': 'Schedules',
  'train/checkpoints/': 'Checkpoints',
  'backend/': 'Backends',
  'data/': 'Images of faces',
  'data/sources/': 'Images of faces',
  'data/batches/': 'Batches',
  'data/images/': 'Pixels',
  'data/augment/': 'Augmentation',
  'data/align/': 'Alignment',
  'data/detect/': 'Alignment',
  'data/pairs/': 'Pairs',
  'base/': 'Random draws and folds',
  'base/embeddings': 'Embeddings',
  'base/ranks': 'Embeddings',
  'neighbours/': 'Identification',
  'evaluate/embeddings/': 'Embeddings',
  'evaluate/verification/': 'Verification',
  'evaluate/identification/': 'Identification',
  'cluster/': 'Clusters',
  'clean/': 'Cleaning',
  'evaluate/intervals/': 'Verification',
  'formats/': 'Files of data',
  'formats/verificationPair': 'Pairs',
  'formats/dataFormatError': 'Errors',
  'plot/': 'Pictures',
  'distributed/': 'Several processes',
  'base/collective': 'Several processes',
  'search/': 'Search and watch-lists',
};

/** Topics in the order of the table. */
const order = [...new Set(Object.values(topics))];

const byLength = Object.keys(topics).sort((a, b) => b.length - a.length);

/**
 * A plugin of typedoc that puts guides into groups in the order one reads them, and symbols under topics by the folder of their
 * file. A page or a folder that is not listed here is a warning, which fails the build.
 */
export function load(app) {
  const groupOf = new Map(
    Object.entries(guides).flatMap(([group, paths]) => paths.map(path => [path, group])),
  );
  const places = [...groupOf.keys()];
  const place = page => places.indexOf(pathOf(page));
  const pathOf = page => relative(process.cwd(), page.project.files.getReflectionPath(page) ?? '');

  app.on(Application.EVENT_BOOTSTRAP_END, () => {
    app.options.setValue('groupOrder', [...Object.keys(guides).slice(0, -1), 'Modules', 'The project']);
    app.options.setValue('categoryOrder', order);
  });

  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, page) => {
    const group = groupOf.get(pathOf(page));
    if (group) page.frontmatter.group = group;
    else app.logger.warn(`${pathOf(page)} has no place in docs/topics.mjs`);
  });

  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, context => {
    const {project} = context;
    project.documents?.sort((a, b) => place(a) - place(b));
    project.childrenIncludingDocuments?.sort((a, b) => place(a) - place(b));
    for (const module of project.children ?? []) {
      for (const symbol of module.children ?? []) categorize(context, symbol);
    }
  });

  // Links in doc comments name the files of entries; readers know entries by what they import.
  app.converter.on(
    Converter.EVENT_RESOLVE_END,
    ({project}) => {
      for (const module of project.children ?? []) {
        module.name = module.name === 'index' ? project.name : `${project.name}/${module.name}`;
      }
    },
    -1000,
  );

  app.renderer.hooks.on('head.end', () =>
    JSX.createElement('script', null, JSX.createElement(JSX.Raw, {html: openGuides})),
  );

  function categorize(context, symbol) {
    const declared = symbol instanceof ReferenceReflection ? symbol.getTargetReflectionDeep() : symbol;
    const file = context.getSymbolFromReflection(declared)?.declarations?.[0].getSourceFile().fileName;
    const path = relative('src', file ?? '');
    const folder = byLength.find(start => path.startsWith(start));
    if (folder === undefined) return app.logger.warn(`${path} has no topic in docs/topics.mjs`);
    symbol.comment ??= new Comment();
    symbol.comment.blockTags.push(new CommentTag('@category', [{kind: 'text', text: topics[folder]}]));
  }
}
