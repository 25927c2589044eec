/** How many layers an {@link irResNet} has, by the names that InsightFace gives its networks. */
export type IrResNetDepth = 18 | 34 | 50 | 100 | 101 | 152 | 200;

/** Blocks in each of the four stages of an {@link irResNet}. */
export const irResNetBlocks: Record<IrResNetDepth, number[]> = {
  18: [2, 2, 2, 2],
  34: [3, 4, 6, 3],
  50: [3, 4, 14, 3],
  100: [3, 13, 30, 3],
  101: [3, 4, 23, 3],
  152: [3, 8, 36, 3],
  200: [6, 26, 60, 6],
};
