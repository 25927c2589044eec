/** The networks `--backbone` chooses from: in a file of their own, so that help needs no network. */
export const backboneNames = [
  'small',
  'compact',
  'mobilefacenet',
  'mbf',
  'mbf-large',
  'ir-18',
  'ir-34',
  'ir-50',
  'ir-se-50',
  'ir-100',
  'ir-200',
  'face-resnet',
  'mobilenet',
  'mobilenet-v2',
  'mobilenet-v3-large',
  'mobilenet-v3-small',
  'inception-resnet-v1',
  'facenet-nn1',
  'facenet-nn2',
  'deepid',
] as const;

/** The ways to train that `--recipe` chooses from. */
export const recipeNames = ['facenet'] as const;

/** The heads `--head` chooses from. */
export const headNames = [
  'arcface',
  'cosface',
  'sub-center',
  'adaface',
  'curricularface',
  'elasticface',
  'uniface',
  'normface',
  'l2-softmax',
  'softmax',
] as const;
