/** The deviation of Kaiming's initial values by the numbers going out, counted as PyTorch counts them. */
export const kaimingDeviation = (filters: number, kernelSize: number): number =>
  Math.sqrt(2 / (filters * kernelSize ** 2));
