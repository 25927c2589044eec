/** Which {@link mobileNetV3}: the paper's for devices with more or with less time. */
export type MobileNetV3Size = 'large' | 'small';

/** A block of a {@link mobileNetV3}. */
export interface MobileNetV3Block {
  kernelSize: number;
  /** Channels of the depthwise convolution. */
  expanded: number;
  filters: number;
  /** Whether it has squeeze-and-excitation. */
  squeeze: boolean;
  activation: 'relu' | 'hardSwish';
  strides: number;
}

const block = (
  kernelSize: number,
  expanded: number,
  filters: number,
  squeeze: boolean,
  activation: MobileNetV3Block['activation'],
  strides = 1,
): MobileNetV3Block => ({kernelSize, expanded, filters, squeeze, activation, strides});

/** The paper's tables: the blocks, and the channels of the first fully connected layer. */
export const mobileNetV3Blocks: Record<MobileNetV3Size, {rows: MobileNetV3Block[]; hidden: number}> = {
  large: {
    hidden: 1280,
    rows: [
      block(3, 16, 16, false, 'relu'),
      block(3, 64, 24, false, 'relu', 2),
      block(3, 72, 24, false, 'relu'),
      block(5, 72, 40, true, 'relu', 2),
      block(5, 120, 40, true, 'relu'),
      block(5, 120, 40, true, 'relu'),
      block(3, 240, 80, false, 'hardSwish', 2),
      block(3, 200, 80, false, 'hardSwish'),
      block(3, 184, 80, false, 'hardSwish'),
      block(3, 184, 80, false, 'hardSwish'),
      block(3, 480, 112, true, 'hardSwish'),
      block(3, 672, 112, true, 'hardSwish'),
      block(5, 672, 160, true, 'hardSwish', 2),
      block(5, 960, 160, true, 'hardSwish'),
      block(5, 960, 160, true, 'hardSwish'),
    ],
  },
  small: {
    hidden: 1024,
    rows: [
      block(3, 16, 16, true, 'relu', 2),
      block(3, 72, 24, false, 'relu', 2),
      block(3, 88, 24, false, 'relu'),
      block(5, 96, 40, true, 'hardSwish', 2),
      block(5, 240, 40, true, 'hardSwish'),
      block(5, 240, 40, true, 'hardSwish'),
      block(5, 120, 48, true, 'hardSwish'),
      block(5, 144, 48, true, 'hardSwish'),
      block(5, 288, 96, true, 'hardSwish', 2),
      block(5, 576, 96, true, 'hardSwish'),
      block(5, 576, 96, true, 'hardSwish'),
    ],
  },
};
