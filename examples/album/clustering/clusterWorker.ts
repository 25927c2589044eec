import {averageLinkage} from 'face-margins/cluster';
import {useWasm} from '../useWasm';
import type {ClusterNews, ClusterRequest} from './messages';

// All pairs of faces are compared here, so that the page answers meanwhile.

const tell = (news: ClusterNews) => postMessage(news);

self.onmessage = async ({data: {values, dimension}}: MessageEvent<ClusterRequest>) => {
  try {
    await useWasm();
    const {merges, cosines, count} = await averageLinkage({values, dimension});
    tell({type: 'tree', count, merges, cosines});
  } catch (error) {
    tell({type: 'failed', message: error instanceof Error ? error.message : String(error)});
  }
};
