import {check} from './check';
import {checkOptions} from './checkOptions';

/** The map from pixels, 0 to 255, to the network's input: `(x − mean) / deviation`, channel by channel. */
export interface Normalization {
  /** One number, or one for each channel the network takes, in its order. Default 127.5. */
  mean?: number | readonly number[];
  /**
   * As `mean`. Default 127.5, for values from −1 to 1 (InsightFace). Ports of SphereFace and MobileFaceNet use 128.
   */
  deviation?: number | readonly number[];
  /** The order in which the network takes the channels. Default 'rgb', as images are decoded; AdaFace's networks take 'bgr'. */
  order?: 'rgb' | 'bgr';
}

type PerChannel = number | readonly number[];

function checkedValues(
  name: 'mean' | 'deviation',
  values: PerChannel,
  channels: number | undefined,
): PerChannel {
  const checkValue = name === 'mean' ? check.finite : check.positive;
  if (!Array.isArray(values)) return checkValue('normalize', name, values as number);
  if (channels !== undefined && values.length !== channels) {
    throw new Error(
      `normalize: ${name} must be a number, or ${channels}, one for each channel, but is ${values.length} numbers.`,
    );
  }
  for (const [i, value] of values.entries()) checkValue('normalize', `${name}[${i}]`, value);
  return values;
}

/**
 * A checked normalization with its defaults.
 *
 * @param channels How many the images have, if that is known.
 */
export function checkedNormalization(
  options: Normalization = {},
  channels?: number,
): Required<Normalization> {
  const names = {mean: true, deviation: true, order: true} as const;
  const {mean = 127.5, deviation = 127.5, order = 'rgb'} = checkOptions('normalize', options, names);
  check.oneOf('normalize', 'order', order, ['rgb', 'bgr']);
  if (order === 'bgr' && channels !== undefined && channels !== 3) {
    throw new Error(
      `normalize: order must be 'rgb' where images have other than 3 channels, but is 'bgr', and they have ${channels}.`,
    );
  }
  return {
    mean: checkedValues('mean', mean, channels),
    deviation: checkedValues('deviation', deviation, channels),
    order,
  };
}
