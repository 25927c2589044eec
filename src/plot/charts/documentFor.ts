/**
 * The document that creates a picture's elements: the given one, or the page's.
 *
 * @throws If there is neither; the message says where to get one.
 */
export function documentFor(where: string, given?: Document): Document {
  const document = given ?? globalThis.document;
  if (document === undefined) {
    throw new Error(
      `${where}: document must be given outside a browser, such as parseHTML('<html></html>').document of linkedom, but is missing.`,
    );
  }
  return document;
}
