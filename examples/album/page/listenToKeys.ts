/** What keys do wherever the focus is, unless something is being written. */
export interface KeyActions {
  undo: () => void;
  redo: () => void;
  merge: () => void;
  search: () => void;
  /** Moves the slider by some steps. */
  nudge: (steps: number) => void;
}

/** Listens to the keys of the page. */
export function listenToKeys({undo, redo, merge, search, nudge}: KeyActions): void {
  document.addEventListener('keydown', event => {
    const writing = (event.target as Element).matches(
      'input:not([type=checkbox]):not([type=range]), textarea',
    );
    if (writing || event.altKey) return;
    const run = event.ctrlKey || event.metaKey ? withControl(event) : plain(event);
    if (!run) return;
    event.preventDefault();
    run();
  });

  const withControl = ({key, shiftKey}: KeyboardEvent) =>
    ({z: shiftKey ? redo : undo, y: redo})[key.toLowerCase()];

  const plain = ({key}: KeyboardEvent): (() => void) | undefined => {
    // Behind an open dialog the page rests.
    if (document.querySelector('dialog[open]')) return undefined;
    return {m: merge, '/': search, '[': () => nudge(-1), ']': () => nudge(1)}[key];
  };
}
