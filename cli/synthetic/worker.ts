import {drawPeople} from './drawPeople';
import type {SyntheticOptions} from './syntheticOptions';

/** What a worker is asked for. */
export interface DrawingJob {
  folder: string;
  options: SyntheticOptions;
  people: number[];
}

// A child process: takes one job, sends a message for each image, and ends with its parent.
process.on('disconnect', () => process.exit());
process.once('message', async ({folder, options, people}: DrawingJob) => {
  try {
    await drawPeople(folder, options, people, () => process.send?.({drawn: 1}));
    process.send?.({done: true}, () => process.disconnect());
  } catch (error) {
    process.send?.({error: error instanceof Error ? error.message : String(error)}, () =>
      process.disconnect(),
    );
  }
});
