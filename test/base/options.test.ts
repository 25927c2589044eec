import {readdirSync, readFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import * as root from 'face-margins';
import * as clean from 'face-margins/clean';
import * as cluster from 'face-margins/cluster';
import * as data from 'face-margins/data';
import * as distributed from 'face-margins/distributed';
import * as evaluate from 'face-margins/evaluate';
import * as formats from 'face-margins/formats';
import * as node from 'face-margins/node';
import * as plot from 'face-margins/plot';
import * as search from 'face-margins/search';
import ts from 'typescript';
import {beforeAll, describe, expect, it} from 'vitest';
import {tinyNetwork} from '../support/tinyTraining';

/** A public function as plain JavaScript sees it: whatever it is given, it takes. */
type Loose = (...args: unknown[]) => unknown;

const entries = {
  ...root,
  ...clean,
  ...cluster,
  ...data,
  ...data,
  ...distributed,
  ...evaluate,
  ...formats,
  ...node,
  ...plot,
  ...search,
} as unknown as Record<string, Loose>;

/** A function of options alone: its name, an option that it does not know, and the one that is nearest. */
const ofOptionsAlone: [name: string, unknown: string, nearest: string][] = [
  ['arcFace', 's', 'scale'],
  ['arcFace', 'm', 'margin'],
  ['arcFace', 'num_classes', 'classes'],
  ['arcFace', 'learn_scale', 'learnScale'],
  ['arcFace', 'interclassFilter', 'interClassFilter'],
  ['adaFace', 'm', 'margin'],
  ['adaFace', 'concentraton', 'concentration'],
  ['adaCos', 'class', 'classes'],
  ['circleFace', 'm', 'margin'],
  ['curricularFace', 'momentun', 'momentum'],
  ['elasticFace', 'deviations', 'deviation'],
  ['magFace', 'norm', 'norms'],
  ['magCosFace', 'margin', 'margins'],
  ['mvSoftmax', 'from', 'form'],
  ['sphereFace2', 'exponents', 'exponent'],
  ['sphereFaceR', 'margins', 'margin'],
  ['uniFace', 'negativeWeigth', 'negativeWeight'],
  ['proxyAnchorLoss', 'aplha', 'alpha'],
  ['proxyNcaLoss', 'temprature', 'temperature'],
  ['softTripleLoss', 'centers', 'subCenters'],
  ['circleLoss', 'margins', 'margin'],
  ['liftedStructureLoss', 'margins', 'margin'],
  ['multiSimilarityLoss', 'minning', 'mining'],
  ['ntXentLoss', 'temprature', 'temperature'],
  ['supConLoss', 'temprature', 'temperature'],
  ['crossBatchMemory', 'sizes', 'size'],
  ['classSubset', 'heads', 'head'],
  ['clusteredFaces', 'cluster', 'clusters'],
  ['subCenterArcFace', 'k', 'subCenters'],
  ['cosFace', 'magrin', 'margin'],
  ['combinedMargin', 'm', 'm2'],
  ['normFace', 's', 'scale'],
  ['coco', 'alpha', 'scale'],
  ['l2Softmax', 'alpha', 'scale'],
  ['softmax', 'numClasses', 'classes'],
  ['lSoftmax', 'lamda', 'lambda'],
  ['aSoftmax', 'm', 'margin'],
  ['customHead', 'margins', 'margin'],
  ['classContrastive', 'negativeMargins', 'negativeMargin'],
  ['classTriplet', 'hardest', 'hardestOnly'],
  ['centerLoss', 'alfa', 'alpha'],
  ['distillationLoss', 'projection', 'project'],
  ['featureIncay', 'eps', 'epsilon'],
  ['focal', 'gama', 'gamma'],
  ['contrastiveLoss', 'm', 'margin'],
  ['tripletLoss', 'minning', 'mining'],
  ['angularMargin', 'm', 'm2'],
  ['multiplicativeMargin', 'm', 'margin'],
  ['compact', 'size', 'inputShape'],
  ['leNetPlusPlus', 'embeddingsize', 'embeddingSize'],
  ['mobileFaceNet', 'size', 'inputShape'],
  ['mobileFaceNet', 'momentun', 'momentum'],
  ['mobileNet', 'widht', 'width'],
  ['mobileNetV2', 'drop', 'dropout'],
  ['mobileNetV3', 'sizes', 'size'],
  ['faceNetNN1', 'hiden', 'hidden'],
  ['faceNetNN2', 'embeddingsize', 'embeddingSize'],
  ['deepId', 'filter', 'filters'],
  ['inceptionResNetV1', 'block', 'blocks'],
  ['irResNet', 'layers', 'depth'],
  ['irResNet', 'shortcuts', 'shortcut'],
  ['mobileFaceNet', 'block', 'blocks'],
  ['faceResNet', 'dim', 'embeddingSize'],
  ['batchNormLayer', 'eps', 'epsilon'],
  ['preluLayer', 'sharedAxis', 'sharedAxes'],
  ['sgd', 'momentun', 'momentum'],
  ['adamW', 'wd', 'weightDecay'],
  ['adagrad', 'eps', 'epsilon'],
  ['linearRamp', 'step', 'steps'],
  ['stepwise', 'milestones', 'boundaries'],
  ['annealing', 'minimun', 'minimum'],
  ['stepDecay', 'gamma', 'factor'],
  ['cosineDecay', 'warmup', 'warmupSteps'],
  ['polynomialDecay', 'lr', 'peak'],
  ['exponentialDecay', 'gamma', 'factor'],
  ['Trainer', 'model', 'backbone'],
  ['Trainer', 'loss', 'objective'],
  ['Trainer', 'lr', 'learningRate'],
  ['arrayImages', 'label', 'labels'],
  ['mnist', 'foldr', 'folder'],
  ['aggregateTemplates', 'template', 'templates'],
  ['onlineClusters', 'speedlimits', 'speedLimit'],
  ['searchGallery', 'probe', 'probes'],
  ['exactIndex', 'dimensions', 'dimension'],
  ['templateScores', 'medium', 'media'],
  ['pgvectorIndex', 'dimensions', 'dimension'],
  ['usearchIndex', 'dimensions', 'dimension'],
  ['megaFaceSearch', 'distractor', 'distractors'],
  ['identifySets', 'gallery', 'galleries'],
  ['errorVersusRejectCurve', 'upto', 'upTo'],
  ['featureScatter', 'subtitel', 'subtitle'],
  ['logitCurves', 'curve', 'curves'],
  ['groupRatesChart', 'fars', 'far'],
  ['rocCurve', 'titel', 'title'],
  ['scoreHistograms', 'bin', 'bins'],
  ['trainingCurves', 'metrics', 'metric'],
];

const image = {data: new Uint8Array(4 * 4 * 3), width: 4, height: 4};
const random = () => 0;
const missing = join(tmpdir(), 'there-is-no-such-folder');
const labeled = () =>
  data.arrayImages({images: new Uint8Array(4 * 12), shape: [4, 2, 2, 3], labels: [0, 0, 1, 1]});
const trainer = () =>
  new root.Trainer({
    backbone: tinyNetwork(),
    objective: root.softmax({classes: 3}),
    optimizer: root.sgd(),
    learningRate: 0.1,
  }) as unknown as Record<string, Loose>;

/** Runs a generator as far as its first value. */
const begin = (generator: unknown) => (generator as AsyncGenerator).next();

type Call = (options: unknown) => unknown;

const enrollIn: Call = options =>
  search.exactIndex({dimension: 1}).enroll('', {values: [1], dimension: 1}, options as object);
const searchIn: Call = options =>
  search.exactIndex({dimension: 1}).search({values: [1], dimension: 1}, options as object);

const call =
  (name: string, ...before: unknown[]): Call =>
  options =>
    name === 'Trainer' ? new root.Trainer(options as root.TrainerConfig) : entries[name](...before, options);

/** Everything else: what messages call it, the option, the nearest one, and the call. */
const others: [where: string, unknown: string, nearest: string, call: Call][] = [
  ['openCollective', 'libary', 'library', call('openCollective')],
  ['interruptSignal', 'alsso', 'also', call('interruptSignal')],
  ['sharded', 'colective', 'collective', call('sharded', 0)],
  ['supervisedLevels', 'layer', 'layers', call('supervisedLevels', 0)],
  ['suggestScale', 'dimensions', 'dimension', call('suggestScale', 10, 0.9)],
  ['marginSoftmax', 's', 'scale', call('marginSoftmax', 0, 0, 0)],
  ['marginSigmoid', 'treshold', 'threshold', call('marginSigmoid', 0, 0, 0)],
  ['marginLogits', 'normalise', 'normalize', call('marginLogits', 0, 0, 0)],
  ['importWeights', 'nam', 'name', call('importWeights', 0, 0)],
  ['importWeights', 'prefx', 'prefix', call('importWeights', 0, 0)],
  ['importWeightsFile', 'prefixes', 'prefix', call('importWeightsFile', 0, missing)],
  ['exportWeights', 'names', 'naming', call('exportWeights', 0)],
  ['exportWeights', 'names', 'naming', call('exportWeightsFile', 0, missing)],
  ['exportOnnx', 'opsets', 'opset', call('exportOnnx', 0)],
  ['exportOnnx', 'precison', 'precision', call('exportOnnxFile', 0, missing)],
  [
    'setModelFacts',
    'training_facts',
    'training',
    options => root.setModelFacts(tinyNetwork(), options as root.ModelFacts),
  ],
  ['pixelTensor', 'normalise', 'normalize', call('pixelTensor', [image])],
  ['alignFace', 'sizes', 'size', call('alignFace', image, [])],
  ['faceDetector', 'minScores', 'minScore', call('faceDetector')],
  ['augment', 'colourJitter', 'colorJitter', call('augment', image, random)],
  ['blur', 'sigmas', 'sigma', call('blur', image, random)],
  ['colorJitter', 'saturate', 'saturation', call('colorJitter', image, random)],
  ['lowResolution', 'scales', 'scale', call('lowResolution', image, random)],
  ['randomCrop', 'aera', 'area', call('randomCrop', image, random)],
  ['randomErase', 'filled', 'fill', call('randomErase', image, random)],
  ['imageTensors', 'batchSize', 'size', options => begin(call('imageTensors', 0)(options))],
  ['imageFiles', 'shape', 'size', call('imageFiles', missing)],
  ['imageFolder', 'shape', 'size', call('imageFolder', missing)],
  ['imageRecords', 'onUnredable', 'onUnreadable', call('imageRecords', missing)],
  ['verificationPairs', 'fold', 'folds', call('verificationPairs', missing)],
  ['parsePairList', 'forms', 'form', call('parsePairList', '', 'pairs.txt')],
  ['pairs', 'counts', 'count', call('samplePairs', [0, 0, 1, 1])],
  ['pairs', 'counts', 'count', options => labeled().pairs(options as data.SamplePairsOptions)],
  ['split', 'validationSplit', 'validation', options => labeled().split(options as data.SplitOptions)],
  ['batches', 'batch_size', 'size', options => labeled().batches(options as data.FaceBatchesOptions)],
  [
    'FaceImages.of',
    'unreadible',
    'unreadable',
    options => data.FaceImages.of('x', labeled().images, [0, 0, 1, 1], ['a', 'b'], options as object),
  ],
  [
    'normalize',
    'std',
    'deviation',
    normalize => labeled().batches({size: 2, normalize: normalize as object}),
  ],
  ['importWeights', 'external_data', 'externalData', call('importWeights', 0, 0)],
  [
    'nearestNeighbours',
    'onprogress',
    'onProgress',
    call('nearestNeighbours', {values: [1, 0], dimension: 2}, 1),
  ],
  ['embedImages', 'batch_size', 'batchSize', call('embedImages', 0, [])],
  ['angularStatistics', 'onprogress', 'onProgress', call('angularStatistics', [1, 0], [0, 1], 2)],
  ['fitReduction', 'dimensions', 'dimension', call('fitReduction', 0)],
  ['joinEmbeddings', 'normalise', 'normalize', call('joinEmbeddings', [])],
  ['projectEmbeddings', 'normalise', 'normalize', call('projectEmbeddings', 0)],
  ['openSetIdentification', 'ranks', 'rank', call('openSetIdentification', 0, [])],
  ['raceReport', 'fold', 'folds', call('raceReport', {})],
  ['enroll', 'groups', 'group', enrollIn],
  ['watchListPlan', 'camera', 'cameras', call('watchListPlan', {scores: []})],
  ['watchList', 'tops', 'top', options => begin(call('watchList', [])(options))],
  ['search', 'tops', 'top', searchIn],
  ['bootstrapByPerson', 'replicate', 'replicates', call('bootstrapByPerson', 1, () => [1])],
  ['clopperPearson', 'levels', 'level', call('clopperPearson', 1, 2)],
  ['identificationIntervals', 'rank', 'ranks', call('identificationIntervals', {ranks: [1]}, [1])],
  ['verificationIntervals', 'far', 'fars', call('verificationIntervals', {scores: []})],
  ['retrievalFigures', 'onprogress', 'onProgress', call('retrievalFigures', {values: [], dimension: 1}, [])],
  ['allPairsScores', 'exactly', 'exact', call('allPairsScores', {values: [1, 0], dimension: 2}, [0])],
  ['calibrateScores', 'priors', 'prior', call('calibrateScores', 0)],
  ['groupRates', 'tresholds', 'threshold', call('groupRates', 0)],
  ['groupReport', 'far', 'fars', call('groupReport', 0)],
  ['errorVersusReject', 'tresholds', 'threshold', call('errorVersusReject', 0)],
  ...['averageLinkage', 'completeLinkage', 'singleLinkage'].map((name): (typeof others)[number] => [
    name,
    'megabyte',
    'megabytes',
    call(name, 0),
  ]),
  ['findLabelErrors', 'splitTreshold', 'splitThreshold', call('findLabelErrors', 0, [])],
  ['keepListOf', 'outlier', 'outliers', call('keepListOf', 0, 0)],
  ['nearDuplicates', 'tresholds', 'threshold', call('nearDuplicates', 0)],
  ['chineseWhispers', 'tresholds', 'threshold', call('chineseWhispers', 0)],
  ['connectedComponents', 'large', 'largest', call('connectedComponents', 0)],
  ['consensusPropagation', 'accepted', 'accept', call('consensusPropagation', [])],
  ['infomap', 'round', 'rounds', call('infomap', 0)],
  ['dbscan', 'minimun', 'minimum', call('dbscan', 0)],
  ['densityPeaks', 'seperation', 'separation', call('densityPeaks', 0)],
  ['kMeans', 'cluster', 'clusters', call('kMeans', 0)],
  ['suggestClustering', 'megabyte', 'megabytes', call('suggestClustering', 1)],
  ['trainMediator', 'epoch', 'epochs', call('trainMediator', [], [])],
  ['roc', 'drop_intermediate', 'dropIntermediate', call('roc', 0)],
  ['tarAtFar', 'interpolate', 'interpolation', call('tarAtFar', 0, [])],
  ['validationRate', 'fars', 'far', call('validationRate', 0)],
  ['verificationAccuracy', 'fold', 'folds', call('verificationAccuracy', 0)],
  ['verificationReport', 'far', 'fars', call('verificationReport', 0)],
  ['parseVerificationBin', 'fold', 'folds', call('parseVerificationBin', new Uint8Array(), 'x.bin')],
  ['jsonLinesLog', 'afterStep', 'after', call('jsonLinesLog', missing)],
  ['tensorBoardLog', 'afterStep', 'after', call('tensorBoardLog', missing)],
  ['checkpointFolder', 'kept', 'keep', call('checkpointFolder', missing)],
  ['load', 'quiet', 'isQuiet', options => node.checkpointFolder(missing).load(options as object)],
  ['useBackend', 'wasmPath', 'wasmPaths', call('useBackend', 'wasm')],
  ['fit', 'epoch', 'epochs', options => begin(trainer().fit([], options))],
  ['fit', 'epoch', 'epochs', options => trainer().run([], options)],
  ['growHead', 'mean', 'means', call('growHead', 0, 0)],
  ['restore', 'weightOnly', 'weightsOnly', options => trainer().restore({}, options)],
  [
    'arcFace.loss',
    'train',
    'training',
    options => root.arcFace({classes: 2}).loss(...oneExample(), options as object),
  ],
  [
    'centerLoss.loss',
    'train',
    'training',
    options => root.centerLoss({classes: 2}).loss(...oneExample(), options as object),
  ],
  [
    'centerLoss.afterStep',
    'lr',
    'learningRate',
    options => root.centerLoss({classes: 2}).afterStep(...oneExample(), options as object),
  ],
  [
    'distillationLoss.loss',
    'image',
    'images',
    options => {
      const teacher = {values: [1, 2], dimension: 2};
      return root.distillationLoss({teacher}).loss(...oneExample(), options as object);
    },
  ],
  [
    'liftedStructureLoss.loss',
    'train',
    'training',
    options => root.liftedStructureLoss().loss(...oneExample(), options as object),
  ],
  [
    'crossBatchMemory.loss',
    'train',
    'training',
    options =>
      root.crossBatchMemory({loss: root.supConLoss(), size: 2}).loss(...oneExample(), options as object),
  ],
  [
    'classSubset.loss',
    'train',
    'training',
    options => root.classSubset({head: root.arcFace({classes: 2})}).loss(...oneExample(), options as object),
  ],
  [
    'tripletLoss.loss',
    'randomKeys',
    'randomKey',
    options => root.tripletLoss().loss(...oneExample(), options as object),
  ],
  ['useBackend', 'thread', 'threads', options => root.useBackend('cpu', options as root.UseBackendOptions)],
];

const oneExample = (): [tf.Tensor2D, tf.Tensor1D] => [tf.tensor2d([[1, 2]]), tf.tensor1d([0], 'int32')];

/** Options within options: what a message calls them, and the options that hold them. */
const nested: [where: string, what: string, unknown: string, nearest: string, call: Call][] = [
  ['batches', 'sample', 'p', 'identities', sample => labeled().batches({sample} as data.FaceBatchesOptions)],
  ['augment', 'crop', 'aera', 'area', crop => data.augment(image, random, {crop} as data.AugmentOptions)],
  ['augment', 'flip', 'chanse', 'chance', flip => data.augment(image, random, {flip} as data.AugmentOptions)],
  [
    'checkpointFolder',
    'best',
    'metrics',
    'metric',
    best => node.checkpointFolder(missing, {best} as node.CheckpointFolderOptions),
  ],
  ['fit', 'callbacks', 'report', 'onReport', callbacks => begin(trainer().fit([], {callbacks}))],
  [
    'Trainer',
    'objective[0][2]',
    'lr',
    'learningRate',
    options =>
      new root.Trainer({
        backbone: tinyNetwork(),
        objective: [[1, root.softmax({classes: 3}), options as root.TermOptions]],
        optimizer: root.sgd(),
        learningRate: 0.1,
      }),
  ],
];

/** The message of the error with which a call fails, at once or in time. */
async function refusalOf(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
}

const cases = [
  ...ofOptionsAlone.map(([name, ...names]): (typeof others)[number] => [name, ...names, call(name)]),
  ...others,
];

beforeAll(() => root.useBackend('cpu'));

describe('an unknown option', () => {
  it.each(cases)('of %s, %s, is an error that names %s', async (where, unknown, nearest, call) => {
    const message = await refusalOf(() => call({[unknown]: 1}));
    expect(message).toContain(`${where}: an option must be one of `);
    expect(message).toContain(`but is ${unknown}. Did you mean ${nearest}?`);
  });

  it.each(nested)(
    'of %s, within %s, %s, is an error that names %s',
    async (where, what, unknown, nearest, call) => {
      const message = await refusalOf(() => call({[unknown]: 1}));
      expect(message).toContain(`${where}: an option of ${what} must be one of `);
      expect(message).toContain(`but is ${unknown}. Did you mean ${nearest}?`);
    },
  );

  it('is listed with all that there are', () => {
    expect(() => root.sgd({momentun: 0.9} as root.SgdOptions)).toThrow(
      'sgd: an option must be one of momentum, nesterov, weightDecay, decoupled, decay, but is momentun. Did you mean momentum?',
    );
  });

  it('is guessed at only where something is near', () => {
    expect(() => root.sgd({xyzzyx: 1} as root.SgdOptions)).toThrow(/but is xyzzyx\.$/);
  });

  it('is one too where its name is that of every object', () => {
    expect(() => root.sgd({toString: 1} as unknown as root.SgdOptions)).toThrow('but is toString');
  });
});

describe('options that are not an object', () => {
  it.each(cases)('of %s are an error that says what to write', async (where, _unknown, _nearest, call) => {
    for (const [value, named] of [
      [null, 'null'],
      ['x', "'x'"],
      [[1], 'of class Array'],
    ]) {
      expect(await refusalOf(() => call(value))).toMatch(
        new RegExp(`^${where}: options must be an object such as \\{\\w+: …\\}, but is ${named}\\.$`),
      );
    }
  });

  it('of a head name the option that it needs', () => {
    expect(() => root.arcFace(10 as unknown as root.ArcFaceConfig)).toThrow(
      'arcFace: options must be an object such as {classes: …}, but is 10.',
    );
  });

  it.each(['sgd', 'adamW', 'adagrad'])(
    'or have the learning rate are an error that says where it belongs: %s',
    name => {
      for (const options of [0.01, {lr: 0.01}, {learningRate: 0.01}]) {
        expect(() => entries[name](options)).toThrow(`${name}: learningRate must be an option of Trainer`);
      }
    },
  );
});

describe('options that are known', () => {
  it('may be those of any layer', () => {
    const head = root.arcFace({classes: 3, name: 'mine', trainable: false, dtype: 'float32'});
    expect([head.name, head.trainable]).toEqual(['mine', false]);
  });

  it('may be those of a head of one’s own that extends one of ours', () => {
    class MyFace extends root.ArcFace {
      static override readonly className = 'MyFace';
      readonly bonus: number;

      constructor(config: root.ArcFaceConfig & {bonus: number}) {
        super(config);
        this.bonus = config.bonus;
      }
    }
    expect(new MyFace({classes: 3, bonus: 2}).bonus).toBe(2);
  });

  it('do not include a target loss where it would change nothing', () => {
    for (const name of ['classContrastive', 'classTriplet']) {
      expect(() => entries[name]({classes: 3, targetLoss: root.focal()})).toThrow('but is targetLoss');
      expect(() => entries[name]({classes: 3, targetLoss: null})).not.toThrow();
    }
  });
});

const src = fileURLToPath(new URL('../../src/', import.meta.url));
const sources = readdirSync(src, {recursive: true, encoding: 'utf8'})
  .filter(path => path.endsWith('.ts') && !path.includes('assembly'))
  .map(path => readFileSync(join(src, path), 'utf8'));

describe('the tables above', () => {
  const tested = new Set(cases.map(([where]) => where));

  it('have every public function that takes options', () => {
    const found = sources.flatMap(
      text => ts.createSourceFile('x.ts', text, ts.ScriptTarget.ES2022, true).statements,
    );
    const takesOptions = (parameter: ts.ParameterDeclaration) =>
      ts.isIdentifier(parameter.name)
        ? ['options', 'config', 'args'].includes(parameter.name.text)
        : parameter.initializer !== undefined;
    const names = found
      .filter(statement => ts.isFunctionDeclaration(statement))
      .filter(({parameters}) => parameters.some(takesOptions))
      .map(({name}) => name?.text ?? '')
      .filter(name => name in entries);
    // samplePairs says `pairs`, as the method of that name does; exportWeightsFile and exportOnnxFile hand on.
    const known = (name: string) =>
      tested.has(name) || ['samplePairs', 'exportWeightsFile', 'exportOnnxFile'].includes(name);
    expect(names.length).toBeGreaterThan(60);
    expect(names.filter(name => !known(name))).toEqual([]);
  });

  it('have every name under which options are checked', () => {
    const wheres = sources.flatMap(text =>
      [...text.matchAll(/check(?:Layer|Agent|Optimizer)?Options(?:<\w+>)?\(\s*'([\w.]+)'/g)].map(
        match => match[1],
      ),
    );
    expect(wheres.length).toBeGreaterThan(70);
    expect(wheres.filter(where => !tested.has(where))).toEqual([]);
  });
});
