import type {Collective} from './collective';

/** What evaluation needs of a collective: several processes that compute the same call together. */
export type Ranks = Pick<Collective, 'rank' | 'size' | 'allReduce' | 'allGather'>;
