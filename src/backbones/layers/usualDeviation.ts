/** The deviation of PyTorch's initial values, uniform between ±1/√inputs, of a number that `inputs` numbers lead to. */
export const usualDeviation = (inputs: number): number => Math.sqrt(1 / (3 * inputs));
