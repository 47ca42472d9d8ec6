import { StagingError } from './errors.ts';
import { holderOf, type StagingLabels } from './staging-labels.ts';

/** What DescribeSecret tells that a rotation depends on. */
export interface SecretDescription {
  /** False once rotation was cancelled; absent where it was never configured. */
  readonly rotationEnabled: boolean | undefined;
  readonly labels: StagingLabels;
  readonly tags: Readonly<Record<string, string>>;
}

/** What the labels mean for a step of the rotation to `versionId`. */
export type StagingVerdict =
  /** The version is AWSPENDING: the step is to run. */
  | { readonly kind: 'pending'; readonly currentVersionId: string | undefined }
  /** The version is AWSCURRENT already: the rotation is over and the step has nothing to do. */
  | { readonly kind: 'already-current' };

/**
 * Decides what the labels mean for a rotation to `versionId` (its ClientRequestToken). Pure.
 *
 * @throws StagingError when rotation is switched off, or the version is neither AWSCURRENT nor AWSPENDING
 */
export function readStaging(description: SecretDescription, versionId: string): StagingVerdict {
  const { labels } = description;
  const own = labels[versionId];
  if (description.rotationEnabled === false) {
    throw new StagingError(
      versionId,
      labels,
      'Rotation of this secret is switched off (it was cancelled). Switch it on with RotateSecret, or leave it off.',
    );
  }
  if (own === undefined) {
    throw new StagingError(
      versionId,
      labels,
      `Version ${versionId} has no staging label, so it is not being rotated. Expected AWSPENDING on it; ${whereIs(labels, 'AWSPENDING')}. ` +
        'Either a new version was put during the rotation, which abandons it, or the label was removed. Start a new rotation with RotateSecret.',
    );
  }
  if (own.includes('AWSCURRENT')) return { kind: 'already-current' };
  if (!own.includes('AWSPENDING')) {
    throw new StagingError(
      versionId,
      labels,
      `Version ${versionId} carries ${own.join(', ')}, not AWSPENDING, so it is not being rotated; ${whereIs(labels, 'AWSPENDING')}. ` +
        'Start a new rotation with RotateSecret.',
    );
  }
  return { kind: 'pending', currentVersionId: holderOf(labels, 'AWSCURRENT') };
}

function whereIs(labels: StagingLabels, label: string): string {
  const holder = holderOf(labels, label);
  return holder === undefined ? `no version carries ${label}` : `${label} is on version ${holder}`;
}
