import type * as tf from '@tensorflow/tfjs-core';
import {cut, MOST_PIECES, type Piece, pieceCount} from './piece';

type Geometry = tf.backend_util.Conv2DInfo;

/** Some images of a convolution or pooling, or some rows of one: its geometry, and where its numbers begin, in bytes. */
export interface Band {
  info: Geometry;
  input: number;
  output: number;
}

/** Numbers that a convolution reads or writes in about the time of its multiply-adds. */
function workOf({outShape, filterHeight, filterWidth, inChannels}: Geometry, depthwise: boolean): number {
  const outputs = outShape.reduce((a, b) => a * b, 1);
  return (outputs * filterHeight * filterWidth * (depthwise ? 8 : inChannels)) / 8;
}

/** Cuts images; and the rows of each, where there are fewer images than pieces to make. */
function cutImages(images: number, height: number, pieces: number): {images: Piece; rows: Piece}[] {
  const perImage = Math.ceil(pieces / images);
  return cut(images, pieces).flatMap(some => cut(height, perImage).map(rows => ({images: some, rows})));
}

function withRows(info: Geometry, images: Piece, change: Partial<Geometry>, top: number): Geometry {
  return {...info, batchSize: images.count, ...change, padInfo: {...info.padInfo, top}};
}

/** Whether it is a 1×1 convolution that leaves no pixel out: a product over all pixels of all images, which can be cut anywhere. */
export function isPointwise(info: Geometry): boolean {
  const {filterHeight, filterWidth, strideHeight, strideWidth, padInfo} = info;
  const one = filterHeight * filterWidth * strideHeight * strideWidth === 1;
  return one && Math.max(padInfo.top, padInfo.left, padInfo.bottom, padInfo.right) === 0;
}

/** Cuts pixels, as if they all lay in one row of one image. */
function pixelBands(info: Geometry, pieces: number): Band[] {
  const pixels = info.batchSize * info.inHeight * info.inWidth;
  return cut(pixels, pieces).map(({first, count}) => ({
    info: {...info, batchSize: 1, inHeight: 1, inWidth: count, outHeight: 1, outWidth: count},
    input: 4 * first * info.inChannels,
    output: 4 * first * info.outChannels,
  }));
}

/** Cuts a convolution by its output. The cut depends on its sizes alone. */
export function outputBands(info: Geometry, {depthwise = false, most = MOST_PIECES} = {}): Band[] {
  const {batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, strideHeight} = info;
  const pieces = pieceCount(workOf(info, depthwise), most);
  if (isPointwise(info) && !depthwise) return pixelBands(info, pieces);
  return cutImages(batchSize, outHeight, pieces).map(({images, rows}) => ({
    info: withRows(info, images, {outHeight: rows.count}, info.padInfo.top - rows.first * strideHeight),
    input: 4 * images.first * inHeight * inWidth * inChannels,
    output: 4 * (images.first * outHeight + rows.first) * outWidth * outChannels,
  }));
}

/** Cuts the gradient of a convolution with respect to its input, by that. */
export function inputBands(info: Geometry, {depthwise = false} = {}): Band[] {
  const {batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels} = info;
  const pieces = pieceCount(workOf(info, depthwise));
  if (isPointwise(info) && !depthwise) return pixelBands(info, pieces);
  return cutImages(batchSize, inHeight, pieces).map(({images, rows}) => ({
    info: withRows(info, images, {inHeight: rows.count}, info.padInfo.top + rows.first),
    input: 4 * (images.first * inHeight + rows.first) * inWidth * inChannels,
    output: 4 * images.first * outHeight * outWidth * outChannels,
  }));
}

/** Cuts by whole images, for windows that overlap. */
export function imageBands(info: Geometry): Band[] {
  const {batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels} = info;
  return cut(batchSize, pieceCount(workOf(info, true))).map(images => ({
    info: {...info, batchSize: images.count},
    input: 4 * images.first * inHeight * inWidth * inChannels,
    output: 4 * images.first * outHeight * outWidth * outChannels,
  }));
}
