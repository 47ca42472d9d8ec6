import { isSameTarget, type Target } from './database-secret.ts';
import { PinViolationError, SecretFormatError } from './errors.ts';

/** What the names of all pins begin with. */
const pinPrefix = 'rotating-secret:';

/**
 * The tags of a secret that pin what the admin credential may do for it.
 *
 * A secret's value can be written by people who must not command the admin credential; its tags need another
 * permission. They come with the DescribeSecret that each step makes anyway.
 */
export const pinTags = {
  adminSecret: 'rotating-secret:admin-secret',
  username: 'rotating-secret:username',
  hosts: 'rotating-secret:hosts',
  manageUser: 'rotating-secret:manage-user',
  grantRoles: 'rotating-secret:grant-roles',
} as const;

/** The pins of a secret, read from its tags. */
export interface Pins {
  /** ARN of the only admin secret that may be used. */
  readonly adminSecretArn: string | undefined;
  /** The only user that may be rotated; with alternating users, it or its alternate. */
  readonly username: string | undefined;
  /** The only hosts that may be connected to. */
  readonly hosts: readonly Target[] | undefined;
  /** Whether the admin may make the user, and set its password without the current one. */
  readonly manageUser: boolean;
  /** Roles that the user is granted when the admin makes or repairs it. */
  readonly grantRoles: readonly string[];
}

/**
 * Reads the pins from a secret's tags.
 *
 * @throws PinViolationError when a pin is misspelt or malformed, or lacks another that it needs
 */
export function readPins(tags: Readonly<Record<string, string>>): Pins {
  refuseUnknownPins(tags);
  const pins: Pins = {
    adminSecretArn: tags[pinTags.adminSecret] || undefined,
    username: tags[pinTags.username] || undefined,
    hosts: tags[pinTags.hosts] ? words(tags[pinTags.hosts]).map(parseHost) : undefined,
    manageUser: parseSwitch(tags[pinTags.manageUser]),
    grantRoles: words(tags[pinTags.grantRoles]),
  };
  if (pins.manageUser && (pins.adminSecretArn === undefined || pins.username === undefined)) {
    throw new PinViolationError(
      pinTags.manageUser,
      `The tag ${pinTags.manageUser} lets the admin set a user's password, so it needs the tags ${pinTags.adminSecret} (an ARN) and ${pinTags.username}. ` +
        'Add the missing one to the secret, or remove this one.',
    );
  }
  return pins;
}

/** What of a secret's value is held against its pins. */
export interface PinnedFields extends Target {
  readonly username: string;
  readonly adminSecretArn: string | undefined;
}

/**
 * Checks a value against the pins.
 *
 * @param usernames the user names that the pinned one stands for: itself, and its alternate with alternating users
 * @throws PinViolationError naming the tag and the field; a value's own text is not quoted
 */
export function checkPins(
  value: PinnedFields,
  pins: Pins,
  usernames: (pinned: string) => readonly string[],
): void {
  if (pins.username !== undefined && !usernames(pins.username).includes(value.username)) {
    throw violation(pinTags.username, 'username', usernames(pins.username).join(' or '));
  }
  if (pins.hosts !== undefined && !pins.hosts.some((target) => isSameTarget(target, value))) {
    throw violation(
      pinTags.hosts,
      'host and port',
      pins.hosts.map(({ host, port }) => `${host}:${port}`).join(' or '),
    );
  }
  if (
    pins.adminSecretArn !== undefined &&
    value.adminSecretArn !== undefined &&
    value.adminSecretArn !== pins.adminSecretArn
  ) {
    throw violation(pinTags.adminSecret, 'masterarn', pins.adminSecretArn);
  }
}

/**
 * Decides which admin secret a rotation may read.
 *
 * @throws SecretFormatError when neither the pin nor the value names one
 */
export function adminSecretArnOf(value: PinnedFields, pins: Pins): string {
  const arn = pins.adminSecretArn ?? value.adminSecretArn;
  if (arn !== undefined) return arn;
  throw new SecretFormatError(
    'masterarn',
    `The alternating-users strategy needs an admin secret, and none is named. Tag the secret with ${pinTags.adminSecret}, or add its ARN to the value as "masterarn".`,
  );
}

/**
 * Decides where the admin credential may be sent.
 *
 * Without a hosts pin the admin secret's own host and port must equal the value's, so that whoever can write
 * the value cannot have the admin credential sent elsewhere. An admin secret without a host (RDS-managed ones
 * hold a user name and a password only) proves nothing, so it needs the pin.
 *
 * @throws PinViolationError when the target is not allowed
 */
export function adminTarget(
  admin: { readonly host: string | undefined; readonly port: number },
  value: Target,
  pins: Pins,
): Target {
  if (admin.host === undefined) {
    if (pins.hosts !== undefined) return { host: value.host, port: value.port };
    throw new PinViolationError(
      pinTags.hosts,
      `The admin secret holds no host, so the secret must say where its credential may be sent: tag the secret with ${pinTags.hosts} = "host:port" (several separated by spaces).`,
    );
  }
  const target = { host: admin.host, port: admin.port };
  if (isSameTarget(target, value) || pins.hosts?.some((pinned) => isSameTarget(pinned, target)))
    return target;
  throw new PinViolationError(
    pinTags.hosts,
    `The admin secret is for another host or port than the secret. If both are the same database, tag the secret with ${pinTags.hosts} naming both as "host:port", separated by spaces.`,
  );
}

function violation(tag: string, field: string, pinned: string): PinViolationError {
  return new PinViolationError(
    tag,
    `The secret's ${field} differs from the tag ${tag}, which allows ${pinned}. Nothing was read with the admin credential and nothing was changed. ` +
      'If the value is right, correct the tag; if the tag is right, put a corrected value.',
  );
}

/** A pin that is misspelt pins nothing; whoever set it believes that it does. */
function refuseUnknownPins(tags: Readonly<Record<string, string>>): void {
  const known: readonly string[] = Object.values(pinTags);
  const unknown = Object.keys(tags).find((tag) => tag.startsWith(pinPrefix) && !known.includes(tag));
  if (unknown === undefined) return;
  throw new PinViolationError(
    unknown,
    `The tag ${unknown} is not known. Tags that begin with ${pinPrefix} are ${known.join(', ')}: correct its name, or remove it.`,
  );
}

function words(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}

function parseHost(text: string): Target {
  // Split at the last colon: an IPv6 address has colons of its own.
  const match = /^(.+):(\d{1,5})$/.exec(text);
  const [, host, port] = match ?? [];
  if (host !== undefined && Number(port) >= 1 && Number(port) <= 65_535) return { host, port: Number(port) };
  throw new PinViolationError(
    pinTags.hosts,
    `The tag ${pinTags.hosts} must hold "host:port", several separated by spaces; "${text}" is not of that form.`,
  );
}

function parseSwitch(text: string | undefined): boolean {
  if (text === undefined || text === '' || text === 'false') return false;
  if (text === 'true') return true;
  throw new PinViolationError(pinTags.manageUser, `The tag ${pinTags.manageUser} must be "true" or "false".`);
}
