import {trainingCurves} from 'face-margins/plot';
import {parseHTML} from 'linkedom';

/** Steps of a pass of `npm run faces -- --recipe facenet`, and its rate. */
const [pass, learningRate] = [60, 0.05];

/** The mean loss of each pass, and then the TAR at FAR 0.01, from the run's `log.jsonl`. */
const passes = [
  [0.0708, 0.6315],
  [0.0358, 0.7195],
  [0.0248, 0.6505],
  [0.0213, 0.783],
  [0.0188, 0.8525],
  [0.0169, 0.9005],
  [0.0154, 0.8535],
  [0.0127, 0.9115],
  [0.0109, 0.874],
  [0.0097, 0.8995],
  [0.0091, 0.946],
];

/** How FaceNet's recipe learns synthetic faces. */
export async function faceNetCurve(): Promise<string> {
  const metric = 'TAR at FAR 0.01';
  return trainingCurves({
    title: 'FaceNet’s recipe on synthetic faces',
    subtitle:
      'semi-hard triplets of 16×4 images, m = 0.2, Adagrad at 0.05; 3,840 images of 240 people a pass',
    reports: passes.map(([loss, rate], i) => ({
      step: (i + 1) * pass,
      loss,
      learningRate,
      metrics: {[metric]: rate},
    })),
    metric,
    smoothing: 0,
    document: parseHTML('<html></html>').document,
  });
}
