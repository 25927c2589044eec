export * from './conv2DBackpropFilter';
export * from './conv2DBackpropInput';
export * from './depthwise';
export * from './matMul';
export * from './pool';
export * from './prelu';
export * from './reduce';
export * from './unsortedSegmentSum';
