import {irResNetBlocks} from '../irResNetBlocks';
import type {NameDifference} from './nameDifference';

/** An option that may explain differences. */
interface Change {
  /** As in a call: `depth: 100`. */
  option: string;
  explains: (difference: NameDifference) => boolean;
}

/** The names of a network and of a file. */
interface Names {
  ours: readonly string[];
  theirs: readonly string[];
}

type Finder = (differences: readonly NameDifference[], names: Names) => Change | undefined;

/** Where the blocks of a stage are counted, by how a network calls them: the stage, and the block within it. */
const stages: Record<'irResNet' | 'mobileFaceNet', RegExp[]> = {
  irResNet: [/^layer(\d+)\.(\d+)\./, /^(body)\.(\d+)\./],
  mobileFaceNet: [/^layers\.(\d+)\.layers\.(\d+)\.layers\.\d+\.layers\./, /^conv_(\d)\.model\.(\d+)\./],
};

/** How many blocks each stage has. */
function countBlocks(names: readonly string[], pattern: RegExp): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) {
    const [, stage, block] = name.match(pattern) ?? [];
    if (stage !== undefined) counts.set(stage, Math.max(counts.get(stage) ?? 0, Number(block) + 1));
  }
  return counts;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** Another number of blocks in a stage: what one has beyond the other. Blocks counted through all stages differ from there on. */
function otherBlocks(
  pattern: RegExp,
  {ours, theirs}: Names,
  option: (counts: number[]) => string | undefined,
) {
  const [own, other] = [ours, theirs].map(names => countBlocks(names, pattern));
  const inStages = [...own.keys()].sort();
  const differ = inStages.filter(stage => own.get(stage) !== other.get(stage));
  if (differ.length === 0 || other.size === 0) return undefined;
  const text = option(inStages.map(stage => other.get(stage) ?? 0));
  if (text === undefined) return undefined;
  const explains = ({name, ours: shape, theirs: found}: NameDifference) => {
    const [, stage, block] = name.match(pattern) ?? [];
    if (stage === undefined || !differ.includes(stage)) return false;
    if (stage === 'body') return true;
    const common = Math.min(own.get(stage) ?? 0, other.get(stage) ?? 0);
    return (shape === undefined || found === undefined) && Number(block) >= common;
  };
  return {option: text, explains};
}

const depth: Finder = (_, names) => {
  const known = Object.entries(irResNetBlocks);
  for (const pattern of stages.irResNet) {
    const change = otherBlocks(pattern, names, counts => {
      const found = known.find(([, blocks]) =>
        counts.length === 1 ? sum(blocks) === counts[0] : blocks.join() === counts.join(),
      );
      return found && `depth: ${found[0]}`;
    });
    if (change !== undefined) return change;
  }
  return undefined;
};

const blocks: Finder = (_, names) => {
  for (const pattern of stages.mobileFaceNet) {
    const [own, other] = [names.ours, names.theirs].map(each => countBlocks(each, pattern));
    if (own.size === 0 || other.size === 0) continue;
    // The second convolution is a block of the first stage, or all there is of it.
    const inStages = pattern.source.includes('conv_') ? ['2', '3', '4', '5'] : ['1', '3', '5', '7'];
    const [mine, found] = [own, other].map(each => inStages.map(stage => each.get(stage) ?? 1));
    if (mine.join() === found.join()) continue;
    const explains = ({name}: NameDifference) => {
      const [, stage, block] = name.match(pattern) ?? name.match(/^layers\.(1)\.layers\.(\d+)\./) ?? [];
      const at = inStages.indexOf(stage);
      if (at < 0 || mine[at] === found[at]) return false;
      return Number(block) >= Math.min(mine[at], found[at]) || stage === '1';
    };
    return {option: `blocks: [${found.join(', ')}]`, explains};
  }
  return undefined;
};

const isSqueeze = (name: string) =>
  /\.(se|se_block|res_layer\.5)\.fc\d\.|\.se\.(prelu|activation)\./.test(name);

const squeeze: Finder = differences => {
  const first = differences.find(({name}) => isSqueeze(name));
  if (first === undefined) return undefined;
  return {option: `se: ${first.ours === undefined}`, explains: ({name}) => isSqueeze(name)};
};

const isFirstShortcut = (name: string) => /^(layer1\.0\.downsample|body\.0\.shortcut_layer)\./.test(name);

const shortcut: Finder = differences => {
  const first = differences.find(({name}) => isFirstShortcut(name));
  if (first === undefined || (first.ours && first.theirs)) return undefined;
  const option = `shortcut: '${first.theirs === undefined ? 'pooling' : 'convolution'}'`;
  return {option, explains: ({name}) => isFirstShortcut(name)};
};

/** The last tensors alone, which have another length. */
const embeddingSize: Finder = differences => {
  const {ours, theirs} = differences[differences.length - 1];
  if (ours?.length !== 1 || theirs?.length !== 1 || ours[0] === theirs[0]) return undefined;
  const explains = ({ours: own, theirs: other}: NameDifference) => {
    if (own?.length !== other?.length) return false;
    const axes = own?.flatMap((length, axis) => (length === other?.[axis] ? [] : [[length, other?.[axis]]]));
    return axes?.length === 1 && axes[0][0] === ours[0] && axes[0][1] === theirs[0];
  };
  return {option: `embeddingSize: ${theirs[0]}`, explains};
};

/** The layer after the last image, which has as many inputs as the image has pixels. */
const inputShape: Finder = differences => {
  const isLast = ({name, ours, theirs}: NameDifference) =>
    /^(fc|output_layer\.3|features\.layers\.0\.layers\.0|conv_6_dw\.conv)\.weight$/.test(name) &&
    ours !== undefined &&
    theirs !== undefined &&
    ours.length === theirs.length &&
    ours.slice(1).join() !== theirs.slice(1).join();
  const last = differences.find(isLast);
  if (last?.theirs === undefined) return undefined;
  const {theirs} = last;
  const pixels = theirs.length === 4 ? theirs[2] * theirs[3] : theirs[1] / 512;
  const side = Math.sqrt(pixels) * 16;
  const option = Number.isInteger(side) ? `inputShape: [${side}, ${side}, 3]` : 'another inputShape';
  return {option, explains: other => isLast(other)};
};

/** A MobileFaceNet whose channels are all as many times as wide. */
const scale: Finder = differences => {
  const isStem = ({name}: NameDifference) => /^(layers\.0\.layers\.0|conv1\.conv)\.weight$/.test(name);
  const stem = differences.find(isStem);
  if (!stem?.ours || !stem.theirs || stem.theirs[0] % 64 !== 0) return undefined;
  return {
    option: `scale: ${stem.theirs[0] / 64}`,
    explains: ({name, ours, theirs}) =>
      ours !== undefined && theirs !== undefined && /^(layers|conv)/.test(name),
  };
};

const finders: Finder[] = [depth, blocks, squeeze, shortcut, scale, inputShape, embeddingSize];

/**
 * The options that explain all differences between a network and a file, as few as there are: `depth: 100`.
 *
 * @returns Nothing if some difference is left.
 */
export function explainingChange(
  differences: readonly NameDifference[],
  ours: readonly string[],
  theirs: readonly string[],
): string | undefined {
  let left = differences;
  const options: string[] = [];
  for (const find of finders) {
    if (left.length === 0) break;
    const change = find(left, {ours, theirs});
    if (change === undefined || !left.some(change.explains)) continue;
    options.push(change.option);
    left = left.filter(difference => !change.explains(difference));
  }
  return left.length === 0 ? options.join(' and ') : undefined;
}
