import type {WasmKernel} from '../wasmKernel';
import {adamStep} from './adamStep';
import {add} from './add';
import {avgPool} from './avgPool';
import {avgPoolGrad} from './avgPoolGrad';
import {batchMatMul} from './batchMatMul';
import {batchNormPreluGrad} from './batchNormPreluGrad';
import {batchNormTraining} from './batchNormTraining';
import {batchNormTrainingGrad} from './batchNormTrainingGrad';
import {cast} from './cast';
import {classWeightGradient} from './classWeightGradient';
import {clipByValue} from './clipByValue';
import {conv2D} from './conv2D';
import {conv2DBackpropFilter} from './conv2DBackpropFilter';
import {conv2DBackpropInput} from './conv2DBackpropInput';
import {depthwiseConv2dNative} from './depthwiseConv2dNative';
import {depthwiseConv2dNativeBackpropFilter} from './depthwiseConv2dNativeBackpropFilter';
import {depthwiseConv2dNativeBackpropInput} from './depthwiseConv2dNativeBackpropInput';
import {exp} from './exp';
import {fusedBatchNorm} from './fusedBatchNorm';
import {fusedConv2D} from './fusedConv2D';
import {fusedDepthwiseConv2D} from './fusedDepthwiseConv2D';
import {fusedMatMul} from './fusedMatMul';
import {gatherV2} from './gatherV2';
import {hideTarget} from './hideTarget';
import {identity} from './identity';
import {leakyRelu} from './leakyRelu';
import {maxPool} from './maxPool';
import {maxPoolGrad} from './maxPoolGrad';
import {mean} from './mean';
import {momentumStep} from './momentumStep';
import {movingStatistics} from './movingStatistics';
import {multiply} from './multiply';
import {padV2} from './padV2';
import {prelu} from './prelu';
import {preluGrad} from './preluGrad';
import {relu} from './relu';
import {relu6} from './relu6';
import {rowNorms} from './rowNorms';
import {slice} from './slice';
import {sum} from './sum';
import {tile} from './tile';
import {unsortedSegmentSum} from './unsortedSegmentSum';

/** The kernels of this library. */
export const trainingKernels: WasmKernel[] = [
  adamStep,
  add,
  avgPool,
  avgPoolGrad,
  batchMatMul,
  batchNormPreluGrad,
  batchNormTraining,
  batchNormTrainingGrad,
  cast,
  classWeightGradient,
  clipByValue,
  conv2D,
  conv2DBackpropFilter,
  conv2DBackpropInput,
  depthwiseConv2dNativeBackpropFilter,
  depthwiseConv2dNativeBackpropInput,
  exp,
  depthwiseConv2dNative,
  fusedBatchNorm,
  fusedConv2D,
  fusedDepthwiseConv2D,
  fusedMatMul,
  gatherV2,
  hideTarget,
  identity,
  leakyRelu,
  maxPool,
  maxPoolGrad,
  mean,
  momentumStep,
  movingStatistics,
  multiply,
  padV2,
  prelu,
  preluGrad,
  relu,
  relu6,
  rowNorms,
  slice,
  sum,
  tile,
  unsortedSegmentSum,
];
