import {FaceImages} from 'face-margins/data';
import {degradedImages} from './degradedImages';
import type {FacesOptions} from './facesOptions';
import {mislabeled} from './mislabeled';

/** Faces to train on that are worse than those given, and in words what was done to them. */
export interface SpoiledFaces {
  faces: FaceImages;
  /** Empty where nothing was done. */
  description: string;
}

/** Makes a part of the images poor by `--degrade`, and a part of the labels wrong by `--wrong-labels`. What is verified on stays as it is. */
export function spoiledFaces(
  faces: FaceImages,
  {degrade = 0, wrongLabels = 0, seed}: Pick<FacesOptions, 'degrade' | 'wrongLabels' | 'seed'>,
): SpoiledFaces {
  if (degrade === 0 && wrongLabels === 0) return {faces, description: ''};
  const poor = degradedImages(faces.images, degrade, seed);
  const wrong = mislabeled(faces.labels, faces.classes.length, wrongLabels, seed);
  const said = [
    degrade > 0 &&
      ` ${poor.count.toLocaleString('en')} of the training images are made poor: shrunk to 0.2 to 0.4 of their size, enlarged and blurred.`,
    wrongLabels > 0 && ` ${wrong.count.toLocaleString('en')} of the training labels are another person's.`,
  ];
  const spoiled = FaceImages.of('--data', poor.images, wrong.labels, faces.classes);
  const {classes, groups} = faces;
  return {
    faces: groups === undefined ? spoiled : spoiled.withGroups(name => groups[classes.indexOf(name)]),
    description: said.filter(Boolean).join(''),
  };
}
