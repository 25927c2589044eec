/** What the text of this library is called in the metadata of a file. */
export const ownMetadata = 'face-margins';
