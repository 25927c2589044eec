import type {Clusters, Dendrogram} from 'face-margins/cluster';
import {EmbeddingStore} from './embeddingStore';
import {groupPeople} from './groupPeople';
import {type HandEdits, noEdits} from './handEdits';
import {History} from './history';
import type {Person} from './person';

/** A face and where it comes from. */
export interface AlbumFace {
  /** The aligned face, a JPEG. */
  picture: Blob;
  /** Its address in the page. */
  url: string;
  /** The number of the photograph. */
  photograph: number;
  /** Where it is in the photograph, as parts of width and height. */
  box: {x: number; y: number; width: number; height: number};
}

/** The part of a tree that an album uses. */
export type Tree = Pick<Dendrogram, 'count' | 'cosines'> & {cut(cosine: number): Pick<Clusters, 'labels'>};

/** Faces, the tree that was made of them, where the slider stands and what was done by hand: all that the page shows. */
export class Album {
  readonly faces: AlbumFace[] = [];
  readonly embeddings = new EmbeddingStore();
  readonly edits = new History<HandEdits>(noEdits);
  private tree: Tree | undefined;
  private grouped: Person[] | undefined;

  /**
   * @param cosine Where the slider stands at first.
   * @param onChange The people may be others.
   */
  constructor(
    private cosine: number,
    private readonly onChange: () => void = () => undefined,
  ) {}

  /** The people among the faces that the tree has. */
  get people(): readonly Person[] {
    this.grouped ??= this.tree ? groupPeople(this.tree.cut(this.cosine).labels, this.edits.value) : [];
    return this.grouped;
  }

  /** Cosines of the tree's merges, descending. */
  get merges(): ArrayLike<number> {
    return this.tree?.cosines ?? [];
  }

  /** How many faces the tree has. */
  get sorted(): number {
    return this.tree?.count ?? 0;
  }

  /** The least mean cosine at which clusters are one person. */
  get threshold(): number {
    return this.cosine;
  }

  set threshold(cosine: number) {
    if (cosine === this.cosine) return;
    this.cosine = cosine;
    this.changed();
  }

  /** Adds a face, which belongs to nobody until the next tree. Gives its number. */
  add(face: AlbumFace, embedding: Float32Array): number {
    this.embeddings.add(embedding);
    return this.faces.push(face) - 1;
  }

  /** Takes a tree of the first faces, or of all. */
  takeTree(tree: Tree): void {
    this.tree = tree;
    this.changed();
  }

  /** Decides something by hand; `what` names it for who wants to undo it. */
  edit(what: string, change: (edits: HandEdits) => HandEdits): void {
    this.edits.change(change(this.edits.value), what);
    this.changed();
  }

  /** Takes the last decision back; gives its name. */
  undo(): string | undefined {
    const what = this.edits.undo();
    this.changed();
    return what;
  }

  /** Decides again what was taken back. */
  redo(): string | undefined {
    const what = this.edits.redo();
    this.changed();
    return what;
  }

  /** The person of a face, or undefined for one that was taken out. */
  personOf(face: number): Person | undefined {
    return this.people.find(({faces}) => faces.includes(face));
  }

  private changed(): void {
    this.grouped = undefined;
    this.onChange();
  }
}
