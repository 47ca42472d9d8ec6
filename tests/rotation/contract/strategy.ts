/** A strategy, and what is particular to it in the suite that all of them pass. */
export interface StrategyUnderTest {
  readonly name: 'single-user' | 'alternating-users' | 'dual-password';
  /** Whether the rotation needs an admin secret although the current password works. */
  readonly needsAdmin: boolean;
  /** The user of the next version. */
  nextUsername(username: string): string;
  /** Whether the replaced credential still logs in right after the rotation. */
  readonly oldStillWorks: boolean;
  /** Logins of a rotation in which all goes well; none of them fails. */
  readonly logins: number;
}

/** One user, whose password is replaced. */
export const singleUser: StrategyUnderTest = {
  name: 'single-user',
  needsAdmin: false,
  nextUsername: (username) => username,
  oldStillWorks: false,
  logins: 2,
};

/** Two users in turn. */
export const alternatingUsers: StrategyUnderTest = {
  name: 'alternating-users',
  needsAdmin: true,
  nextUsername: (username) => (username.endsWith('_clone') ? username.slice(0, -6) : `${username}_clone`),
  oldStillWorks: true,
  logins: 3,
};

/** One user with two passwords: the one before keeps working. */
export const dualPassword: StrategyUnderTest = {
  name: 'dual-password',
  needsAdmin: false,
  nextUsername: (username) => username,
  oldStillWorks: true,
  logins: 2,
};
