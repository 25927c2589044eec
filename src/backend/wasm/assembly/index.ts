export * from './conv2DBackpropFilter';
export * from './conv2DBackpropInput';
export * from './pool';
export * from './prelu';
export * from './reduce';
