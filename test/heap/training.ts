import {useBackend} from 'face-margins';
import {checkpointFolder} from 'face-margins/node';
import {fillHeap, wasmModule} from '../support/fillHeap';
import {heapTrainer, source, steps} from './heapTraining';

// A training whose heap fills at an allocation: its number, and how many bytes are left then.
const [folder, moment, left] = process.argv.slice(2);
await useBackend('wasm');
const module = wasmModule();
const {_malloc: malloc} = module;
let allocations = 0;
module._malloc = bytes => {
  if (++allocations === Number(moment)) fillHeap(Number(left));
  return malloc(bytes);
};
let taken = 0;
let error: string | undefined;
try {
  const {trainer, validate} = heapTrainer();
  for await (const {step} of trainer.fit(source, {
    steps,
    checkpoints: checkpointFolder(folder),
    checkpointEvery: 4,
    validate,
  }))
    taken = step;
} catch (thrown) {
  error = (thrown as Error).message;
}
process.send?.({allocations, taken, error});
process.disconnect?.();
