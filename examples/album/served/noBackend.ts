/** In place of a backend that face-api imports and the album does not use. */
export {};
