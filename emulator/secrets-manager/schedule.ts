import { ApiError } from '../service.ts';
import { type CronSchedule, parseCron } from './cron.ts';
import type { RotationRules } from './requests.ts';

/** A span in which a rotation happens. AWS picks any moment of it; the emulator always the first one. */
export interface RotationWindow {
  readonly opensAt: Date;
  /** The last second of the window: what NextRotationDate shows. */
  readonly closesAt: Date;
}

/** When a secret is rotated, all in UTC. */
export interface Schedule {
  /** The first window that opens after `after`; `rate()` counts from the midnight before `countedFrom`. */
  nextWindow(after: Date, countedFrom: Date): RotationWindow;
}

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;
const maximumDays = 1000;
const minimumHours = 4;
/** Long enough for 29 February around a year that is no leap year, such as 2100. */
const searchDays = 9 * 366;

/**
 * Parses and checks RotationRules.
 *
 * @returns undefined when the rules name no schedule
 * @throws ApiError InvalidParameterException with what is wrong
 */
export function parseRules(rules: RotationRules): Schedule {
  const { AutomaticallyAfterDays: days, ScheduleExpression: expression, Duration: duration } = rules;
  if (days !== undefined && expression !== undefined) {
    throw refusal('You cannot specify both rotation frequency and schedule expression together.');
  }
  const hours = duration === undefined ? undefined : Number.parseInt(duration, 10);
  if (hours !== undefined && (hours < 1 || hours > 24)) {
    throw refusal(`Duration must be 1h to 24h, but is ${duration}.`);
  }
  if (days !== undefined) return dailyRate(days, hours);
  if (expression === undefined) {
    throw refusal('RotationRules must have AutomaticallyAfterDays or ScheduleExpression.');
  }
  const [, kind, inner = ''] = /^(rate|cron)\((.*)\)$/.exec(expression) ?? [];
  if (kind === 'rate') return parseRate(inner, hours);
  if (kind === 'cron') return cronSchedule(inner, hours);
  throw refusal(`ScheduleExpression must be rate(…) or cron(…), but is ${expression}.`);
}

function parseRate(inner: string, durationHours: number | undefined): Schedule {
  const [, digits, unit] = /^(\d+) (hours?|days?)$/.exec(inner) ?? [];
  if (digits === undefined || unit === undefined) {
    throw refusal(`rate() takes a number and hour, hours, day or days, but has ${inner}.`);
  }
  const count = Number(digits);
  const inDays = unit.startsWith('day');
  if (count < (inDays ? 1 : minimumHours) || count > (inDays ? maximumDays : maximumDays * 24)) {
    throw refusal(`rate() must be ${minimumHours} hours to ${maximumDays} days, but is ${inner}.`);
  }
  return inDays ? dailyRate(count, durationHours) : hourlyRate(count, durationHours);
}

function dailyRate(days: number, durationHours = 24): Schedule {
  return everyFromMidnight(days * dayMs, durationHours);
}

function hourlyRate(hours: number, durationHours = 1): Schedule {
  // A rate that does not divide the day opens its windows at every hour that it can reach from midnight.
  const openings = new Set(Array.from({ length: 24 }, (_, index) => (index * hours) % 24));
  requireWithinDay([...openings], durationHours);
  if (durationHours > hours) throw refusal(overlap(durationHours));
  return everyFromMidnight(hours * hourMs, durationHours);
}

function everyFromMidnight(intervalMs: number, durationHours: number): Schedule {
  return {
    nextWindow(after, countedFrom) {
      const start = midnight(countedFrom);
      const passed = Math.floor((after.getTime() - start) / intervalMs);
      return windowAt(start + (passed + 1) * intervalMs, durationHours);
    },
  };
}

function cronSchedule(inner: string, durationHours: number | undefined): Schedule {
  const cron = parsedCron(inner);
  const [first = 0, second] = cron.hours;
  if (durationHours !== undefined) {
    requireWithinDay(cron.hours, durationHours);
    if (second !== undefined && durationHours > second - first) throw refusal(overlap(durationHours));
  }
  // Without a Duration, a schedule in hours has windows of one hour, one in days ends with the day.
  const length = durationHours ?? (inner.trim().split(/\s+/)[1]?.includes('/') ? 1 : 24 - first);
  if (nextCronOpening(cron, new Date(0)) === undefined)
    throw refusal(`cron(${inner}) names a day that never comes.`);
  return {
    nextWindow(after) {
      const opening = nextCronOpening(cron, after);
      if (opening === undefined) throw new Error(`cron(${inner}) names a day that never comes.`);
      return windowAt(opening, length);
    },
  };
}

function parsedCron(inner: string): CronSchedule {
  try {
    return parseCron(inner);
  } catch (error) {
    throw refusal(error instanceof Error ? error.message : String(error));
  }
}

function nextCronOpening(cron: CronSchedule, after: Date): number | undefined {
  const today = midnight(after);
  for (let day = today; day <= today + searchDays * dayMs; day += dayMs) {
    if (!cron.matchesDay(new Date(day))) continue;
    const hour = cron.hours.find((candidate) => day + candidate * hourMs > after.getTime());
    if (hour !== undefined) return day + hour * hourMs;
  }
  return undefined;
}

function requireWithinDay(openingHours: readonly number[], durationHours: number): void {
  const late = openingHours.find((hour) => hour + durationHours > 24);
  if (late === undefined) return;
  throw refusal(
    `A window that opens at ${late}:00 UTC and lasts ${durationHours}h would run into the next UTC day. Shorten Duration.`,
  );
}

function overlap(durationHours: number): string {
  return `A window of ${durationHours}h would run into the next one. Shorten Duration.`;
}

function windowAt(opening: number, durationHours: number): RotationWindow {
  return { opensAt: new Date(opening), closesAt: new Date(opening + durationHours * hourMs - 1000) };
}

function midnight(time: Date): number {
  return Math.floor(time.getTime() / dayMs) * dayMs;
}

function refusal(message: string): ApiError {
  return new ApiError('InvalidParameterException', message);
}
