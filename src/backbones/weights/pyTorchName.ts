/** Whose names a state dict has. */
export type PyTorchNaming = 'insightface' | 'treb1en';

/** Parts of a MobileFaceNet: InsightFace's names, which the layers have here, and those of TreB1eN's InsightFace_Pytorch. */
const mobileFaceNetParts: [string, string][] = [
  ['features.layers.0', 'conv_6_dw'],
  ['features.layers.2', 'linear'],
  ['features.layers.3', 'bn'],
  ['conv_sep', 'conv_6_sep'],
  ['layers.0', 'conv1'],
  ['layers.1', 'conv2_dw'],
  ['layers.2', 'conv_23'],
  ['layers.3', 'conv_3'],
  ['layers.4', 'conv_34'],
  ['layers.5', 'conv_4'],
  ['layers.6', 'conv_45'],
  ['layers.7', 'conv_5'],
];

const steps = ['conv', 'conv_dw', 'project'];
const modules = ['conv', 'bn', 'prelu'];

/** `layers.3.layers.1.layers.2.layers.0.weight` is `conv_3.model.1.project.conv.weight` in TreB1eN's. */
function treb1en(name: string): string {
  const part = mobileFaceNetParts.find(([ours]) => name.startsWith(`${ours}.`));
  if (part === undefined) return name;
  const [ours, theirs] = part;
  const [, path, leaf] = name.slice(ours.length).match(/^((?:\.layers\.\d+)*)\.(\w+)$/) ?? [];
  if (leaf === undefined) return name;
  const [module, step, block] = [...path.matchAll(/\d+/g)].map(Number).reverse();
  return [
    theirs,
    ...(block === undefined ? [] : [`model.${block}`]),
    ...(step === undefined ? [] : [steps[step]]),
    ...(module === undefined ? [] : [modules[module]]),
    leaf,
  ].join('.');
}

/** As the layers are named here; the slopes inside squeeze-and-excitation are torchvision's `activation`. */
const insightface = (name: string) => name.replace(/\bse\.prelu\.weight$/, 'se.activation.weight');

const namings: Record<PyTorchNaming, (name: string) => string> = {insightface, treb1en};

/** Every naming that is known. */
export const pyTorchNamings = Object.keys(namings) as PyTorchNaming[];

/** What a state dict calls a parameter. */
export const pyTorchName = (naming: PyTorchNaming, name: string): string => namings[naming](name);
