import {describe, expect, it} from 'vitest';
import {consecutiveFolds} from '../../src/base/consecutiveFolds';

describe('consecutiveFolds', () => {
  it('cuts as scikit-learn’s KFold without shuffling does', () => {
    // [len(test) for _, test in KFold(4).split(range(10))] is [3, 3, 2, 2].
    expect([...consecutiveFolds(10, 4)]).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 3, 3]);
  });
});
