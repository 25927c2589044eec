import {embeddingLosses} from './embeddingLosses';
import type {Head} from './head';
import {softmaxHeads} from './softmaxHeads';

/** The heads `--heads` chooses from. A new head is a new entry of one of both tables. */
export const heads: Record<string, Head> = {...softmaxHeads, ...embeddingLosses};
