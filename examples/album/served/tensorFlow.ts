/** What face-api takes for TensorFlow.js, which it imports whole: its core is all that it uses. */
export * from '@tensorflow/tfjs-core';
