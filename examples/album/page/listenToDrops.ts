import {type DroppedFile, droppedFiles} from './droppedFiles';

/**
 * Takes files and folders that are dropped anywhere on the page; the page shows that it would while they are above it.
 *
 * @param reading Is called while the names of what was dropped are read, which takes seconds for a folder of thousands.
 */
export function listenToDrops(taken: (files: DroppedFile[]) => void, reading: () => void): void {
  // Each element below the pointer is entered and left.
  let depth = 0;
  const dragging = (by: number) => {
    depth = Math.max(0, depth + by);
    document.body.classList.toggle('dragging', depth > 0);
  };
  document.addEventListener('dragenter', () => dragging(1));
  document.addEventListener('dragleave', () => dragging(-1));
  document.addEventListener('dragover', event => event.preventDefault());
  document.addEventListener('drop', async event => {
    event.preventDefault();
    dragging(-depth);
    if (!event.dataTransfer) return;
    // Asked for within the event, or the browser forgets what was dropped.
    const files = droppedFiles(event.dataTransfer);
    reading();
    taken(await files);
  });
}
