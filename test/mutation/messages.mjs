import {declareValuePlugin, PluginKind} from '@stryker-mutator/api/plugin';

/** Leaves out what an error says, and the lists of option names, for which test/base/options.test.ts has a line each. */
export const messages = {
  shouldIgnore({node, parentPath}) {
    if (parentPath?.isNewExpression() && parentPath.get('callee').isIdentifier()) {
      if (parentPath.node.callee.name.endsWith('Error')) return 'what an error says';
    }
    if (parentPath?.isCallExpression() && parentPath.get('callee').isIdentifier()) {
      const isNames =
        /^check\w*Options$/.test(parentPath.node.callee.name) && parentPath.node.arguments[2] === node;
      if (isNames) return 'the names of options';
    }
    return undefined;
  },
};

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'messages', messages)];
