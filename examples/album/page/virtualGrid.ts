/** What a grid needs to know. */
export interface VirtualGridOptions<T> {
  container: HTMLElement;
  /** What scrolls: an element, or the window where left out. */
  scroller?: HTMLElement;
  /** The least width of a cell, by the width that there is. */
  minWidth: (available: number) => number;
  gap: number;
  /** The height of a cell, by its width. */
  height: (width: number) => number;
  keyOf: (item: T) => string;
  /** An item of the list without content. The element with `data-main` takes the focus. */
  make: () => HTMLLIElement;
  /** Fills a cell. */
  update: (cell: HTMLElement, item: T) => void;
}

/** Rows above and below the visible ones, so that scrolling meets pictures. */
const spareRows = 1;

/**
 * A list in rows that has elements for what is visible only: thousands of items cost what a screen of them does. Arrow keys, Home, End,
 * Page Up and Page Down move through it; Tab finds one cell.
 */
export class VirtualGrid<T> {
  private items: readonly T[] = [];
  private places = new Map<string, number>();
  private readonly cells = new Map<string, HTMLElement>();
  private active: string | undefined;
  private columns = 1;
  private cellWidth = 0;
  private rowHeight = 1;
  private frame = 0;

  constructor(private readonly options: VirtualGridOptions<T>) {
    const {container, scroller} = options;
    container.classList.add('grid');
    const later = () => {
      this.frame ||= requestAnimationFrame(() => this.render());
    };
    (scroller ?? window).addEventListener('scroll', later, {passive: true});
    new ResizeObserver(later).observe(container);
    window.addEventListener('resize', later);
    container.addEventListener('keydown', event => this.move(event));
    container.addEventListener('focusin', event => {
      const key = this.keyAt(event.target as Element);
      if (key !== undefined) this.activate(key);
    });
  }

  /** Shows other items. Cells of items that stay move to their place. */
  show(items: readonly T[]): void {
    this.items = items;
    this.places = new Map(items.map((item, place) => [this.options.keyOf(item), place]));
    this.frame ||= requestAnimationFrame(() => this.render());
  }

  /** The key of the cell that an element is in. */
  keyAt(inside: Element): string | undefined {
    return inside.closest<HTMLElement>('[data-key]')?.dataset.key;
  }

  /** Brings an item into view and gives it the focus. */
  focus(key: string | undefined): void {
    const place = key === undefined ? undefined : this.places.get(key);
    if (key === undefined || place === undefined) return;
    this.active = key;
    this.reveal(Math.floor(place / this.columns));
    this.render();
    this.main(this.cells.get(key))?.focus({preventScroll: true});
  }

  private render(): void {
    this.frame = 0;
    const {container, gap, minWidth, height} = this.options;
    const width = container.clientWidth;
    if (width === 0) return;
    this.columns = Math.max(1, Math.floor((width + gap) / (minWidth(width) + gap)));
    this.cellWidth = (width - gap * (this.columns - 1)) / this.columns;
    this.rowHeight = height(this.cellWidth) + gap;
    const rows = Math.ceil(this.items.length / this.columns);
    container.style.height = `${Math.max(0, rows * this.rowHeight - gap)}px`;
    const {top, bottom} = this.view();
    const first = Math.max(0, Math.floor(top / this.rowHeight) - spareRows) * this.columns;
    const end = Math.min(this.items.length, (Math.ceil(bottom / this.rowHeight) + spareRows) * this.columns);
    const shown = new Set<string>();
    for (let place = first; place < end; place++) shown.add(this.place(place));
    for (const [key, cell] of this.cells) {
      // What has the focus stays while it is scrolled away, or the focus would be lost.
      const kept = shown.has(key) || (this.places.has(key) && cell.contains(document.activeElement));
      if (kept) continue;
      this.cells.delete(key);
      cell.remove();
    }
    this.letOneIn(shown);
  }

  /** Puts the cell of an item where it belongs; gives its key. */
  private place(place: number): string {
    const {container, gap, keyOf, make, update} = this.options;
    const item = this.items[place];
    const key = keyOf(item);
    const known = this.cells.get(key);
    const cell = known ?? make();
    const [row, column] = [Math.floor(place / this.columns), place % this.columns];
    cell.style.width = `${this.cellWidth}px`;
    cell.style.height = `${this.rowHeight - gap}px`;
    cell.style.transform = `translate(${column * (this.cellWidth + gap)}px, ${row * this.rowHeight}px)`;
    cell.setAttribute('aria-posinset', String(place + 1));
    cell.setAttribute('aria-setsize', String(this.items.length));
    update(cell, item);
    if (!known) {
      cell.dataset.key = key;
      this.cells.set(key, cell);
      container.append(cell);
    }
    return key;
  }

  /** The visible part of the container, from its top. */
  private view(): {top: number; bottom: number} {
    const {container, scroller} = this.options;
    const frame = scroller?.getBoundingClientRect();
    const from = (frame?.top ?? 0) - container.getBoundingClientRect().top;
    return {top: from, bottom: from + (frame?.height ?? window.innerHeight)};
  }

  /** Leaves one cell in the order of Tab: that of the last focus, or the first that is there. */
  private letOneIn(shown: ReadonlySet<string>): void {
    const one = this.active !== undefined && this.cells.has(this.active) ? this.active : [...shown][0];
    for (const [key, cell] of this.cells) setTabbable(cell, key === one);
  }

  private activate(key: string): void {
    const before = this.active === undefined ? undefined : this.cells.get(this.active);
    if (this.active !== key && before) setTabbable(before, false);
    this.active = key;
    const cell = this.cells.get(key);
    if (cell) setTabbable(cell, true);
  }

  private move(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    const key = this.keyAt(target);
    const place = key === undefined ? undefined : this.places.get(key);
    if (
      place === undefined ||
      target.matches('input[type=text]') ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey
    )
      return;
    const {top, bottom} = this.view();
    const page = Math.max(1, Math.floor((bottom - top) / this.rowHeight)) * this.columns;
    const to: Record<string, number> = {
      ArrowLeft: place - 1,
      ArrowRight: place + 1,
      ArrowUp: place - this.columns,
      ArrowDown: place + this.columns,
      Home: 0,
      End: this.items.length - 1,
      PageUp: Math.max(0, place - page),
      PageDown: Math.min(this.items.length - 1, place + page),
    };
    const item = this.items[to[event.key] ?? -1];
    if (to[event.key] === undefined) return;
    event.preventDefault();
    if (item !== undefined) this.focus(this.options.keyOf(item));
  }

  private reveal(row: number): void {
    const {top, bottom} = this.view();
    const [from, to] = [row * this.rowHeight, (row + 1) * this.rowHeight];
    // What sticks to the top of the page covers some of it.
    const covered = this.options.scroller ? 0 : 180;
    const by = from < top + covered ? from - top - covered : to > bottom ? to - bottom : 0;
    if (by !== 0) (this.options.scroller ?? window).scrollBy({top: by, behavior: 'instant'});
  }

  private main = (cell: HTMLElement | undefined) =>
    cell?.querySelector<HTMLElement>('[data-main]') ?? undefined;
}

function setTabbable(cell: HTMLElement, tabbable: boolean): void {
  for (const control of cell.querySelectorAll<HTMLElement>('button, input'))
    control.tabIndex = tabbable ? 0 : -1;
}
