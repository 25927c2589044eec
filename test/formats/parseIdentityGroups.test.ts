import {parseIdentityGroups} from 'face-margins/formats';
import {describe, expect, it} from 'vitest';

const two = [
  ['ann', 'day'],
  ['Bo, the younger', 'night'],
];

describe('parseIdentityGroups', () => {
  it.each([
    ['identity,group\r\nann,day\r\n"Bo, the younger",night\r\n'],
    ['ann;day\nBo, the younger;night'],
    ['\uFEFFname\tgroup\n\nann\tday\nBo, the younger\tnight\n'],
    ['{"ann": "day", "Bo, the younger": "night"}'],
  ])('reads %j', text => {
    expect([...parseIdentityGroups(text)]).toEqual(two);
  });

  it('names the line or the identity that is wrong', () => {
    expect(() => parseIdentityGroups('ann,day\nbo', 'g.csv')).toThrow(
      'g.csv must have two cells in line 2, an identity and its group, but has: bo',
    );
    expect(() => parseIdentityGroups('ann,day\nann,night', 'g.csv')).toThrow(
      'g.csv must give ann one group, but gives it day and night',
    );
    expect(() => parseIdentityGroups('{"ann": 3}')).toThrow(
      'must give the group of ann by its name, but has 3',
    );
    expect(() => parseIdentityGroups('{"ann": ')).toThrow('must be JSON of identities and their groups');
    expect(() => parseIdentityGroups('identity,group')).toThrow('must name the group of some identity');
    expect(() => parseIdentityGroups('')).toThrow('must name the group of some identity');
  });
});
