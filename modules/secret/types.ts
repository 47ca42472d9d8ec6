import { bool, list, number, object, optional, required, string } from '../authoring/types.ts';

/** Where a database is and who logs in: a secret's value but for the password. */
export const connection = object('Connection', {
  host: required(string, 'Host name of the database, as clients and the rotation function reach it.'),
  port: optional(number, "Port of the database; the engine's usual one by default."),
  dbname: optional(string, 'Database that the user logs in to.'),
  username: required(string, 'User whose password is rotated.'),
  ssl: optional(bool, '`false` is the only way to a login without TLS.'),
});

/** A replica, under the name of its region. */
export const replica = object('Replica', {
  kms_key_id: optional(
    string,
    'ARN of a key in that region; the AWS managed key `aws/secretsmanager` by default.',
  ),
});

/** A statement of the secret's resource policy, under its Sid. */
export const policyStatement = object('PolicyStatement', {
  effect: optional(string, '`Allow` or `Deny`.', 'Allow'),
  principals: required(
    list(
      object('PolicyPrincipal', {
        type: required(string, '`AWS`, `Service` or `Federated`.'),
        identifiers: required(list(string), 'ARNs, accounts or service names.'),
      }),
    ),
    'Whom the statement is about.',
  ),
  actions: required(list(string), 'Actions, such as `secretsmanager:GetSecretValue`.'),
  resources: optional(list(string), 'The secret that the policy is attached to by default.', ['*']),
  conditions: optional(
    list(
      object('PolicyCondition', {
        test: required(string, 'Operator, such as `StringEquals`.'),
        variable: required(string, 'Condition key.'),
        values: required(list(string), 'Values that the key is compared with.'),
      }),
    ),
    'Conditions that must all hold.',
    [],
  ),
});

/** The ARN of a key: policies need it, and an alias or a bare id shows a difference in every plan. */
export const keyArn = 'can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/.+$", %))';

/** The full ARN of a secret, with the six characters that AWS adds. */
export const secretArn =
  'can(regex("^arn:[^:]+:secretsmanager:[^:]+:[0-9]{12}:secret:.+-[A-Za-z0-9]{6}$", %))';

/** Fills the place of `%` in one of the conditions above. */
export const holds = (condition: string, value: string): string => condition.replace('%', value);

/** The characters that AWS takes in the value of a tag. */
export const TAG_VALUE = '^[\\\\p{L}\\\\p{N} _.:/=+@-]{0,256}$';
