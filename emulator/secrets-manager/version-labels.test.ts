import { describe, expect, test } from 'vitest';
import {
  labelsOf,
  moveLabel,
  noVersions,
  pendingRotation,
  putVersion,
  reencrypted,
  registerPending,
  type VersionSet,
} from './version-labels.ts';

const start = new Date('2026-01-01T00:00:00Z');
const hoursLater = (hours: number) => new Date(start.getTime() + hours * 3_600_000);

function put(set: VersionSet, id: string, labels?: readonly string[], createdAt = start): VersionSet {
  const result = putVersion(set, { id, value: { SecretString: id }, createdAt }, labels);
  if (result.outcome === 'conflict') throw new Error('conflict');
  return result.set;
}

/** All labels, written as `LABEL:version`. */
const shown = (set: VersionSet) => [...set.holders].map(([label, id]) => `${label}:${id}`).sort();

describe('putVersion', () => {
  test('keeps custom labels on the version that stops being current', () => {
    const set = put(noVersions, 'v1', ['AWSCURRENT', 'PUT0']);

    expect(shown(put(set, 'v2'))).toEqual(['AWSCURRENT:v2', 'AWSPREVIOUS:v1', 'PUT0:v1']);
  });

  test('takes AWSPENDING from a finished rotation when a new current value comes', () => {
    const rotated = moveLabel(put(put(noVersions, 'v1'), 'v2', ['AWSPENDING']), {
      label: 'AWSCURRENT',
      moveTo: 'v2',
      removeFrom: 'v1',
    });

    expect(shown(rotated)).toEqual(['AWSCURRENT:v2', 'AWSPENDING:v2', 'AWSPREVIOUS:v1']);
    expect(shown(put(rotated, 'v3'))).toEqual(['AWSCURRENT:v3', 'AWSPREVIOUS:v2']);
  });

  test('moves AWSPENDING alone when a new pending value comes', () => {
    const set = put(noVersions, 'v2', ['AWSCURRENT', 'AWSPENDING']);

    expect(shown(put(set, 'v3', ['AWSPENDING']))).toEqual(['AWSCURRENT:v2', 'AWSPENDING:v3']);
  });

  test('makes the first value current whatever labels it comes with', () => {
    expect(shown(put(noVersions, 'v1', ['BOOTSTRAP']))).toEqual(['AWSCURRENT:v1', 'BOOTSTRAP:v1']);
  });

  test('fills a placeholder once', () => {
    const registered = registerPending(put(noVersions, 'v1'), { id: 'v2', createdAt: start });

    const filled = putVersion(registered, { id: 'v2', value: { SecretString: 'x' }, createdAt: start }, [
      'AWSPENDING',
    ]);

    expect(filled).toMatchObject({ outcome: 'filled' });
    if (filled.outcome === 'conflict') throw new Error('conflict');
    const again = { id: 'v2', createdAt: start };
    expect(putVersion(filled.set, { ...again, value: { SecretString: 'y' } })).toEqual({
      outcome: 'conflict',
    });
    expect(putVersion(filled.set, { ...again, value: { SecretBinary: 'x' } })).toEqual({
      outcome: 'conflict',
    });
    expect(putVersion(filled.set, { ...again, value: { SecretString: 'x' } }).outcome).toBe('unchanged');
  });

  test('refuses a twenty-first label', () => {
    const labels = Array.from({ length: 19 }, (_, index) => `L${index}`);
    const set = put(put(noVersions, 'v1'), 'v2', labels);

    expect(() => put(set, 'v3', ['ONE-MORE'])).toThrow(
      expect.objectContaining({ code: 'LimitExceededException' }),
    );
  });

  test('removes the oldest deprecated version beyond a hundred, once it is a day old', () => {
    let set = noVersions;
    for (let index = 0; index < 100; index += 1) set = put(set, `v${index}`, undefined, hoursLater(index));

    const next = put(set, 'v100', undefined, hoursLater(100));

    expect(next.versions.size).toBe(100);
    expect(next.versions.has('v0')).toBe(false);
    expect(next.versions.has('v1')).toBe(true);
  });

  test('never removes a labelled version, however old', () => {
    let set = put(noVersions, 'v0', ['AWSCURRENT', 'HOLD']);
    for (let index = 1; index < 105; index += 1) set = put(set, `v${index}`, undefined, hoursLater(index));

    expect(labelsOf(set, 'v0')).toEqual(['HOLD']);
    expect(set.versions.has('v0')).toBe(true);
    expect(set.versions.has('v1')).toBe(false);
  });

  test('refuses a version beyond a hundred while all deprecated ones are younger than a day', () => {
    let set = noVersions;
    for (let index = 0; index < 100; index += 1) set = put(set, `v${index}`);

    expect(() => put(set, 'v100', undefined, hoursLater(23.9))).toThrow(
      expect.objectContaining({ code: 'LimitExceededException' }),
    );
    expect(put(set, 'v100', undefined, hoursLater(24)).versions.size).toBe(100);
  });
});

describe('moveLabel', () => {
  const two = put(put(noVersions, 'v1'), 'v2', ['AWSPENDING']);

  test('names the holder when RemoveFromVersionId is missing', () => {
    expect(() => moveLabel(two, { label: 'AWSCURRENT', moveTo: 'v2' })).toThrow(
      "The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to " +
        'version v1, so you must explicitly reference that version in RemoveFromVersionId.',
    );
  });

  test.for([
    [
      'a holder that is not the one',
      { label: 'AWSCURRENT', moveTo: 'v2', removeFrom: 'v2' },
      'InvalidParameterException',
    ],
    ['a label that nobody holds', { label: 'BLUE', removeFrom: 'v1' }, 'InvalidParameterException'],
    ['neither a source nor a target', { label: 'BLUE' }, 'InvalidParameterException'],
    ['to drop AWSCURRENT', { label: 'AWSCURRENT', removeFrom: 'v1' }, 'InvalidParameterException'],
    ['an unknown target', { label: 'BLUE', moveTo: 'v9' }, 'ResourceNotFoundException'],
    ['an unknown source', { label: 'BLUE', moveTo: 'v1', removeFrom: 'v9' }, 'ResourceNotFoundException'],
  ] as const)('refuses %s', ([, move, code]) => {
    expect(() => moveLabel(two, move)).toThrow(expect.objectContaining({ code }));
  });

  test('refuses to promote a version without a value', () => {
    const registered = registerPending(put(noVersions, 'v1'), { id: 'v2', createdAt: start });

    expect(() => moveLabel(registered, { label: 'AWSCURRENT', moveTo: 'v2', removeFrom: 'v1' })).toThrow(
      expect.objectContaining({ code: 'ResourceNotFoundException' }),
    );
  });

  test('rolls back to the previous version, which changes places with the current one', () => {
    const set = put(put(noVersions, 'v1'), 'v2');

    expect(shown(moveLabel(set, { label: 'AWSCURRENT', moveTo: 'v1', removeFrom: 'v2' }))).toEqual([
      'AWSCURRENT:v1',
      'AWSPREVIOUS:v2',
    ]);
  });

  test('forgets a placeholder that loses its only label, so that its id is free again', () => {
    const registered = registerPending(put(noVersions, 'v1'), { id: 'v2', createdAt: start });

    const next = moveLabel(registered, { label: 'AWSPENDING', removeFrom: 'v2' });

    expect([...next.versions.keys()]).toEqual(['v1']);
  });
});

test('pendingRotation sees AWSPENDING beside AWSCURRENT as finished', () => {
  expect(pendingRotation(put(noVersions, 'v1', ['AWSCURRENT', 'AWSPENDING']))).toBeUndefined();
  expect(pendingRotation(put(put(noVersions, 'v1'), 'v2', ['AWSPENDING']))).toBe('v2');
  expect(pendingRotation(put(noVersions, 'v1'))).toBeUndefined();
});

test('reencrypted leaves deprecated versions on their key', () => {
  let set = noVersions;
  for (const id of ['v1', 'v2', 'v3']) set = put(set, id);

  const keys = [...reencrypted(set, 'key').versions.values()].map(({ id, kmsKeyId }) => [id, kmsKeyId]);

  expect(keys).toEqual([
    ['v1', undefined],
    ['v2', 'key'],
    ['v3', 'key'],
  ]);
});
