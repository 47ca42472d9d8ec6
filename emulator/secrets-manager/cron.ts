/** The days and hours (UTC) at which a `cron()` schedule of Secrets Manager opens a window. */
export interface CronSchedule {
  /** Ascending, at least one. */
  readonly hours: readonly number[];
  matchesDay(day: Date): boolean;
}

type DayMatcher = (day: Date) => boolean;

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/**
 * Parses the six fields between the parentheses, by the rules of the user guide's page on schedule expressions.
 *
 * @throws Error with a sentence that says what is wrong
 */
export function parseCron(fields: string): CronSchedule {
  const parts = fields.trim().split(/\s+/);
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year] = parts;
  if (
    parts.length !== 6 ||
    minutes === undefined ||
    hours === undefined ||
    dayOfMonth === undefined ||
    month === undefined ||
    dayOfWeek === undefined ||
    year === undefined
  ) {
    throw new Error(
      `cron() needs six fields (minutes hours day-of-month month day-of-week year), but has ${parts.length}.`,
    );
  }
  if (minutes !== '0') throw new Error(`The minutes of cron() must be 0, but are ${minutes}.`);
  if (year !== '*') throw new Error(`The year of cron() must be *, but is ${year}.`);
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    throw new Error('Exactly one of day-of-month and day-of-week of cron() must be ?.');
  }
  const matchesMonth = parseMonth(month);
  const matchesDate = dayOfMonth === '?' ? parseDayOfWeek(dayOfWeek) : parseDayOfMonth(dayOfMonth);
  return { hours: parseHours(hours), matchesDay: (day) => matchesMonth(day) && matchesDate(day) };
}

function parseHours(field: string): readonly number[] {
  const match = /^(\d{1,2})?(?:\/(\d{1,2}))?$/.exec(field);
  const start = Number(match?.[1] ?? 0);
  const step = match?.[2] === undefined ? undefined : Number(match[2]);
  if (match === null || field === '' || start > 23) {
    throw new Error(
      `The hours of cron() must be 0-23, or a start and an interval such as 0/8, but are ${field}.`,
    );
  }
  if (step === undefined) return [start];
  if (step < 4 || step > 23)
    throw new Error(`The interval of hours in cron() must be 4 to 23, but is ${step}.`);
  return range(start, 23, step);
}

function parseMonth(field: string): DayMatcher {
  const values = parseValues(field, 'month', 1, 12, months);
  return (day) => values.has(day.getUTCMonth() + 1);
}

function parseDayOfMonth(field: string): DayMatcher {
  if (field === 'L') return (day) => day.getUTCDate() === lengthOfMonth(day);
  const values = parseValues(field, 'day-of-month', 1, 31, []);
  return (day) => values.has(day.getUTCDate());
}

function parseDayOfWeek(field: string): DayMatcher {
  if (field === 'L') return (day) => day.getUTCDay() === 6;
  const special = /^(\w+?)(?:#([1-5])|(L))$/.exec(field);
  if (special !== null) {
    const weekday = parseNumber(special[1] ?? '', 'day-of-week', 1, 7, weekdays) - 1;
    const nth = special[2];
    return nth === undefined
      ? (day) => day.getUTCDay() === weekday && day.getUTCDate() + 7 > lengthOfMonth(day)
      : (day) => day.getUTCDay() === weekday && Math.ceil(day.getUTCDate() / 7) === Number(nth);
  }
  const values = parseValues(field, 'day-of-week', 1, 7, weekdays);
  return (day) => values.has(day.getUTCDay() + 1);
}

/** A list of `*`, values, ranges, and starts with an interval. */
function parseValues(
  field: string,
  name: string,
  first: number,
  last: number,
  names: readonly string[],
): ReadonlySet<number> {
  return new Set(field.split(',').flatMap((item) => parseItem(item, name, first, last, names)));
}

function parseItem(
  item: string,
  name: string,
  first: number,
  last: number,
  names: readonly string[],
): readonly number[] {
  const number = (text: string): number => parseNumber(text, name, first, last, names);
  const [base = '', interval, ...rest] = item.split('/');
  if (rest.length > 0 || interval?.match(/^[1-9]\d?$/) === null) throw malformed(name, item);
  const step = interval === undefined ? undefined : Number(interval);
  if (base === '*' || (base === '' && step !== undefined)) return range(first, last, step ?? 1);
  const [from = '', to, ...more] = base.split('-');
  if (more.length > 0) throw malformed(name, item);
  if (to === undefined) return step === undefined ? [number(from)] : range(number(from), last, step);
  if (number(from) > number(to)) throw malformed(name, item);
  return range(number(from), number(to), step ?? 1);
}

function parseNumber(
  text: string,
  name: string,
  first: number,
  last: number,
  names: readonly string[],
): number {
  const named = names.indexOf(text.toUpperCase());
  const value = named >= 0 ? named + first : /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= first && value <= last)) throw malformed(name, text);
  return value;
}

function malformed(name: string, item: string): Error {
  return new Error(`The ${name} of cron() has no meaning: ${item}.`);
}

function range(from: number, to: number, step: number): readonly number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
}

function lengthOfMonth(day: Date): number {
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
}
