import {describe, expect, it} from 'vitest';
import {parseStrictJson} from '../../src/formats/parseStrictJson';

describe('parseStrictJson', () => {
  it.each([
    '{"a":1,"b":[1,"a","a"],"c":{"a":2,"b":"a"}}',
    '["a","a"]',
    '{"a":"\\"","b\\\\":"{[","c":"\\\\"}',
    '{"a":"b","b":"a:"}',
    ' { "a" \n:\t1 , "b" : "a" } ',
    '[{"a":1},{"a":1}]',
    '"a"',
    '{}',
  ])('reads %s as JSON.parse does', text => {
    expect(parseStrictJson(text, 3)).toEqual(JSON.parse(text));
  });

  it.each(['{"a":1,"a":2}', '{"a":1,"\\u0061" \n: 2}', '{"b":{"a":1,"a":2}}', '[{"x":[{}],"a":1,"a":2}]'])(
    'finds a name that comes twice in %s',
    text => {
      expect(() => parseStrictJson(text, 4)).toThrow('it has the name "');
    },
  );

  it('goes as deep as it may', () => {
    expect(parseStrictJson('[[{}],[[]]]', 3)).toEqual([[{}], [[]]]);
    expect(() => parseStrictJson('[[{}],[[]]]', 2)).toThrow('it is nested deeper than 2 levels');
    expect(() => parseStrictJson('{"a":{"b":{}}}', 2)).toThrow('it is nested deeper than 2 levels');
  });

  it.each(['{"a":1', '{"a":"b', '"', '{"a" 1}', ']'])('refuses %s', text => {
    expect(() => parseStrictJson(text, 3)).toThrow(SyntaxError);
  });
});
