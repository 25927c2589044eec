/**
 * The document that makes a picture's elements: the one given, or the page's own.
 *
 * @throws If there is neither; the message says where to get one.
 */
export function documentFor(where: string, given?: Document): Document {
  const document = given ?? globalThis.document;
  if (document === undefined) {
    throw new Error(
      `${where}: document is missing; outside a browser, give one: parseHTML('<html></html>').document of linkedom.`,
    );
  }
  return document;
}
