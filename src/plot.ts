/**
 * Pictures as SVG: logit curves, ROC, errors over rejected images, histograms of scores, embeddings in two dimensions.
 *
 * @packageDocumentation
 */

export {categoryColors} from './plot/charts/pictureColors';
export type {PictureOptions} from './plot/charts/pictureOptions';
export {
  type ErrorVersusRejectCurveOptions,
  errorVersusRejectCurve,
} from './plot/errorVersusRejectCurve';
export {type FeatureScatterOptions, featureScatter} from './plot/featureScatter';
export {type GroupRatesChartOptions, groupRatesChart} from './plot/groupRatesChart';
export {type LogitCurvesOptions, logitCurves} from './plot/logitCurves';
export {type RocCurveOptions, rocCurve} from './plot/rocCurve';
export {type ScoreHistogramsOptions, scoreHistograms} from './plot/scoreHistograms';
export {type ReportedStep, type TrainingCurvesOptions, trainingCurves} from './plot/trainingCurves';
