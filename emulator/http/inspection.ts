import type { Clock, ManualClock } from '../clock.ts';
import type { History } from '../history.ts';
import { ApiError } from '../service.ts';
import { renderJsonError } from './aws-json.ts';
import { readBody } from './body.ts';
import { parseJson } from './json-body.ts';
import type { Answer, Protocol } from './protocol.ts';

/** Where the emulator tells what happened in it; no path of an AWS service begins like this. */
export const inspectionPath = '/_emulator/';
const maxBodyBytes = 1024;

/** The histories as JSON, and for a manual clock `POST advance` with `{"ms": 1000}`. */
export function inspection(history: History, clock: Clock): Protocol {
  return {
    async answer({ message, url }) {
      const body = await readBody(message, maxBodyBytes);
      switch (`${message.method} ${url.pathname.slice(inspectionPath.length)}`) {
        case 'GET events':
          return json(history.events.all());
        case 'GET api-calls':
          return json(history.apiCalls.all());
        case 'GET kms-calls':
          return json(history.kmsCalls.all());
        case 'GET invocations':
          return json(history.invocations.all());
        case 'POST advance':
          await advance(clock, parseJson(body, 'SerializationException'));
          return json({ now: clock.now() });
        default:
          throw new ApiError(
            'ResourceNotFoundException',
            `expected GET events, api-calls, kms-calls or invocations, or POST advance, below ${inspectionPath}`,
            404,
          );
      }
    },
    renderError: renderJsonError,
  };
}

async function advance(clock: Clock, input: unknown): Promise<void> {
  if (!isManual(clock))
    throw new ApiError(
      'InvalidRequestException',
      "this emulator's clock is the machine's, and cannot be advanced",
    );
  const ms = typeof input === 'object' && input !== null && 'ms' in input ? input.ms : undefined;
  if (typeof ms !== 'number' || !Number.isFinite(ms) || ms < 0) {
    throw new ApiError('InvalidParameterException', 'ms: expected a number of milliseconds, 0 or more');
  }
  await clock.advance(ms);
}

function isManual(clock: Clock): clock is ManualClock {
  return 'advance' in clock;
}

function json(value: unknown): Answer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
