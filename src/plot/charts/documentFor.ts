/**
 * The document that makes a picture's elements: the one given, or the page's own.
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
