import { describe, expect, it } from 'vitest';
import { StagingError } from './errors.ts';
import { readStaging } from './staging.ts';
import type { StagingLabels } from './staging-labels.ts';

const described = (labels: StagingLabels, rotationEnabled: boolean | undefined = true) => ({
  rotationEnabled,
  labels,
  tags: {},
});

describe('readStaging', () => {
  it('lets the step run for the AWSPENDING version, and names the one to replace', () => {
    const description = described({ v1: ['AWSCURRENT', 'custom'], v2: ['AWSPENDING'] });

    expect(readStaging(description, 'v2')).toEqual({ kind: 'pending', currentVersionId: 'v1' });
  });

  it.each([
    ['alone', ['AWSCURRENT']],
    ['beside AWSPENDING, as Secrets Manager leaves them', ['AWSPENDING', 'AWSCURRENT']],
  ])('says that the rotation is over when AWSCURRENT is on the version %s', (_where, labels) => {
    expect(readStaging(described({ v2: labels, v1: ['AWSPREVIOUS'] }), 'v2')).toEqual({
      kind: 'already-current',
    });
  });

  it('goes on where rotation was never configured, as AWS functions do', () => {
    expect(readStaging(described({ v1: ['AWSPENDING'] }, undefined), 'v1').kind).toBe('pending');
  });

  it.each([
    ['rotation was cancelled', described({ v2: ['AWSPENDING'] }, false), 'switched off'],
    ['the version has no label', described({ v1: ['AWSCURRENT'] }), 'no version carries AWSPENDING'],
    ['another version is AWSPENDING', described({ v3: ['AWSPENDING'] }), 'AWSPENDING is on version v3'],
    ['the version has other labels', described({ v2: ['AWSPREVIOUS'] }), 'carries AWSPREVIOUS'],
  ])('refuses when %s', (_case, description, text) => {
    expect(() => readStaging(description, 'v2')).toThrow(StagingError);
    expect(() => readStaging(description, 'v2')).toThrow(text);
  });
});
