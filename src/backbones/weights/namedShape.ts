/** A tensor by its name. */
export interface NamedShape {
  name: string;
  shape: readonly number[];
}
