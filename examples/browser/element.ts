/** An element of the page by its id. */
export const element = <T extends Element = HTMLElement>(id: string): T =>
  document.getElementById(id) as unknown as T;

/** Writes a text where it is another: what says so to a screen reader should do it once. */
export function show(id: string, text: string): void {
  if (element(id).textContent !== text) element(id).textContent = text;
}
