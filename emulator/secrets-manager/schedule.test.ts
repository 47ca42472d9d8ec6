import { describe, expect, test } from 'vitest';
import type { RotationRules } from './requests.ts';
import { parseRules } from './schedule.ts';

const tuesday = '2026-03-10T10:30:00Z';

/** The next windows, one after the other, as `opensAt/closesAt`. */
function windows(rules: RotationRules, count: number, from = tuesday): readonly string[] {
  const schedule = parseRules(rules);
  const shown: string[] = [];
  let after = new Date(from);
  for (let index = 0; index < count; index += 1) {
    const { opensAt, closesAt } = schedule.nextWindow(after, new Date(from));
    shown.push([opensAt, closesAt].map((time) => time.toISOString().replace('.000Z', '')).join('/'));
    after = opensAt;
  }
  return shown;
}

const openings = (expression: string, count: number, from?: string) =>
  windows({ ScheduleExpression: expression }, count, from).map((window) => window.slice(0, 13));

describe('rate and days', () => {
  test('open at midnight and last for the day', () => {
    const expected = ['2026-03-20T00:00:00/2026-03-20T23:59:59', '2026-03-30T00:00:00/2026-03-30T23:59:59'];

    expect(windows({ ScheduleExpression: 'rate(10 days)' }, 2)).toEqual(expected);
    expect(windows({ AutomaticallyAfterDays: 10 }, 2)).toEqual(expected);
    expect(windows({ ScheduleExpression: 'rate(10 days)', Duration: '3h' }, 1)).toEqual([
      '2026-03-20T00:00:00/2026-03-20T02:59:59',
    ]);
  });

  test('in hours open at multiples from midnight and last an hour', () => {
    expect(windows({ ScheduleExpression: 'rate(8 hours)' }, 3)).toEqual([
      '2026-03-10T16:00:00/2026-03-10T16:59:59',
      '2026-03-11T00:00:00/2026-03-11T00:59:59',
      '2026-03-11T08:00:00/2026-03-11T08:59:59',
    ]);
  });

  test('skip the windows that have passed since the last rotation', () => {
    const next = parseRules({ AutomaticallyAfterDays: 10 }).nextWindow(
      new Date('2026-04-05T12:00:00Z'),
      new Date(tuesday),
    );

    expect(next.opensAt.toISOString()).toBe('2026-04-09T00:00:00.000Z');
  });
});

describe('cron', () => {
  test('in days lasts to the end of the UTC day, in hours an hour', () => {
    expect(windows({ ScheduleExpression: 'cron(0 20 * * ? *)' }, 1)).toEqual([
      '2026-03-10T20:00:00/2026-03-10T23:59:59',
    ]);
    expect(windows({ ScheduleExpression: 'cron(0 8/8 * * ? *)' }, 1)).toEqual([
      '2026-03-10T16:00:00/2026-03-10T16:59:59',
    ]);
  });

  test.for([
    ['cron(0 4/12 * * ? *)', ['2026-03-10T16', '2026-03-11T04', '2026-03-11T16']],
    ['cron(0 /8 * * ? *)', ['2026-03-10T16', '2026-03-11T00', '2026-03-11T08']],
    ['cron(0 10 * * ? *)', ['2026-03-11T10', '2026-03-12T10']],
    ['cron(0 1 1,15 * ? *)', ['2026-03-15T01', '2026-04-01T01', '2026-04-15T01']],
    ['cron(0 1 L * ? *)', ['2026-03-31T01', '2026-04-30T01']],
    ['cron(0 1 1 1/3 ? *)', ['2026-04-01T01', '2026-07-01T01', '2026-10-01T01', '2027-01-01T01']],
    ['cron(0 1 */10 JUN-JUL ? *)', ['2026-06-01T01', '2026-06-11T01', '2026-06-21T01', '2026-07-01T01']],
    ['cron(0 0 ? * SUN *)', ['2026-03-15T00', '2026-03-22T00']],
    ['cron(0 0 ? * 2-4 *)', ['2026-03-11T00', '2026-03-16T00', '2026-03-17T00']],
    ['cron(0 0 ? * SUN#1 *)', ['2026-04-05T00', '2026-05-03T00']],
    ['cron(0 0 ? * 3#2 *)', ['2026-04-14T00', '2026-05-12T00']],
    ['cron(0 0 ? * SUNL *)', ['2026-03-29T00', '2026-04-26T00']],
    ['cron(0 0 ? * L *)', ['2026-03-14T00', '2026-03-21T00']],
    ['cron(0 0 29 2 ? *)', ['2028-02-29T00', '2032-02-29T00']],
  ] as const)('%s opens when it says', ([expression, expected]) => {
    expect(openings(expression, expected.length)).toEqual(expected);
  });

  test('takes the last day of a month for its last weekday', () => {
    expect(openings('cron(0 0 ? * SUNL *)', 1, '2026-05-01T00:00:00Z')).toEqual(['2026-05-31T00']);
  });

  test('waits eight years for 29 February around 2100', () => {
    expect(openings('cron(0 0 29 2 ? *)', 1, '2096-03-01T00:00:00Z')).toEqual(['2104-02-29T00']);
  });
});

describe('parseRules', () => {
  test.for([
    [{}, /must have AutomaticallyAfterDays or ScheduleExpression/],
    [{ AutomaticallyAfterDays: 1, ScheduleExpression: 'rate(1 day)' }, /cannot specify both/],
    [{ ScheduleExpression: 'at(noon)' }, /must be rate\(…\) or cron\(…\)/],
    [{ ScheduleExpression: 'rate(3 hours)' }, /4 hours to 1000 days/],
    [{ ScheduleExpression: 'rate(0 days)' }, /4 hours to 1000 days/],
    [{ ScheduleExpression: 'rate(1001 days)' }, /4 hours to 1000 days/],
    [{ ScheduleExpression: 'rate(1 minute)' }, /number and hour, hours, day or days/],
    [{ ScheduleExpression: 'rate(1 week)' }, /number and hour, hours, day or days/],
    [{ ScheduleExpression: 'cron(0 1 * * ?)' }, /six fields/],
    [{ ScheduleExpression: 'cron(15 1 * * ? *)' }, /minutes of cron\(\) must be 0/],
    [{ ScheduleExpression: 'cron(0 1 * * ? 2027)' }, /year of cron\(\) must be \*/],
    [{ ScheduleExpression: 'cron(0 1 * * * *)' }, /Exactly one/],
    [{ ScheduleExpression: 'cron(0 1 ? * ? *)' }, /Exactly one/],
    [{ ScheduleExpression: 'cron(0 24 * * ? *)' }, /hours of cron\(\)/],
    [{ ScheduleExpression: 'cron(0 * * * ? *)' }, /hours of cron\(\)/],
    [{ ScheduleExpression: 'cron(0 0/3 * * ? *)' }, /4 to 23/],
    [{ ScheduleExpression: 'cron(0 0 0 * ? *)' }, /day-of-month/],
    [{ ScheduleExpression: 'cron(0 0 5-1 * ? *)' }, /day-of-month/],
    [{ ScheduleExpression: 'cron(0 0 L-3 * ? *)' }, /day-of-month/],
    [{ ScheduleExpression: 'cron(0 0 1 13 ? *)' }, /month/],
    [{ ScheduleExpression: 'cron(0 0 1 L ? *)' }, /month/],
    [{ ScheduleExpression: 'cron(0 0 ? * SUN#6 *)' }, /day-of-week/],
    [{ ScheduleExpression: 'cron(0 0 ? * 8 *)' }, /day-of-week/],
    [{ ScheduleExpression: 'cron(0 0 31 2 ? *)' }, /never comes/],
    [{ ScheduleExpression: 'rate(1 day)', Duration: '25h' }, /1h to 24h/],
    [{ ScheduleExpression: 'rate(1 day)', Duration: '0h' }, /1h to 24h/],
    [{ ScheduleExpression: 'rate(4 hours)', Duration: '5h' }, /next/],
    [{ ScheduleExpression: 'rate(30 hours)', Duration: '7h' }, /next UTC day/],
    [{ ScheduleExpression: 'cron(0 20 * * ? *)', Duration: '5h' }, /next UTC day/],
    [{ ScheduleExpression: 'cron(0 0/6 * * ? *)', Duration: '7h' }, /next/],
  ] as const)('refuses %j', ([rules, message]) => {
    expect(() => parseRules(rules)).toThrow(message);
    expect(() => parseRules(rules)).toThrow(expect.objectContaining({ code: 'InvalidParameterException' }));
  });

  test.for([
    { ScheduleExpression: 'rate(1 day)', Duration: '24h' },
    { ScheduleExpression: 'rate(1000 days)' },
    { ScheduleExpression: 'rate(4 hours)', Duration: '4h' },
    { ScheduleExpression: 'cron(0 20 * * ? *)', Duration: '4h' },
    { ScheduleExpression: 'cron(0 0/6 * * ? *)', Duration: '6h' },
  ])('accepts %j', (rules) => {
    expect(() => parseRules(rules)).not.toThrow();
  });
});
