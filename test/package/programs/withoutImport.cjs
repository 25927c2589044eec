// As Jest runs files for `require`: compiled by itself, where `import()` fails.
const Module = require('node:module');
const {dirname} = require('node:path');
const {runInThisContext} = require('node:vm');

Module.prototype._compile = function (code, filename) {
  const load = runInThisContext(Module.wrap(code), {filename});
  load.call(this.exports, this.exports, id => this.require(id), this, filename, dirname(filename));
};
require('./cjs.cjs');
