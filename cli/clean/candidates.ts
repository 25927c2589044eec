import {type CleaningReport, imageKey} from 'face-margins/clean';
import type {FaceImages} from 'face-margins/data';

/** What a choice does to the set: parts of a keep-list. */
export interface Effect {
  drop?: string[];
  move?: Record<string, string>;
  merge?: Record<string, string>;
}

/** One way to decide. */
export interface Choice {
  name: string;
  effect: Effect;
}

/** Images beside each other, with what they show. */
export interface Group {
  title: string;
  images: number[];
}

/** What a person has to decide: who is shown, what speaks for an error, and what can be done. */
export interface Candidate {
  groups: Group[];
  note: string;
  /** The first one leaves everything as it is. */
  choices: Choice[];
  /** Which one the report suggests. */
  suggested: number;
}

/** Candidates of one kind. */
export interface Section {
  title: string;
  explained: string;
  /** How many the report has, of which the page may show fewer. */
  found: number;
  candidates: Candidate[];
}

/** Images shown of a person for comparison. */
const SHOWN = 4;

/** The sections of the page. */
export function sectionsOf(report: CleaningReport, faces: FaceImages, most: number): Section[] {
  const {classes, labels, images} = faces;
  const key = (i: number) => imageKey(images.nameOf?.(i) ?? images.names[i]);
  const outliers = new Set(report.outliers.map(({image}) => image));
  const ofClass = (label: number, without: readonly number[] = []) => {
    const own = Array.from(labels.keys()).filter(i => labels[i] === label && !without.includes(i));
    const sure = own.filter(i => !outliers.has(i));
    return {title: classes[label], images: (sure.length > 0 ? sure : own).slice(0, SHOWN)};
  };
  const keep: Choice = {name: 'keep', effect: {}};
  const drop = (name: string, dropped: readonly number[]): Choice => ({
    name,
    effect: {drop: dropped.map(key)},
  });
  const cosine = (value: number) => value.toFixed(2);
  const sections: Section[] = [
    {
      title: 'Images of somebody else',
      explained: 'Another person’s mean is nearer than that of the name it has, or nobody’s is near.',
      found: report.outliers.length,
      candidates: report.outliers
        .slice(0, most)
        .map(({image, label, cosine: own, suggested, suggestedCosine}) => ({
          groups: [
            {title: 'this image', images: [image]},
            ofClass(label, [image]),
            ...(suggested === undefined ? [] : [ofClass(suggested)]),
          ],
          note:
            `${key(image)}: cosine ${cosine(own)} with ${classes[label]}` +
            (suggested === undefined ? '' : `, ${cosine(suggestedCosine ?? 0)} with ${classes[suggested]}`),
          choices: [
            keep,
            drop('drop', [image]),
            ...(suggested === undefined
              ? []
              : [
                  {name: `move to ${classes[suggested]}`, effect: {move: {[key(image)]: classes[suggested]}}},
                ]),
          ],
          suggested: suggested === undefined ? 1 : 2,
        })),
    },
    {
      title: 'One person under two names',
      explained: 'The means of both classes are near.',
      found: report.splits.length,
      candidates: report.splits.slice(0, most).map(({into, from, cosine: both}) => ({
        groups: [ofClass(into), ofClass(from)],
        note: `cosine ${cosine(both)}`,
        choices: [
          keep,
          {
            name: `merge ${classes[from]} into ${classes[into]}`,
            effect: {merge: {[classes[from]]: classes[into]}},
          },
        ],
        suggested: 1,
      })),
    },
    {
      title: 'Several people under one name',
      explained: 'Within the class is a further cluster of several images.',
      found: report.mixed.length,
      candidates: report.mixed.slice(0, most).flatMap(({label, others}) =>
        others.map((other, n) => ({
          groups: [
            ofClass(label, others.flat()),
            {title: 'further images', images: other.slice(0, 2 * SHOWN)},
          ],
          note: `${other.length} images under ${classes[label]}`,
          choices: [
            keep,
            drop(`drop the ${other.length}`, other),
            {
              name: `name them ${classes[label]} (${n + 2})`,
              effect: {move: Object.fromEntries(other.map(i => [key(i), `${classes[label]} (${n + 2})`]))},
            },
          ],
          suggested: 2,
        })),
      ),
    },
    {
      title: 'Look-alikes under two names',
      explained: 'One picture twice, one person, or twins.',
      found: report.duplicates.length,
      candidates: report.duplicates.slice(0, most).map(({a, b, cosine: both}) => ({
        groups: [a, b].map(i => ({title: classes[labels[i]], images: [i]})),
        note: `cosine ${cosine(both)}: ${key(a)} and ${key(b)}`,
        choices: [
          keep,
          drop('drop the first', [a]),
          drop('drop the second', [b]),
          {name: 'one person', effect: {merge: {[classes[labels[b]]]: classes[labels[a]]}}},
        ],
        suggested: 0,
      })),
    },
    {
      title: 'Low quality',
      explained: 'The least sharp images.',
      found: report.lowQuality.length,
      candidates: report.lowQuality.slice(0, most).map(({image, quality}) => ({
        groups: [{title: classes[labels[image]], images: [image]}],
        note: `${key(image)}: sharpness ${quality.toFixed(0)}`,
        choices: [keep, drop('drop', [image])],
        suggested: 0,
      })),
    },
  ];
  return sections.filter(({candidates}) => candidates.length > 0);
}
