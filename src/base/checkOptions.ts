import {described} from './described';
import {editDistance} from './editDistance';

/**
 * The names of all options of a type: a name left out, or one too many, is a type error. False marks a name that is accepted
 * but that no message offers.
 */
export type OptionNames<T> = Record<keyof T, boolean>;

/** What papers and other libraries call an option, in small letters without underscores. */
const otherNames: Record<string, string> = {
  backbone: 'model network net',
  boundaries: 'milestones',
  classes: 'n numclasses nclasses numids outfeatures',
  clipNorm: 'maxnorm maxgradnorm gradclip clipgradnorm clipvalue',
  depth: 'layers numlayers',
  deviation: 'std',
  embeddingSize: 'dim dimension features numfeatures outfeatures units',
  factor: 'gamma',
  flip: 'mirror tta hflip horizontalflip',
  floor: 'min minvalue minlr etamin end',
  identities: 'p',
  images: 'k',
  inputShape: 'shape size imagesize inputsize',
  learningRate: 'lr eta',
  margin: 'm alpha',
  minimum: 'min floor',
  m2: 'm margin',
  momentum: 'mu',
  objective: 'loss losses head heads',
  peak: 'max maxvalue maxlr lr learningrate base initial start',
  scale: 's alpha',
  size: 'batchsize shape',
  steps: 'tmax totalsteps maxsteps',
  subCenters: 'k',
  validation: 'testsize',
  weightDecay: 'wd l2 lambda',
};

const simplified = (name: string) => name.replaceAll('_', '').toLowerCase();

/** The name that was most likely meant; nothing where none is near. */
function nearestName(unknown: string, names: string[]): string | undefined {
  const wanted = simplified(unknown);
  const distanceTo = (name: string) => {
    const known = simplified(name);
    if (known === wanted || otherNames[name]?.split(' ').includes(wanted)) return 0;
    if (known.startsWith(wanted) || wanted.startsWith(known)) return 1;
    const distance = editDistance(wanted, known);
    return distance <= Math.max(wanted.length, known.length) / 2 ? distance : Infinity;
  };
  const distances = names.map(distanceTo);
  const least = Math.min(...distances);
  return least < Infinity ? names[distances.indexOf(least)] : undefined;
}

/**
 * Checks that options are an object without a name that is not known, which would change nothing and say nothing.
 *
 * @param options Checked by name; their values are the caller's to check.
 * @param what What a message calls them, where they are part of others. Default `'options'`.
 * @returns The options.
 */
export function checkOptions<T extends object>(
  where: string,
  options: T,
  names: OptionNames<NoInfer<T>>,
  what = 'options',
): T {
  const offered = () => Object.keys(names).filter(name => names[name as keyof T]);
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    const [first] = offered();
    throw new Error(
      `${where}: ${what} must be an object such as {${first}: …}, but is ${described(options)}.`,
    );
  }
  const unknown = Object.keys(options).find(name => !Object.hasOwn(names, name));
  if (unknown === undefined) return options;
  const nearest = nearestName(unknown, offered());
  throw new Error(
    `${where}: an option${what === 'options' ? '' : ` of ${what}`} must be one of ${offered().join(', ')}, but is ${unknown}.` +
      (nearest === undefined ? '' : ` Did you mean ${nearest}?`),
  );
}
