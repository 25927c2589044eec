import type {Job} from './job';
import {runJob} from './job';

// A child process: takes one job, sends its progress and its outcome, and ends with its parent.
process.on('disconnect', () => process.exit());
process.once('message', async (job: Job) => {
  try {
    const outcome = await runJob(job, progress => process.send?.({progress}));
    process.send?.({outcome}, () => process.disconnect());
  } catch (error) {
    process.send?.({error: error instanceof Error ? error.message : String(error)}, () =>
      process.disconnect(),
    );
  }
});
