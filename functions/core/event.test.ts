import { describe, expect, it } from 'vitest';
import { InvalidEventError } from './errors.ts';
import { parseEvent } from './event.ts';

const event = {
  Step: 'setSecret',
  SecretId: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:app-AbCdEf',
  ClientRequestToken: 'token',
};

describe('parseEvent', () => {
  it('reads the event of Secrets Manager', () => {
    const { step, secretId, clientRequestToken, rotationToken } = parseEvent({
      ...event,
      RotationToken: 'opaque',
    });

    expect({ step, secretId, clientRequestToken }).toEqual({
      step: 'setSecret',
      secretId: event.SecretId,
      clientRequestToken: 'token',
    });
    expect(rotationToken?.reveal()).toBe('opaque');
  });

  it.each([
    ['Step', { ...event, Step: undefined }],
    ['Step', { ...event, Step: 'set_secret' }],
    ['SecretId', { ...event, SecretId: '' }],
    ['ClientRequestToken', { ...event, ClientRequestToken: 7 }],
    ['Step', null],
    ['Step', 'createSecret'],
  ])('names %s when the event lacks or misspells it', (field, wrong) => {
    expect(() => parseEvent(wrong)).toThrow(InvalidEventError);
    expect(() => parseEvent(wrong)).toThrow(field);
  });
});
